import { open } from 'node:fs/promises';
import { CodedError } from '../../CodedError.ts';
import type { DeadLetterCount } from '../../TwinStore.ts';
import { FIRST_LINK } from '../chain.ts';
import { BACKUP_FORMAT, type BackupLine, parseLine } from './backupFormat.ts';
import { type ChangeRow, createChanges, linkChanges } from './changeLog.ts';
import type { PresentRow } from './DevicePresent.ts';
import { addCounts, createLetters, type LetterRow } from './deadLetters.ts';
import { deleteNodes } from './deleteNodes.ts';
import { type Head, lockHead, moveHead, readHead } from './head.ts';
import { PAGE_ROWS } from './inPages.ts';
import type { Neo4jConnection, Transaction } from './Neo4jConnection.ts';
import { writePresent } from './presentValues.ts';
import { createReadings, type ReadingRow } from './readingLog.ts';

type RowLine = Extract<BackupLine, { readonly row: unknown }>;

/**
 * Fills an empty database from a backup, after checking that the file is whole and that its changes are chained.
 * Throws `store:restore.not_empty`, `store:backup.unreadable` and `store:backup.damaged`.
 */
export async function restoreBackup(connection: Neo4jConnection, path: string): Promise<void> {
  // The whole file first: what is wrong with it must show before anything is written.
  const head = await checkBackup(path);
  const { batches } = await connection.read(readHead);
  if (batches > 0) {
    throw new CodedError('store:restore.not_empty', 'the Neo4j database holds a twin already', {
      hint: 'restore into an empty database',
    });
  }
  // Where no batch was ever committed, rows are those of a restore that broke off.
  await deleteNodes(connection, ['Change', 'Reading', 'DeviceValues', 'DeadLetter', 'DeadLetterCount']);
  for await (const lines of pagesOfRows(path)) {
    await connection.write((transaction) => writeRows(transaction, lines));
  }
  await connection.write(async (transaction) => {
    const id = `restored ${head.batches}`;
    const { applied } = await lockHead(transaction, id);
    if (applied === null) await moveHead(transaction, id, head);
  });
}

async function checkBackup(path: string): Promise<Head> {
  let last = { seq: 0, chain: FIRST_LINK };
  let count = 0;
  for await (const line of readLines(path)) {
    if (line.kind === 'end') {
      const head = line.head as Head;
      const whole = line.lines === count && head.seq === last.seq && Buffer.from(head.chain).equals(last.chain);
      if (whole) return head;
      break;
    }
    if (count === 0 && (line.kind !== 'backup' || line.format !== BACKUP_FORMAT)) break;
    count += 1;
    if (line.kind !== 'change') continue;
    const row = line.row as ChangeRow;
    const [linked] = linkChanges(last, [row]);
    if (linked?.seq !== row.seq || !Buffer.from(linked.chain).equals(row.chain)) {
      throw damaged(path, `change ${row.seq} is not what followed the one before it`);
    }
    last = linked;
  }
  throw damaged(path, count === 0 ? 'it is no backup of a twin' : 'its end is missing');
}

async function writeRows(transaction: Transaction, lines: readonly RowLine[]): Promise<void> {
  const rows = lines.map(({ row }) => row);
  switch (lines[0]?.kind) {
    case 'change':
      return createChanges(transaction, rows as ChangeRow[]);
    case 'reading':
      return createReadings(transaction, rows as ReadingRow[]);
    case 'present':
      return writePresent(transaction, rows as PresentRow[]);
    case 'letter':
      return createLetters(transaction, rows as LetterRow[]);
    case 'letter_count':
      return addCounts(transaction, rows as DeadLetterCount[]);
  }
}

/** The rows of a backup in pages, each of one kind. */
async function* pagesOfRows(path: string): AsyncGenerator<RowLine[]> {
  let page: RowLine[] = [];
  for await (const line of readLines(path)) {
    if (!('row' in line)) continue;
    if (page.length === PAGE_ROWS || (page[0] && page[0].kind !== line.kind)) {
      yield page;
      page = [];
    }
    page.push(line);
  }
  if (page.length > 0) yield page;
}

async function* readLines(path: string): AsyncGenerator<BackupLine> {
  const file = await open(path).catch((cause: unknown) => {
    throw new CodedError('store:backup.unreadable', `\`${path}\` cannot be read`, {
      hint: 'check the name of the backup',
      cause,
    });
  });
  let number = 0;
  try {
    for await (const text of file.readLines()) {
      number += 1;
      yield parsed(path, number, text);
    }
  } finally {
    await file.close();
  }
}

function parsed(path: string, number: number, text: string): BackupLine {
  try {
    return parseLine(text);
  } catch {
    throw damaged(path, `line ${number} is not JSON`);
  }
}

function damaged(path: string, reason: string): CodedError {
  return new CodedError('store:backup.damaged', `the backup \`${path}\` is damaged: ${reason}`, {
    place: { file: path },
    hint: 'use another backup',
  });
}
