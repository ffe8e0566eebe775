import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { FileKeyStore } from '../keys/fileKeyStore/FileKeyStore.ts';
import { Sm4Sealer } from '../Sm4Sealer.ts';
import { type DecisionBatch, DecisionLog } from './DecisionLog.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-decisions-'));
afterAll(() => rmSync(root, { recursive: true }));

function open() {
  const keys = FileKeyStore.open(mkdtempSync(join(root, 'f')), {});
  const db = new DatabaseSync(':memory:');
  const sealer = new Sm4Sealer(keys);
  const log = new DecisionLog(db, keys, sealer);
  const write = (batch: Partial<DecisionBatch>) => log.prepare({ records: [], facts: [], ...batch })();
  return { db, log, write, sealer };
}

const AT = '2026-01-01T00:00:00.000Z';
const record = { id: 'd1', at: AT, body: { outcome: 'denied', facts: 'facts-digest-of-a-home' } };
const facts = { digest: 'facts-digest-of-a-home', body: { occupancy: 'PLAINMARK' } };

it('gives back a record and its facts, and null for what it never had', () => {
  const { log, write } = open();
  write({ records: [record], facts: [facts] });
  expect(log.find('d1')).toEqual(record);
  expect(log.findFacts('facts-digest-of-a-home')).toEqual(facts.body);
  expect(log.find('d2')).toBeNull();
  expect(log.findFacts('f2')).toBeNull();
});

it('holds no fact and no digest of one in the clear', () => {
  const { db, write } = open();
  write({ records: [record], facts: [facts] });
  const bytes = Buffer.from(db.serialize());
  expect(bytes.includes('PLAINMARK')).toBe(false);
  expect(bytes.includes('facts-digest-of-a-home')).toBe(false);
});

it('stores facts once however many decisions rest on them', () => {
  const { db, write } = open();
  write({ records: [record], facts: [facts, facts] });
  write({ records: [{ ...record, id: 'd2' }], facts: [facts] });
  expect(db.prepare('SELECT count(*) AS n FROM facts').get()).toEqual({ n: 1 });
});

it('refuses a second record of the same id', () => {
  const { write } = open();
  write({ records: [record] });
  const exists = expect.objectContaining({ code: 'store:decision.exists' });
  expect(() => write({ records: [record] })).toThrow(exists);
  expect(() =>
    write({
      records: [
        { ...record, id: 'd3' },
        { ...record, id: 'd3' },
      ],
    }),
  ).toThrow(exists);
});

it('forgets records and facts with the key of the home they are about, and keeps them when they hold again', () => {
  const { log, write, sealer } = open();
  const scope = { kind: 'home', home: 'h1', tenancy: null, group: 'closed' } as const;
  write({ records: [{ ...record, scope }], facts: [{ ...facts, scope }] });
  sealer.destroy(scope);
  expect(log.find('d1')).toBeNull();
  expect(log.findFacts('facts-digest-of-a-home')).toBeNull();
  write({ facts: [{ ...facts, scope }] });
  expect(log.findFacts('facts-digest-of-a-home')).toEqual(facts.body);
});

it('gives the records of a period by their instants, and says which are erased', () => {
  const { log, write, sealer } = open();
  const at = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;
  const scope = { kind: 'person', person: 'ana' } as const;
  const rows = [3, 1, 2, 4].map((hour) => ({ id: `d${hour}`, at: at(hour), body: { hour } }));
  write({ records: rows.map((row) => (row.id === 'd3' ? { ...row, scope } : row)) });
  expect([...log.between(at(1), at(4))].map(({ id }) => id)).toEqual(['d1', 'd2', 'd3']);
  sealer.destroy(scope);
  expect([...log.between(at(2), at(4))].map(({ body }) => body)).toEqual([{ hour: 2 }, undefined]);
});
