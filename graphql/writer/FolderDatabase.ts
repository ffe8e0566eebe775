import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ActivationLog } from '../../trust/activations/ActivationLog.ts';
import { AuditTrail } from '../../trust/audit/AuditTrail.ts';
import type { Log } from '../../trust/audit/heads.ts';
import { type AuditReport, verifyAudit } from '../../trust/audit/verifyAudit.ts';
import { DecisionLog } from '../../trust/decisions/DecisionLog.ts';
import { FileKeyStore } from '../../trust/keys/fileKeyStore/FileKeyStore.ts';
import type { KeyStore } from '../../trust/keys/KeyStore.ts';
import { ReactionLog } from '../../trust/reactions/ReactionLog.ts';
import { Sm4Sealer } from '../../trust/Sm4Sealer.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { KeyScope } from '../../twin/Sealer.ts';
import { keepMeta, openDatabase, readMeta } from '../../twin/stores/sqlite/openDatabase.ts';
import { SqliteStore } from '../../twin/stores/sqlite/SqliteStore.ts';
import { isDatabaseError } from '../../twin/stores/sqlite/storeErrors.ts';
import { Checkpoints } from './Checkpoints.ts';
import { type BatchResult, toPortable, type WriterBatch, type WriterOptions } from './protocol.ts';
import { SimulationLog } from './SimulationLog.ts';

/**
 * All that a data folder keeps, joined: twin, decision records and audit in `twinward.db`, their keys in `keys.db`.
 * It is synchronous and lives in the writer's thread.
 */
export class FolderDatabase {
  readonly store: SqliteStore;
  readonly decisions: DecisionLog;
  readonly reactions: ReactionLog;
  readonly trail: AuditTrail;
  readonly activations: ActivationLog;
  readonly checkpoints: Checkpoints;
  readonly simulations: SimulationLog;
  /** The key of pseudonyms in answers, which are others than those in the audit. */
  readonly pseudonymKey: Uint8Array;
  /** The key that codes compiled bundles, so that only what was compiled here is run. */
  readonly bundleKey: Uint8Array;
  /** What the noise of guarded answers follows from. */
  readonly guardKey: Uint8Array;
  readonly #keys: KeyStore;
  readonly #sealer: Sm4Sealer;

  /**
   * Opens a folder, or makes what is not there. Its lock must be held. With `brokenAudit` it is opened although its audit
   * is broken, to be read: nothing may be written.
   */
  static open({ folder, demo }: WriterOptions, { brokenAudit = false } = {}): FolderDatabase {
    const database = openDatabase(dataFile(folder));
    let keys: KeyStore | null = null;
    try {
      if (demo !== null) assertMarked(database, 'demo', demo ? 'yes' : 'no', demoMismatch(folder, demo));
      keys = FileKeyStore.open(folder);
      assertMarked(database, 'keyring', keys.keyring, foreignKeys(folder));
      return new FolderDatabase(database, keys, brokenAudit);
    } catch (error) {
      keys?.close();
      database.close();
      throw error;
    }
  }

  private constructor(database: DatabaseSync, keys: KeyStore, brokenAudit: boolean) {
    this.#keys = keys;
    this.#sealer = new Sm4Sealer(keys);
    this.store = new SqliteStore(database, this.#sealer);
    this.decisions = new DecisionLog(database, keys, this.#sealer);
    this.reactions = new ReactionLog(database, keys, this.#sealer);
    // Its table is one that the trail looks at.
    this.activations = new ActivationLog(database, keys);
    this.trail = new AuditTrail(database, keys, { broken: brokenAudit });
    this.checkpoints = new Checkpoints(database, this.#sealer);
    this.simulations = new SimulationLog(database, this.#sealer);
    this.pseudonymKey = keys.secret('answer pseudonyms', () => randomBytes(32));
    this.bundleKey = keys.secret('compiled bundles', () => randomBytes(32));
    this.guardKey = keys.secret('guarded answers', () => randomBytes(32));
  }

  /**
   * Writes batches in one transaction. A batch that is wrong is refused and the others are written; when the database
   * fails nothing is written and this throws.
   */
  commitGroup(batches: readonly WriterBatch[]): BatchResult[] {
    return this.#transact(() => batches.map((batch) => this.#write(batch)));
  }

  /** Destroys the key of a scope, and writes that into the audit. Answers the key's id, or null when there was none. */
  destroyKey(
    scope: KeyScope,
    { at, subject }: { readonly at: string; readonly subject: string | null },
  ): string | null {
    // They hold what the key had sealed, and go first: a start between the two would bring that back.
    this.checkpoints.drop();
    this.simulations.dropReports();
    const key = this.#sealer.destroy(scope);
    this.store.forgetValues();
    if (key !== null) {
      const entry = { kind: 'erasure', subject, key, scope: scope.kind } as const;
      this.#transact(this.trail.prepare([{ at, entry }]));
    }
    return key;
  }

  verify(): AuditReport {
    return verifyAudit(this.store.database, this.#keys);
  }

  /** Signs a last checkpoint, empties the write-ahead log and closes. */
  close(): void {
    if (!this.store.database.isOpen) return;
    this.#transact(() => undefined, { sign: true });
    this.store.close();
    this.#keys.close();
  }

  /** Closes without writing, after a failure. */
  abandon(): void {
    if (this.store.database.isOpen) this.store.database.close();
    this.#keys.close();
  }

  #transact<Result>(work: () => Result, { sign = false } = {}): Result {
    let signed: readonly Log[] = [];
    try {
      const result = this.store.transact(() => {
        const written = work();
        const heads = { changes: this.store.head, activations: this.activations.head };
        this.trail.sealHeads(heads);
        signed = this.trail.checkpoint(new Date().toISOString(), heads, { always: sign });
        return written;
      });
      if (signed.length > 0) this.trail.anchor(signed);
      return result;
    } catch (error) {
      this.trail.reload();
      this.activations.reload();
      throw error;
    }
  }

  #write(batch: WriterBatch): BatchResult {
    let writes: readonly (() => unknown)[];
    try {
      writes = [
        this.store.prepare(batch),
        this.decisions.prepare(batch.decisions ?? { records: [] }),
        this.trail.prepare(batch.audit ?? []),
        batch.reactions ? this.reactions.prepare(batch.reactions, Date.now()) : () => undefined,
        batch.activation ? this.activations.prepare(batch.activation) : () => undefined,
      ];
    } catch (error) {
      // Nothing of the batch is written yet, so it alone is refused; a failing database concerns them all.
      if (isDatabaseError(error)) throw error;
      return { kind: 'refused', error: toPortable(error) };
    }
    for (const write of writes) write();
    return { kind: 'written', revision: this.store.head.seq };
  }
}

/** Verifies the logs of a folder that no server has open, even where it cannot be opened for writing any more. */
export function verifyFolder(folder: string): AuditReport {
  if (!existsSync(dataFile(folder))) {
    throw new CodedError('config:folder.empty', `\`${folder}\` holds no data`, {
      hint: 'name the data folder in TWINWARD_DATA',
    });
  }
  const database = openDatabase(dataFile(folder));
  try {
    const keys = FileKeyStore.open(folder);
    try {
      return verifyAudit(database, keys);
    } finally {
      keys.close();
    }
  } finally {
    database.close();
  }
}

const dataFile = (folder: string): string => join(folder, 'twinward.db');

/** Marks a new folder for ever, and refuses one that is marked otherwise. */
function assertMarked(database: DatabaseSync, mark: string, value: string, mismatch: CodedError): void {
  keepMeta(database, mark, value);
  if (readMeta(database, mark) !== value) throw mismatch;
}

function demoMismatch(folder: string, demo: boolean): CodedError {
  const [is, hint] = demo
    ? ['not a demo', 'name another folder in TWINWARD_DATA, or leave out `--demo`']
    : ['a demo', 'name another folder in TWINWARD_DATA, or add `--demo`'];
  return new CodedError('config:folder.demo', `the data folder \`${folder}\` is ${is}, and stays so`, { hint });
}

function foreignKeys(folder: string): CodedError {
  return new CodedError('trust:keys.foreign', `keys.db in \`${folder}\` belongs to other data`, {
    hint: 'put back the keys.db that belongs to this folder',
  });
}
