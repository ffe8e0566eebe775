import { type CipherGCMTypes, createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { CodedError } from '../twin/CodedError.ts';

// Node has it; its types do not name it.
const SM4_GCM = 'sm4-gcm' as CipherGCMTypes;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The length of an SM4 key in bytes. */
export const SM4_KEY_BYTES = 16;

type Key = Uint8Array | KeyObject;

/** SM4-GCM under a given nonce: the cipher text with the 16 bytes of its tag behind it. */
export function encryptGcm(key: Key, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(SM4_GCM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  const text = cipher.update(plain);
  cipher.final();
  return Buffer.concat([text, cipher.getAuthTag()]);
}

/** The plain text of what `encryptGcm` gave; throws when key, nonce, associated data or text are others. */
export function decryptGcm(key: Key, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  const cipher = createDecipheriv(SM4_GCM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad).setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = cipher.update(sealed.subarray(0, -TAG_BYTES));
  // GCM keeps nothing back: the end gives no bytes, it only checks the tag.
  cipher.final();
  return plain;
}

const pool = new Uint8Array(NONCE_BYTES * 1024);
let poolUsed = pool.length;

/** A fresh random nonce. They are drawn many at a time: asking the system for each costs as much as sealing. */
function freshNonce(): Uint8Array {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  poolUsed += NONCE_BYTES;
  return pool.slice(poolUsed - NONCE_BYTES, poolUsed);
}

/** Seals bytes under a fresh random nonce, which stands in front. `name` says what they are, and is bound to them. */
export function sealBytes(key: Key, name: string, plain: Uint8Array): Uint8Array {
  const nonce = freshNonce();
  return Buffer.concat([nonce, encryptGcm(key, nonce, Buffer.from(name), plain)]);
}

/** Opens what `sealBytes` sealed under the same key and name; throws `trust:seal.broken` when it is not that. */
export function openBytes(key: Key, name: string, sealed: Uint8Array): Uint8Array {
  try {
    return decryptGcm(key, sealed.subarray(0, NONCE_BYTES), Buffer.from(name), sealed.subarray(NONCE_BYTES));
  } catch {
    // The cause is left out: OpenSSL has nothing to add, and errors end up in logs.
    throw new CodedError('trust:seal.broken', 'a sealed body was altered, or sealed by another key');
  }
}
