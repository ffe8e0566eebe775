import { sm2 } from 'sm-crypto';

/** The identity that signers have unless they agree on another (GM/T 0009). */
const DEFAULT_ID = '1234567812345678';

/** A key pair of SM2, in hex: 32 bytes, and 65 that begin with 04. */
export type Sm2Keys = { readonly privateKey: string; readonly publicKey: string };

export function makeSm2Keys(): Sm2Keys {
  return sm2.generateKeyPairHex();
}

/** Signs a message with SM2 and SM3 over it and the signer's identity (GM/T 0003.2); gives DER in hex. Some 10 ms. */
export function signSm2(message: Uint8Array, { privateKey, publicKey }: Sm2Keys, userId = DEFAULT_ID): string {
  return sm2.doSignature([...message], privateKey, { hash: true, der: true, publicKey, userId });
}

/** Whether a signature in DER is the signer's for this message; encodings that are not strict DER are none. */
export function verifySm2(message: Uint8Array, signature: string, publicKey: string, userId = DEFAULT_ID): boolean {
  try {
    return sm2.doVerifySignature([...message], signature, publicKey, { hash: true, der: true, userId });
  } catch {
    return false;
  }
}
