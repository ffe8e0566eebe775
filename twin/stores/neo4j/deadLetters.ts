import { int } from 'neo4j-driver';
import type { DeadLetter, DeadLetterCount } from '../../TwinStore.ts';
import { inPages, PAGE_ROWS } from './inPages.ts';
import type { Transaction } from './Neo4jConnection.ts';

/** How many dead letters are kept; older ones are only counted, so that a broken device cannot fill the disk. */
const KEPT_LETTERS = 20_000;

export type LetterRow = DeadLetter & { readonly seq: number };

const COLUMNS =
  'l.code AS code, l.home AS home, l.topic AS topic, l.property AS property, l.detail AS detail, l.at AS at';

/** Appends dead letters after the number of the last one, counts them by code and drops the oldest. */
export async function appendLetters(
  transaction: Transaction,
  last: number,
  letters: readonly DeadLetter[],
): Promise<void> {
  if (letters.length === 0) return;
  await createLetters(
    transaction,
    letters.map((letter, index) => ({ ...letter, seq: last + 1 + index })),
  );
  await addCounts(
    transaction,
    [...Map.groupBy(letters, ({ code }) => code)].map(([code, { length: count }]) => ({ code, count })),
  );
  await transaction.run('MATCH (l:DeadLetter) WHERE l.seq <= $oldest DELETE l', {
    oldest: int(last + letters.length - KEPT_LETTERS),
  });
}

export function createLetters(transaction: Transaction, rows: readonly LetterRow[]): Promise<void> {
  return inPages(rows, (page) =>
    transaction.run('UNWIND $rows AS row CREATE (l:DeadLetter) SET l = row', {
      rows: page.map(({ seq, at, code, home, topic, property, detail }) => ({
        ...{ code, home, topic, property, detail },
        seq: int(seq),
        at: int(Math.trunc(at)),
      })),
    }),
  );
}

export async function addCounts(transaction: Transaction, counts: readonly DeadLetterCount[]): Promise<void> {
  await transaction.run(
    `UNWIND $counts AS row MERGE (c:DeadLetterCount {code: row.code})
     ON CREATE SET c.count = row.count ON MATCH SET c.count = c.count + row.count`,
    { counts: counts.map(({ code, count }) => ({ code, count: int(count) })) },
  );
}

/** Dead letters of a home or of all, newest first. */
export async function listLetters(
  transaction: Transaction,
  { home, first }: { readonly home?: string; readonly first: number },
): Promise<DeadLetter[]> {
  const { records } = await transaction.run<DeadLetter>(
    // The bound is always met; it lets the index on the number give the order.
    `MATCH (l:DeadLetter) WHERE ${home === undefined ? 'l.seq > 0' : 'l.home = $home'}
     RETURN ${COLUMNS} ORDER BY l.seq DESC LIMIT $first`,
    { home, first: int(first) },
  );
  return records.map((record) => record.toObject());
}

/** A page of dead letters after a number, oldest first. */
export async function readLetters(transaction: Transaction, since: number): Promise<LetterRow[]> {
  const { records } = await transaction.run<LetterRow>(
    `MATCH (l:DeadLetter) WHERE l.seq > $since RETURN ${COLUMNS}, l.seq AS seq ORDER BY l.seq LIMIT $limit`,
    { since: int(since), limit: int(PAGE_ROWS) },
  );
  return records.map((record) => record.toObject());
}

export async function countLetters(transaction: Transaction): Promise<DeadLetterCount[]> {
  const { records } = await transaction.run<DeadLetterCount>(
    'MATCH (c:DeadLetterCount) RETURN c.code AS code, c.count AS count ORDER BY c.code',
  );
  return records.map((record) => record.toObject());
}
