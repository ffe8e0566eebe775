import type { ErrorCode } from '../../CodedError.ts';
import { CodedError } from '../../CodedError.ts';

/** SQLite's primary result codes that have a code of ours; the rest is `store:failed`. */
const CODES: Readonly<Record<number, readonly [ErrorCode, string, string]>> = {
  5: ['store:busy', 'the database is held by another process', 'stop whatever else has the data folder open'],
  6: ['store:busy', 'the database is held by another process', 'stop whatever else has the data folder open'],
  8: ['store:read_only', 'the database cannot be written', 'check the permissions of the data folder'],
  10: ['store:io', 'the disk failed to read or write', 'check the disk, then start again'],
  11: ['store:corrupt', 'the database is damaged', 'restore it from a backup'],
  13: ['store:full', 'the disk is full', 'make room, then start again'],
  14: ['store:unreachable', 'the database cannot be opened', 'check that the data folder exists and can be written'],
  26: ['store:corrupt', 'the file is not a database', 'restore it from a backup'],
};

/** Whether an error is the database's own, and not one of ours or a bug. */
export function isDatabaseError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** The error of a store in the port's words; what is not the database's own error is handed back as it is. */
export function storeError(error: unknown): unknown {
  if (!isDatabaseError(error)) return error;
  const known = CODES[error.errcode & 0xff];
  if (!known) return new CodedError('store:failed', `the database failed: ${error.message}`, { cause: error });
  const [code, message, hint] = known;
  return new CodedError(code, message, { hint, cause: error });
}

/** Runs work on the database, with its errors in the port's words. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}
