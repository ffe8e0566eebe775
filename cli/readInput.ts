import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CodedError } from '../twin/CodedError.ts';

/** Reads a file named on the command line, or standard input for `-`. `command:file.unreadable` when it cannot. */
export async function readInput(path: string): Promise<string> {
  if (path === '-') return text(process.stdin);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CodedError('command:file.unreadable', `cannot read \`${path}\`: ${reason(cause)}`, {
      place: { file: path },
      hint: 'paths are relative to the working directory; `-` reads standard input',
      cause,
    });
  }
}

function reason(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'permission denied' : String(code ?? cause);
}
