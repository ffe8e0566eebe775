import { expect, it } from 'vitest';
import type { CommandEffect } from '../rules/Effect.ts';
import { requestOf } from './requestOf.ts';

const effect: CommandEffect = {
  kind: 'command',
  id: 'run-1.0',
  run: 'run-1',
  rule: 'shed',
  severity: 'comfort',
  home: 'h',
  alarm: null,
  device: 'heater',
  property: 'state',
  value: 'OFF',
  saves: false,
};

it('a command of one run is one command, however often its event is told', () => {
  expect(requestOf(effect)).toEqual(requestOf({ ...effect }));
  const other = [{ run: 'run-2', id: 'run-2.0' }, { device: 'other' }, { value: 'ON' }, { property: 'power' }];
  const ids = [{}, ...other].map((change) => requestOf({ ...effect, ...change }).id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a command for an alarm is the same whichever run of the rule asks for it', () => {
  const alarm = { id: 'a1', home: 'h', kind: 'smoke', device: null, rule: 'shed', raisedAt: '' } as const;
  expect(requestOf({ ...effect, alarm }).id).toBe(requestOf({ ...effect, alarm, run: 'run-2', id: 'run-2.3' }).id);
});

it('a rule commands for whom its severity or its file says, and never for somebody stronger', () => {
  const claimantOf = (severity: CommandEffect['severity'], claimant?: 'grid' | 'security') =>
    requestOf({ ...effect, severity }, claimant ? { claimant } : {}).claimant;
  expect([claimantOf('life_safety'), claimantOf('security'), claimantOf('fault'), claimantOf('comfort')]).toEqual([
    'life_safety',
    'security',
    'resident',
    'resident',
  ]);
  expect([claimantOf('comfort', 'grid'), claimantOf('comfort', 'security')]).toEqual(['grid', 'resident']);
});
