import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../twin/CodedError.ts';
import { nextLink } from '../../twin/stores/chain.ts';
import type { LogHead } from '../../twin/stores/sqlite/ChangeLog.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import type { KeyStore } from '../keys/KeyStore.ts';
import { signSm2 } from '../sm2.ts';
import type { AuditEntry, AuditQuery, AuditRecord, Notice, TimedEntry } from './AuditEntry.ts';
import { type AuditSecrets, headText, openAuditSecrets } from './auditSecrets.ts';
import { anchorName, codedHead, hex, LOGS, type Log, lastRow, notedSeq } from './heads.ts';

const TABLES = `
CREATE TABLE IF NOT EXISTS audit (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL, chain BLOB NOT NULL,
  kind TEXT GENERATED ALWAYS AS (body ->> 'kind') VIRTUAL,
  subject TEXT GENERATED ALWAYS AS (body ->> 'subject') VIRTUAL
) STRICT;
CREATE INDEX IF NOT EXISTS audit_by_subject ON audit (subject);
CREATE INDEX IF NOT EXISTS audit_by_kind ON audit (kind);
CREATE TABLE IF NOT EXISTS notices (
  person TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (person, seq)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS heads (
  log TEXT PRIMARY KEY, seq INTEGER NOT NULL, chain BLOB NOT NULL, code BLOB NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (
  log TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, chain BLOB NOT NULL, signature TEXT NOT NULL,
  PRIMARY KEY (log, seq)
) WITHOUT ROWID, STRICT;
`;

/** A checkpoint is signed when a log has grown by this much, and when the writer closes. Activations are few and weighty. */
const CHECKPOINT_ROWS: Readonly<Record<Log, number>> = { audit: 1_000, changes: 1_000, activations: 1 };

/** The heads of the logs that others write. */
type OtherHeads = Readonly<Record<Exclude<Log, 'audit'>, LogHead>>;

/**
 * The audit: a table chained by SM3, beside the data and in the same transactions.
 *
 * What it proves stands on three legs. The chain shows rows that were altered, removed or put elsewhere. The head of
 * each log, coded under a key that the database does not hold, shows a tail cut off or a chain made anew. Checkpoints
 * signed with SM2, the last of them noted beside the keys, show a whole database set back (DH-7.6.4, DH-6.3.2-7).
 */
export class AuditTrail {
  readonly #db: DatabaseSync;
  readonly #keys: KeyStore;
  readonly #secrets: AuditSecrets;
  readonly #insert: StatementSync;
  readonly #insertNotice: StatementSync;
  readonly #setHead: StatementSync;
  readonly #written: Record<Log, number>;
  readonly #checkpointed: Record<Log, number>;
  #head: LogHead;

  /**
   * Throws `trust:audit.broken` when a log does not end where its head says: going on would cover that up. With `broken`
   * it is opened all the same, to be read and verified; whoever does that writes nothing.
   */
  constructor(db: DatabaseSync, keys: KeyStore, { broken = false } = {}) {
    guarded(() => db.exec(TABLES));
    this.#db = db;
    this.#keys = keys;
    this.#secrets = openAuditSecrets(keys);
    if (!broken) for (const log of LOGS) guarded(() => assertHead(db, log, this.#secrets));
    this.#insert = db.prepare('INSERT INTO audit (seq, at, body, chain) VALUES (?, ?, ?, ?)');
    this.#insertNotice = db.prepare('INSERT OR IGNORE INTO notices VALUES (?, ?)');
    this.#setHead = db.prepare(
      `INSERT INTO heads VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET seq = excluded.seq, chain = excluded.chain, code = excluded.code`,
    );
    this.#head = lastRow(db, 'audit');
    this.#written = { audit: -1, changes: -1, activations: -1 };
    this.#checkpointed = {
      audit: lastCheckpoint(db, 'audit'),
      changes: lastCheckpoint(db, 'changes'),
      activations: lastCheckpoint(db, 'activations'),
    };
  }

  /** Turns entries into rows, people under their pseudonyms, and returns what appends them within a transaction. */
  prepare(entries: readonly TimedEntry[]): () => void {
    const { pseudonym } = this.#secrets;
    const rows = entries.map(({ at, entry }) => {
      const subject = entry.subject === null ? null : pseudonym(entry.subject);
      const told = entry.kind === 'obligation' ? (entry.told ?? []).map(pseudonym) : [];
      return { at, told, body: JSON.stringify({ ...entry, subject, ...(told.length > 0 && { told }) }) };
    });
    return () => {
      for (const { at, told, body } of rows) {
        const seq = this.#head.seq + 1;
        const chain = nextLink(this.#head.chain, [seq, at, body]);
        this.#insert.run(seq, at, body, chain);
        for (const person of told) this.#insertNotice.run(person, seq);
        this.#head = { seq, chain };
      }
    };
  }

  /** Codes the heads of all logs as they are now; the last thing in every transaction that wrote to one. */
  sealHeads(others: OtherHeads): void {
    const heads: Record<Log, LogHead> = { audit: this.#head, ...others };
    for (const log of LOGS) {
      const { seq, chain } = heads[log];
      if (seq === this.#written[log]) continue;
      this.#setHead.run(log, seq, chain, this.#secrets.headCode(log, seq, chain));
      this.#written[log] = seq;
    }
  }

  /** Signs a checkpoint of each log that has grown enough, within a transaction. Returns the logs. */
  checkpoint(at: string, others: OtherHeads, { always = false } = {}): readonly Log[] {
    const heads: Record<Log, LogHead> = { audit: this.#head, ...others };
    const grown = LOGS.filter((log) => heads[log].seq - this.#checkpointed[log] >= (always ? 1 : CHECKPOINT_ROWS[log]));
    for (const log of grown) {
      const { seq, chain } = heads[log];
      const signature = signSm2(headText(log, seq, chain), this.#secrets.signing);
      this.#db.prepare('INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?)').run(log, seq, at, chain, signature);
      this.#checkpointed[log] = seq;
    }
    return grown;
  }

  /**
   * Notes the last checkpoints beside the keys, after their transaction: a note ahead of its log would accuse it. Of a log
   * that has not grown a note that is ahead stays, since it is what shows that the log was set back.
   */
  anchor(grown: readonly Log[]): void {
    for (const log of LOGS) {
      const row = this.#db
        .prepare('SELECT seq, chain FROM checkpoints WHERE log = ? ORDER BY seq DESC LIMIT 1')
        .get(log);
      if (!row || (!grown.includes(log) && notedSeq(this.#keys, log) >= Number(row['seq']))) continue;
      this.#keys.keepNote(
        anchorName(log),
        JSON.stringify({ seq: Number(row['seq']), chain: hex(row['chain'] as Uint8Array) }),
      );
    }
  }

  /** Goes back to what the database holds, after a transaction was undone. */
  reload(): void {
    this.#head = lastRow(this.#db, 'audit');
    for (const log of LOGS) {
      this.#written[log] = -1;
      this.#checkpointed[log] = lastCheckpoint(this.#db, log);
    }
  }

  /** Records that match, oldest first. */
  find({ subject, kind, after = 0, first }: AuditQuery): AuditRecord[] {
    const pseudonym = subject === undefined ? null : this.#secrets.pseudonym(subject);
    const rows = this.#db
      .prepare(
        `SELECT seq, at, body FROM audit WHERE seq > ?1 AND (?2 IS NULL OR subject = ?2) AND (?3 IS NULL OR kind = ?3)
         ORDER BY seq LIMIT ?4`,
      )
      .all(after, pseudonym, kind ?? null, first);
    return rows.map((row) => ({
      seq: Number(row['seq']),
      at: String(row['at']),
      entry: JSON.parse(String(row['body'])) as AuditEntry,
    }));
  }

  /** What a person was to be told of, newest first. */
  notices(person: string, first: number): Notice[] {
    const rows = this.#db
      .prepare(
        `SELECT at, body ->> 'home' AS home, body ->> 'decision' AS decision, body ->> 'who' AS who
         FROM notices JOIN audit USING (seq) WHERE person = ? ORDER BY seq DESC LIMIT ?`,
      )
      .all(this.#secrets.pseudonym(person), first);
    return rows.map(({ at, home, decision, who }) => ({
      at: String(at),
      home: String(home),
      decision: String(decision),
      who: String(who),
    }));
  }
}

function assertHead(db: DatabaseSync, log: Log, secrets: AuditSecrets): void {
  const last = lastRow(db, log);
  const head = codedHead(db, log, secrets);
  if (head ? head.genuine && head.seq === last.seq && hex(head.chain) === hex(last.chain) : last.seq === 0) return;
  throw new CodedError('trust:audit.broken', `the log of ${log} does not end where it ended`, {
    hint: 'run `twinward verify`, then restore a backup',
  });
}

function lastCheckpoint(db: DatabaseSync, log: Log): number {
  return Number(db.prepare('SELECT max(seq) AS seq FROM checkpoints WHERE log = ?').get(log)?.['seq'] ?? 0);
}
