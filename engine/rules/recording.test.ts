import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../../twin/testdata/readRecording.ts';
import { loadRules } from './loadRules.ts';
import { RehearsedHome } from './RehearsedHome.ts';
import { ruleBook } from './RuleBook.ts';

const { rules } = loadRules(join(import.meta.dirname, '../..'));
const MINUTE = 60_000;

/** Two days of a home, with a sweep each minute, as a server would. */
async function playRecording(): Promise<RehearsedHome> {
  const home = new RehearsedHome({ rules, book: ruleBook(rules) });
  let swept = 0;
  for (const { topic, payload, at: receivedAt } of readRecording()) {
    if (swept === 0) swept = receivedAt;
    for (; swept + MINUTE <= receivedAt; swept += MINUTE) await home.wait(swept + MINUTE);
    await home.receive({ topic, payload, receivedAt });
  }
  return home;
}

describe('two days behind Zigbee2MQTT', () => {
  it('raise the water leak, the gas and the two devices out of reach, each once, and nothing else', async () => {
    const home = await playRecording();
    const names = home.alarms.map(({ alarm }) => {
      const node = home.graph.device(home.home, alarm.device ?? '');
      return [alarm.kind, node.name, alarm.raisedAt.slice(0, 16)];
    });
    expect(names).toEqual([
      ['device_silent', 'office/desk_plug', '2026-03-06T13:10'],
      ['water_leak', 'bathroom/leak', '2026-03-06T19:08'],
      ['device_silent', 'bedroom/climate', '2026-03-07T01:33'],
      ['gas_leak', 'kitchen/gas', '2026-03-07T10:52'],
    ]);
    expect(home.failures).toEqual([]);
    expect(home.alarms.map(({ state }) => state)).toEqual(['raised', 'raised', 'raised', 'raised']);
  });

  it('leave the plug that came back online and the thermometer offline', async () => {
    const home = await playRecording();
    const states = new Map([...home.graph.home(home.home).devices.values()].map(({ name, state }) => [name, state]));
    expect(states.get('office/desk_plug')).toBe('online');
    expect(states.get('bedroom/climate')).toBe('offline');
    expect(states.get('0xa4c138f0d1b2c3d4')).toBe('retired');
    expect([...states].filter(([, state]) => state === 'offline')).toHaveLength(1);
  });
});
