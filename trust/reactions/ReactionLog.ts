import { randomBytes } from 'node:crypto';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { CodedError } from '../../twin/CodedError.ts';
import type { Sealer } from '../../twin/Sealer.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import type { KeyStore } from '../keys/KeyStore.ts';
import { hmacSm3 } from '../sm3.ts';

/**
 * What is kept of the reaction to an event: the `run` of a rule, the `result` of an effect that was carried out later,
 * an effect that is `pending`, a `notice` to somebody, and what was `share`d with a platform.
 */
type ReactionKind = 'run' | 'result' | 'pending' | 'notice' | 'share';

export type ReactionRow = {
  /** Follows from what it is about, so that the same thing told twice is kept once. */
  readonly id: string;
  readonly kind: ReactionKind;
  readonly home: string;
  /** The tenancy (lease id) in which it came about, or null: whose key seals it. */
  readonly tenancy: string | null;
  readonly device: string | null;
  /** What it is found by: the rule of a run, the run of a result, who is told or given. It lies in the table under a key. */
  readonly name: string;
  /** When it happened, in milliseconds since 1970; for what is pending, when it is due. */
  readonly at: number;
  /** Any JSON. */
  readonly body: unknown;
  /** Whether it warns people of a danger to their life: then it is told although it cannot be kept. */
  readonly isUrgent?: boolean;
};

/** What is kept of reactions in one commit, and the ids of what is no longer pending. */
export type ReactionBatch = { readonly rows: readonly ReactionRow[]; readonly done?: readonly string[] };

/** Which rows: all that are given must hold. `from` is in the range, `until` is not. */
export type ReactionQuery = {
  readonly kind: ReactionKind;
  readonly home?: string | undefined;
  readonly device?: string | undefined;
  /** One of these, where it is a list. */
  readonly name?: string | readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Only rows that come after this one in the order, newest first. */
  readonly after?: ReactionCursor | undefined;
  readonly first: number;
};
/** The place of a row in the order. */
type ReactionCursor = { readonly at: number; readonly seq: number };
export type FoundReaction = ReactionRow & { readonly seq: number };

const TABLES = `
CREATE TABLE IF NOT EXISTS reactions (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, home TEXT NOT NULL, tenancy TEXT,
  device TEXT, code BLOB NOT NULL, at INTEGER NOT NULL, kept INTEGER NOT NULL, key_id TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reactions_by_home ON reactions (kind, home, at);
CREATE INDEX IF NOT EXISTS reactions_by_name ON reactions (kind, code, at);
`;
const COLUMNS = 'seq, id, kind, home, tenancy, device, at, key_id AS keyId, body';
/** Rows that one statement drops, so that messages need not wait for all of them. */
const DROPPED_AT_ONCE = 2_000;

/** What followed from events, sealed under the keys of the homes, beside the twin and in the same transactions. */
export class ReactionLog {
  readonly #db: DatabaseSync;
  readonly #sealer: Pick<Sealer, 'seal' | 'open'>;
  readonly #codeKey: Uint8Array;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #select: StatementSync;
  readonly #has: StatementSync;
  readonly #drop: StatementSync;

  constructor(db: DatabaseSync, keys: Pick<KeyStore, 'secret'>, sealer: Pick<Sealer, 'seal' | 'open'>) {
    guarded(() => db.exec(TABLES));
    this.#db = db;
    this.#sealer = sealer;
    this.#codeKey = keys.secret('reaction names', () => randomBytes(32));
    // Told again is kept once: its id follows from what happened.
    this.#insert = db.prepare(
      `INSERT INTO reactions (id, kind, home, tenancy, device, code, at, kept, key_id, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#delete = db.prepare("DELETE FROM reactions WHERE id = ? AND kind = 'pending'");
    this.#select = db.prepare(`SELECT ${COLUMNS} FROM reactions WHERE id = ?`);
    this.#has = db.prepare('SELECT 1 FROM reactions WHERE id = ?');
    // What is pending is never dropped: it ends by being done. Nor does it stand in the way, where its key was destroyed.
    this.#drop = db.prepare(
      `DELETE FROM reactions WHERE seq IN (
         SELECT seq FROM (SELECT seq, kept FROM reactions WHERE kind <> 'pending' ORDER BY seq LIMIT ${DROPPED_AT_ONCE})
         WHERE kept < ?
       )`,
    );
  }

  /** Seals rows within a transaction, and returns what writes them. `now` is in milliseconds since 1970. */
  prepare({ rows, done = [] }: ReactionBatch, now: number): () => void {
    const sealed = rows.map((row) => ({ row, ...this.#seal(row) }));
    return () => {
      for (const { row, keyId, body } of sealed) {
        const { id, kind, home, tenancy, device, name, at } = row;
        this.#insert.run(id, kind, home, tenancy, device, this.#code(name), Math.trunc(at), now, keyId, body);
      }
      for (const id of done) this.#delete.run(id);
    };
  }

  /** Whether a row of this id was kept, erased or not. */
  has(id: string): boolean {
    return this.#has.get(id) !== undefined;
  }

  /** The row of an id; null when there is none, or it was erased. */
  find(id: string): FoundReaction | null {
    const row = this.#select.get(id);
    return row ? this.#open(row) : null;
  }

  /** The rows that a query asks for, newest first; erased ones are left out. */
  page({ kind, home, device, name, from, until, after, first }: ReactionQuery): FoundReaction[] {
    const where = ['kind = ?'];
    const values: SQLInputValue[] = [kind];
    const ask = (text: string, ...given: readonly SQLInputValue[]) => {
      where.push(text);
      values.push(...given);
    };
    if (home !== undefined) ask('home = ?', home);
    if (device !== undefined) ask('device = ?', device);
    if (name !== undefined) {
      const names = typeof name === 'string' ? [name] : name;
      ask(`code IN (${names.map(() => '?').join(', ')})`, ...names.map((each) => this.#code(each)));
    }
    if (from !== undefined) ask('at >= ?', from);
    if (until !== undefined) ask('at < ?', until);
    if (after !== undefined) ask('(at, seq) < (?, ?)', after.at, after.seq);
    const statement = this.#db.prepare(
      `SELECT ${COLUMNS} FROM reactions WHERE ${where.join(' AND ')} ORDER BY at DESC, seq DESC`,
    );
    const found: FoundReaction[] = [];
    // No limit in the statement: what was erased does not count.
    for (const row of statement.iterate(...values)) {
      if (found.length === first) break;
      const opened = this.#open(row);
      if (opened) found.push(opened);
    }
    return found;
  }

  /** Drops some of the oldest of what was kept before `instant` (milliseconds since 1970). Returns how many. */
  dropSome(instant: number): number {
    return Number(this.#drop.run(instant).changes);
  }

  /** A word of few possible ones can be guessed from its digest: it lies in the table under a key. */
  #code(name: string): Uint8Array {
    return hmacSm3(this.#codeKey, name);
  }

  #seal({ id, home, tenancy, name, body }: ReactionRow) {
    const plain = Buffer.from(JSON.stringify({ id, name, body }));
    return this.#sealer.seal({ kind: 'home', home, tenancy, group: 'closed' }, plain);
  }

  #open(row: Record<string, unknown>): FoundReaction | null {
    const { keyId, body, ...columns } = row as FoundReaction & { readonly keyId: string; readonly body: Uint8Array };
    const plain = this.#sealer.open({ keyId, body });
    if (plain === null) return null;
    const opened = JSON.parse(Buffer.from(plain).toString()) as Pick<ReactionRow, 'id' | 'name' | 'body'>;
    if (opened.id !== columns.id) {
      throw new CodedError('store:corrupt', `the record of \`${columns.id}\` is another's`, {
        hint: 'restore a backup',
      });
    }
    return { ...columns, name: opened.name, body: opened.body };
  }
}
