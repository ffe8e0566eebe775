import { int } from 'neo4j-driver';
import { CodedError } from '../../CodedError.ts';
import type { Change, ChangeRecord } from '../../changes.ts';
import { homeOf } from '../../changes.ts';
import type { Sealer } from '../../Sealer.ts';
import { nextLink } from '../chain.ts';
import { scopeOf } from '../scopeOf.ts';
import { upcast, versionOf } from '../upcast.ts';
import { signed, unsigned } from './bytes.ts';
import { inPages, PAGE_ROWS } from './inPages.ts';
import type { Transaction } from './Neo4jConnection.ts';

/** A change as its node holds it, without its place in the log. */
export type EncodedChange = {
  readonly version: number;
  readonly at: string;
  readonly kind: string;
  readonly home: string | null;
  readonly keyId: string | null;
  readonly body: Uint8Array;
};
export type ChangeRow = EncodedChange & { readonly seq: number; readonly chain: Uint8Array };
type ChangeNode = Omit<ChangeRow, 'body' | 'chain'> & { readonly body: Int8Array; readonly chain: Int8Array };

export function encodeChange(
  sealer: Sealer,
  { at, change }: { readonly at: string; readonly change: Change },
): EncodedChange {
  const scope = scopeOf(change);
  const plain = Buffer.from(JSON.stringify(change));
  const { keyId, body } = scope ? sealer.seal(scope, plain) : { keyId: null, body: plain };
  return { version: versionOf(change.kind), at, kind: change.kind, home: homeOf(change), keyId, body };
}

/** The rows of changes that follow a change: numbered without a gap, each with its link of the chain. */
export function linkChanges(
  last: { readonly seq: number; readonly chain: Uint8Array },
  changes: readonly EncodedChange[],
): ChangeRow[] {
  let { seq, chain } = last;
  return changes.map((change) => {
    seq += 1;
    const { version, at, kind, home, keyId, body } = change;
    chain = nextLink(chain, [seq, version, at, kind, home, keyId, body]);
    return { ...change, seq, chain };
  });
}

export function createChanges(transaction: Transaction, rows: readonly ChangeRow[]): Promise<void> {
  return inPages(rows, (page) =>
    transaction.run('UNWIND $rows AS row CREATE (c:Change) SET c = row', {
      rows: page.map(({ seq, version, body, chain, ...row }) => ({
        ...row,
        seq: int(seq),
        version: int(version),
        body: signed(body),
        chain: signed(chain),
      })),
    }),
  );
}

/** A page of rows after the number `since`, oldest first, as they lie there. */
export async function readChanges(transaction: Transaction, since: number): Promise<ChangeRow[]> {
  const { records } = await transaction.run<ChangeNode>(
    `MATCH (c:Change) WHERE c.seq > $since
     RETURN c.seq AS seq, c.version AS version, c.at AS at, c.kind AS kind, c.home AS home, c.keyId AS keyId,
       c.body AS body, c.chain AS chain
     ORDER BY c.seq LIMIT $limit`,
    { since: int(since), limit: int(PAGE_ROWS) },
  );
  return records.map((record) => {
    const { body, chain, ...row } = record.toObject();
    return { ...row, body: unsigned(body), chain: unsigned(chain) };
  });
}

/** The change of a row; null when its key was destroyed. */
export function decodeChange(sealer: Sealer, { seq, version, at, kind, keyId, body }: ChangeRow): ChangeRecord | null {
  const plain = keyId === null ? body : sealer.open({ keyId, body });
  if (plain === null) return null;
  const change = upcast(JSON.parse(Buffer.from(plain).toString()), version);
  if (change.kind !== kind) {
    throw new CodedError('store:corrupt', `change ${seq} does not hold what its row says`, {
      hint: 'restore a backup',
    });
  }
  return { seq, at, change };
}
