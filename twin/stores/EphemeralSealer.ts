import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CodedError } from '../CodedError.ts';
import type { KeyScope, Sealed, Sealer } from '../Sealer.ts';

// Node has it; its types do not name it.
const SM4_GCM = 'sm4-gcm' as CipherGCMTypes;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A sealer whose keys live in memory and end with it: for stores that are in memory too, and for bodies that nobody
 * may open after this process. It seals with SM4-GCM.
 */
export class EphemeralSealer implements Sealer {
  readonly #keys = new Map<string, Buffer>();
  readonly #live = new Map<string, string>();

  seal(scope: KeyScope, plain: Uint8Array): Sealed {
    const name = JSON.stringify(scope);
    const keyId = this.#live.get(name) ?? this.#makeKey(name);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(SM4_GCM, this.#keys.get(keyId)!, nonce).setAAD(Buffer.from(keyId));
    return { keyId, body: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
  }

  open({ keyId, body }: Sealed): Uint8Array | null {
    const key = this.#keys.get(keyId);
    if (!key) return null;
    try {
      const cipher = createDecipheriv(SM4_GCM, key, body.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(keyId)).setAuthTag(body.subarray(-TAG_BYTES));
      return Buffer.concat([cipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)), cipher.final()]);
    } catch (cause) {
      throw new CodedError('trust:seal.broken', `a body sealed by key \`${keyId}\` was altered`, { cause });
    }
  }

  flush(): void {}

  /** Forgets the key of a scope, and so erases all that it sealed. */
  destroy(scope: KeyScope): void {
    const name = JSON.stringify(scope);
    this.#keys.delete(this.#live.get(name) ?? '');
    this.#live.delete(name);
  }

  #makeKey(name: string): string {
    const keyId = `e${this.#keys.size}-${randomBytes(6).toString('hex')}`;
    this.#keys.set(keyId, randomBytes(16));
    this.#live.set(name, keyId);
    return keyId;
  }
}
