import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { FIRST_LINK, nextLink } from '../../twin/stores/chain.ts';
import { changeFields } from '../../twin/stores/sqlite/ChangeLog.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import { isActivationSigned } from '../activations/ActivationLog.ts';
import type { KeyStore } from '../keys/KeyStore.ts';
import { verifySm2 } from '../sm2.ts';
import { type AuditSecrets, headText, openAuditSecrets } from './auditSecrets.ts';
import { anchorName, codedHead, hex, LOGS, type Log } from './heads.ts';

/** What is wrong with a log, and the first row of which that is so. */
type LogProblem = {
  readonly log: Log;
  readonly seq: number;
  readonly problem: /** The row, or one before it of which it is the next, is not what was written. */
    | 'altered'
    /** A row is not there, though later ones are. */
    | 'removed'
    /** Rows from this one on are not there. */
    | 'truncated'
    /** The head does not bear our code, or is not the last row's: the chain was made anew, or rows were added. */
    | 'head_forged'
    /** A checkpoint does not bear our signature, or the chain is not what it was then. */
    | 'checkpoint_broken'
    /** A record does not bear our signature. */
    | 'signature_broken';
};

export type AuditReport = {
  readonly intact: boolean;
  readonly logs: readonly { readonly log: Log; readonly rows: number; readonly head: string }[];
  readonly problems: readonly LogProblem[];
};

type Row = Readonly<Record<string, SQLOutputValue>>;
type Head = { readonly seq: number; readonly chain: string };

const QUERIES: Readonly<Record<Log, string>> = {
  audit: 'SELECT seq, at, body, chain FROM audit ORDER BY seq',
  activations: 'SELECT seq, at, body, signature, chain FROM activations ORDER BY seq',
  changes: 'SELECT seq, version, at, kind, home, key_id AS keyId, body, chain FROM changes ORDER BY seq',
};

/** Walks the whole chain of each log and finds the first row of each that is not as it was written. */
export function verifyAudit(db: DatabaseSync, keys: KeyStore): AuditReport {
  const secrets = openAuditSecrets(keys);
  const walks = LOGS.map((log) => guarded(() => walk(db, keys, secrets, log)));
  const problems = walks.flatMap(({ problem }) => problem ?? []);
  return {
    intact: problems.length === 0,
    logs: walks.map(({ log, last }) => ({ log, rows: last.seq, head: last.chain })),
    problems,
  };
}

function walk(db: DatabaseSync, keys: KeyStore, secrets: AuditSecrets, log: Log) {
  const landmarks = readLandmarks(db, keys, secrets, log);
  let chain = FIRST_LINK;
  let seq = 0;
  let problem = landmarks.problem;
  const found = (at: number, kind: LogProblem['problem']) => {
    // The first row is what an auditor asks for; whatever follows it follows from it.
    if (!problem || at < problem.seq) problem = { log, seq: at, problem: kind };
  };
  for (const row of db.prepare(QUERIES[log]).iterate()) {
    const rowSeq = Number(row['seq']);
    if (rowSeq !== seq + 1) {
      found(seq + 1, 'removed');
      break;
    }
    chain = nextLink(chain, fieldsOf(log, row));
    seq = rowSeq;
    const text = hex(chain);
    if (text !== hex(row['chain'] as Uint8Array)) {
      found(seq, 'altered');
      break;
    }
    if (log === 'activations' && !isSigned(row, secrets)) {
      found(seq, 'signature_broken');
      break;
    }
    const expected = landmarks.chains.get(seq);
    if (expected !== undefined && expected !== text) {
      found(seq, 'checkpoint_broken');
      break;
    }
  }
  const last: Head = { seq, chain: hex(chain) };
  if (!problem) problem = compareHead(log, last, landmarks.head, landmarks.furthest);
  return { log, last, problem };
}

/** What vouches for a log from outside its rows: head, checkpoints, and the note beside the keys. */
function readLandmarks(db: DatabaseSync, keys: KeyStore, secrets: AuditSecrets, log: Log) {
  const chains = new Map<number, string>();
  let problem: LogProblem | null = null;
  for (const row of db.prepare('SELECT seq, chain, signature FROM checkpoints WHERE log = ? ORDER BY seq').all(log)) {
    const seq = Number(row['seq']);
    const chain = row['chain'] as Uint8Array;
    const signed = verifySm2(headText(log, seq, chain), String(row['signature']), secrets.signing.publicKey);
    if (!signed) problem ??= { log, seq, problem: 'checkpoint_broken' };
    else chains.set(seq, hex(chain));
  }
  const note = keys.note(anchorName(log));
  const anchor = note === null ? null : (JSON.parse(note) as Head);
  if (anchor) chains.set(anchor.seq, anchor.chain);
  const head = codedHead(db, log, secrets);
  if (head && !head.genuine) problem ??= { log, seq: head.seq, problem: 'head_forged' };
  return {
    chains,
    problem,
    head: head && { seq: head.seq, chain: hex(head.chain) },
    furthest: Math.max(0, ...chains.keys()),
  };
}

function isSigned(row: Row, { signing }: AuditSecrets): boolean {
  return isActivationSigned(String(row['body']), String(row['signature']), signing.publicKey);
}

function compareHead(log: Log, last: Head, head: Head | null, furthest: number): LogProblem | null {
  if (Math.max(furthest, head?.seq ?? 0) > last.seq) return { log, seq: last.seq + 1, problem: 'truncated' };
  if (last.seq === 0) return null;
  if (head === null) return { log, seq: last.seq, problem: 'head_forged' };
  if (head.seq < last.seq) return { log, seq: head.seq + 1, problem: 'head_forged' };
  return head.chain === last.chain ? null : { log, seq: last.seq, problem: 'head_forged' };
}

function fieldsOf(log: Log, row: Row): Parameters<typeof nextLink>[1] {
  if (log === 'changes') return changeFields(row as unknown as Parameters<typeof changeFields>[0]);
  const fields = [Number(row['seq']), String(row['at']), String(row['body'])];
  return log === 'activations' ? [...fields, String(row['signature'])] : fields;
}
