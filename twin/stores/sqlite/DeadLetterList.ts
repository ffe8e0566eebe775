import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeadLetter, DeadLetterCount } from '../../TwinStore.ts';

/** How many dead letters are kept; older ones are only counted, so that a broken device cannot fill the disk. */
const KEPT_LETTERS = 20_000;

/** The dead letters in the database, newest first, and how many there ever were of each code. */
export class DeadLetterList {
  readonly #insert: StatementSync;
  readonly #count: StatementSync;
  readonly #trim: StatementSync;
  readonly #select: StatementSync;
  readonly #selectOfHome: StatementSync;
  readonly #counts: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(
      'INSERT INTO dead_letters (at, code, home, topic, property, detail) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#count = db.prepare(
      'INSERT INTO dead_letter_counts VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1',
    );
    this.#trim = db.prepare('DELETE FROM dead_letters WHERE seq <= ?');
    const select = 'SELECT code, home, topic, property, detail, at FROM dead_letters';
    this.#select = db.prepare(`${select} ORDER BY seq DESC LIMIT ?`);
    this.#selectOfHome = db.prepare(`${select} WHERE home = ? ORDER BY seq DESC LIMIT ?`);
    this.#counts = db.prepare('SELECT code, count FROM dead_letter_counts ORDER BY code');
  }

  append({ at, code, home, topic, property, detail }: DeadLetter): void {
    const { lastInsertRowid } = this.#insert.run(Math.trunc(at), code, home, topic, property, detail);
    this.#count.run(code);
    this.#trim.run(Number(lastInsertRowid) - KEPT_LETTERS);
  }

  list({ home, first }: { readonly home?: string; readonly first: number }): DeadLetter[] {
    const rows = home === undefined ? this.#select.all(first) : this.#selectOfHome.all(home, first);
    return rows.map((row) => ({ ...row }) as unknown as DeadLetter);
  }

  counts(): DeadLetterCount[] {
    return this.#counts.all().map((row) => ({ ...row }) as unknown as DeadLetterCount);
  }
}
