import { createSecretKey, type KeyObject } from 'node:crypto';
import type { KeyScope, Sealed, Sealer } from '../twin/Sealer.ts';
import type { KeyStore } from './keys/KeyStore.ts';
import { openBytes, sealBytes } from './sm4.ts';

/** Keys of the product's own, beside those of homes and persons: for what belongs to no one alone. */
export type SystemScope = { readonly kind: 'system'; readonly name: string };

/** Keys held open; each is some 300 bytes. */
const HELD_KEYS = 200_000;

/**
 * Seals with SM4-GCM under the keys of a key store: a fresh nonce for each body, the key's id bound to it.
 * A key with 2^32 bodies is far off: one home's messages at one a second take 136 years (DH-7.5.7, RA-9.2.2-a).
 */
export class Sm4Sealer implements Sealer {
  readonly #keys: KeyStore;
  readonly #live = new Map<string, { readonly id: string; readonly key: KeyObject }>();
  readonly #byId = new Map<string, KeyObject>();

  constructor(keys: KeyStore) {
    this.#keys = keys;
  }

  seal(scope: KeyScope | SystemScope, plain: Uint8Array): Sealed {
    const { id, key } = this.#liveKey(scopeName(scope));
    return { keyId: id, body: sealBytes(key, id, plain) };
  }

  open({ keyId, body }: Sealed): Uint8Array | null {
    const key = this.#byId.get(keyId) ?? this.#loadKey(keyId);
    return key && openBytes(key, keyId, body);
  }

  flush(): void {
    this.#keys.flush();
  }

  /** Destroys the key of a scope, and with it all that it sealed. Answers the key's id, or null when there was none. */
  destroy(scope: KeyScope | SystemScope): string | null {
    const name = scopeName(scope);
    const id = this.#keys.destroy(name);
    this.#live.delete(name);
    if (id !== null) this.#byId.delete(id);
    return id;
  }

  #liveKey(name: string): { readonly id: string; readonly key: KeyObject } {
    const held = this.#live.get(name);
    if (held) return held;
    const { id, bytes } = this.#keys.liveKey(name);
    const live = { id, key: createSecretKey(bytes) };
    if (this.#live.size >= HELD_KEYS) this.#live.clear();
    this.#live.set(name, live);
    this.#hold(id, live.key);
    return live;
  }

  #loadKey(id: string): KeyObject | null {
    const bytes = this.#keys.key(id);
    return bytes && this.#hold(id, createSecretKey(bytes));
  }

  #hold(id: string, key: KeyObject): KeyObject {
    if (this.#byId.size >= HELD_KEYS) this.#byId.clear();
    this.#byId.set(id, key);
    return key;
  }
}

/** One text for each scope; a JSON array keeps the parts apart whatever characters an id has. */
function scopeName(scope: KeyScope | SystemScope): string {
  switch (scope.kind) {
    case 'person':
      return JSON.stringify(['person', scope.person]);
    case 'home':
      return JSON.stringify(['home', scope.home, scope.tenancy, scope.group]);
    case 'system':
      return JSON.stringify(['system', scope.name]);
  }
}
