import { createHmac, hash } from 'node:crypto';

/** The SM3 digest, 32 bytes (GB/T 32905). */
export function sm3(data: Uint8Array | string): Buffer {
  return hash('sm3', data, 'buffer');
}

/** The SM3 digest under a key, 32 bytes (RFC 2104 with SM3). */
export function hmacSm3(key: Uint8Array, data: Uint8Array | string): Buffer {
  return createHmac('sm3', key).update(data).digest();
}
