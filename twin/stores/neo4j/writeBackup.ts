import { type FileHandle, open, rm } from 'node:fs/promises';
import { CodedError } from '../../CodedError.ts';
import { BACKUP_FORMAT, type BackupLine, formatLine } from './backupFormat.ts';
import { readChanges } from './changeLog.ts';
import { countLetters, readLetters } from './deadLetters.ts';
import type { Head } from './head.ts';
import { pagesOf } from './inPages.ts';
import type { Transaction } from './Neo4jConnection.ts';
import { readPresent } from './presentValues.ts';
import { readReadings } from './readingLog.ts';

/**
 * Writes all rows of the twin into a new file, which only its owner can read, and makes it durable. The transaction
 * holds the lock of the head. Throws `store:backup.exists`, and leaves no file when it fails.
 */
export async function writeBackup(transaction: Transaction, head: Head, path: string): Promise<void> {
  const file = await create(path);
  try {
    let lines = 1;
    await file.write(formatLine({ kind: 'backup', format: BACKUP_FORMAT }));
    for await (const page of backupPages(transaction)) {
      lines += page.length;
      await file.write(page.map(formatLine).join(''));
    }
    await file.write(formatLine({ kind: 'end', head, lines }));
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function* backupPages(transaction: Transaction): AsyncGenerator<BackupLine[]> {
  const logs = {
    change: pagesOf<{ seq: number }>((after) => readChanges(transaction, after?.seq ?? 0)),
    reading: pagesOf<{ seq: number }>((after) => readReadings(transaction, after?.seq ?? 0)),
    present: pagesOf<{ id: string }>((after) => readPresent(transaction, after?.id ?? '')),
    letter: pagesOf<{ seq: number }>((after) => readLetters(transaction, after?.seq ?? 0)),
  };
  for (const [kind, pages] of Object.entries(logs)) {
    for await (const rows of pages) yield rows.map((row) => ({ kind: kind as keyof typeof logs, row }));
  }
  yield (await countLetters(transaction)).map((row) => ({ kind: 'letter_count', row }));
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new CodedError('store:backup.exists', `\`${path}\` exists already`, { hint: 'name a new file' });
    }
    throw new CodedError('store:backup.failed', `\`${path}\` cannot be written`, {
      hint: 'check that its folder exists and can be written',
      cause: error,
    });
  }
}
