import { readFileSync } from 'node:fs';
import type { BundleFile } from '../engine/bundle/BundleFile.ts';
import { parseBundle } from '../engine/bundle/parseBundle.ts';
import { CodedError } from '../twin/CodedError.ts';

/** The bytes of a bundle named on the command line. `command:file.unreadable` when there are none. */
export function readBundleBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CodedError('command:file.unreadable', `cannot read the bundle \`${path}\``, {
      hint: '`twinward sign` makes one',
      cause,
    });
  }
}

/** A bundle that is whole; whether anybody may be believed is for `twinward activate` to say. */
export function readBundle(path: string): BundleFile {
  return parseBundle(readBundleBytes(path));
}
