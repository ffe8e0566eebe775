import { expect, it } from 'vitest';
import { RehearsedHome } from './RehearsedHome.ts';
import type { LoadedRule } from './Rule.ts';
import { ruleBook } from './RuleBook.ts';

const START = Date.parse('2026-03-06T00:00:00.000Z');
const encoder = new TextEncoder();

it('what a rule puts off happens when time has passed, and not before', async () => {
  const light = { kind: 'command', device: 'lamp', property: 'state' } as const;
  const rule: LoadedRule = {
    file: 'of the test',
    rule: {
      id: 'light_for_a_while',
      title: 'Light for a while',
      severity: 'comfort',
      clauses: [],
      on: { properties: ['occupancy'] },
      conditions: { all: [{ fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true }] },
      event: {
        type: 'act',
        params: {
          effects: [
            { ...light, value: 'ON' },
            { ...light, value: 'OFF', after: 'PT5M' },
          ],
        },
      },
    },
  };
  const home = new RehearsedHome({ rules: [rule], book: ruleBook([rule]) });
  const tell = (topic: string, payload: unknown, minute: number) =>
    home.receive({
      topic: `zigbee2mqtt/${topic}`,
      payload: encoder.encode(JSON.stringify(payload)),
      receivedAt: START + minute * 60_000,
    });
  const listed = [
    ['0x01', 'motion', 'RTCGQ11LM'],
    ['0x02', 'lamp', 'LED1545G12'],
  ].map(([ieee_address, friendly_name, model]) => {
    return { ieee_address, friendly_name, type: 'EndDevice', supported: true, definition: { model, vendor: 'v' } };
  });
  await tell('bridge/devices', listed, 0);
  await tell('motion', { occupancy: true }, 1);
  await home.wait(START + 6 * 60_000 - 1);
  expect(home.commands.map(({ value }) => value)).toEqual(['ON']);
  await tell('motion', { occupancy: false }, 7);
  expect(home.commands.map(({ value }) => value)).toEqual(['ON', 'OFF']);
});
