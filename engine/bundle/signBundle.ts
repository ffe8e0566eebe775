import { signMessage } from '../../trust/signing/signatures.ts';
import type { SigningKey } from '../../trust/signing/signingKeyFile.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { type BundleFile, signedText } from './BundleFile.ts';

/** A bundle with one more signature. Throws `command:bundle.signed_already` when the holder signed it before. */
export function signBundle(bundle: BundleFile, { id, holder, ...pair }: SigningKey): BundleFile {
  const { manifest, files, signatures = [] } = bundle;
  if (signatures.some(({ key, signer }) => key === id || signer === holder)) {
    throw new CodedError('command:bundle.signed_already', `${holder} has signed this bundle already`, {
      hint: 'the other signature is that of another person',
    });
  }
  const value = signMessage(signedText(manifest), pair);
  return {
    manifest,
    files,
    signatures: [...signatures, { key: id, algorithm: pair.algorithm, signer: holder, value }],
  };
}
