import { createPrivateKey, createPublicKey, ECDH, generateKeyPairSync, sign, verify } from 'node:crypto';
import { makeSm2Keys, signSm2, verifySm2 } from '../sm2.ts';
import { sm3 } from '../sm3.ts';

/** The algorithms of signatures: SM2 with SM3 (GM/T 0003.2), and Ed25519 (RFC 8032). */
export const SIGNATURE_ALGORITHMS = ['sm2', 'ed25519'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** A public key in hex: 65 bytes that begin with 04 for SM2, 32 for Ed25519. Its algorithm is part of it. */
export type PublicKey = { readonly algorithm: SignatureAlgorithm; readonly publicKey: string };
export type KeyPair = PublicKey & { readonly privateKey: string };

export function makeKeyPair(algorithm: SignatureAlgorithm): KeyPair {
  if (algorithm === 'sm2') return { algorithm, ...makeSm2Keys() };
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { algorithm, privateKey: toHex(d!), publicKey: toHex(x!) };
}

/** The name of a key, made of the key itself: nobody else's key can bear it. */
export function keyIdOf({ algorithm, publicKey }: PublicKey): string {
  return `${algorithm}-${sm3(JSON.stringify([algorithm, publicKey]))
    .toString('hex')
    .slice(0, 24)}`;
}

/** Whether a text is a public key of the algorithm: the right length, and for SM2 a point on the curve. */
export function isPublicKey({ algorithm, publicKey }: PublicKey): boolean {
  if (algorithm === 'ed25519') return /^[0-9a-f]{64}$/.test(publicKey);
  return /^04[0-9a-f]{128}$/.test(publicKey) && isOnCurve(publicKey);
}

function isOnCurve(publicKey: string): boolean {
  try {
    return ECDH.convertKey(publicKey, 'SM2', 'hex', 'hex', 'uncompressed') === publicKey;
  } catch {
    return false;
  }
}

/** The signature of a message, in hex. */
export function signMessage(message: Uint8Array, { algorithm, publicKey, privateKey }: KeyPair): string {
  if (algorithm === 'sm2') return signSm2(message, { publicKey, privateKey });
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: fromHex(privateKey), x: fromHex(publicKey) };
  return sign(null, message, createPrivateKey({ key: jwk, format: 'jwk' })).toString('hex');
}

/** Whether a signature is that of the key's holder for this message. The key alone says by which algorithm. */
export function isSignature(message: Uint8Array, signature: string, { algorithm, publicKey }: PublicKey): boolean {
  if (algorithm === 'sm2') return verifySm2(message, signature, publicKey);
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: fromHex(publicKey) };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'hex'));
}

const toHex = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('hex');
const fromHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
