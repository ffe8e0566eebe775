import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { CodedError } from '../twin/CodedError.ts';

/** The folder that this clone of the repository lies in, whatever the working directory. */
export const repositoryRoot: string = join(import.meta.dirname, '..');

/**
 * A path of the command line as the repository names it (`policies/sharing`); outside of it, it opens with `..`.
 * `command:file.unreadable` when there is nothing there.
 */
export function inRepository(path: string): string {
  if (existsSync(path)) return relative(repositoryRoot, resolve(path)).split(sep).join('/');
  throw new CodedError('command:file.unreadable', `there is nothing at \`${path}\``, {
    hint: 'paths are relative to the working directory',
  });
}

/** Whether a file is this folder or lies in it; both as the repository names them. */
export function isWithin(file: string, folder: string): boolean {
  return folder === '' || file === folder || file.startsWith(`${folder}/`);
}
