import type { Activations } from '../../trust/activations/ActivationLog.ts';
import type { ActivationRecord } from '../../trust/activations/ActivationRecord.ts';
import type { AuditQuery, AuditRecord, Notice, TimedEntry } from '../../trust/audit/AuditEntry.ts';
import type { AuditReport } from '../../trust/audit/verifyAudit.ts';
import type { DecisionBatch, DecisionRecordRow } from '../../trust/decisions/DecisionLog.ts';
import type { FoundReaction, ReactionBatch, ReactionQuery } from '../../trust/reactions/ReactionLog.ts';
import { CodedError, type ErrorCode } from '../../twin/CodedError.ts';
import type { KeyScope } from '../../twin/Sealer.ts';
import type { ChangePage } from '../../twin/stores/sqlite/ChangeLog.ts';
import type { ValueCursor, ValuePage } from '../../twin/stores/sqlite/PresentValues.ts';
import type { ReadingCursor } from '../../twin/stores/sqlite/ReadingLog.ts';
import type { DeadLetter, DeadLetterCount, Reading, TwinBatch } from '../../twin/TwinStore.ts';
import type { Simulation } from '../simulations/Simulation.ts';

/** What one commit writes, whole or not at all: twin, audit, decision records, reactions, and a record of an activation. */
export type WriterBatch = TwinBatch & {
  readonly audit?: readonly TimedEntry[];
  readonly decisions?: DecisionBatch;
  readonly activation?: ActivationRecord;
  readonly reactions?: ReactionBatch;
};

export type WriterOptions = {
  readonly folder: string;
  /** Whether it is a demo's folder, which it stays for ever; null takes it as it is. */
  readonly demo: boolean | null;
};

/** An error as it crosses between threads. */
export type PortableError = { readonly code: ErrorCode | null; readonly message: string; readonly hint?: string };

export type BatchResult =
  | { readonly kind: 'written'; readonly revision: number }
  | { readonly kind: 'refused'; readonly error: PortableError };

/** What can be asked of the database: arguments and answer by name. */
export type Calls = {
  changesPage(since: number, limit: number): ChangePage;
  valuesPage(after: ValueCursor | null, limit: number): ValuePage;
  readingsPage(
    home: string,
    from: number,
    until: number,
    after: ReadingCursor | null,
    limit: number,
  ): { readonly readings: Reading[]; readonly next: ReadingCursor | null };
  deadLetters(options: { readonly home?: string; readonly first: number }): Promise<DeadLetter[]>;
  deadLetterCounts(): Promise<DeadLetterCount[]>;
  dropReadings(before: number): Promise<number>;
  findDecision(id: string): DecisionRecordRow | null;
  findFacts(digest: string): unknown;
  findAudit(query: AuditQuery): AuditRecord[];
  notices(person: string, first: number): Notice[];
  hasReaction(id: string): boolean;
  findReaction(id: string): FoundReaction | null;
  reactions(query: ReactionQuery): FoundReaction[];
  dropReactions(before: number): number;
  verify(): AuditReport;
  activations(): Activations;
  /** Keeps a snapshot of the graph, sealed. */
  saveCheckpoint(snapshot: Uint8Array): void;
  loadCheckpoint(below?: number): Uint8Array | null;
  keepSimulation(simulation: Simulation, report: Uint8Array | null): void;
  simulations(): Simulation[];
  simulationReport(id: string): Uint8Array | null;
  dropSimulations(ids: readonly string[]): void;
  destroyKey(scope: KeyScope, by: { readonly at: string; readonly subject: string | null }): string | null;
  backup(path: string): Promise<void>;
  close(): void;
};
export type CallName = keyof Calls;

/** From the main thread to the writer's. */
export type Request =
  | { readonly kind: 'group'; readonly batches: readonly WriterBatch[] }
  | { readonly kind: 'call'; readonly id: number; readonly name: CallName; readonly args: readonly unknown[] };

/** From the writer's thread to the main one. `failed` is the end: nothing is written any more. */
export type Response =
  | {
      readonly kind: 'opened';
      readonly revision: number;
      readonly pseudonymKey: Uint8Array;
      readonly bundleKey: Uint8Array;
      readonly guardKey: Uint8Array;
      /** Why nothing will be written, although what is there can be read. */
      readonly failure: PortableError | null;
    }
  | { readonly kind: 'group'; readonly results: readonly BatchResult[] }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'call_failed'; readonly id: number; readonly error: PortableError }
  | { readonly kind: 'failed'; readonly error: PortableError };

export function toPortable(error: unknown): PortableError {
  if (!(error instanceof CodedError))
    return { code: null, message: error instanceof Error ? error.message : String(error) };
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

export function fromPortable({ code, message, hint }: PortableError): Error {
  return code === null ? new Error(message) : new CodedError(code, message, hint === undefined ? {} : { hint });
}
