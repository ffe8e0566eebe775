import { randomBytes, scryptSync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { CodedError } from '../../twin/CodedError.ts';
import { openBytes, SM4_KEY_BYTES, sealBytes } from '../sm4.ts';
import { type KeyPair, keyIdOf, makeKeyPair, type SignatureAlgorithm } from './signatures.ts';
import { parseTrustedKey, type TrustedKey } from './trustedKeys.ts';

/** A key that signs, and whose it is. */
export type SigningKey = KeyPair & Pick<TrustedKey, 'id' | 'holder'>;

/** How a private key lies in its file: as it is, or sealed under a passphrase. All texts are hex. */
type Kept =
  | { readonly kind: 'plain'; readonly privateKey: string }
  | { readonly kind: 'sealed'; readonly salt: string; readonly body: string };

type MakeOptions = {
  readonly holder: string;
  readonly algorithm: SignatureAlgorithm;
  readonly passphrase?: string | undefined;
};

/**
 * Makes a key and writes its private half to `<path>.key`, which its owner alone reads, and its public half to
 * `<path>.pub`, which is for the file of trusted keys. Throws `trust:signing_key.exists` rather than write over one.
 */
export function makeSigningKey(path: string, { holder, algorithm, passphrase }: MakeOptions): SigningKey {
  const pair = makeKeyPair(algorithm);
  const id = keyIdOf(pair);
  const { publicKey, privateKey } = pair;
  const open = { id, holder, algorithm, publicKey };
  const kept: Kept = passphrase ? sealPrivate({ id, privateKey, passphrase }) : { kind: 'plain', privateKey };
  writeNew(`${path}.key`, { ...open, private: kept }, 0o600);
  writeNew(`${path}.pub`, open, 0o644);
  return { ...open, privateKey };
}

/**
 * Reads a key from what `makeSigningKey` wrote. Throws `trust:signing_key.unreadable`, `.exposed` when others can read it,
 * `.invalid`, and `.passphrase_wrong`.
 */
export function readSigningKey(file: string, passphrase?: string): SigningKey {
  const value = readJson(file);
  const { id, holder, algorithm, publicKey } = parseTrustedKey(value, file);
  const kept = (value as { readonly private?: Kept }).private;
  // A public key is for all to read: what is wrong with it is that it does not sign.
  if (kept && (statSync(file).mode & 0o077) !== 0) {
    throw new CodedError('trust:signing_key.exposed', `\`${file}\` can be read by others`, {
      hint: `chmod 600 ${file}`,
    });
  }
  const privateKey = kept?.kind === 'sealed' ? openPrivate(id, kept, passphrase) : kept?.privateKey;
  if (typeof privateKey !== 'string' || !/^[0-9a-f]{64}$/.test(privateKey)) {
    throw new CodedError('trust:signing_key.invalid', `\`${file}\` holds no private key`, {
      hint: 'the file that ends in `.key` does',
    });
  }
  return { id, holder, algorithm, publicKey, privateKey };
}

/** The public half of a key, as a trusted key with both roles and no end. */
export function readPublicKey(file: string): TrustedKey {
  return parseTrustedKey(readJson(file), file);
}

function sealPrivate(parts: { readonly id: string; readonly privateKey: string; readonly passphrase: string }): Kept {
  const salt = randomBytes(16);
  const body = sealBytes(stretch(parts.passphrase, salt), parts.id, Buffer.from(parts.privateKey, 'hex'));
  return { kind: 'sealed', salt: salt.toString('hex'), body: Buffer.from(body).toString('hex') };
}

function openPrivate(id: string, { salt, body }: Extract<Kept, { kind: 'sealed' }>, passphrase = ''): string {
  try {
    const key = stretch(passphrase, Buffer.from(salt, 'hex'));
    return Buffer.from(openBytes(key, id, Buffer.from(body, 'hex'))).toString('hex');
  } catch (cause) {
    throw new CodedError('trust:signing_key.passphrase_wrong', 'the passphrase does not open the signing key', {
      hint: 'put it into TWINWARD_KEY_PASSPHRASE',
      cause,
    });
  }
}

function stretch(passphrase: string, salt: Uint8Array): Uint8Array {
  return scryptSync(passphrase, salt, SM4_KEY_BYTES, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CodedError('trust:signing_key.unreadable', `cannot read a key from \`${file}\``, {
      hint: '`twinward keys new <holder>` makes one',
      cause,
    });
  }
}

function writeNew(file: string, value: object, mode: number): void {
  try {
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new CodedError('trust:signing_key.unwritable', `cannot write \`${file}\``, { cause });
    }
    throw new CodedError('trust:signing_key.exists', `there is a key at \`${file}\` already`, {
      hint: 'name another file with `--out`',
    });
  }
}
