import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeSm2Keys, signSm2, verifySm2 } from './sm2.ts';
import { hmacSm3, sm3 } from './sm3.ts';
import { decryptGcm, encryptGcm } from './sm4.ts';

type Vector = Readonly<Record<string, string>> & { readonly tagSize: number };

const load = (file: string): Vector[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'testdata', file), 'utf8')).tests;
const hex = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'hex');
/** The ids of the vectors for which the code and the vector disagree. */
const disagreeing = (vectors: readonly Vector[], isRight: (vector: Vector) => boolean) =>
  vectors.filter((vector) => !isRight(vector)).map((vector) => vector['tcId']);

/** Valid vectors that OpenSSL refuses: a nonce of 257 bytes is over its limit. Ours have 12. */
const REFUSED_GCM = ['90'];

it('agrees with the 104 SM4-GCM vectors: opens the valid and refuses the rest', () => {
  const vectors = load('sm4_gcm_test.json');
  expect(vectors).toHaveLength(104);
  const wrong = disagreeing(vectors, ({ key, iv, aad, ct, tag, msg, result }) => {
    try {
      const plain = decryptGcm(hex(key), hex(iv), hex(aad), hex(`${ct}${tag}`));
      const again = encryptGcm(hex(key), hex(iv), hex(aad), hex(msg)).toString('hex');
      return result === 'valid' && plain.toString('hex') === msg && again === `${ct}${tag}`;
    } catch {
      return result === 'invalid';
    }
  });
  expect(wrong.map(String)).toEqual(REFUSED_GCM);
});

it('agrees with all 18 SM3 vectors', () => {
  const vectors = load('sm3.json');
  expect(vectors).toHaveLength(18);
  expect(disagreeing(vectors, ({ msg, digest }) => sm3(hex(msg)).toString('hex') === digest)).toEqual([]);
});

it('agrees with all 174 HMAC-SM3 vectors, cut tags too', () => {
  const vectors = load('hmac_sm3_test.json');
  expect(vectors).toHaveLength(174);
  const wrong = disagreeing(vectors, ({ key, msg, tag, tagSize, result }) => {
    const ours = hmacSm3(hex(key), hex(msg))
      .subarray(0, tagSize / 8)
      .toString('hex');
    return (ours === tag) === (result === 'valid');
  });
  expect(wrong).toEqual([]);
});

it('agrees with all 30 SM2 signatures, and takes no encoding but strict DER', () => {
  const vectors = load('sm2.json');
  expect(vectors).toHaveLength(30);
  const wrong = disagreeing(vectors, ({ msg, sigDer, publicX, publicY, id, result }) => {
    const valid = verifySm2(hex(msg), sigDer ?? '', `04${publicX}${publicY}`, hex(id).toString());
    return valid === (result === 'valid');
  });
  expect(wrong).toEqual([]);
});

it('signs what it verifies, and nothing else', () => {
  const keys = makeSm2Keys();
  const signature = signSm2(Buffer.from('head 7'), keys);
  expect(verifySm2(Buffer.from('head 7'), signature, keys.publicKey)).toBe(true);
  expect(verifySm2(Buffer.from('head 8'), signature, keys.publicKey)).toBe(false);
  expect(verifySm2(Buffer.from('head 7'), signature, makeSm2Keys().publicKey)).toBe(false);
});
