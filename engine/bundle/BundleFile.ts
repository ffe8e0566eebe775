import type { Signature } from '../../trust/signing/checkSignature.ts';
import { sm3 } from '../../trust/sm3.ts';
import { canonicalJson } from '../canonicalJson.ts';

/** The form of bundles that this program writes and reads. */
export const BUNDLE_FORMAT = 1;
/** No bundle is larger, in bytes. */
export const MOST_BUNDLE_BYTES = 8 * 2 ** 20;

/** What a bundle says of itself. It is what is signed, and through its digests it covers every file. */
export type BundleManifest = {
  readonly format: number;
  readonly name: string;
  /** What its makers call this state of it, such as a commit. */
  readonly revision: string;
  /** Who made it; null for the policies that came with the program, which nobody signs. */
  readonly author: string | null;
  /** Instants, ISO 8601 in UTC. After `expires` it is activated no more. */
  readonly created: string | null;
  readonly expires: string | null;
  /** The version of the policies' input that it was written for. */
  readonly inputSchema: number;
  /** The digest of all that is decided by: input version and files. It is the bundle's id. */
  readonly content: string;
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly sm3: string }[];
};

/** A bundle as it lies in its one file: canonical JSON, so that equal bundles are equal byte for byte. */
export type BundleFile = {
  readonly manifest: BundleManifest;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Those who stand for the manifest. */
  readonly signatures?: readonly Signature[];
};

/** The bytes of a bundle. */
export function formatBundle(bundle: BundleFile): Buffer {
  return Buffer.from(`${canonicalJson(bundle)}\n`);
}

/** What a signer of a bundle signs: its manifest, and that it is one. */
export function signedText(manifest: BundleManifest): Buffer {
  return Buffer.from(`twinward bundle\n${canonicalJson(manifest)}`);
}

/** The digest of a manifest, which tells apart what is signed of one content. */
export function manifestDigest(manifest: BundleManifest): string {
  return digestOf(signedText(manifest));
}

/** The id of a content: of the same files and input version it is the same, whoever signs. */
export function contentDigest({ inputSchema, files }: Pick<BundleManifest, 'inputSchema' | 'files'>): string {
  return digestOf(canonicalJson({ inputSchema, files }));
}

export function digestOf(data: Uint8Array | string): string {
  return sm3(data).toString('hex');
}
