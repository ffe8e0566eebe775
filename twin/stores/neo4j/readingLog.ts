import { isDeepStrictEqual } from 'node:util';
import { int } from 'neo4j-driver';
import { CodedError } from '../../CodedError.ts';
import type { Sealer } from '../../Sealer.ts';
import type { Reading } from '../../TwinStore.ts';
import { signed, unsigned } from './bytes.ts';
import { inPages, PAGE_ROWS } from './inPages.ts';
import type { Transaction } from './Neo4jConnection.ts';

export type EncodedReading = { readonly reading: Reading; readonly keyId: string; readonly body: Uint8Array };
export type ReadingRow = {
  readonly seq: number;
  readonly home: string;
  readonly device: string;
  readonly at: number;
  readonly group: string;
  readonly keyId: string;
  readonly body: Uint8Array;
};
type ReadingNode = Omit<ReadingRow, 'body'> & { readonly body: Int8Array };

const COLUMNS =
  'r.seq AS seq, r.home AS home, r.device AS device, r.at AS at, r.group AS group, r.keyId AS keyId, r.body AS body';

/** Seals a reading. Throws `store:batch.invalid` for one without whole milliseconds. */
export function encodeReading(sealer: Sealer, reading: Reading): EncodedReading {
  const { home, tenancy, group, at, receivedAt } = reading;
  if (!Number.isSafeInteger(at) || !Number.isSafeInteger(receivedAt)) {
    throw new CodedError('store:batch.invalid', `a reading of \`${reading.device}\` has no whole milliseconds`);
  }
  const plain = Buffer.from(JSON.stringify({ ...reading, home: undefined }));
  return { reading, ...sealer.seal({ kind: 'home', home, tenancy, group }, plain) };
}

/**
 * Those of the readings that the log does not hold yet, in their order. Repeats are found by opening the rows of the
 * same device and source time: a digest of the values in the clear would outlive the key and let them be guessed.
 */
export async function withoutRepeats(
  transaction: Transaction,
  sealer: Sealer,
  readings: readonly EncodedReading[],
): Promise<EncodedReading[]> {
  const known = new Map<string, unknown[]>();
  for (const { reading } of readings) known.set(instantOf(reading), []);
  await inPages([...known.keys()].sort(), async (page) => {
    const keys = page.map((name) => JSON.parse(name) as [string, string, number]);
    const { records } = await transaction.run<ReadingNode>(
      `UNWIND $keys AS key MATCH (r:Reading {home: key[0], device: key[1], at: key[2]}) RETURN ${COLUMNS}`,
      { keys: keys.map(([home, device, at]) => [home, device, int(at)]) },
    );
    for (const record of records) {
      const row = toRow(record.toObject());
      known.get(instantOf(row))?.push(decodeReading(sealer, row)?.values);
    }
  });
  return readings.filter(({ reading }) => {
    const sameInstant = known.get(instantOf(reading))!;
    if (sameInstant.some((values) => isDeepStrictEqual(values, reading.values))) return false;
    sameInstant.push(reading.values);
    return true;
  });
}

/** The rows of readings that follow the number of a reading. */
export function numberReadings(last: number, readings: readonly EncodedReading[]): ReadingRow[] {
  return readings.map(({ reading: { home, device, at, group }, keyId, body }, index) => ({
    seq: last + 1 + index,
    home,
    device,
    at,
    group,
    keyId,
    body,
  }));
}

export function createReadings(transaction: Transaction, rows: readonly ReadingRow[]): Promise<void> {
  return inPages(rows, (page) =>
    transaction.run('UNWIND $rows AS row CREATE (r:Reading) SET r = row', {
      rows: page.map(({ seq, at, body, ...row }) => ({ ...row, seq: int(seq), at: int(at), body: signed(body) })),
    }),
  );
}

/** A page of the readings of a home by source time in a range, after a row. */
export async function readHomeReadings(
  transaction: Transaction,
  home: string,
  from: number,
  until: number,
  after: ReadingRow | null,
): Promise<ReadingRow[]> {
  const start = after ?? { at: from, seq: 0 };
  const { records } = await transaction.run<ReadingNode>(
    `MATCH (r:Reading)
     WHERE r.home = $home AND r.at >= $at AND r.at < $until AND r.device IS NOT NULL AND (r.at > $at OR r.seq > $seq)
     RETURN ${COLUMNS} ORDER BY r.at, r.seq LIMIT $limit`,
    { home, at: instant(start.at), until: instant(until), seq: int(start.seq), limit: int(PAGE_ROWS) },
  );
  return records.map((record) => toRow(record.toObject()));
}

/** A page of all readings in the order they were committed, after the number `since`. */
export async function readReadings(transaction: Transaction, since: number): Promise<ReadingRow[]> {
  const { records } = await transaction.run<ReadingNode>(
    `MATCH (r:Reading) WHERE r.seq > $since RETURN ${COLUMNS} ORDER BY r.seq LIMIT $limit`,
    { since: int(since), limit: int(PAGE_ROWS) },
  );
  return records.map((record) => toRow(record.toObject()));
}

/** Deletes up to a page of the readings before an instant. Returns how many. */
export async function dropPage(transaction: Transaction, before: number): Promise<number> {
  const { records } = await transaction.run<{ dropped: number }>(
    'MATCH (r:Reading) WHERE r.at < $before WITH r LIMIT $limit DELETE r RETURN count(*) AS dropped',
    { before: instant(before), limit: int(10 * PAGE_ROWS) },
  );
  return records[0]!.get('dropped');
}

/** The reading of a row; null when its key was destroyed. */
export function decodeReading(sealer: Sealer, { seq, home, device, at, keyId, body }: ReadingRow): Reading | null {
  const plain = sealer.open({ keyId, body });
  if (plain === null) return null;
  const reading = JSON.parse(Buffer.from(plain).toString()) as Omit<Reading, 'home'>;
  if (reading.device !== device || reading.at !== at) {
    throw new CodedError('store:corrupt', `reading ${seq} does not hold what its row says`, {
      hint: 'restore a backup',
    });
  }
  return { home, ...reading };
}

const instantOf = ({ home, device, at }: { home: string; device: string; at: number }): string =>
  JSON.stringify([home, device, at]);

/** A bound of a range: callers may give `Infinity`, for which Neo4j has floating point numbers only. */
const instant = (at: number) => (Number.isSafeInteger(at) ? int(at) : at);

const toRow = ({ body, ...row }: ReadingNode): ReadingRow => ({ ...row, body: unsigned(body) });
