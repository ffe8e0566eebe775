import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { EphemeralSealer } from '../../twin/stores/EphemeralSealer.ts';
import { SqliteStore } from '../../twin/stores/sqlite/SqliteStore.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import { systemClock } from '../Clock.ts';
import { react } from '../react.ts';
import { sweep } from '../sweep.ts';
import { loadRules } from './loadRules.ts';
import { ruleBook } from './RuleBook.ts';
import { restoreTemporal } from './restoreTemporal.ts';
import { TemporalState } from './TemporalState.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinward-restart-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { rules } = loadRules(join(import.meta.dirname, '../..'));
const book = ruleBook(rules);
const T0 = Date.parse('2026-03-06T10:00:00.000Z');
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const WRONG = 'unlock_failure_invalid_pin_or_id';

/** A twin on a file, as a server starts it; starting another on the same path is a restart. */
async function start(path: string, sealer: EphemeralSealer, now: number) {
  const store = SqliteStore.open(join(folder, path), sealer);
  const graph = new TwinGraph();
  for await (const { change } of store.changes(0)) graph.apply(change);
  for await (const { home, device, property, ...value } of store.values())
    graph.setValue(home, device, property, value);
  const temporal = new TemporalState(rules);
  await restoreTemporal(temporal, { graph, store, now });
  const ports = {
    graph,
    book,
    temporal,
    decideEffect: async () => ({ outcome: 'raw', decisionId: 'd' }) as const,
    clock: systemClock,
  };

  async function commit(changes: readonly Change[], readings: readonly Reading[] = []): Promise<void> {
    await store.commit({ changes: changes.map((change) => ({ at: '2026-03-06T10:00:00.000Z', change })), readings });
    for (const change of changes) graph.apply(change);
  }
  /** Takes in a message; `dies` loses it between reacting and committing. */
  async function hear(device: string, values: Record<string, unknown>, at: number, dies = false): Promise<void> {
    for (const [property, value] of Object.entries(values)) {
      graph.setValue('h', device, property, { value, at, receivedAt: at });
    }
    const about = { home: 'h', device, at, receivedAt: at, values };
    const reading: Reading = { ...about, tenancy: null, group: 'closed', current: true };
    const { changes } = await react({ kind: 'state_reported', reading }, ports);
    if (!dies) await commit(changes, [reading]);
  }
  const alarms = () => [...graph.home('h').alarms.values()].map(({ alarm }) => alarm.kind);
  return { store, graph, ports, commit, hear, alarms };
}

const device = (id: string, model: string): Change => ({
  kind: 'device_registered',
  device: { id, home: 'h', room: null, address: id, name: id, vendor: 'of the test', model, trust: 'normal' },
});
const founding: readonly Change[] = [
  { kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'owner_occupied' } },
  device('lock', 'YRD226/246 TSDB'),
  device('gas', 'HS1CG-E'),
  device('climate', 'SNZB-02'),
];

describe('a restart', () => {
  it('goes on counting wrong codes where it was', async () => {
    const sealer = new EphemeralSealer();
    const before = await start('codes.db', sealer, T0);
    await before.commit(founding);
    for (let i = 0; i < 4; i++) await before.hear('lock', { action: WRONG }, T0 + i * SECOND);
    await before.store.close();
    const after = await start('codes.db', sealer, T0 + 10 * SECOND);
    expect(after.alarms()).toEqual([]);
    await after.hear('lock', { action: WRONG }, T0 + 11 * SECOND);
    expect(after.alarms()).toEqual(['wrong_lock_codes']);
    await after.store.close();
  });

  it('neither loses nor doubles an alarm whose message is sent again', async () => {
    const sealer = new EphemeralSealer();
    const first = await start('gas.db', sealer, T0);
    await first.commit(founding);
    await first.hear('gas', { gas: true }, T0, true);
    await first.store.close();
    const second = await start('gas.db', sealer, T0 + SECOND);
    expect(second.alarms()).toEqual([]);
    await second.hear('gas', { gas: true }, T0);
    expect(second.alarms()).toEqual(['gas_leak']);
    await second.store.close();
    const third = await start('gas.db', sealer, T0 + 2 * SECOND);
    await third.hear('gas', { gas: true }, T0);
    expect(third.alarms()).toEqual(['gas_leak']);
    const kinds = (await Array.fromAsync(third.store.changes(0))).map(({ change }) => change.kind);
    expect(kinds.filter((kind) => kind === 'alarm_raised')).toHaveLength(1);
    await third.store.close();
  });

  it('misses a device that fell silent before it', async () => {
    const sealer = new EphemeralSealer();
    const before = await start('silent.db', sealer, T0);
    await before.commit(founding);
    await before.hear('climate', { temperature: 20, battery: 3 }, T0);
    await before.store.close();
    const now = T0 + 26 * HOUR;
    const after = await start('silent.db', sealer, now);
    const { events } = sweep(now, after.ports);
    expect(events).toEqual([{ kind: 'device_silent', home: 'h', device: 'climate', at: now, limit: 25 * HOUR }]);
    for (const event of events) await after.commit((await react(event, after.ports)).changes);
    expect(after.alarms()).toEqual(['device_silent']);
    expect(after.graph.device('h', 'climate').state).toBe('offline');
    expect(sweep(now + HOUR, after.ports).events).toEqual([]);
    await after.store.close();
  });
});
