import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../../CodedError.ts';
import type { Sealer } from '../../Sealer.ts';
import type { Reading } from '../../TwinStore.ts';

const DAY_MS = 86_400_000;

type EncodedReading = { readonly reading: Reading; readonly keyId: string; readonly body: Uint8Array };
type ReadingRow = {
  readonly seq: number;
  readonly home: string;
  readonly device: string;
  readonly at: number;
  readonly keyId: string;
  readonly body: Uint8Array;
};

/** Where a page of readings ended. */
export type ReadingCursor = { readonly at: number; readonly seq: number };

/**
 * The log of readings in the database: one row a message, its body sealed once. Repeats are found by opening the rows
 * of the same device and source time: a digest of the values in the clear would outlive the key and let them be guessed.
 */
export class ReadingLog {
  readonly #sealer: Sealer;
  readonly #insert: StatementSync;
  readonly #sameInstant: StatementSync;
  readonly #select: StatementSync;
  readonly #drop: StatementSync;

  constructor(db: DatabaseSync, sealer: Sealer) {
    this.#sealer = sealer;
    this.#insert = db.prepare(
      'INSERT INTO readings (home, device, at, day, grade_group, key_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#sameInstant = db.prepare(
      'SELECT seq, home, device, at, key_id AS keyId, body FROM readings WHERE home = ? AND at = ? AND device = ?',
    );
    this.#select = db.prepare(
      `SELECT seq, home, device, at, key_id AS keyId, body FROM readings
       WHERE home = ? AND at >= ? AND at < ? AND (at > ? OR seq > ?) ORDER BY at, seq LIMIT ?`,
    );
    this.#drop = db.prepare('DELETE FROM readings WHERE day <= ? AND at < ?');
  }

  encode(reading: Reading): EncodedReading {
    const { home, tenancy, group, at, receivedAt } = reading;
    if (!Number.isSafeInteger(at) || !Number.isSafeInteger(receivedAt)) {
      throw new CodedError('store:batch.invalid', `a reading of \`${reading.device}\` has no whole milliseconds`);
    }
    const plain = Buffer.from(JSON.stringify({ ...reading, home: undefined }));
    return { reading, ...this.#sealer.seal({ kind: 'home', home, tenancy, group }, plain) };
  }

  /** Appends a reading, unless it is told for the second time. Returns whether it did. */
  append({ reading, keyId, body }: EncodedReading): boolean {
    const { home, device, at, group } = reading;
    const rows = this.#sameInstant.all(home, at, device) as unknown as ReadingRow[];
    if (rows.some((row) => this.#tells(row, reading))) return false;
    this.#insert.run(home, device, at, Math.floor(at / DAY_MS), group, keyId, body);
    return true;
  }

  /** Up to `limit` readings of a home in a range, after the cursor; `next` is null at the end. */
  page(home: string, from: number, until: number, after: ReadingCursor | null, limit: number) {
    const start = after ?? { at: from, seq: 0 };
    const rows = this.#select.all(home, start.at, until, start.at, start.seq, limit) as unknown as ReadingRow[];
    const last = rows.at(-1);
    return {
      readings: rows.map((row) => this.#decode(row)).filter((reading) => reading !== null),
      next: last && rows.length === limit ? { at: last.at, seq: last.seq } : null,
    };
  }

  drop(before: number): number {
    return Number(this.#drop.run(Math.floor(before / DAY_MS), before).changes);
  }

  #tells(row: ReadingRow, { values }: Reading): boolean {
    try {
      return isDeepStrictEqual(this.#decode(row)?.values, values);
    } catch (error) {
      // A row that was damaged is refused to whoever reads it; it must not keep new messages out.
      if (error instanceof CodedError) return false;
      throw error;
    }
  }

  #decode({ seq, home, device, at, keyId, body }: ReadingRow): Reading | null {
    const plain = this.#sealer.open({ keyId, body });
    if (plain === null) return null;
    const reading = JSON.parse(Buffer.from(plain).toString()) as Omit<Reading, 'home'>;
    if (reading.device !== device || reading.at !== at) {
      throw new CodedError('store:corrupt', `reading ${seq} does not hold what its row says`, {
        hint: 'restore a backup',
      });
    }
    return { home, ...reading };
  }
}
