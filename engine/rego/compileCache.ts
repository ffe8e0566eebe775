import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { hmacSm3 } from '../../trust/sm3.ts';
import type { Compiled } from './Compiled.ts';

const DIGEST_BYTES = 32;

/**
 * A compilation kept on disk, or null when there is none, or one that was damaged or written by another Node. With a key
 * it is also null when somebody else wrote it: what is kept is code, and whoever writes it decides who gets in.
 */
export function readCompiled(folder: string, hash: string, key?: Uint8Array): Compiled | null {
  try {
    const content = readFileSync(fileOf(folder, hash));
    const body = content.subarray(DIGEST_BYTES);
    if (!codeOf(body, key).equals(content.subarray(0, DIGEST_BYTES))) return null;
    const compiled = deserialize(body) as Compiled;
    return compiled.hash === hash ? compiled : null;
  } catch {
    return null;
  }
}

/** Keeps a compilation for the next start. A folder that cannot be written costs a second there, and no more. */
export function writeCompiled(folder: string, compiled: Compiled, key?: Uint8Array): void {
  const body = serialize(compiled);
  const file = fileOf(folder, compiled.hash);
  try {
    mkdirSync(folder, { recursive: true });
    // Renamed when whole, so that a reader sees all of it or none.
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, Buffer.concat([codeOf(body, key), body]));
    renameSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function fileOf(folder: string, hash: string): string {
  return join(folder, `${hash}.rego`);
}

/** A digest of the body, which shows damage; under a key also that it was written by the key's holder. */
function codeOf(body: Uint8Array, key: Uint8Array | undefined): Buffer {
  return key ? hmacSm3(key, body) : createHash('sha256').update(body).digest();
}
