import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CodedError } from '../../../twin/CodedError.ts';
import { openBytes, SM4_KEY_BYTES, sealBytes } from '../../sm4.ts';
import type { Key, KeyStore } from '../KeyStore.ts';
import { loadRootKey } from './rootKey.ts';

const TABLES = `
CREATE TABLE IF NOT EXISTS keys (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, wrapped BLOB, made_at TEXT NOT NULL, destroyed_at TEXT
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS live_keys ON keys (scope) WHERE wrapped IS NOT NULL;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID, STRICT;
`;

/** Keys in `keys.db` of the data folder, each wrapped by the root key with SM4-GCM. */
export class FileKeyStore implements KeyStore {
  readonly keyring: string;
  readonly #db: DatabaseSync;
  readonly #root: Uint8Array;
  readonly #insert: StatementSync;
  readonly #selectLive: StatementSync;
  readonly #select: StatementSync;

  /** Opens the keys of a folder. Throws `trust:root_key.wrong` when its root key is not the one that wrapped them. */
  static open(folder: string, env: Readonly<Record<string, string | undefined>> = process.env): FileKeyStore {
    const root = loadRootKey(folder, env);
    const path = join(folder, 'keys.db');
    const isNew = !existsSync(path);
    const db = new DatabaseSync(path, { timeout: 2000 });
    try {
      if (isNew) chmodSync(path, 0o600);
      return new FileKeyStore(db, root);
    } catch (error) {
      db.close();
      throw error instanceof CodedError ? error : unreadable(path, error);
    }
  }

  private constructor(db: DatabaseSync, root: Uint8Array) {
    this.#db = db;
    this.#root = root;
    // Secure delete writes zeros over a destroyed key in the file; the log is emptied at each destruction.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    db.exec(TABLES);
    this.#insert = db.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, NULL)');
    this.#selectLive = db.prepare('SELECT id, wrapped FROM keys WHERE scope = ? AND wrapped IS NOT NULL');
    this.#select = db.prepare('SELECT scope, wrapped FROM keys WHERE id = ?');
    this.keyring = this.#openKeyring();
  }

  liveKey(scope: string): Key {
    const row = this.#selectLive.get(scope);
    if (row) return { id: String(row['id']), bytes: this.#unwrap(keyName(String(row['id']), scope), row['wrapped']) };
    // Keys are made many at a time, when a population comes in: they share one sync, at `flush`.
    if (!this.#db.isTransaction) this.#db.exec('BEGIN IMMEDIATE');
    const key = { id: `k${randomBytes(9).toString('base64url')}`, bytes: randomBytes(SM4_KEY_BYTES) };
    this.#insert.run(key.id, scope, sealBytes(this.#root, keyName(key.id, scope), key.bytes), new Date().toISOString());
    return key;
  }

  key(id: string): Uint8Array | null {
    const row = this.#select.get(id);
    if (!row) {
      throw new CodedError('trust:key.unknown', `no key \`${id}\` in keys.db`, {
        hint: 'put back the keys.db that belongs to this data',
      });
    }
    return row['wrapped'] === null ? null : this.#unwrap(keyName(id, String(row['scope'])), row['wrapped']);
  }

  destroy(scope: string): string | null {
    this.flush();
    const row = this.#selectLive.get(scope);
    if (!row) return null;
    const id = String(row['id']);
    this.#db.prepare('UPDATE keys SET wrapped = NULL, destroyed_at = ? WHERE id = ?').run(new Date().toISOString(), id);
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return id;
  }

  secret(name: string, make: () => Uint8Array): Uint8Array {
    const row = this.#db.prepare('SELECT wrapped FROM secrets WHERE name = ?').get(name);
    if (row) return this.#unwrap(`secret ${name}`, row['wrapped']);
    const bytes = make();
    this.#db.prepare('INSERT INTO secrets VALUES (?, ?)').run(name, sealBytes(this.#root, `secret ${name}`, bytes));
    this.flush();
    return bytes;
  }

  note(name: string): string | null {
    const row = this.#db.prepare('SELECT text FROM notes WHERE name = ?').get(name);
    return row ? String(row['text']) : null;
  }

  keepNote(name: string, text: string): void {
    this.#db.prepare('INSERT INTO notes VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text').run(name, text);
    this.flush();
  }

  flush(): void {
    if (this.#db.isTransaction) this.#db.exec('COMMIT');
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.flush();
    this.#db.close();
  }

  /** The id of this set of keys is itself wrapped: opening it shows that the root key is the right one. */
  #openKeyring(): string {
    try {
      return Buffer.from(this.secret('keyring', () => randomBytes(12))).toString('base64url');
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      throw new CodedError('trust:root_key.wrong', 'the root key does not open keys.db', {
        hint: 'set TWINWARD_ROOT_KEY to the key that it was made with, or put root.key back',
      });
    }
  }

  #unwrap(name: string, wrapped: unknown): Uint8Array {
    return openBytes(this.#root, name, wrapped as Uint8Array);
  }
}

/** Binds a wrapped key to its row, so that two rows cannot be exchanged. */
const keyName = (id: string, scope: string) => `key ${id} ${scope}`;

function unreadable(path: string, cause: unknown): CodedError {
  return new CodedError('trust:keys.unreadable', `\`${path}\` cannot be read`, {
    hint: 'put back a copy of it',
    cause,
  });
}
