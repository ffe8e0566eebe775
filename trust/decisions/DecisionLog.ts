import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../twin/CodedError.ts';
import type { KeyScope } from '../../twin/Sealer.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import type { KeyStore } from '../keys/KeyStore.ts';
import type { Sm4Sealer, SystemScope } from '../Sm4Sealer.ts';
import { hmacSm3 } from '../sm3.ts';

/** A decision record as it is kept: `body` is any JSON, `at` ISO 8601 in UTC. */
export type DecisionRecordRow = {
  readonly id: string;
  readonly at: string;
  readonly body: unknown;
  /** Whose key seals it; without one it is the product's own. */
  readonly scope?: KeyScope;
};

/** Facts that decisions rest on, stored once under the digest that the records name. */
type FactsRow = { readonly digest: string; readonly body: unknown; readonly scope?: KeyScope };

export type DecisionBatch = { readonly records: readonly DecisionRecordRow[]; readonly facts?: readonly FactsRow[] };

const TABLES = `
CREATE TABLE IF NOT EXISTS decisions (
  id TEXT PRIMARY KEY, at TEXT NOT NULL, key_id TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS facts (code BLOB PRIMARY KEY, key_id TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID, STRICT;
`;

const SYSTEM_SCOPE: SystemScope = { kind: 'system', name: 'decisions' };

/** The records of decisions and the facts they rest on, sealed, beside the audit and in the same transactions. */
export class DecisionLog {
  readonly #sealer: Sm4Sealer;
  readonly #codeKey: Uint8Array;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #selectPeriod: StatementSync;
  readonly #insertFacts: StatementSync;
  readonly #selectFacts: StatementSync;

  constructor(db: DatabaseSync, keys: KeyStore, sealer: Sm4Sealer) {
    guarded(() => db.exec(TABLES));
    this.#sealer = sealer;
    this.#codeKey = keys.secret('facts digests', () => randomBytes(32));
    this.#insert = db.prepare('INSERT INTO decisions VALUES (?, ?, ?, ?)');
    this.#select = db.prepare('SELECT at, key_id AS keyId, body FROM decisions WHERE id = ?');
    this.#selectPeriod = db.prepare(
      'SELECT id, at, key_id AS keyId, body FROM decisions WHERE at >= ? AND at < ? ORDER BY at, id',
    );
    this.#insertFacts = db.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?, ?)');
    this.#selectFacts = db.prepare('SELECT key_id AS keyId, body FROM facts WHERE code = ?');
  }

  /** Checks and seals records within a transaction, and returns what writes them. Throws `store:decision.exists`. */
  prepare({ records, facts = [] }: DecisionBatch): () => void {
    const ids = new Set<string>();
    for (const { id } of records) {
      if (ids.has(id) || this.#select.get(id))
        throw new CodedError('store:decision.exists', `decision \`${id}\` is recorded already`);
      ids.add(id);
    }
    const sealed = records.map(({ id, at, body, scope }) => ({ id, at, ...this.#seal(id, body, scope) }));
    const known = new Set<string>();
    const fresh = facts.filter(({ digest }) => {
      if (known.has(digest)) return false;
      known.add(digest);
      // Erased facts that hold again are written again, under the key of now.
      return this.findFacts(digest) === null;
    });
    const sealedFacts = fresh.map(({ digest, body, scope }) => ({ digest, ...this.#seal(digest, body, scope) }));
    return () => {
      for (const { id, at, keyId, body } of sealed) this.#insert.run(id, at, keyId, body);
      for (const { digest, keyId, body } of sealedFacts) this.#insertFacts.run(this.#code(digest), keyId, body);
    };
  }

  /** The record of a decision; null when there is none, or it was erased. */
  find(id: string): DecisionRecordRow | null {
    const row = this.#select.get(id);
    const body = row && this.#open(id, row['keyId'], row['body']);
    return row && body !== undefined ? { id, at: String(row['at']), body } : null;
  }

  /**
   * The records of a period, oldest first, `until` left out of it: by the instants of the decisions, ISO 8601 in UTC. `body`
   * is undefined for one that was erased.
   */
  *between(from: string, until: string): Generator<DecisionRecordRow> {
    for (const row of this.#selectPeriod.iterate(from, until)) {
      const [id, at] = [String(row['id']), String(row['at'])];
      yield { id, at, body: this.#open(id, row['keyId'], row['body']) };
    }
  }

  /** The facts of a digest; null when there are none, or they were erased. */
  findFacts(digest: string): unknown {
    const row = this.#selectFacts.get(this.#code(digest));
    return (row && this.#open(digest, row['keyId'], row['body'])) ?? null;
  }

  /** A digest of few possible facts can be guessed: it lies in the table under a key. */
  #code(digest: string): Uint8Array {
    return hmacSm3(this.#codeKey, digest);
  }

  #seal(name: string, body: unknown, scope: KeyScope | undefined) {
    return this.#sealer.seal(scope ?? SYSTEM_SCOPE, Buffer.from(JSON.stringify({ name, body })));
  }

  #open(name: string, keyId: unknown, body: unknown): unknown {
    const plain = this.#sealer.open({ keyId: String(keyId), body: body as Uint8Array });
    if (plain === null) return undefined;
    const opened = JSON.parse(Buffer.from(plain).toString()) as { name: string; body: unknown };
    if (opened.name !== name)
      throw new CodedError('store:corrupt', `the record of \`${name}\` is another's`, { hint: 'restore a backup' });
    return opened.body;
  }
}
