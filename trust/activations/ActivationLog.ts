import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../twin/CodedError.ts';
import { FIRST_LINK, nextLink } from '../../twin/stores/chain.ts';
import type { LogHead } from '../../twin/stores/sqlite/ChangeLog.ts';
import { guarded } from '../../twin/stores/sqlite/storeErrors.ts';
import { type AuditSecrets, openAuditSecrets } from '../audit/auditSecrets.ts';
import { lastRow, notedSeq } from '../audit/heads.ts';
import type { KeyStore } from '../keys/KeyStore.ts';
import { signSm2, verifySm2 } from '../sm2.ts';
import type { ActivationRecord } from './ActivationRecord.ts';

const TABLE = `CREATE TABLE IF NOT EXISTS activations (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL, signature TEXT NOT NULL, chain BLOB NOT NULL
) STRICT`;

/** The records of a folder's activations, and whether it has been set back to before the last of them. */
export type Activations = { readonly records: readonly ActivationRecord[]; readonly setBack: boolean };

/**
 * Which bundles decided here and since when: a chained log beside the audit, each record signed by the folder's own SM2
 * key and numbered from 1 without a gap. The audit trail codes its head, and the note beside the keys says how far it had
 * come, so that a database set back to an older bundle shows at the next start.
 */
export class ActivationLog {
  readonly #db: DatabaseSync;
  readonly #keys: KeyStore;
  readonly #secrets: AuditSecrets;
  readonly #insert: StatementSync;
  #head: LogHead;

  constructor(db: DatabaseSync, keys: KeyStore) {
    guarded(() => db.exec(TABLE));
    this.#db = db;
    this.#keys = keys;
    this.#secrets = openAuditSecrets(keys);
    this.#insert = db.prepare('INSERT INTO activations VALUES (?, ?, ?, ?, ?)');
    this.#head = lastRow(db, 'activations');
  }

  get head(): LogHead {
    return this.#head;
  }

  /** Signs a record, and returns what appends it within a transaction. Throws `trust:activation.out_of_order`. */
  prepare(record: ActivationRecord): () => void {
    const { number, at } = record;
    if (number !== this.#head.seq + 1) {
      throw new CodedError('trust:activation.out_of_order', `activation ${number} does not follow ${this.#head.seq}`);
    }
    const body = JSON.stringify(record);
    const signature = signSm2(activationText(body), this.#secrets.signing);
    return () => {
      const chain = nextLink(this.#head.chain, [number, at, body, signature]);
      this.#insert.run(number, at, body, signature, chain);
      this.#head = { seq: number, chain };
    };
  }

  /**
   * All records, oldest first. The chain is walked, and its head was coded by us; so it is enough to verify the signature
   * of the last. Throws `trust:activation.forged`.
   */
  read(): Activations {
    const rows = this.#db.prepare('SELECT seq, at, body, signature, chain FROM activations ORDER BY seq').all();
    let chain = FIRST_LINK;
    const records = rows.map((row, index) => {
      const fields = [Number(row['seq']), String(row['at']), String(row['body']), String(row['signature'])] as const;
      chain = nextLink(chain, fields);
      const isLast = index === rows.length - 1;
      const genuine = Buffer.from(chain).equals(row['chain'] as Uint8Array) && fields[0] === index + 1;
      if (!genuine || (isLast && !isActivationSigned(fields[2], fields[3], this.#secrets.signing.publicKey))) {
        throw new CodedError(
          'trust:activation.forged',
          `the record of activation ${index + 1} is not as it was written`,
          {
            hint: 'run `twinward verify`, then restore a backup',
          },
        );
      }
      return JSON.parse(fields[2]) as ActivationRecord;
    });
    return { records, setBack: notedSeq(this.#keys, 'activations') > records.length };
  }

  /** Goes back to what the database holds, after a transaction was undone. */
  reload(): void {
    this.#head = lastRow(this.#db, 'activations');
  }
}

/** Whether a record bears the folder's signature. */
export function isActivationSigned(body: string, signature: string, publicKey: string): boolean {
  return verifySm2(activationText(body), signature, publicKey);
}

function activationText(body: string): Buffer {
  return Buffer.from(`twinward activation\n${body}`);
}
