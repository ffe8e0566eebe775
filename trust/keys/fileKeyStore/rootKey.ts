import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../../twin/CodedError.ts';
import { SM4_KEY_BYTES } from '../../sm4.ts';

const VARIABLE = 'TWINWARD_ROOT_KEY';
const HEX = /^[0-9a-f]{32}$/i;

/**
 * The key that wraps all others: from `TWINWARD_ROOT_KEY` (32 hex digits), else from `root.key` in the data folder,
 * which is made at the first start. It is never made for a folder that has keys already.
 */
export function loadRootKey(folder: string, env: Readonly<Record<string, string | undefined>>): Uint8Array {
  const given = env[VARIABLE];
  if (given !== undefined && given !== '') return parse(given, VARIABLE);
  const path = join(folder, 'root.key');
  if (existsSync(path)) return readRootKey(path);
  if (existsSync(join(folder, 'keys.db'))) {
    throw new CodedError('trust:root_key.missing', `\`${folder}\` holds keys, but no root key opens them`, {
      hint: `set ${VARIABLE} or put root.key back`,
    });
  }
  return makeRootKey(path);
}

function readRootKey(path: string): Uint8Array {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new CodedError('trust:root_key.exposed', `\`${path}\` can be read by others`, { hint: `chmod 600 ${path}` });
  }
  return parse(readFileSync(path, 'utf8').trim(), path);
}

function makeRootKey(path: string): Uint8Array {
  const key = randomBytes(SM4_KEY_BYTES);
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, `${key.toString('hex')}\n`);
  fsyncSync(file);
  closeSync(file);
  return key;
}

function parse(text: string, source: string): Uint8Array {
  if (!HEX.test(text)) {
    throw new CodedError('trust:root_key.malformed', `the root key in \`${source}\` is not 32 hex digits`);
  }
  return Buffer.from(text, 'hex');
}
