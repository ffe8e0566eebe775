import { randomUUID } from 'node:crypto';
import type { ChangeRecord } from '../../changes.ts';
import type { Sealer } from '../../Sealer.ts';
import type { DeadLetter, DeadLetterCount, Reading, StoredValue, TwinBatch, TwinStore } from '../../TwinStore.ts';
import { applyBatch, encodeBatch } from './applyBatch.ts';
import { type ChangeRow, decodeChange, readChanges } from './changeLog.ts';
import type { PresentRow } from './DevicePresent.ts';
import { openPresent } from './DevicePresent.ts';
import { countLetters, listLetters } from './deadLetters.ts';
import { lockHead, readHead } from './head.ts';
import { pagesOf } from './inPages.ts';
import type { Neo4jConnection } from './Neo4jConnection.ts';
import { readPresent } from './presentValues.ts';
import { decodeReading, dropPage, type ReadingRow, readHomeReadings } from './readingLog.ts';
import { rebuildProjection } from './rebuildProjection.ts';
import { writeBackup } from './writeBackup.ts';
import { eraseProjected } from './writeProjection.ts';

/**
 * The twin in a Neo4j database: the logs as nodes, and beside them the graph itself, for integrators who query it with
 * Cypher. Several processes may write at once: each batch holds the lock of the twin's head while it is applied.
 *
 * @example
 * const store = await openNeo4jStore({ url: 'bolt://127.0.0.1:7687', user: 'neo4j', password, sealer });
 */
export class Neo4jStore implements TwinStore {
  readonly #connection: Neo4jConnection;
  readonly #sealer: Sealer;
  /** The end of the last write: waiting here costs less than waiting for the lock on the server. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Takes over a connection to a database that `prepareSchema` prepared, and closes it in the end. */
  constructor(connection: Neo4jConnection, sealer: Sealer) {
    this.#connection = connection;
    this.#sealer = sealer;
  }

  async commit(batch: TwinBatch): Promise<{ readonly revision: number }> {
    const encoded = encodeBatch(this.#sealer, randomUUID(), batch);
    const revision = await this.#inTurn(() =>
      this.#connection.write((transaction) => applyBatch(transaction, this.#sealer, encoded)),
    );
    return { revision };
  }

  async revision(): Promise<number> {
    const { seq } = await this.#connection.read(readHead);
    return seq;
  }

  async *changes(since: number): AsyncGenerator<ChangeRecord> {
    const pages = pagesOf((after: ChangeRow | null) =>
      this.#connection.read((transaction) => readChanges(transaction, after?.seq ?? since)),
    );
    for await (const rows of pages) yield* rows.map((row) => decodeChange(this.#sealer, row)).filter(isThere);
  }

  async *values(): AsyncGenerator<StoredValue> {
    const pages = pagesOf((after: PresentRow | null) =>
      this.#connection.read((transaction) => readPresent(transaction, after?.id ?? '')),
    );
    for await (const rows of pages) {
      for (const row of rows) {
        const { home, device } = row;
        for (const [property, [value, at, receivedAt]] of openPresent(this.#sealer, row)) {
          yield { home, device, property, value, at, receivedAt };
        }
      }
    }
  }

  async *readings(home: string, from: number, until: number): AsyncGenerator<Reading> {
    const pages = pagesOf((after: ReadingRow | null) =>
      this.#connection.read((transaction) => readHomeReadings(transaction, home, from, until, after)),
    );
    for await (const rows of pages) yield* rows.map((row) => decodeReading(this.#sealer, row)).filter(isThere);
  }

  deadLetters(options: { readonly home?: string; readonly first: number }): Promise<DeadLetter[]> {
    return this.#connection.read((transaction) => listLetters(transaction, options));
  }

  deadLetterCounts(): Promise<DeadLetterCount[]> {
    return this.#connection.read(countLetters);
  }

  /** Drops readings in several transactions, so that other writes go on in between. */
  async dropReadings(before: number): Promise<number> {
    let dropped = 0;
    for (;;) {
      const page = await this.#inTurn(() => this.#connection.write((transaction) => dropPage(transaction, before)));
      if (page === 0) return dropped;
      dropped += page;
    }
  }

  /**
   * Takes out of the projected graph what a key had sealed, after it was destroyed. The logs need nothing: without the
   * key nobody opens their bodies. Doing it again changes nothing.
   */
  async forgetKey(keyId: string): Promise<void> {
    await this.#inTurn(() => this.#connection.write((transaction) => eraseProjected(transaction, keyId)));
  }

  /** Makes the projected graph anew from the changes that can still be opened. */
  async rebuildProjection(): Promise<void> {
    await this.#inTurn(() => rebuildProjection(this.#connection, this.#sealer));
  }

  /**
   * Writes all rows as they lie there, sealed, into a file that `restoreNeo4jStore` reads. Writers wait meanwhile, in
   * this process and in others, so that logs and values are of one revision. Throws `store:backup.exists`.
   */
  async backup(path: string): Promise<void> {
    await this.#inTurn(() =>
      this.#connection.holding(async (transaction) => {
        const { head } = await lockHead(transaction, randomUUID());
        await writeBackup(transaction, head, path);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#connection.close();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function isThere<Item>(item: Item | null): item is Item {
  return item !== null;
}
