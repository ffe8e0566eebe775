export type Key = { readonly id: string; readonly bytes: Uint8Array };

/**
 * Where keys lie, apart from what they seal, so that backups of data hold no keys.
 *
 * Every implementation promises: a scope has one live key at a time, made at first use, with an id that never comes
 * back; `key` answers null for a destroyed key and throws `trust:key.unknown` for one that never was; a destroyed key
 * cannot be read again from the store's own files; new keys survive a kill after `flush`; nothing of a key is in any
 * message.
 */
export interface KeyStore {
  /** An id of this set of keys: data names it, and does not open with another. */
  readonly keyring: string;
  liveKey(scope: string): Key;
  key(id: string): Uint8Array | null;
  /** Destroys the live key of a scope; answers its id, or null when there is none. It is durable at once. */
  destroy(scope: string): string | null;
  /** A secret by name, made by `make` at first use; it is durable at once. */
  secret(name: string, make: () => Uint8Array): Uint8Array;
  /** A note kept beside the keys, such as how far a log had come; null when there is none. */
  note(name: string): string | null;
  keepNote(name: string, text: string): void;
  flush(): void;
  close(): void;
}
