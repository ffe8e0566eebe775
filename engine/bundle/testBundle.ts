import { keyIdOf, makeKeyPair, type SignatureAlgorithm } from '../../trust/signing/signatures.ts';
import type { SigningKey } from '../../trust/signing/signingKeyFile.ts';
import { SIGNER_ROLES, type TrustedKey } from '../../trust/signing/trustedKeys.ts';
import { type BundleFile, type BundleManifest, contentDigest, digestOf } from './BundleFile.ts';
import { signBundle } from './signBundle.ts';

/** The instant of tests with bundles; those of `people` expire a month later. */
export const NOW = Date.parse('2026-11-04T05:20:00.000Z');

/** A key of somebody, for a test. */
export function keyOf(holder: string, algorithm: SignatureAlgorithm = 'sm2'): SigningKey {
  const pair = makeKeyPair(algorithm);
  return { ...pair, id: keyIdOf(pair), holder };
}

/** A key that is trusted, in all unless told otherwise. */
export function trusted(
  { id, holder, algorithm, publicKey }: SigningKey,
  { roles = SIGNER_ROLES, from = null, until = null }: Partial<TrustedKey> = {},
): TrustedKey {
  return { id, holder, algorithm, publicKey, roles, from, until };
}

/** The manifest with files put in the place of its own, and digests that fit them. */
export function refit(manifest: BundleManifest, files: Readonly<Record<string, string>>): BundleFile {
  const listed = Object.entries(files)
    .map(([path, text]) => ({ path, sm3: digestOf(text) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const fitted = { ...manifest, files: listed };
  return { manifest: { ...fitted, content: contentDigest(fitted) }, files };
}

/** A bundle by an author, signed by keys in turn. */
export function signedBy(bundle: BundleFile, ...keys: readonly SigningKey[]): BundleFile {
  return keys.reduce(signBundle, bundle);
}
