import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleFile, manifestDigest } from '../../engine/bundle/BundleFile.ts';
import { parseBundle, refused } from '../../engine/bundle/parseBundle.ts';

/** Where a bundle lies in a data folder, by the digest of its manifest. */
export function keptBundleFile(folder: string, digest: string): string {
  return join(folder, 'bundles', `${digest}.twb`);
}

/**
 * A bundle of a data folder by the digest of its manifest; null when it is not there. Throws as `parseBundle` does for one
 * that was altered.
 */
export function readKeptBundle(folder: string, digest: string): BundleFile | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(keptBundleFile(folder, digest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw refused('unreadable', `its file cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const bundle = parseBundle(bytes);
  if (manifestDigest(bundle.manifest) !== digest) throw refused('altered', 'its file holds another bundle');
  return bundle;
}
