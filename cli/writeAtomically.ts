import { accessSync, chmodSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CodedError } from '../twin/CodedError.ts';

/**
 * Writes a file whole or not at all. One that is there already keeps its mode, and is found through a link that leads to it.
 * Throws `command:file.unwritable`.
 */
export function writeAtomically(path: string, content: string): void {
  let partial: string | undefined;
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known && !known.isFile()) throw Object.assign(new Error('it is no file'), { code: 'no file' });
    const file = known ? realpathSync(path) : resolve(path);
    // A rename would replace a file that its owner has closed.
    if (known) accessSync(file, constants.W_OK);
    partial = `${file}.${process.pid}.partial`;
    writeFileSync(partial, content);
    if (known) chmodSync(partial, known.mode);
    renameSync(partial, file);
  } catch (cause) {
    if (partial !== undefined) rmSync(partial, { force: true });
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new CodedError('command:file.unwritable', `cannot write \`${path}\` (${code}): it is as it was`, {
      place: { file: path },
      cause,
    });
  }
}
