import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import type { Change } from '../../twin/changes.ts';
import { foldGraph } from '../../twin/graph/foldGraph.ts';
import { graphAt } from '../../twin/graph/graphAt.ts';
import { graphOfSnapshot, snapshotOf } from '../../twin/graph/snapshot.ts';
import { describeTwinStore } from '../../twin/stores/TwinStore.cases.ts';
import type { Simulation } from '../simulations/Simulation.ts';
import { verifyFolder } from './FolderDatabase.ts';
import { type OpenOptions, Writer } from './Writer.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-writer-'));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = () => mkdtempSync(join(root, 'f'));

const opened: Writer[] = [];
async function open(folder = newFolder(), options: Partial<OpenOptions> = {}): Promise<Writer> {
  const writer = await Writer.open({ folder, demo: false, ...options });
  opened.push(writer);
  return writer;
}
afterEach(async () => {
  for (const writer of opened.splice(0)) await writer.close();
});

describeTwinStore('Writer', async () => {
  const store = await open();
  const by = { at: '2026-01-01T00:00:00.000Z', subject: null };
  return {
    store,
    destroyKey: async (scope) => {
      await store.destroyKey(scope, by);
    },
  };
});

const AT = '2026-01-01T00:00:00.000Z';
const area = (n: number): Change => ({
  kind: 'area_added',
  area: { id: `a${n}`, level: 'city', name: `${n}`, parent: null },
});
const changesOf = (...changes: Change[]) => ({ changes: changes.map((change) => ({ at: AT, change })) });
const entry: AuditEntry = { kind: 'token', subject: 'account-of-ana', event: 'issued', tier: 'home' };
const audit = [{ at: AT, entry }];
const record = (id: string) => ({ id, at: AT, body: { outcome: 'denied' } });
const reading = (values: Record<string, unknown>) => ({
  home: 'h1',
  device: 'h1/hall',
  at: 1_000,
  receivedAt: 1_001,
  values,
  tenancy: null,
  group: 'closed' as const,
  current: true,
});

it('writes twin, audit and decisions together, and finds them after it is opened again', async () => {
  const folder = newFolder();
  const before = await open(folder);
  const decisions = { records: [record('d1')], facts: [{ digest: 'f1', body: { occupancy: 'rented' } }] };
  expect(await before.commit({ ...changesOf(area(1)), readings: [reading({ a: 1 })], audit, decisions })).toEqual({
    revision: 1,
  });
  await before.close();
  const after = await open(folder);
  expect(await after.revision()).toBe(1);
  expect((await foldGraph(after)).areas.get('a1')?.name).toBe('1');
  expect(await after.findDecision('d1')).toEqual(record('d1'));
  expect(await after.findDecision('d2')).toBeNull();
  expect(await after.findFacts('f1')).toEqual({ occupancy: 'rented' });
  expect(await after.findAudit({ subject: 'account-of-ana', first: 5 })).toMatchObject([
    { seq: 1, entry: { kind: 'token' } },
  ]);
  expect(await after.verify()).toMatchObject({ intact: true, problems: [] });
});

it('keeps decisions with their facts as long as the audit: the retention of readings drops neither', async () => {
  const folder = newFolder();
  const before = await open(folder);
  const facts = [{ digest: 'f1', body: { occupancy: 'rented' } }];
  await before.commit({ readings: [reading({ a: 1 })], audit, decisions: { records: [record('d1')], facts } });
  expect(await before.dropReadings(Date.parse(AT) + 1e12)).toBe(1);
  await before.close();
  const after = await open(folder);
  expect(await Array.fromAsync(after.readings('h1', 0, 1e15))).toEqual([]);
  expect(await after.findDecision('d1')).toEqual(record('d1'));
  expect(await after.findFacts('f1')).toEqual(facts[0]!.body);
  expect(await after.findAudit({ first: 10 })).toHaveLength(1);
  expect((await after.verify()).intact).toBe(true);
});

it('refuses one bad batch of a group and writes the others', async () => {
  const writer = await open();
  const results = await Promise.allSettled([
    writer.commit({ ...changesOf(area(1)), expectedRevision: 0 }),
    writer.commit({ ...changesOf(area(2)), audit, expectedRevision: 0 }),
    writer.commit({ readings: [reading({ a: 1 }), { ...reading({ a: 2 }), at: Number.NaN }], audit }),
    writer.commit({ ...changesOf(area(3)), decisions: { records: [record('d1')] } }),
    writer.commit({ ...changesOf(area(4)), audit, decisions: { records: [record('d1')] } }),
    writer.commit({ readings: [reading({ a: 10n })] }),
    writer.commit({ readings: [reading({ a: () => 1 })] }),
    writer.commit({ ...changesOf(area(5)), expectedRevision: 2 }),
  ]);
  expect(
    results.map((each) =>
      each.status === 'fulfilled' ? each.value.revision : (each.reason.code ?? each.reason.message),
    ),
  ).toEqual([
    1,
    'store:revision.conflict',
    'store:batch.invalid',
    2,
    'store:decision.exists',
    expect.stringContaining('BigInt'),
    'store:batch.invalid',
    3,
  ]);
  const areas = (await Array.fromAsync(writer.changes(0))).map(({ change }) =>
    change.kind === 'area_added' ? change.area.id : '',
  );
  expect(areas).toEqual(['a1', 'a3', 'a5']);
  expect(await writer.findAudit({ first: 10 })).toEqual([]);
  expect(await Array.fromAsync(writer.values())).toEqual([]);
});

it('answers commits in the order they were made, over many groups', async () => {
  const writer = await open();
  const order: number[] = [];
  const commits = Array.from({ length: 5_000 }, (_, n) => writer.commit(changesOf(area(n))).then(() => order.push(n)));
  await Promise.all(commits);
  expect(order).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
  expect(await writer.revision()).toBe(5_000);
  expect((await writer.verify()).logs[1]).toMatchObject({ log: 'changes', rows: 5_000 });
});

it('refuses more than may wait, and says when there is room', async () => {
  const writer = await open(newFolder(), { queueLimit: 3 });
  const first = [1, 2, 3, 4, 5, 6].map((n) => writer.commit(changesOf(area(n))));
  await expect(writer.commit(changesOf(area(7)))).rejects.toMatchObject({ code: 'store:overloaded' });
  await writer.room();
  await expect(writer.commit(changesOf(area(7)))).resolves.toMatchObject({ revision: 7 });
  await Promise.all(first);
});

it('writes what waits before it closes, and refuses what comes after', async () => {
  const folder = newFolder();
  const writer = await open(folder);
  const waiting = Array.from({ length: 50 }, (_, n) => writer.commit(changesOf(area(n))));
  const closing = writer.close();
  await expect(writer.commit(changesOf(area(99)))).rejects.toMatchObject({ code: 'store:writer.ended' });
  expect(await Promise.all(waiting)).toHaveLength(50);
  await closing;
  expect(writer.ready).toBe(false);
  await expect(writer.verify()).rejects.toMatchObject({ code: 'store:writer.ended' });
  expect(await (await open(folder)).revision()).toBe(50);
});

it('fails closed when the database cannot be written, and stays so', async () => {
  const folder = newFolder();
  const failures: Error[] = [];
  const writer = await open(folder, { onFailure: (error) => failures.push(error) });
  await writer.commit(changesOf(area(1)));
  const intruder = new DatabaseSync(join(folder, 'twinward.db'));
  intruder.exec('BEGIN IMMEDIATE');
  const lost = [writer.commit(changesOf(area(2))), writer.commit({ audit })];
  for (const commit of lost) await expect(commit).rejects.toMatchObject({ code: 'store:busy' });
  intruder.exec('ROLLBACK');
  intruder.close();
  expect(writer.ready).toBe(false);
  expect(failures).toMatchObject([{ code: 'store:busy' }]);
  await expect(writer.commit(changesOf(area(3)))).rejects.toMatchObject({ code: 'store:busy' });
  await writer.close();
  expect(await (await open(folder)).revision()).toBe(1);
});

it('refuses a folder of the other kind, demo or not', async () => {
  const folder = newFolder();
  await (await open(folder)).close();
  await expect(open(folder, { demo: true })).rejects.toMatchObject({ code: 'config:folder.demo' });
  const demo = newFolder();
  await (await open(demo, { demo: true })).close();
  await expect(open(demo)).rejects.toMatchObject({ code: 'config:folder.demo' });
});

it('refuses data with the keys of other data', async () => {
  const [one, two] = [newFolder(), newFolder()];
  await (await open(one)).close();
  await (await open(two)).close();
  for (const file of ['keys.db', 'root.key']) rmSync(join(one, file));
  for (const file of ['keys.db', 'root.key']) {
    copyFileSync(join(two, file), join(one, file));
  }
  await expect(open(one)).rejects.toMatchObject({ code: 'trust:keys.foreign' });
});

it('writes nothing over a tampered audit, which can still be read and verified', async () => {
  const folder = newFolder();
  const writer = await open(folder);
  for (let n = 0; n < 4; n++) await writer.commit({ audit });
  await writer.close();
  const db = new DatabaseSync(join(folder, 'twinward.db'));
  db.exec('DELETE FROM audit WHERE seq > 2');
  db.close();
  const reader = await open(folder);
  expect(reader).toMatchObject({ ready: false, failure: { code: 'trust:audit.broken' } });
  await expect(reader.commit({ audit })).rejects.toMatchObject({ code: 'trust:audit.broken' });
  expect(await reader.findAudit({ first: 9 })).toHaveLength(2);
  await reader.close();
  expect(verifyFolder(folder).problems).toEqual([{ log: 'audit', seq: 3, problem: 'truncated' }]);
});

it('does not make data where there is none to verify', () => {
  const folder = newFolder();
  expect(() => verifyFolder(folder)).toThrow(expect.objectContaining({ code: 'config:folder.empty' }));
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves no private value in the clear in the data folder, and gives it back [SH-6.3.5-b] [CC-A.2.4-b] [CC-4.1.6-b-2]', async () => {
  const folder = newFolder();
  const writer = await open(folder);
  const person: Change = { kind: 'person_added', person: { id: 'ana', ageBand: 'elder' } };
  const room: Change = { kind: 'room_added', room: { id: 'r1', home: 'h1', name: 'PLAINMARK bedroom' } };
  await writer.commit({
    ...changesOf(person, room),
    readings: [reading({ note: 'PLAINMARK' })],
    audit: [{ at: AT, entry: { ...entry, subject: 'PLAINMARK' } }],
    decisions: {
      records: [{ ...record('d1'), body: 'PLAINMARK' }],
      facts: [{ digest: 'PLAINMARK', body: 'PLAINMARK' }],
    },
  });
  const files = readdirSync(folder);
  expect(files).toContain('twinward.db-wal');
  for (const name of files) {
    const bytes = readFileSync(join(folder, name));
    expect([name, bytes.includes('PLAINMARK'), bytes.includes('elder')]).toEqual([name, false, false]);
  }
  expect(await Array.fromAsync(writer.values())).toMatchObject([{ value: 'PLAINMARK' }]);
  expect((await Array.fromAsync(writer.changes(0))).map(({ change }) => change)).toEqual([person, room]);
});

it("keeps data and keys in files that are their owner's alone [SC-8.7-4]", async () => {
  const folder = newFolder();
  const writer = await open(folder);
  await writer.commit(changesOf(area(1)));
  const files = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o077]);
  expect(files.map(([name]) => name)).toEqual(
    expect.arrayContaining(['keys.db', 'root.key', 'twinward.db', 'twinward.db-wal']),
  );
  expect(files.filter(([, mode]) => mode !== 0)).toEqual([]);
});

it('erases a home in data and backup by its key, and says so in the audit', async () => {
  const folder = newFolder();
  const writer = await open(folder);
  await writer.commit({ readings: [reading({ a: 1 })] });
  const backup = join(folder, 'backup.db');
  await writer.backup(backup);
  const scope = { kind: 'home', home: 'h1', tenancy: null, group: 'closed' } as const;
  const key = await writer.destroyKey(scope, { at: AT, subject: 'account-of-ana' });
  expect(await Array.fromAsync(writer.values())).toEqual([]);
  expect(await writer.findAudit({ kind: 'erasure', first: 5 })).toMatchObject([{ entry: { key, scope: 'home' } }]);
  expect(await writer.destroyKey(scope, { at: AT, subject: null })).toBeNull();
  expect(await writer.verify()).toMatchObject({ intact: true });
  await writer.close();
  // The backup put back in the place of the data opens with the keys that are left, and what was erased stays so.
  copyFileSync(backup, join(folder, 'twinward.db'));
  const restored = await open(folder);
  expect(await Array.fromAsync(restored.readings('h1', 0, 2_000))).toEqual([]);
});

it('gives names that tell nothing, the same after it is opened again', async () => {
  const folder = newFolder();
  const before = await open(folder);
  const name = before.pseudonym('ana');
  expect(name).toMatch(/^n_[0-9a-f]{32}$/);
  expect(before.pseudonym('bo')).not.toBe(name);
  await before.close();
  expect((await open(folder)).pseudonym('ana')).toBe(name);
});

it('starts from a checkpoint with the same graph, and forgets it when a key is destroyed', async () => {
  const folder = newFolder();
  const before = await open(folder);
  const home: Change = { kind: 'home_added', home: { id: 'h1', area: 'a1', name: '1', occupancy: 'vacant' } };
  await before.commit(changesOf(area(1), home));
  await before.saveCheckpoint(snapshotOf(await foldGraph(before)));
  await before.commit(changesOf(area(2)));
  await before.close();

  const after = await open(folder);
  const checkpoint = graphOfSnapshot((await after.loadCheckpoint())!);
  expect(checkpoint?.revision).toBe(2);
  const [continued, whole] = [await foldGraph(after, checkpoint), await foldGraph(after)];
  for (const graph of [continued, whole]) graph.dirtyHomes.clear();
  expect(continued).toEqual(whole);
  await after.destroyKey({ kind: 'home', home: 'h1', tenancy: null, group: 'closed' }, { at: AT, subject: null });
  expect(await after.loadCheckpoint()).toBeNull();
});

it('keeps simulations with their reports, sealed, and forgets the reports when a key is destroyed', async () => {
  const folder = newFolder();
  const before = await open(folder);
  const simulation: Simulation = {
    id: 's1',
    by: 'ana',
    state: 'done',
    progress: null,
    requestedAt: AT,
    startedAt: AT,
    endedAt: AT,
    scenario: 'secret_question',
    proposed: 'heat_wave',
    population: 'twin',
    about: null,
    error: null,
  };
  await before.keepSimulation({ ...simulation, state: 'running' }, null);
  await before.keepSimulation(simulation, Buffer.from('{"witness":"secret_home"}'));
  await before.keepSimulation({ ...simulation, id: 's2' }, null);
  await before.dropSimulations(['s2']);
  await before.close();
  expect(readFileSync(join(folder, 'twinward.db'), 'latin1')).not.toContain('secret');

  const after = await open(folder);
  expect(await after.simulations()).toEqual([simulation]);
  expect(String(Buffer.from((await after.simulationReport('s1'))!))).toBe('{"witness":"secret_home"}');
  await after.destroyKey({ kind: 'home', home: 'h1', tenancy: null, group: 'closed' }, { at: AT, subject: null });
  expect([await after.simulations(), await after.simulationReport('s1')]).toEqual([[simulation], null]);

  // One that was played on the twin meanwhile holds what was erased, too.
  const about = { area: 'city', purpose: 'regulation' } as const;
  const report = Buffer.from('{"witness":"secret_home"}');
  await expect(after.keepSimulation({ ...simulation, id: 's3', about }, report)).rejects.toMatchObject({
    code: 'engine:simulation.erased',
  });
  expect(await after.simulationReport('s3')).toBeNull();
  await after.keepSimulation({ ...simulation, id: 's4' }, report);
  expect(await after.simulationReport('s4')).not.toBeNull();
});

it('keeps no checkpoint of a graph that still holds what was erased', async () => {
  const writer = await open();
  await writer.commit(changesOf(area(1)));
  const graph = await foldGraph(writer);
  await writer.destroyKey({ kind: 'person', person: 'ana' }, { at: AT, subject: null });
  await writer.saveCheckpoint(snapshotOf(graph));
  expect(await writer.loadCheckpoint()).toBeNull();
});

it('keeps a checkpoint of each doubling of the log, from which any instant is read as from the beginning', async () => {
  const writer = await open();
  const at = (minute: number) => new Date(Date.parse(AT) + minute * 60_000).toISOString();
  for (let minute = 0; minute < 9; minute++) {
    await writer.commit({ changes: [{ at: at(minute), change: area(minute) }] });
    await writer.saveCheckpoint(snapshotOf(await foldGraph(writer)));
  }
  const checkpoint = async (below: number) => {
    const snapshot = await writer.loadCheckpoint(below);
    return snapshot && graphOfSnapshot(snapshot);
  };
  const kept: number[] = [];
  for (let below = Number.POSITIVE_INFINITY, graph = await checkpoint(below); graph; graph = await checkpoint(below)) {
    kept.push(graph.revision);
    below = graph.revision;
  }
  expect(kept).toEqual([9, 7, 3, 1]);
  for (const minute of [0, 2, 5, 8]) {
    const instant = Date.parse(at(minute));
    const [near, whole] = [await graphAt(writer, instant, { checkpoint }), await graphAt(writer, instant)];
    expect([...near.areas.keys()]).toEqual([...whole.areas.keys()]);
    expect(near.revision).toBe(minute + 1);
  }
});

it('starts from the log where the checkpoint was damaged', async () => {
  const folder = newFolder();
  const before = await open(folder);
  await before.commit(changesOf(area(1)));
  await before.saveCheckpoint(snapshotOf(await foldGraph(before)));
  await before.close();
  const db = new DatabaseSync(join(folder, 'twinward.db'));
  db.exec('UPDATE graph_checkpoints SET body = zeroblob(length(body))');
  db.close();
  expect(await (await open(folder)).loadCheckpoint()).toBeNull();
});

it('folds no checkpoint that is ahead of the log', async () => {
  const writer = await open();
  await writer.commit(changesOf(area(1)));
  const ahead = await foldGraph(writer);
  ahead.apply(area(2));
  await writer.commit(changesOf(area(3)));
  await writer.commit(changesOf(area(4)));
  expect([...(await foldGraph(writer)).areas.keys()]).toEqual(['a1', 'a3', 'a4']);
  ahead.apply(area(5));
  ahead.apply(area(6));
  expect([...(await foldGraph(writer, ahead)).areas.keys()]).toEqual(['a1', 'a3', 'a4']);
});
