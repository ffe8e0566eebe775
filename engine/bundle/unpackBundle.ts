import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BundleFile } from './BundleFile.ts';
import { PROGRAM_FILES } from './packBundle.ts';

/**
 * Lays the files of a bundle out as in the repository, for as long as some work on them takes. What lies there was checked
 * a moment ago and is gone afterwards, so that nobody can alter it between two starts.
 */
export async function withUnpacked<Result>(
  { files }: BundleFile,
  { root, scratch }: { readonly root: string; readonly scratch: string },
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(scratch, 'unpacked-'));
  try {
    const paths = [...Object.keys(files), ...PROGRAM_FILES];
    for (const each of new Set(paths.map(dirname))) await mkdir(join(folder, each), { recursive: true });
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text, { flag: 'wx' });
    for (const path of PROGRAM_FILES) await copyFile(join(root, path), join(folder, path));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
