import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../CodedError.ts';
import { guarded } from './storeErrors.ts';

/** The version of the tables. A folder with a higher one was written by a newer Twinward. */
const SCHEMA_VERSION = 1;

const TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY, version INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, home TEXT,
  key_id TEXT, body BLOB NOT NULL, chain BLOB NOT NULL
) STRICT;
CREATE TABLE readings (
  seq INTEGER PRIMARY KEY, home TEXT NOT NULL, device TEXT NOT NULL, at INTEGER NOT NULL,
  day INTEGER NOT NULL, grade_group TEXT NOT NULL, key_id TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX readings_by_home ON readings (home, at);
CREATE INDEX readings_by_day ON readings (day, grade_group);
CREATE TABLE device_values (
  home TEXT NOT NULL, device TEXT NOT NULL, tenancy TEXT NOT NULL, grade_group TEXT NOT NULL,
  key_id TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (home, device, tenancy, grade_group)
) WITHOUT ROWID, STRICT;
CREATE TABLE dead_letters (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, code TEXT NOT NULL, home TEXT, topic TEXT NOT NULL,
  property TEXT, detail TEXT NOT NULL
) STRICT;
CREATE TABLE dead_letter_counts (code TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID, STRICT;
`;

/**
 * Opens the database of a twin, and makes its tables when it is new. `path` is a file or `:memory:`.
 * Throws `store:version.newer` for one of a newer Twinward and `store:corrupt` for a damaged one.
 */
export function openDatabase(path: string): DatabaseSync {
  return guarded(() => {
    if (path !== ':memory:') makePrivate(path);
    const db = new DatabaseSync(path, { timeout: 2000 });
    try {
      // A full sync at each commit: what was acknowledged survives the machine's end, not only the process's.
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536');
      prepareTables(db);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** The file is its owner's alone before anything is in it; the files of the write-ahead log take its mode (SC-8.7-4). */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch {
    // What is wrong with the file SQLite says next, in words that have a hint.
  }
}

function prepareTables(db: DatabaseSync): void {
  const found = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get();
  if (!found) {
    db.exec(`BEGIN IMMEDIATE; ${TABLES} INSERT INTO meta VALUES ('schema_version', '${SCHEMA_VERSION}'); COMMIT`);
    return;
  }
  const version = Number(readMeta(db, 'schema_version'));
  if (version > SCHEMA_VERSION) {
    throw new CodedError(
      'store:version.newer',
      `the data folder has version ${version}, this Twinward reads ${SCHEMA_VERSION}`,
      {
        hint: 'use the newer Twinward that wrote it',
      },
    );
  }
  if (version !== SCHEMA_VERSION) {
    throw new CodedError('store:corrupt', 'the database names no version that ever was', {
      hint: 'restore it from a backup',
    });
  }
}

/** A small fact about the folder, or null. */
export function readMeta(db: DatabaseSync, key: string): string | null {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(key);
  return row ? String(row['value']) : null;
}

/** Keeps a small fact about the folder for ever; one that is known already stays. */
export function keepMeta(db: DatabaseSync, key: string, value: string): void {
  guarded(() => db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING').run(key, value));
}
