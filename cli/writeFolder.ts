import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CodedError } from '../twin/CodedError.ts';

/** Files by their names within a folder. */
export type FolderFiles = ReadonlyMap<string, string>;

/**
 * Writes a folder of files whole or not at all. One that is there is replaced when `isOurs` holds for every file in it;
 * otherwise it stays, because its files are somebody's work. Throws `command:file.unwritable`.
 */
export function writeFolder(path: string, files: FolderFiles, isOurs: (name: string) => boolean): void {
  const folder = resolve(path);
  const [partial, before] = [`${folder}.${process.pid}.partial`, `${folder}.${process.pid}.before`];
  refuseOthers(path, folder, isOurs);
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(partial);
    for (const [name, content] of files) writeFileSync(join(partial, name), content);
    if (existsSync(folder)) renameSync(folder, before);
    renameSync(partial, folder);
    rmSync(before, { recursive: true, force: true });
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    if (existsSync(before) && !existsSync(folder)) renameSync(before, folder);
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw new CodedError('command:file.unwritable', `cannot write \`${path}\` (${code}): it is as it was`, { cause });
  }
}

function refuseOthers(path: string, folder: string, isOurs: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  const refuse = (message: string) =>
    new CodedError('command:file.unwritable', message, { hint: 'name a folder of its own with `--out`' });
  let entries: readonly { readonly name: string; readonly isFile: () => boolean }[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    throw refuse(`\`${path}\` is no folder`);
  }
  const other = entries.find((entry) => !entry.isFile() || !isOurs(entry.name));
  if (other) throw refuse(`\`${join(path, other.name)}\` did not come from an import: nothing was written`);
}
