import { randomBytes } from 'node:crypto';
import type { KeyStore } from '../keys/KeyStore.ts';
import { makeSm2Keys, type Sm2Keys } from '../sm2.ts';
import { hmacSm3 } from '../sm3.ts';

/** What makes the audit provable and its subjects unreadable; it lies with the keys. */
export type AuditSecrets = {
  /** The name that an account has in the audit: the same each time, and not to be turned back without the key. */
  pseudonym(account: string): string;
  /** The code of a log's head, which only the holder of the key can make. */
  headCode(log: string, seq: number, chain: Uint8Array): Uint8Array;
  readonly signing: Sm2Keys;
};

export function openAuditSecrets(keys: KeyStore): AuditSecrets {
  const pseudonymKey = keys.secret('audit pseudonyms', () => randomBytes(32));
  const headKey = keys.secret('audit heads', () => randomBytes(32));
  const signing = keys.secret('audit signing', () => Buffer.from(JSON.stringify(makeSm2Keys())));
  return {
    pseudonym: (account) => `p_${hmacSm3(pseudonymKey, account).toString('hex').slice(0, 32)}`,
    headCode: (log, seq, chain) => hmacSm3(headKey, headText(log, seq, chain)),
    signing: JSON.parse(Buffer.from(signing).toString()) as Sm2Keys,
  };
}

/** What is signed or coded of a log's head. */
export function headText(log: string, seq: number, chain: Uint8Array): Buffer {
  return Buffer.from(JSON.stringify([log, seq, Buffer.from(chain).toString('hex')]));
}
