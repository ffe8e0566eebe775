import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { Activations } from '../../trust/activations/ActivationLog.ts';
import type { AuditQuery, AuditRecord, Notice } from '../../trust/audit/AuditEntry.ts';
import type { AuditReport } from '../../trust/audit/verifyAudit.ts';
import type { DecisionRecordRow } from '../../trust/decisions/DecisionLog.ts';
import type { FoundReaction, ReactionQuery } from '../../trust/reactions/ReactionLog.ts';
import { hmacSm3 } from '../../trust/sm3.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { ChangeRecord } from '../../twin/changes.ts';
import type { KeyScope } from '../../twin/Sealer.ts';
import { parseChange } from '../../twin/stores/sqlite/ChangeLog.ts';
import { parseValues, type ValueCursor, type ValuePage } from '../../twin/stores/sqlite/PresentValues.ts';
import type { ReadingCursor } from '../../twin/stores/sqlite/ReadingLog.ts';
import { storedValues } from '../../twin/stores/sqlite/storedValues.ts';
import type {
  DeadLetter,
  DeadLetterCount,
  DeviceValues,
  Reading,
  StoredValue,
  TwinStore,
} from '../../twin/TwinStore.ts';
import type { Simulation } from '../simulations/Simulation.ts';
import {
  type CallName,
  type Calls,
  fromPortable,
  type Request,
  type Response,
  type WriterBatch,
  type WriterOptions,
} from './protocol.ts';

type Pending = {
  readonly batch: WriterBatch;
  readonly resolve: (result: { readonly revision: number }) => void;
  readonly reject: (error: Error) => void;
};
type PendingCall = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

export type OpenOptions = WriterOptions & {
  /** How many commits may wait before there is no `room`; at twice as many more are refused. */
  readonly queueLimit?: number;
  /** The variables of its thread; those of this process unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** Why nothing is to be written, from the beginning. */
  readonly failure?: Error;
  /** Told once, when the database has failed and nothing is written any more. */
  readonly onFailure?: (error: Error) => void;
};

/** Commits in one transaction at most: a bound on how long the first waits for the last. */
const GROUP_LIMIT = 2_000;
const PAGE_ROWS = 5_000;

/**
 * The main thread's side of the writer, which owns the database in a thread of its own.
 *
 * Commits that come while a group is being written form the next group: one sync for all of them, and no waiting
 * when there is nothing to wait for. When the database fails, all that waits is rejected and so is all that comes:
 * nothing is answered that is not durable.
 */
export class Writer implements TwinStore {
  readonly #worker: Worker;
  readonly #queueLimit: number;
  readonly #onFailure: (error: Error) => void;
  readonly #calls = new Map<number, PendingCall>();
  /** The key that codes compiled bundles. */
  readonly bundleKey: Uint8Array;
  /** What the noise of guarded answers follows from. */
  readonly guardKey: Uint8Array;
  readonly #pseudonymKey: Uint8Array;
  #queue: Pending[] = [];
  #written: Pending[] = [];
  #roomWaiters: (() => void)[] = [];
  #drained: (() => void)[] = [];
  #lastCall = 0;
  #revision = 0;
  #scheduled = false;
  #closing = false;
  #failure: Error | null = null;

  /**
   * Opens the database of a folder, whose lock must be held. Rejects as `FolderDatabase.open` throws, but for a broken
   * audit: then it is not `ready`, writes nothing, and can be read.
   */
  static async open({
    folder,
    demo,
    env,
    failure,
    queueLimit = 50_000,
    onFailure = () => {},
  }: OpenOptions): Promise<Writer> {
    const options: WriterOptions = { folder, demo };
    const worker = new Worker(new URL('./writer.worker.ts', import.meta.url), {
      workerData: options,
      ...(env && { env }),
    });
    const [first] = (await once(worker, 'message')) as [Response];
    if (first.kind === 'opened') {
      const writer = new Writer(worker, first, queueLimit, onFailure);
      writer.#failure ??= failure ?? null;
      return writer;
    }
    await worker.terminate();
    throw first.kind === 'failed' ? fromPortable(first.error) : new Error(`the writer opened with \`${first.kind}\``);
  }

  private constructor(
    worker: Worker,
    { revision, pseudonymKey, bundleKey, guardKey, failure }: Extract<Response, { kind: 'opened' }>,
    queueLimit: number,
    onFailure: (error: Error) => void,
  ) {
    this.#worker = worker;
    this.#revision = revision;
    this.#pseudonymKey = pseudonymKey;
    this.bundleKey = bundleKey;
    this.guardKey = guardKey;
    this.#failure = failure && fromPortable(failure);
    this.#queueLimit = queueLimit;
    this.#onFailure = onFailure;
    worker.on('message', (response: Response) => this.#receive(response));
    worker.on('error', (cause) =>
      this.#fail(new CodedError('store:writer.ended', 'the writer has broken down', { cause })),
    );
    worker.on('exit', () => this.#fail(closed()));
  }

  /** Whether it can write: false for ever after a failure, and when it is closed. */
  get ready(): boolean {
    return this.#failure === null && !this.#closing;
  }

  /** Why nothing is written any more; null while it is. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** How many commits wait. */
  get queued(): number {
    return this.#queue.length + this.#written.length;
  }

  /**
   * Writes a batch, whole or not at all; resolves when it is durable. Rejects with `store:revision.conflict`,
   * `store:batch.invalid` or `store:decision.exists` for this batch alone, with `store:overloaded` when too many wait,
   * and with the database's failure.
   */
  commit(batch: WriterBatch): Promise<{ readonly revision: number }> {
    const refusal = this.#failure ?? (this.#closing ? closed() : null);
    if (refusal) return Promise.reject(refusal);
    // Those who waited for room all come at once, and have applied what they bring already.
    if (this.#queue.length >= 2 * this.#queueLimit) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when a commit would not be refused for want of room. */
  async room(): Promise<void> {
    while (this.ready && this.#queue.length >= this.#queueLimit) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    }
  }

  /** A name that is equal for equal texts and tells nothing of them; others than the audit's. */
  pseudonym(text: string): string {
    return `n_${hmacSm3(this.#pseudonymKey, text).toString('hex').slice(0, 32)}`;
  }

  async revision(): Promise<number> {
    return this.#revision;
  }

  async *changes(since: number): AsyncGenerator<ChangeRecord> {
    const pages = this.#pages<number, ReturnType<Calls['changesPage']>>(since, (after) =>
      this.#call('changesPage', after ?? since, PAGE_ROWS),
    );
    for await (const { changes } of pages) for (const change of changes) yield parseChange(change);
  }

  async *values(): AsyncGenerator<StoredValue> {
    for await (const page of this.valuePages()) yield* page.flatMap(storedValues);
  }

  async *valuePages(): AsyncGenerator<readonly DeviceValues[]> {
    const pages = this.#pages<ValueCursor, ValuePage>(null, (after) => this.#call('valuesPage', after, PAGE_ROWS));
    for await (const { texts } of pages) yield texts.map(parseValues);
  }

  async *readings(home: string, from: number, until: number): AsyncGenerator<Reading> {
    const pages = this.#pages<ReadingCursor, ReturnType<Calls['readingsPage']>>(null, (after) =>
      this.#call('readingsPage', home, from, until, after, PAGE_ROWS),
    );
    for await (const { readings } of pages) yield* readings;
  }

  deadLetters(options: { readonly home?: string; readonly first: number }): Promise<DeadLetter[]> {
    return this.#call('deadLetters', options);
  }

  deadLetterCounts(): Promise<DeadLetterCount[]> {
    return this.#call('deadLetterCounts');
  }

  dropReadings(before: number): Promise<number> {
    return this.#call('dropReadings', before);
  }

  /** The record of a decision; null when there is none, or it was erased. */
  findDecision(id: string): Promise<DecisionRecordRow | null> {
    return this.#call('findDecision', id);
  }

  findFacts(digest: string): Promise<unknown> {
    return this.#call('findFacts', digest);
  }

  findAudit(query: AuditQuery): Promise<AuditRecord[]> {
    return this.#call('findAudit', query);
  }

  /** What a person was to be told of, newest first. */
  notices(person: string, first: number): Promise<Notice[]> {
    return this.#call('notices', person, first);
  }

  /** Whether something of this id was kept of a reaction, by any commit that was under way before. */
  hasReaction(id: string): Promise<boolean> {
    return this.#call('hasReaction', id);
  }

  findReaction(id: string): Promise<FoundReaction | null> {
    return this.#call('findReaction', id);
  }

  /** What was kept of reactions, newest first. */
  reactions(query: ReactionQuery): Promise<FoundReaction[]> {
    return this.#call('reactions', query);
  }

  /** Drops some of the oldest that was kept before an instant (milliseconds since 1970). Returns how many. */
  dropReactions(before: number): Promise<number> {
    return this.#call('dropReactions', before);
  }

  /** Keeps a snapshot of the graph for the next start. */
  saveCheckpoint(snapshot: Uint8Array): Promise<void> {
    return this.#call('saveCheckpoint', snapshot);
  }

  /** The snapshot that was kept last, or the last of a revision below one; null when there is none, or a key was destroyed since. */
  loadCheckpoint(below?: number): Promise<Uint8Array | null> {
    return this.#call('loadCheckpoint', below);
  }

  /** Keeps where a simulation stands, and its report, as JSON in UTF-8. */
  keepSimulation(simulation: Simulation, report: Uint8Array | null): Promise<void> {
    return this.#call('keepSimulation', simulation, report);
  }

  simulations(): Promise<Simulation[]> {
    return this.#call('simulations');
  }

  /** The report of a simulation; null when it has none, or it was erased. */
  simulationReport(id: string): Promise<Uint8Array | null> {
    return this.#call('simulationReport', id);
  }

  dropSimulations(ids: readonly string[]): Promise<void> {
    return this.#call('dropSimulations', ids);
  }

  /** Walks the chains of audit and changes, as far as they are written now. */
  verify(): Promise<AuditReport> {
    return this.#call('verify');
  }

  /** The records of the bundles that were active here. Rejects with `trust:activation.forged`. */
  activations(): Promise<Activations> {
    return this.#call('activations');
  }

  /** Destroys a key, and with it all that it sealed; the audit says by whom. Answers the key's id, null if there was none. */
  destroyKey(scope: KeyScope, by: { readonly at: string; readonly subject: string | null }): Promise<string | null> {
    return this.#call('destroyKey', scope, by);
  }

  /** Copies the data, without any key, into a new file. */
  backup(path: string): Promise<void> {
    return this.#call('backup', path);
  }

  /** Writes what waits, signs a last checkpoint and closes the database. Closing twice is closing once. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    while (this.queued > 0 && !this.#failure) await new Promise<void>((resolve) => this.#drained.push(resolve));
    if (this.#worker.threadId === -1) return;
    const exited = once(this.#worker, 'exit');
    const answered = this.#call('close');
    await Promise.all([answered, exited]);
  }

  #schedule(): void {
    if (this.#scheduled || this.#written.length > 0) return;
    this.#scheduled = true;
    // All that one turn of the event loop brings in goes together.
    setImmediate(() => {
      this.#scheduled = false;
      this.#sendGroup();
    });
  }

  #sendGroup(): void {
    if (this.#failure || this.#written.length > 0 || this.#queue.length === 0) return;
    this.#written = this.#queue.splice(0, GROUP_LIMIT);
    this.#wake(this.#roomWaiters.splice(0));
    try {
      this.#post({ kind: 'group', batches: this.#written.map(({ batch }) => batch) });
    } catch {
      this.#sendCloneable();
    }
  }

  /** Something in the group cannot cross between threads, such as a function: those batches alone are refused. */
  #sendCloneable(): void {
    this.#written = this.#written.filter(({ batch, reject }) => {
      try {
        structuredClone(batch);
        return true;
      } catch {
        reject(new CodedError('store:batch.invalid', 'a batch holds something that is not data'));
        return false;
      }
    });
    if (this.#written.length > 0) this.#post({ kind: 'group', batches: this.#written.map(({ batch }) => batch) });
    else this.#afterGroup();
  }

  #receive(response: Response): void {
    switch (response.kind) {
      case 'group': {
        const written = this.#written;
        this.#written = [];
        // The next group is under way before anyone hears of this one.
        this.#sendGroup();
        written.forEach(({ resolve, reject }, index) => {
          const result = response.results[index];
          if (result?.kind === 'written') {
            this.#revision = result.revision;
            resolve({ revision: result.revision });
          } else reject(result ? fromPortable(result.error) : new Error('the writer gave no result'));
        });
        this.#wakeWhenDrained();
        break;
      }
      case 'answer':
        this.#takeCall(response.id)?.resolve(response.result);
        break;
      case 'call_failed':
        this.#takeCall(response.id)?.reject(fromPortable(response.error));
        break;
      case 'failed':
        this.#fail(fromPortable(response.error));
        break;
      case 'opened':
        break;
    }
  }

  #afterGroup(): void {
    this.#sendGroup();
    this.#wakeWhenDrained();
  }

  #wakeWhenDrained(): void {
    if (this.queued === 0) this.#wake(this.#drained.splice(0));
  }

  #fail(error: Error): void {
    const first = this.#failure === null;
    this.#failure ??= error;
    const waiting = [...this.#written, ...this.#queue];
    this.#written = [];
    this.#queue = [];
    for (const { reject } of waiting) reject(error);
    // The thread still answers calls after the database refused a write, and none when it is gone.
    if (this.#worker.threadId === -1) {
      for (const { reject } of this.#calls.values()) reject(error);
      this.#calls.clear();
    }
    this.#wake(this.#roomWaiters.splice(0));
    this.#wake(this.#drained.splice(0));
    if (first && !this.#closing) this.#onFailure(error);
  }

  #call<Name extends CallName>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>> {
    if (this.#worker.threadId === -1) return Promise.reject(this.#failure ?? closed());
    this.#lastCall += 1;
    const id = this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#post({ kind: 'call', id, name, args });
    });
  }

  /** Pages one after the other, the next being read while one is worked on. */
  async *#pages<Cursor, Page extends { readonly next: Cursor | null }>(
    start: Cursor | null,
    read: (after: Cursor | null) => Promise<Page>,
  ): AsyncGenerator<Page> {
    let coming: Promise<Page> | null = read(start);
    while (coming) {
      const page: Page = await coming;
      coming = page.next === null ? null : read(page.next);
      // Whoever stops in between leaves this one unread; its failure is then nobody's.
      coming?.catch(() => {});
      yield page;
    }
  }

  #takeCall(id: number): PendingCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  #post(request: Request): void {
    this.#worker.postMessage(request);
  }

  #wake(waiters: readonly (() => void)[]): void {
    for (const wake of waiters) wake();
  }
}

function closed(): CodedError {
  return new CodedError('store:writer.ended', 'the writer is closed');
}

function overloaded(): CodedError {
  return new CodedError('store:overloaded', 'too many writes wait for the disk', { hint: 'send more slowly' });
}
