import { createCipheriv, hkdfSync } from 'node:crypto';

const CHUNK = 1 << 11;

/**
 * Uniform numbers from 0 to below 1 that only the holder of the secret can tell from chance, the same each time for the
 * same name: SM4 in counter mode under a key that HKDF with SM3 derives from the secret and the name.
 */
export function noiseStream(secret: Uint8Array, name: string): () => number {
  const key = Buffer.from(hkdfSync('sm3', secret, '', name, 32));
  const cipher = createCipheriv('sm4-ctr', key.subarray(0, 16), key.subarray(16));
  const zeros = Buffer.alloc(CHUNK);
  let block = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at === block.length) {
      block = cipher.update(zeros);
      at = 0;
    }
    const [high, low] = [block.readUInt32LE(at) >>> 5, block.readUInt32LE(at + 4) >>> 6];
    at += 8;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}
