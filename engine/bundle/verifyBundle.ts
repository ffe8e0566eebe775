import { checkSignature, type Signature } from '../../trust/signing/checkSignature.ts';
import type { TrustedKey } from '../../trust/signing/trustedKeys.ts';
import { type BundleFile, signedText } from './BundleFile.ts';
import { refused } from './parseBundle.ts';

export type VerifyOptions = {
  readonly keys: readonly TrustedKey[];
  /** The instant of the activation, in milliseconds since 1970: keys must hold and the bundle must not be over then. */
  readonly at: number;
  /** The highest version of the policies' input that this program gives. */
  readonly inputSchema: number;
};

/** A signature that holds, and whose it is. */
export type Signer = { readonly key: string; readonly holder: string };

/**
 * Checks who stands for a bundle: its author and at least one other, each by a trusted key of theirs. Everything is looked
 * up in the trusted keys and nothing is taken from the bundle, above all not the algorithm and not that it needs no
 * signature. One signature that does not hold refuses the whole.
 *
 * Throws `policy:bundle.unsigned`, `.expired`, `.schema_newer`, `.key_foreign`, `.key_expired`, `.algorithm_wrong`,
 * `.signer_wrong`, `.signature_wrong`, `.author_missing` and `.author_alone`.
 */
export function verifyBundle(
  { manifest, files, signatures = [] }: BundleFile,
  options: VerifyOptions,
): readonly Signer[] {
  const { keys, at, inputSchema } = options;
  if (signatures.length === 0) {
    throw refused('unsigned', 'nobody signed it', 'sign it with `twinward sign --add <bundle> --key <key>`');
  }
  const signers = signatures.map((signature) => verifySignature(signature, signedText(manifest), { keys, at }));
  if (new Set(signers.map(({ id }) => id)).size < signers.length) throw refused('malformed', 'one key signed it twice');
  assertSeparate(manifest.author, signers);
  if (manifest.expires !== null && Date.parse(manifest.expires) <= at) {
    throw refused('expired', `it was good until ${manifest.expires}`, 'sign it anew');
  }
  if (manifest.inputSchema > inputSchema) {
    const why = `it is written for version ${manifest.inputSchema} of the policies' input, and this program gives ${inputSchema}`;
    throw refused('schema_newer', why, 'use a newer Twinward');
  }
  const packed = (JSON.parse(files['policies/input.schema.json'] ?? '{}') as { readonly version?: unknown }).version;
  if (packed !== manifest.inputSchema) throw refused('malformed', 'its input schema has another version than it says');
  return signers.map(({ id, holder }) => ({ key: id, holder }));
}

function verifySignature(
  signature: Signature,
  message: Uint8Array,
  at: Pick<VerifyOptions, 'keys' | 'at'>,
): TrustedKey {
  const checked = checkSignature(signature, message, at);
  if (checked.kind === 'refused') throw refused(checked.why, checked.message);
  return checked.key;
}

/** Two people: who made it, and another who looked it over. */
function assertSeparate(author: string | null, signers: readonly TrustedKey[]): void {
  const made = signers.some(({ holder, roles }) => holder === author && roles.includes('author'));
  if (author === null || !made) throw refused('author_missing', 'its author did not sign it, or may not be one');
  if (signers.some(({ holder, roles }) => holder !== author && roles.includes('reviewer'))) return;
  throw refused(
    'author_alone',
    `nobody but its author \`${author}\` signed it`,
    'let a reviewer add a signature: `twinward sign --add`',
  );
}
