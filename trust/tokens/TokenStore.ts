import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../twin/CodedError.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import type { Tier } from '../../twin/words.ts';
import { sm3 } from '../sm3.ts';

/**
 * Who holds a token: an account at the endpoint of a tier, or whoever administers this server from its machine.
 * `expiresAt` is in milliseconds since 1970.
 */
export type TokenHolder =
  | { readonly kind: 'account'; readonly account: string; readonly tier: Tier; readonly expiresAt: number }
  | { readonly kind: 'administrator'; readonly expiresAt: number };

const HOUR_MS = 3_600_000;
const ACCOUNT_LIFE_MS = 24 * HOUR_MS;
const DEVICE_LIFE_MS = 365 * 24 * HOUR_MS;
const SHAPE = /^(?:tw|twd)_[\w-]{43}$/;

const TABLES = `
CREATE TABLE IF NOT EXISTS tokens (
  digest BLOB PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('account', 'administrator', 'device')),
  holder TEXT, tier TEXT, expires INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS device_of_home ON tokens (holder) WHERE kind = 'device';
`;

type Row = {
  readonly digest: Uint8Array;
  readonly kind: 'account' | 'administrator' | 'device';
  readonly holder: string | null;
  readonly tier: Tier | null;
  readonly expires: number;
};

/**
 * Opaque tokens of 32 random bytes, of which only the SM3 digest is kept, in a file of their own. Asking is done in
 * memory; issuing and revoking are durable when they return. No error holds a token (SH-7-h).
 */
export class TokenStore {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  readonly #tokens = new Map<string, Row>();

  /** `path` is a file or `:memory:`; `now` gives milliseconds since 1970. */
  constructor(path: string, now: () => number) {
    this.#now = now;
    this.#db = openTokens(path);
    if (path !== ':memory:') chmodSync(path, 0o600);
    this.#db.prepare('DELETE FROM tokens WHERE expires <= ?').run(now());
    for (const row of this.#db.prepare('SELECT digest, kind, holder, tier, expires FROM tokens').all()) {
      this.#remember(row as unknown as Row);
    }
  }

  /** A token for an account, good for 24 hours unless a shorter life is given. */
  issue(account: string, tier: Tier, { lifeMs = ACCOUNT_LIFE_MS }: { readonly lifeMs?: number } = {}): string {
    const life = Math.min(lifeMs, ACCOUNT_LIFE_MS);
    return this.#make('tw_', { kind: 'account', holder: account, tier, expires: this.#now() + life });
  }

  /** The administrator's token of this start; those of earlier starts end. */
  issueAdministrator(): string {
    this.#drop((row) => row.kind === 'administrator');
    return this.#make('tw_', {
      kind: 'administrator',
      holder: null,
      tier: null,
      expires: this.#now() + DEVICE_LIFE_MS,
    });
  }

  /** The token with which the devices of a home come in by MQTT; the one before it ends. */
  issueDevice(home: string): string {
    this.#drop((row) => row.kind === 'device' && row.holder === home);
    return this.#make('twd_', { kind: 'device', holder: home, tier: null, expires: this.#now() + DEVICE_LIFE_MS });
  }

  /** Whose token it is; null for one that is unknown, expired, revoked, or a device's. */
  authenticate(token: string): TokenHolder | null {
    const row = this.#find(token);
    if (row?.kind === 'administrator') return { kind: 'administrator', expiresAt: row.expires };
    if (row?.kind !== 'account' || row.holder === null || row.tier === null) return null;
    return { kind: 'account', account: row.holder, tier: row.tier, expiresAt: row.expires };
  }

  /** Whether it is the device token of a home. */
  authenticateDevice(home: string, token: string): boolean {
    const row = this.#find(token);
    return row?.kind === 'device' && row.holder === home;
  }

  revoke(token: string): void {
    const row = this.#find(token);
    if (row) this.#drop((each) => each === row);
  }

  /** Ends every token of an account, as when it is closed. */
  revokeAccount(account: string): void {
    this.#drop((row) => row.kind === 'account' && row.holder === account);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #find(token: string): Row | null {
    if (!SHAPE.test(token)) return null;
    // What is looked up is a digest: how long that takes tells nothing about the tokens there are.
    const digest = sm3(token);
    const row = this.#tokens.get(digest.toString('hex'));
    if (!row || !timingSafeEqual(digest, row.digest) || row.expires <= this.#now()) return null;
    return row;
  }

  #make(prefix: 'tw_' | 'twd_', holder: Omit<Row, 'digest'>): string {
    const token = `${prefix}${randomBytes(32).toString('base64url')}`;
    const row = { digest: sm3(token), ...holder };
    guarded(() =>
      this.#db
        .prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?)')
        .run(row.digest, row.kind, row.holder, row.tier, row.expires),
    );
    this.#remember(row);
    return token;
  }

  #drop(which: (row: Row) => boolean): void {
    const remove = this.#db.prepare('DELETE FROM tokens WHERE digest = ?');
    for (const [name, row] of this.#tokens) {
      if (!which(row)) continue;
      guarded(() => remove.run(row.digest));
      this.#tokens.delete(name);
    }
  }

  #remember(row: Row): void {
    this.#tokens.set(Buffer.from(row.digest).toString('hex'), row);
  }
}

function openTokens(path: string): DatabaseSync {
  const db = guarded(() => new DatabaseSync(path, { timeout: 2000 }));
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
    return db;
  } catch (cause) {
    db.close();
    throw new CodedError('store:corrupt', `\`${path}\` cannot be read`, {
      hint: 'put back a copy of it, or remove it: then people and devices need new tokens',
      cause,
    });
  }
}
