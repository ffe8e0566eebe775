import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../CodedError.ts';
import type { Change, ChangeRecord } from '../../changes.ts';
import { homeOf } from '../../changes.ts';
import type { Sealer } from '../../Sealer.ts';
import { FIRST_LINK, nextLink } from '../chain.ts';
import { scopeOf } from '../scopeOf.ts';
import { upcast, versionOf } from '../upcast.ts';

/** The last row of a chained log. */
export type LogHead = { readonly seq: number; readonly chain: Uint8Array };

type EncodedChange = {
  readonly version: number;
  readonly at: string;
  readonly kind: string;
  readonly home: string | null;
  readonly keyId: string | null;
  readonly body: Uint8Array;
};

type ChangeRow = EncodedChange & { readonly seq: number };

/** A change as its text: it crosses between threads, and is parsed where it is used. */
export type OpenedChange = Pick<ChangeRow, 'seq' | 'version' | 'at' | 'kind'> & { readonly text: string };
export type ChangePage = { readonly changes: readonly OpenedChange[]; readonly next: number | null };

/** The change in the shape of today; throws `store:corrupt` when it is not what its row says. */
export function parseChange({ seq, version, at, kind, text }: OpenedChange): ChangeRecord {
  const change = upcast(JSON.parse(text), version);
  if (change.kind !== kind) {
    throw new CodedError('store:corrupt', `change ${seq} does not hold what its row says`, {
      hint: 'run `twinward verify`',
    });
  }
  return { seq, at, change };
}

/** The log of changes in the database: numbered without a gap, chained, private bodies sealed. */
export class ChangeLog {
  readonly #sealer: Sealer;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  #head: LogHead;

  constructor(db: DatabaseSync, sealer: Sealer) {
    this.#sealer = sealer;
    this.#insert = db.prepare('INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#select = db.prepare(
      'SELECT seq, version, at, kind, home, key_id AS keyId, body FROM changes WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    this.#last = db.prepare('SELECT seq, chain FROM changes ORDER BY seq DESC LIMIT 1');
    this.#head = this.#readHead();
  }

  get head(): LogHead {
    return this.#head;
  }

  encode({ at, change }: { readonly at: string; readonly change: Change }): EncodedChange {
    const scope = scopeOf(change);
    const plain = Buffer.from(JSON.stringify(change));
    const { keyId, body } = scope ? this.#sealer.seal(scope, plain) : { keyId: null, body: plain };
    return { version: versionOf(change.kind), at, kind: change.kind, home: homeOf(change), keyId, body };
  }

  append(change: EncodedChange): void {
    const seq = this.#head.seq + 1;
    const chain = nextLink(this.#head.chain, changeFields({ ...change, seq }));
    const { version, at, kind, home, keyId, body } = change;
    this.#insert.run(seq, version, at, kind, home, keyId, body, chain);
    this.#head = { seq, chain };
  }

  /** Up to `limit` rows after `since`; `next` is where to go on, or null at the end. Erased changes are left out. */
  page(since: number, limit: number): ChangePage {
    const rows = this.#select.all(since, limit) as unknown as ChangeRow[];
    const changes = rows.map((row) => this.#open(row)).filter((change) => change !== null);
    return { changes, next: rows.length < limit ? null : (rows.at(-1)?.seq ?? null) };
  }

  /** Reads the head again, after a transaction was undone. */
  reload(): void {
    this.#head = this.#readHead();
  }

  #open({ seq, version, at, kind, keyId, body }: ChangeRow): OpenedChange | null {
    const plain = keyId === null ? body : this.#sealer.open({ keyId, body });
    if (plain === null) return null;
    return { seq, version, at, kind, text: Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString() };
  }

  #readHead(): LogHead {
    const row = this.#last.get();
    return row ? { seq: Number(row['seq']), chain: row['chain'] as Uint8Array } : { seq: 0, chain: FIRST_LINK };
  }
}

/** What of a change's row goes into the chain, in this order. */
export function changeFields({ seq, version, at, kind, home, keyId, body }: ChangeRow): Parameters<typeof nextLink>[1] {
  return [seq, version, at, kind, home, keyId, body];
}
