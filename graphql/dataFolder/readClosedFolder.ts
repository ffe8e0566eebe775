import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { FolderDatabase } from '../writer/FolderDatabase.ts';
import { lockFolder } from './lockFolder.ts';

/**
 * Reads a data folder on which no server runs, for as long as some work takes; nothing is written to it. Rejects with
 * `config:folder.empty`, `config:folder.locked`, and what keeps the folder from being believed.
 */
export async function readClosedFolder<Result>(
  folder: string,
  work: (database: FolderDatabase) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(join(folder, 'twinward.db'))) {
    throw new CodedError('config:folder.empty', `there is no twin in \`${folder}\``, {
      hint: 'name the data folder in TWINWARD_DATA, or start one with `twinward serve`',
    });
  }
  const reading = before.then(() => read(folder, work));
  before = reading.catch(() => undefined);
  return reading;
}

/** One reader of this process after the other: a second lock on a folder would give up the first. */
let before: Promise<unknown> = Promise.resolve();

async function read<Result>(folder: string, work: (database: FolderDatabase) => Promise<Result>): Promise<Result> {
  const lock = lockFolder(folder);
  try {
    const database = FolderDatabase.open({ folder, demo: null });
    try {
      return await work(database);
    } finally {
      database.abandon();
    }
  } finally {
    lock.release();
  }
}
