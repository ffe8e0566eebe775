import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { FileKeyStore } from '../keys/fileKeyStore/FileKeyStore.ts';
import { Sm4Sealer } from '../Sm4Sealer.ts';
import { ReactionLog, type ReactionRow } from './ReactionLog.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-reactions-'));
afterAll(() => rmSync(root, { recursive: true }));

function open() {
  const db = new DatabaseSync(':memory:');
  const keys = FileKeyStore.open(mkdtempSync(join(root, 'f')), {});
  const sealer = new Sm4Sealer(keys);
  const log = new ReactionLog(db, keys, sealer);
  const write = (rows: readonly ReactionRow[], now = 0, done: readonly string[] = []) =>
    log.prepare({ rows, done }, now)();
  return { db, log, sealer, write };
}

function row(id: string, given: Partial<ReactionRow> = {}): ReactionRow {
  const about = { home: 'h', tenancy: null, device: 'd', name: 'FALLMARK' } as const;
  return { id, kind: 'run', ...about, at: 1, body: { got: 'PLAINMARK' }, ...given };
}

const idsOf = (rows: readonly ReactionRow[]) => rows.map(({ id }) => id);

it('finds rows by id, home, device, name and time, newest first, and goes on after one', () => {
  const { log, write } = open();
  write([
    row('a', { at: 10 }),
    row('b', { at: 30, device: 'e' }),
    row('c', { at: 20, name: 'other' }),
    row('d', { at: 20, home: 'g' }),
    row('n', { at: 20, kind: 'notice' }),
  ]);
  expect(log.find('a')).toMatchObject(row('a', { at: 10 }));
  expect(log.find('z')).toBeNull();
  const ask = (query: object) => idsOf(log.page({ kind: 'run', first: 9, ...query }));
  expect(ask({ home: 'h' })).toEqual(['b', 'c', 'a']);
  expect(ask({ home: 'h', device: 'd' })).toEqual(['c', 'a']);
  expect(ask({ name: 'FALLMARK' })).toEqual(['b', 'd', 'a']);
  expect(ask({ home: 'h', name: ['other', 'FALLMARK'] })).toEqual(['b', 'c', 'a']);
  expect(ask({ home: 'h', from: 10, until: 30 })).toEqual(['c', 'a']);
  const [first] = log.page({ kind: 'run', home: 'h', first: 1 });
  expect(ask({ home: 'h', after: first })).toEqual(['c', 'a']);
});

it('keeps what is told twice once, and forgets nothing but what was pending when it is done', () => {
  const { log, write } = open();
  write([row('a'), row('p', { kind: 'pending' })]);
  write([row('a', { body: 'another' }), row('p', { kind: 'pending' })], 0, ['a', 'p']);
  expect(log.find('a')?.body).toEqual({ got: 'PLAINMARK' });
  expect([log.has('a'), log.has('p')]).toEqual([true, false]);
});

it('holds neither a value nor the name of a rule in the clear, and erases with the key of the home', () => {
  const { db, log, sealer, write } = open();
  write([row('a'), row('b', { home: 'g' }), row('c', { tenancy: 'lease' })]);
  const bytes = Buffer.from(db.serialize());
  for (const mark of ['PLAINMARK', 'FALLMARK']) expect(bytes.includes(mark), mark).toBe(false);
  sealer.destroy({ kind: 'home', home: 'h', tenancy: null, group: 'closed' });
  expect(log.find('a')).toBeNull();
  // An erased run was still had: its event is not acted on again.
  expect(log.has('a')).toBe(true);
  expect(idsOf(log.page({ kind: 'run', name: 'FALLMARK', first: 2 }))).toEqual(['c', 'b']);
});

it('drops what is older than its term, and nothing that is pending', () => {
  const { log, write } = open();
  write([row('a'), row('p', { kind: 'pending' })], 1_000);
  write([row('b')], 2_000);
  expect(log.dropSome(1_000)).toBe(0);
  expect(log.dropSome(2_000)).toBe(1);
  expect(['a', 'b', 'p'].map((id) => log.has(id))).toEqual([false, true, true]);
});

it('drops what is old although much that is older is pending, as when its key was destroyed', () => {
  const { log, write } = open();
  write(
    Array.from({ length: 2_000 }, (_, count) => row(`p${count}`, { kind: 'pending' })),
    1_000,
  );
  write([row('a')], 1_000);
  expect(log.dropSome(2_000)).toBe(1);
});

it('refuses a row whose body is another one', () => {
  const { db, log, write } = open();
  write([row('a'), row('b')]);
  db.exec("UPDATE reactions SET body = (SELECT body FROM reactions WHERE id = 'b') WHERE id = 'a'");
  expect(() => log.find('a')).toThrow(expect.objectContaining({ code: 'store:corrupt' }));
});
