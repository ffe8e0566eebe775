import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { isPublicKey, keyIdOf, type PublicKey, SIGNATURE_ALGORITHMS } from './signatures.ts';

/** What the holder of a key may do: make a bundle, or look another's over. */
export const SIGNER_ROLES = ['author', 'reviewer'] as const;
export type SignerRole = (typeof SIGNER_ROLES)[number];

/** A public key that signatures are believed of, and whose it is. `from` and `until` are ISO 8601; null is open. */
export type TrustedKey = PublicKey & {
  readonly id: string;
  readonly holder: string;
  readonly roles: readonly SignerRole[];
  readonly from: string | null;
  readonly until: string | null;
};

const VARIABLE = 'TWINWARD_TRUSTED_KEYS';
export const HOLDER = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,63}$/u;

/** Where the trusted keys of a data folder are: outside of every bundle, and outside of the folder where one likes. */
export function trustedKeysFile(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return env[VARIABLE] || join(folder, 'trusted-keys.json');
}

const FIRMWARE_VARIABLE = 'TWINWARD_FIRMWARE_KEYS';

/** Where the keys of those are whose firmware is trusted: makers of devices, and nobody who signs bundles. */
export function firmwareKeysFile(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return env[FIRMWARE_VARIABLE] || join(folder, 'firmware-keys.json');
}

/**
 * The keys that signatures are believed of. Throws `trust:trusted_keys.missing`, `trust:trusted_keys.exposed` for a file
 * that others than its owner can write, and `trust:trusted_keys.invalid` with the place of what is wrong: of a file that
 * is partly wrong no key is believed.
 */
export function readTrustedKeys(file: string): readonly TrustedKey[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) {
    throw new CodedError('trust:trusted_keys.missing', `no file of trusted keys at \`${file}\``, {
      hint: `make one with \`twinward keys trust <key.pub>\`, or name one in ${VARIABLE}`,
    });
  }
  if ((stat.mode & 0o022) !== 0) {
    throw new CodedError('trust:trusted_keys.exposed', `\`${file}\` can be written by others`, {
      hint: `chmod go-w ${file}`,
    });
  }
  return parseTrustedKeys(readFileSync(file, 'utf8'), file);
}

/** The text of such a file. */
export function formatTrustedKeys(keys: readonly TrustedKey[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

/** One entry of such a file, or the public half of a key as `twinward keys new` writes it. */
export function parseTrustedKey(value: unknown, file: string, path = ''): TrustedKey {
  const wrong = (what: string) => invalid(file, path, what);
  if (typeof value !== 'object' || value === null) throw wrong('is no object');
  const { id, holder, algorithm, publicKey, roles = SIGNER_ROLES, from = null, until = null } = value as TrustedKey;
  if (typeof holder !== 'string' || !HOLDER.test(holder)) throw wrong('has no `holder` that is a name');
  if (!SIGNATURE_ALGORITHMS.includes(algorithm)) {
    throw wrong(`has an \`algorithm\` that is none of ${SIGNATURE_ALGORITHMS.join(', ')}`);
  }
  if (typeof publicKey !== 'string' || !isPublicKey({ algorithm, publicKey })) {
    throw wrong(`has a \`publicKey\` that is none of ${algorithm}`);
  }
  if (id !== keyIdOf({ algorithm, publicKey })) throw wrong('has an `id` that is not the name of its key');
  const known = Array.isArray(roles) && roles.length > 0 && roles.every((role) => SIGNER_ROLES.includes(role));
  if (!known) throw wrong(`has \`roles\` other than ${SIGNER_ROLES.join(', ')}`);
  for (const instant of [from, until]) {
    if (instant !== null && !(typeof instant === 'string' && Number.isFinite(Date.parse(instant)))) {
      throw wrong('has a `from` or `until` that is no instant');
    }
  }
  return { id, holder, algorithm, publicKey, roles, from, until };
}

function parseTrustedKeys(text: string, file: string): readonly TrustedKey[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, '', 'is no JSON', cause);
  }
  const list = (value as { readonly keys?: unknown } | null)?.keys;
  if (!Array.isArray(list)) throw invalid(file, 'keys', 'is no list');
  const keys = list.map((each, index) => parseTrustedKey(each, file, `keys[${index}]`));
  // One key of two holders would let one person be two.
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw invalid(file, 'keys', 'has one key twice');
  // So would one holder under two names that read alike.
  const holders = new Set(keys.map(({ holder }) => holder));
  if (new Set([...holders].map(asRead)).size < holders.size) {
    throw invalid(file, 'keys', 'has a holder whose name is another one spelled otherwise');
  }
  return keys;
}

/** A name without what tells it from another one on the screen alone: case, spaces, and how characters are composed. */
function asRead(holder: string): string {
  return holder.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function invalid(file: string, path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('trust:trusted_keys.invalid', `a trusted key ${what}`, {
    place: { file, ...(path && { path }) },
    hint: 'no key of the file is believed until it is mended',
    cause,
  });
}
