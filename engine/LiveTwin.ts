import { EventEmitter } from 'node:events';
import type { ReactionBatch, ReactionRow } from '../trust/reactions/ReactionLog.ts';
import { CodedError } from '../twin/CodedError.ts';
import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { DeadLetter, Reading, RuleMemory, TwinBatch } from '../twin/TwinStore.ts';
import { LIFE_SAFETY_KINDS } from '../twin/words.ts';
import type { Clock } from './Clock.ts';

/** What happened at one instant and is kept together or not at all. */
export type Happening<AuditEntry> = {
  readonly changes?: readonly Change[];
  readonly readings?: readonly Reading[];
  readonly deadLetters?: readonly DeadLetter[];
  readonly memories?: readonly RuleMemory[];
  readonly audit?: readonly AuditEntry[];
  readonly reactions?: ReactionBatch;
};

/** Where happenings become durable: resolves when this one would survive the process being killed. */
export type Ledger<AuditEntry> = {
  commit(batch: {
    readonly twin?: TwinBatch;
    readonly audit?: readonly AuditEntry[];
    readonly reactions?: ReactionBatch;
  }): Promise<unknown>;
  /** Resolves when there is room for more; without it there always is. */
  room?(): Promise<void>;
};

/** What tells of a danger waits so long to become durable: people are to hear of it within a second. */
const HASTE_MS = 500;

/**
 * The graph of now and the ledger behind it, as one: a happening is in the graph at once, so that the next one sees it,
 * and is told to listeners when it is durable. When the ledger fails the graph knows what nobody will remember; from
 * then on `failure` says why, and whoever answers from the graph must refuse (fail closed).
 */
export class LiveTwin<AuditEntry> {
  readonly graph: TwinGraph;
  readonly #ledger: Ledger<AuditEntry>;
  readonly #clock: Clock;
  readonly #told = new EventEmitter<{ changed: [Change]; reacted: [ReactionRow] }>().setMaxListeners(0);
  readonly #onWiped: (home: string) => void;
  readonly #onProblem: (problem: { readonly what: string; readonly cause: unknown }) => void;
  #failure: CodedError | null = null;

  constructor({
    graph,
    ledger,
    clock,
    onWiped = () => undefined,
    onProblem = () => undefined,
  }: {
    graph: TwinGraph;
    ledger: Ledger<AuditEntry>;
    clock: Clock;
    /** Told of a home whose present values are no longer its people's, before anything else happens in it. */
    onWiped?: (home: string) => void;
    /** Told of a listener that threw. */
    onProblem?: (problem: { readonly what: string; readonly cause: unknown }) => void;
  }) {
    this.graph = graph;
    this.#onWiped = onWiped;
    this.#onProblem = onProblem;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** Why nothing may be answered any more; null while all is well. */
  get failure(): CodedError | null {
    return this.#failure;
  }

  /**
   * Applies changes to the graph and keeps them with the rest. Throws before anything happened when the graph refuses
   * the first of them; that it refuses a later one is a bug, after which nothing is answered.
   */
  async commit(happening: Happening<AuditEntry>): Promise<void> {
    this.#refuseAfterFailure();
    const { changes = [] } = happening;
    for (const [index, change] of changes.entries()) {
      try {
        this.graph.apply(change);
      } catch (cause) {
        if (index > 0) this.#fail(cause);
        throw cause;
      }
    }
    await this.keep(happening);
  }

  /** Keeps what has been applied to the graph already. */
  async keep({ changes = [], audit, reactions, ...messages }: Happening<AuditEntry>): Promise<void> {
    if (this.#failure) {
      this.#tellOfDanger(changes, reactions);
      throw this.#failure;
    }
    const at = new Date(this.#clock.now()).toISOString();
    const wipedHomes = [...this.graph.wipedHomes];
    this.graph.wipedHomes.clear();
    for (const home of wipedHomes) this.#onWiped(home);
    const twin: TwinBatch = { ...messages, changes: changes.map((change) => ({ at, change })), wipedHomes };
    const told = new Set<unknown>();
    const tellOfDanger = () => this.#tellOfDanger(changes, reactions, told);
    // A disk may hang and say nothing.
    const stop = changes.some(isUrgent) ? this.#clock.after(HASTE_MS, tellOfDanger) : undefined;
    try {
      await this.#ledger.commit({
        twin,
        ...(audit && audit.length > 0 && { audit }),
        ...(reactions && { reactions }),
      });
    } catch (cause) {
      tellOfDanger();
      throw this.#fail(cause);
    } finally {
      stop?.();
    }
    for (const change of changes) if (!told.has(change)) this.#told.emit('changed', change);
    for (const row of reactions?.rows ?? []) if (!told.has(row)) this.#told.emit('reacted', row);
  }

  /** Resolves when the ledger has room: whoever takes much in waits for it before anything is applied. */
  async room(): Promise<void> {
    await this.#ledger.room?.();
  }

  /** Tells every change once it is durable, in order. The answer ends it. */
  onChange(listener: (change: Change) => void): () => void {
    const hear = this.#alone(listener);
    this.#told.on('changed', hear);
    return () => this.#told.off('changed', hear);
  }

  /** Tells what was kept of reactions once it is durable, in order. The answer ends it. */
  onReaction(listener: (row: ReactionRow) => void): () => void {
    const hear = this.#alone(listener);
    this.#told.on('reacted', hear);
    return () => this.#told.off('reacted', hear);
  }

  /** A listener whose failure is its own: it neither keeps the others from hearing nor undoes what is durable. */
  #alone<Told>(listener: (told: Told) => void): (told: Told) => void {
    return (told) => {
      try {
        listener(told);
      } catch (cause) {
        this.#onProblem({ what: 'somebody who hears of what happens failed at it', cause });
      }
    };
  }

  /**
   * An alarm of life safety, the commands that answer it and what warns of it are told although they could not be kept, or
   * not yet: each once. `told` is what was.
   */
  #tellOfDanger(
    changes: readonly Change[],
    { rows }: ReactionBatch = { rows: [] },
    told: Set<unknown> = new Set(),
  ): void {
    for (const row of rows) if (row.isUrgent && isNew(told, row)) this.#told.emit('reacted', row);
    for (const change of changes) if (isUrgent(change) && isNew(told, change)) this.#told.emit('changed', change);
  }

  #refuseAfterFailure(): void {
    if (this.#failure) throw this.#failure;
  }

  #fail(cause: unknown): CodedError {
    this.#failure = new CodedError('store:commit.failed', 'what happened could not be kept, so nothing is answered', {
      cause,
      hint: 'look at the disk of the data folder, then start again',
    });
    return this.#failure;
  }
}

function isUrgent(change: Change): boolean {
  return (
    (change.kind === 'alarm_raised' && LIFE_SAFETY_KINDS.includes(change.alarm.kind)) ||
    (change.kind === 'command_issued' && change.command.claimant === 'life_safety')
  );
}

/** Whether it was not there yet; now it is. */
function isNew(told: Set<unknown>, one: unknown): boolean {
  const before = told.size;
  return told.add(one).size > before;
}
