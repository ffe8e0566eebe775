/** Which key seals a body: one for each person, and one for each home, tenancy and grade group. */
export type KeyScope =
  | { readonly kind: 'person'; readonly person: string }
  | {
      readonly kind: 'home';
      readonly home: string;
      readonly tenancy: string | null;
      readonly group: 'open' | 'closed';
    };

export type Sealed = { readonly keyId: string; readonly body: Uint8Array };

/**
 * Seals bodies so that deleting a key erases all that it sealed (SH-6.3.6-b, DH-7.5.3-5; R-09).
 *
 * Every implementation promises: `seal` makes the scope's key when there is none; `open` answers null for a body whose
 * key was destroyed and throws `trust:seal.broken` for one that was altered; a new key survives a kill
 * only after `flush`, so a store calls it before it commits; all are synchronous.
 */
export interface Sealer {
  seal(scope: KeyScope, plain: Uint8Array): Sealed;
  open(sealed: Sealed): Uint8Array | null;
  /** Makes the keys durable that were made since the last call. */
  flush(): void;
}
