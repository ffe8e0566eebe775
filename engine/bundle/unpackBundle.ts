import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(scratch, 'unpacked-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
    for (const path of PROGRAM_FILES) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(join(root, path), join(folder, path));
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
