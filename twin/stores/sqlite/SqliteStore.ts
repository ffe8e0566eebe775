import { existsSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../CodedError.ts';
import type { ChangeRecord } from '../../changes.ts';
import type { Sealer } from '../../Sealer.ts';
import type {
  DeadLetter,
  DeadLetterCount,
  DeviceValues,
  Reading,
  StoredValue,
  TwinBatch,
  TwinStore,
} from '../../TwinStore.ts';
import { ChangeLog, type ChangePage, type LogHead, parseChange } from './ChangeLog.ts';
import { DeadLetterList } from './DeadLetterList.ts';
import { openDatabase } from './openDatabase.ts';
import { PresentValues, parseValues, type ValueCursor, type ValuePage } from './PresentValues.ts';
import { type ReadingCursor, ReadingLog } from './ReadingLog.ts';
import { storedValues } from './storedValues.ts';
import { guarded, storeError } from './storeErrors.ts';

/** Rows that one step of an iteration reads; between steps, writes may go on. */
const PAGE_ROWS = 1_000;

/**
 * The twin in an SQLite database, in a file or in memory.
 *
 * It joins other tables of the same database in one transaction: `transact` opens one, and inside it `prepare` checks
 * and seals a batch without writing, so that what is wrong with one batch leaves the others of a group untouched.
 *
 * @example
 * const store = SqliteStore.open(':memory:', new EphemeralSealer());
 * await store.commit({ changes: [{ at: '2026-01-01T00:00:00.000Z', change }] });
 */
export class SqliteStore implements TwinStore {
  readonly database: DatabaseSync;
  readonly #sealer: Sealer;
  readonly #changes: ChangeLog;
  readonly #readings: ReadingLog;
  readonly #present: PresentValues;
  readonly #letters: DeadLetterList;

  /** Takes over a database that `openDatabase` opened, and closes it in the end. */
  constructor(database: DatabaseSync, sealer: Sealer) {
    this.database = database;
    this.#sealer = sealer;
    this.#changes = guarded(() => new ChangeLog(database, sealer));
    this.#readings = new ReadingLog(database, sealer);
    this.#present = new PresentValues(database, sealer);
    this.#letters = new DeadLetterList(database);
  }

  static open(path: string, sealer: Sealer): SqliteStore {
    return new SqliteStore(openDatabase(path), sealer);
  }

  /** The last row of the log of changes. */
  get head(): LogHead {
    return this.#changes.head;
  }

  /** Runs work in one transaction: all of it is durable when this returns, and nothing of it when it throws. */
  transact<Result>(work: () => Result): Result {
    guarded(() => this.database.exec('BEGIN IMMEDIATE'));
    try {
      const result = work();
      this.#present.flush();
      // Keys first: a body whose key was lost with the power is lost too, a key without a body harms nobody.
      this.#sealer.flush();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      this.#changes.reload();
      this.#present.forget();
      throw storeError(error);
    }
  }

  /**
   * Checks and seals a batch within a transaction, and returns what writes it and answers the new revision.
   * It throws `store:revision.conflict` or `store:batch.invalid` before anything is written.
   */
  prepare(batch: TwinBatch): () => number {
    const { expectedRevision } = batch;
    if (expectedRevision !== undefined && expectedRevision !== this.head.seq) {
      throw new CodedError(
        'store:revision.conflict',
        `the twin is at revision ${this.head.seq}, not ${expectedRevision}`,
        {
          hint: 'read again and repeat',
        },
      );
    }
    const changes = (batch.changes ?? []).map((change) => this.#changes.encode(change));
    const readings = (batch.readings ?? []).map((reading) => this.#readings.encode(reading));
    for (const { reading } of readings) {
      if (reading.current !== false) this.#present.load(reading.home, reading.device);
    }
    for (const { home, device } of batch.memories ?? []) this.#present.load(home, device);
    return () => {
      for (const change of changes) this.#changes.append(change);
      for (const reading of readings) {
        if (this.#readings.append(reading)) this.#present.take(reading.reading);
      }
      for (const letter of batch.deadLetters ?? []) this.#letters.append(letter);
      for (const memory of batch.memories ?? []) this.#present.remember(memory);
      for (const home of batch.wipedHomes ?? []) this.#present.wipe(home);
      return this.head.seq;
    };
  }

  async commit(batch: TwinBatch): Promise<{ readonly revision: number }> {
    return { revision: this.transact(() => this.prepare(batch)()) };
  }

  async revision(): Promise<number> {
    return this.head.seq;
  }

  changesPage(since: number, limit: number): ChangePage {
    return guarded(() => this.#changes.page(since, limit));
  }

  valuesPage(after: ValueCursor | null, limit: number): ValuePage {
    return guarded(() => this.#present.page(after, limit));
  }

  readingsPage(home: string, from: number, until: number, after: ReadingCursor | null, limit: number) {
    return guarded(() => this.#readings.page(home, from, until, after, limit));
  }

  async *changes(since: number): AsyncGenerator<ChangeRecord> {
    for (let next: number | null = since; next !== null; ) {
      const page = this.changesPage(next, PAGE_ROWS);
      for (const change of page.changes) yield parseChange(change);
      next = page.next;
    }
  }

  async *values(): AsyncGenerator<StoredValue> {
    for await (const page of this.valuePages()) yield* page.flatMap(storedValues);
  }

  async *valuePages(): AsyncGenerator<readonly DeviceValues[]> {
    let after: ValueCursor | null = null;
    do {
      const page = this.valuesPage(after, PAGE_ROWS);
      yield page.texts.map(parseValues);
      after = page.next;
    } while (after);
  }

  async *readings(home: string, from: number, until: number): AsyncGenerator<Reading> {
    let after: ReadingCursor | null = null;
    do {
      const page = this.readingsPage(home, from, until, after, PAGE_ROWS);
      yield* page.readings;
      after = page.next;
    } while (after);
  }

  async deadLetters(options: { readonly home?: string; readonly first: number }): Promise<DeadLetter[]> {
    return guarded(() => this.#letters.list(options));
  }

  async deadLetterCounts(): Promise<DeadLetterCount[]> {
    return guarded(() => this.#letters.counts());
  }

  async dropReadings(before: number): Promise<number> {
    return this.transact(() => this.#readings.drop(before));
  }

  /** Forgets values held open in memory, as when a key was destroyed. */
  forgetValues(): void {
    this.#present.forget();
  }

  async backup(path: string): Promise<void> {
    if (existsSync(path)) {
      throw new CodedError('store:backup.exists', `\`${path}\` exists already`, { hint: 'name a new file' });
    }
    try {
      await backup(this.database, path);
    } catch (error) {
      throw storeError(error);
    }
  }

  async close(): Promise<void> {
    if (!this.database.isOpen) return;
    guarded(() => this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    this.database.close();
  }
}
