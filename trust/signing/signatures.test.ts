import { describe, expect, it } from 'vitest';
import { isPublicKey, isSignature, keyIdOf, makeKeyPair, SIGNATURE_ALGORITHMS, signMessage } from './signatures.ts';

const message = Buffer.from('a bundle');

describe.each(SIGNATURE_ALGORITHMS)('%s', (algorithm) => {
  const pair = makeKeyPair(algorithm);
  const signature = signMessage(message, pair);

  it('signs what its public key verifies, and nothing else', () => {
    expect(isPublicKey(pair)).toBe(true);
    expect(isSignature(message, signature, pair)).toBe(true);
    expect(isSignature(Buffer.from('another bundle'), signature, pair)).toBe(false);
    expect(isSignature(message, signature, makeKeyPair(algorithm))).toBe(false);
    const altered = `${signature.slice(0, -1)}${signature.endsWith('0') ? '1' : '0'}`;
    expect(isSignature(message, altered, pair)).toBe(false);
    for (const none of ['', '00', 'no hex', `${signature}00`]) expect(isSignature(message, none, pair)).toBe(false);
  });

  it('names a key by itself', () => {
    expect(keyIdOf(pair)).toMatch(new RegExp(`^${algorithm}-[0-9a-f]{24}$`));
    expect(keyIdOf(makeKeyPair(algorithm))).not.toBe(keyIdOf(pair));
  });
});

it('takes no key of one algorithm for one of the other, and no point beside the curve', () => {
  const [sm2, ed25519] = [makeKeyPair('sm2'), makeKeyPair('ed25519')];
  expect(isPublicKey({ algorithm: 'ed25519', publicKey: sm2.publicKey })).toBe(false);
  expect(isPublicKey({ algorithm: 'sm2', publicKey: ed25519.publicKey })).toBe(false);
  expect(isPublicKey({ algorithm: 'sm2', publicKey: `04${'11'.repeat(64)}` })).toBe(false);
});

// RFC 8032, section 7.1, test 2.
it('signs by Ed25519 as its specification does', () => {
  const pair = {
    algorithm: 'ed25519',
    privateKey: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  } as const;
  const signature =
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
  expect(signMessage(Buffer.from([0x72]), pair)).toBe(signature);
  expect(isSignature(Buffer.from([0x72]), signature, pair)).toBe(true);
});
