import { expect, it } from 'vitest';
import { commandsText, type ToldCommand } from './commandsText.ts';

const command: ToldCommand = {
  id: 'c1',
  device: { name: 'hall/front_door' },
  deviceId: 'd1',
  values: { state: 'LOCK' },
  state: 'acknowledged',
  reason: 'state_reported',
  detail: null,
  claimant: 'resident',
  rule: null,
  account: 'ana',
  holds: '2026-11-04T06:20:00.000Z',
  issuedAt: '2026-11-04T05:20:00.000Z',
  winner: null,
};

/** The last column of the only row. */
const stateOf = (change: Partial<ToldCommand>) =>
  commandsText([{ ...command, ...change }])
    .split('\n')[1]!
    .replace(/^.*\)\s+|^.*safety\s+/, '');

it('says of a command where it stands, why, and how long it holds', () => {
  expect(commandsText([command])).toBe(
    [
      'issued                    device           told        for             state',
      '2026-11-04T05:20:00.000Z  hall/front_door  state LOCK  resident (ana)  acknowledged: state reported; holds until 2026-11-04T06:20:00.000Z',
    ].join('\n'),
  );
  expect(stateOf({ state: 'failed', reason: 'device_error', detail: 'Timeout' })).toBe(
    'failed: device error (Timeout)'.replace(/^.*\)\s+/, ''),
  );
  expect(stateOf({ state: 'issued', reason: null })).toBe('issued');
});

it('says who won over it, by what, on which clause and until when', () => {
  const winner = {
    claimant: 'life_safety',
    rule: 'smoke',
    account: null,
    precedence: 'fire_exit',
    clauses: ['RA-6.7.1-s1'],
    until: 'alarm_reset',
  };
  const told = commandsText([{ ...command, state: 'lost', reason: 'outranked', winner }]);
  expect(told).toContain('lost: life safety (rule smoke) won by fire_exit (RA-6.7.1-s1), until the alarm is reset');
  const newer = { claimant: 'resident', rule: null, account: 'ben', precedence: 'newest', clauses: [], until: null };
  expect(commandsText([{ ...command, state: 'superseded', winner: newer }])).toContain(
    'superseded: resident (ben) won as the newer',
  );
  const held = { ...winner, precedence: 'gas_valve', clauses: [], until: 'inspected' };
  expect(commandsText([{ ...command, winner: held }])).toContain('until somebody has looked on the spot');
});

it('says when there is none to read', () => {
  expect(commandsText([])).toBe('no such command that you may read');
});
