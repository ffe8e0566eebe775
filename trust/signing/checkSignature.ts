import { isSignature, type SignatureAlgorithm } from './signatures.ts';
import type { TrustedKey } from './trustedKeys.ts';

/** Who stands for something. Key and signer are looked up among the trusted keys; nothing here is believed by itself. */
export type Signature = {
  readonly key: string;
  readonly algorithm: SignatureAlgorithm;
  readonly signer: string;
  readonly value: string;
};

/** Why a signature is not believed; `message` goes on from what was signed: "its signature ..". */
type SignatureRefusal = {
  readonly kind: 'refused';
  readonly why: 'key_foreign' | 'algorithm_wrong' | 'signer_wrong' | 'key_expired' | 'signature_wrong';
  readonly message: string;
};

export type SignatureCheck = { readonly kind: 'held'; readonly key: TrustedKey } | SignatureRefusal;

/**
 * Checks a signature of a message at an instant. Everything is looked up in the trusted keys and nothing is taken from the
 * signature, above all not the algorithm.
 */
export function checkSignature(
  { key: id, algorithm, signer, value }: Signature,
  message: Uint8Array,
  { keys, at }: { readonly keys: readonly TrustedKey[]; readonly at: number },
): SignatureCheck {
  const refused = (why: SignatureRefusal['why'], said: string): SignatureRefusal => ({
    kind: 'refused',
    why,
    message: said,
  });
  const key = keys.find((each) => each.id === id);
  if (!key) return refused('key_foreign', `its signature is by \`${id}\`, which is not trusted here`);
  if (algorithm !== key.algorithm) {
    const said = `its signature by \`${id}\` says ${algorithm}, and that key signs by ${key.algorithm}`;
    return refused('algorithm_wrong', said);
  }
  if (signer !== key.holder) {
    return refused('signer_wrong', `\`${id}\` is the key of ${key.holder}, not of \`${signer}\``);
  }
  const early = key.from !== null && at < Date.parse(key.from);
  if (early || (key.until !== null && Date.parse(key.until) <= at)) {
    return refused('key_expired', `the key \`${id}\` of ${key.holder} does not hold at this time`);
  }
  if (!isSignature(message, value, key)) {
    return refused('signature_wrong', `its signature by ${key.holder} is of something else`);
  }
  return { kind: 'held', key };
}
