import { accessSync, chmodSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CodedError } from '../twin/CodedError.ts';

/**
 * Writes a file that is there already: whole or not at all, with the mode that it has, and through a link to where it
 * leads. Throws `command:file.unwritable`.
 */
export function writeAtomically(path: string, content: string): void {
  let partial: string | undefined;
  try {
    const file = realpathSync(path);
    // A rename would replace a file that its owner has closed.
    accessSync(file, constants.W_OK);
    partial = `${file}.${process.pid}.partial`;
    writeFileSync(partial, content);
    chmodSync(partial, statSync(file).mode);
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
