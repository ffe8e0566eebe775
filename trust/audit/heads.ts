import type { DatabaseSync } from 'node:sqlite';
import { FIRST_LINK } from '../../twin/stores/chain.ts';
import type { LogHead } from '../../twin/stores/sqlite/ChangeLog.ts';
import type { KeyStore } from '../keys/KeyStore.ts';
import type { AuditSecrets } from './auditSecrets.ts';

/** The logs that the audit vouches for: its own, the twin's changes, and the activations of bundles. */
export const LOGS = ['audit', 'changes', 'activations'] as const;
export type Log = (typeof LOGS)[number];

/** The name of the note beside the keys that says how far a log had come. */
export const anchorName = (log: Log): string => `anchor ${log}`;

/** How far a log had come when that was last noted beside the keys; 0 when it never was. */
export function notedSeq(keys: KeyStore, log: Log): number {
  const note = keys.note(anchorName(log));
  return note === null ? 0 : (JSON.parse(note) as { readonly seq: number }).seq;
}

/** The last row that a log really has. */
export function lastRow(db: DatabaseSync, log: Log): LogHead {
  const row = db.prepare(`SELECT seq, chain FROM ${log} ORDER BY seq DESC LIMIT 1`).get();
  return row ? { seq: Number(row['seq']), chain: row['chain'] as Uint8Array } : { seq: 0, chain: FIRST_LINK };
}

/** The head that a log is said to have, and whether it bears our code; null when none was ever written. */
export function codedHead(
  db: DatabaseSync,
  log: Log,
  secrets: AuditSecrets,
): (LogHead & { readonly genuine: boolean }) | null {
  const row = db.prepare('SELECT seq, chain, code FROM heads WHERE log = ?').get(log);
  if (!row) return null;
  const seq = Number(row['seq']);
  const chain = row['chain'] as Uint8Array;
  return { seq, chain, genuine: hex(secrets.headCode(log, seq, chain)) === hex(row['code'] as Uint8Array) };
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
