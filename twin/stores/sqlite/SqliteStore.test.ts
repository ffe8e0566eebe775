import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import type { Change } from '../../changes.ts';
import { EphemeralSealer } from '../EphemeralSealer.ts';
import { describeTwinStore } from '../TwinStore.cases.ts';
import { openDatabase } from './openDatabase.ts';
import { SqliteStore } from './SqliteStore.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinward-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `${files++}.db`);

async function openUnderTest(path: string) {
  const sealer = new EphemeralSealer();
  const store = SqliteStore.open(path, sealer);
  const destroyKey = async (scope: Parameters<EphemeralSealer['destroy']>[0]) => {
    sealer.destroy(scope);
    store.forgetValues();
  };
  return { store, destroyKey };
}

describeTwinStore('SqliteStore in memory', () => openUnderTest(':memory:'));
describeTwinStore('SqliteStore in a file', () => openUnderTest(newFile()));

const AT = '2026-01-01T00:00:00.000Z';
const named = (name: string): Change => ({
  kind: 'home_added',
  home: { id: 'h1', area: 'b1', name, occupancy: 'rented' },
});
const reading = (values: Record<string, unknown>) => ({
  home: 'h1',
  device: 'h1/hall',
  at: 1_000,
  receivedAt: 1_001,
  values,
  tenancy: 'lease1',
  group: 'closed' as const,
  current: true,
});

it('goes on where it was left when a file is opened again', async () => {
  const path = newFile();
  const sealer = new EphemeralSealer();
  const before = SqliteStore.open(path, sealer);
  await before.commit({ changes: [{ at: AT, change: named('one') }], readings: [reading({ occupancy: true })] });
  await before.close();
  const after = SqliteStore.open(path, sealer);
  expect(await after.commit({ changes: [{ at: AT, change: named('two') }] })).toEqual({ revision: 2 });
  expect((await Array.fromAsync(after.changes(0))).map(({ change }) => change)).toEqual([named('one'), named('two')]);
  expect(await Array.fromAsync(after.values())).toMatchObject([{ property: 'occupancy', value: true }]);
  await after.close();
});

it('writes no private value in the clear into any of its files [CC-A.2.4-b]', async () => {
  const path = newFile();
  const store = SqliteStore.open(path, new EphemeralSealer());
  await store.commit({
    changes: [{ at: AT, change: named('PLAINMARK-name') }],
    readings: [reading({ note: 'PLAINMARK-value' })],
  });
  const clear =
    JSON.stringify(await Array.fromAsync(store.values())) + JSON.stringify(await Array.fromAsync(store.changes(0)));
  expect(clear.match(/PLAINMARK-(name|value)/g)).toHaveLength(2);
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
  expect(bytes.join('').includes('h1/hall')).toBe(true);
  expect(bytes.join('').includes('PLAINMARK')).toBe(false);
  await store.close();
});

it('refuses to give out a row that was altered or exchanged [DH-6.2.11-2] [SC-6.4.2-2]', async () => {
  const store = SqliteStore.open(':memory:', new EphemeralSealer());
  await store.commit({ readings: [reading({ a: 1 }), { ...reading({ a: 2 }), at: 2_000 }] });
  const db = store.database;
  const bodies = db
    .prepare('SELECT body FROM readings ORDER BY seq')
    .all()
    .map((row) => row['body'] as Uint8Array);
  const set = db.prepare('UPDATE readings SET body = ? WHERE seq = 1');
  set.run(bodies[1]!);
  const read = () => Array.fromAsync(store.readings('h1', 0, 1_500));
  await expect(read()).rejects.toMatchObject({ code: 'store:corrupt' });
  const flipped = Buffer.from(bodies[0]!);
  flipped[20]! ^= 1;
  set.run(flipped);
  await expect(read()).rejects.toMatchObject({ code: 'trust:seal.broken' });
  set.run(bodies[0]!);
  expect(await read()).toHaveLength(1);
  await store.close();
});

it('takes messages in beside a row that was damaged', async () => {
  const store = SqliteStore.open(':memory:', new EphemeralSealer());
  await store.commit({ readings: [reading({ a: 1 })] });
  store.database.exec('UPDATE readings SET body = zeroblob(60)');
  await store.commit({ readings: [reading({ a: 1 })] });
  expect(store.database.prepare('SELECT count(*) AS n FROM readings').get()).toEqual({ n: 2 });
  expect(await Array.fromAsync(store.values())).toMatchObject([{ value: 1 }]);
  await store.close();
});

it('undoes a transaction whole and counts on from before it', async () => {
  const store = SqliteStore.open(':memory:', new EphemeralSealer());
  await store.commit({ changes: [{ at: AT, change: named('kept') }], readings: [reading({ a: 1 })] });
  const failing = () =>
    store.transact(() => {
      store.prepare({
        changes: [{ at: AT, change: named('lost') }],
        readings: [{ ...reading({ a: 2 }), at: 9_000 }],
      })();
      throw new Error('later part failed');
    });
  expect(failing).toThrow('later part failed');
  expect(await store.revision()).toBe(1);
  expect(await Array.fromAsync(store.values())).toMatchObject([{ value: 1 }]);
  expect(await store.commit({ changes: [{ at: AT, change: named('next') }] })).toEqual({ revision: 2 });
  await store.close();
});

it('keeps what was there when the disk is full', async () => {
  const store = SqliteStore.open(newFile(), new EphemeralSealer());
  await store.commit({ changes: [{ at: AT, change: named('kept') }] });
  const { page_count: pages } = store.database.prepare('PRAGMA page_count').get() as { page_count: number };
  store.database.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const big = store.commit({ readings: [reading({ text: 'x'.repeat(100_000) })] });
  await expect(big).rejects.toMatchObject({ code: 'store:full' });
  expect(await Array.fromAsync(store.changes(0))).toHaveLength(1);
  await store.close();
});

it('refuses a database of a newer version', () => {
  const path = newFile();
  const db = openDatabase(path);
  db.exec("UPDATE meta SET value = '2' WHERE key = 'schema_version'");
  db.close();
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'store:version.newer' }));
});

it('says that a damaged file is damaged and what to do', async () => {
  const noise = newFile();
  writeFileSync(noise, 'this is no database at all, '.repeat(100));
  const damaged = expect.objectContaining({ code: 'store:corrupt', hint: expect.stringContaining('backup') });
  expect(() => SqliteStore.open(noise, new EphemeralSealer())).toThrow(damaged);

  const torn = newFile();
  const store = SqliteStore.open(torn, new EphemeralSealer());
  await store.commit({ changes: Array.from({ length: 500 }, () => ({ at: AT, change: named('x'.repeat(200)) })) });
  await store.close();
  const bytes = readFileSync(torn);
  writeFileSync(torn, Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192, 0xff)]));
  expect(() => SqliteStore.open(torn, new EphemeralSealer())).toThrow(damaged);
});

it('makes a backup that opens as a store of the same revision, chain, changes and values [DH-7.5.3-3]', async () => {
  const sealer = new EphemeralSealer();
  const store = SqliteStore.open(newFile(), sealer);
  await store.commit({ changes: [{ at: AT, change: named('one') }], readings: [reading({ occupancy: true })] });
  const path = newFile();
  await store.backup(path);
  await expect(store.backup(path)).rejects.toMatchObject({ code: 'store:backup.exists' });
  const copy = SqliteStore.open(path, sealer);
  expect(copy.head.seq).toBe(store.head.seq);
  expect(Buffer.from(copy.head.chain)).toEqual(Buffer.from(store.head.chain));
  expect(await Array.fromAsync(copy.changes(0))).toEqual(await Array.fromAsync(store.changes(0)));
  const values = await Array.fromAsync(copy.values());
  expect(values).toMatchObject([{ property: 'occupancy', value: true }]);
  expect(values).toEqual(await Array.fromAsync(store.values()));
  await Promise.all([store.close(), copy.close()]);
});

it('syncs every commit and keeps a write-ahead log', () => {
  const db: DatabaseSync = openDatabase(newFile());
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  db.close();
});
