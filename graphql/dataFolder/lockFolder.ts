import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../twin/CodedError.ts';

/** A data folder that is ours alone until it is released, or the process ends in whatever way. */
export type FolderLock = { release(): void };

/**
 * Takes a data folder for this process, and makes it when it is new. The lock is an open exclusive transaction on
 * `lock.db`: the kernel frees it with the process, so nothing stale is left after a kill. Throws `config:folder.locked`, and
 * `config:folder.unusable` where no folder can be or be written.
 *
 * Nothing else in this process may open and close `lock.db`: that would drop the lock, as POSIX locks go.
 */
export function lockFolder(folder: string): FolderLock {
  let db: DatabaseSync | null = null;
  try {
    makeFolder(resolve(folder));
    db = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    throw isBusy(error) ? locked(folder) : unusable(folder, error);
  }
  const held = db;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

/** Node's own recursive way does not end where a folder is there and takes none, as under `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

function locked(folder: string): CodedError {
  const pid = pidOf(folder);
  const by = pid === null ? 'another process' : `process ${pid}`;
  return new CodedError('config:folder.locked', `the data folder \`${folder}\` is in use by ${by}`, {
    // A server says who it is when it answers.
    hint: `${pid === null ? 'wait a moment if a server is starting there; else ' : ''}stop it, or name another folder in TWINWARD_DATA`,
  });
}

/** The process that `server.json` names; a hint only, as it may be there no more or belong to an earlier one. */
function pidOf(folder: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as { readonly pid?: unknown };
    return typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function unusable(folder: string, cause: unknown): CodedError {
  return new CodedError('config:folder.unusable', `the data folder \`${folder}\` cannot be used`, {
    hint: 'name a folder that can be written in TWINWARD_DATA',
    cause,
  });
}
