import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Compiled } from './Compiled.ts';

const DIGEST_BYTES = 32;

/** A compilation kept on disk, or null when there is none, or one that was damaged or written by another Node. */
export function readCompiled(folder: string, hash: string): Compiled | null {
  try {
    const content = readFileSync(fileOf(folder, hash));
    const body = content.subarray(DIGEST_BYTES);
    if (!digest(body).equals(content.subarray(0, DIGEST_BYTES))) return null;
    const compiled = deserialize(body) as Compiled;
    return compiled.hash === hash ? compiled : null;
  } catch {
    return null;
  }
}

/** Keeps a compilation for the next start. A folder that cannot be written costs a second there, and no more. */
export function writeCompiled(folder: string, compiled: Compiled): void {
  const body = serialize(compiled);
  const file = fileOf(folder, compiled.hash);
  try {
    mkdirSync(folder, { recursive: true });
    // Renamed when whole, so that a reader sees all of it or none.
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, Buffer.concat([digest(body), body]));
    renameSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function fileOf(folder: string, hash: string): string {
  return join(folder, `${hash}.rego`);
}

function digest(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}
