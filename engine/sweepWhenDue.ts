import type { Change } from '../twin/changes.ts';
import type { Clock } from './Clock.ts';
import { instantsOfRecord } from './records/dueRecords.ts';
import { instantsOfWaiver, nextDue, type TimedGraph } from './timers.ts';

export type SweepPorts = {
  readonly graph: TimedGraph;
  readonly clock: Clock;
  readonly onChange: (listener: (change: Change) => void) => () => void;
  /** Brings about what is due; it deals with its own failures. */
  readonly sweep: () => Promise<void>;
  /** How long it waits at most, in milliseconds: for what has no instant of its own, and a clock that was set. */
  readonly atLeastEvery: number;
};

/**
 * Sweeps at the very instant at which a lease, waiver or drill starts or ends or a basis or instrument reaches its term, and now and then besides: a
 * consent of ten seconds is over after ten. The answer ends it.
 */
export function sweepWhenDue({ graph, clock, onChange, sweep, atLeastEvery }: SweepPorts): () => void {
  let ended = false;
  let dueAt = Number.POSITIVE_INFINITY;
  let cancel = () => {};

  const wait = (until: number): void => {
    dueAt = until;
    cancel();
    cancel = clock.after(Math.max(0, until - clock.now()), () => void run());
  };
  const run = async (): Promise<void> => {
    dueAt = Number.NEGATIVE_INFINITY;
    await sweep();
    if (ended) return;
    const now = clock.now();
    wait(Math.min(now + atLeastEvery, nextDue(graph, now) ?? Number.POSITIVE_INFINITY));
  };
  const forget = onChange((change) => {
    const next = Math.min(...instantsOf(change).filter((instant) => instant > clock.now()));
    if (next < dueAt) wait(next);
  });
  wait(Math.min(clock.now() + atLeastEvery, nextDue(graph, clock.now()) ?? Number.POSITIVE_INFINITY));
  return () => {
    ended = true;
    cancel();
    forget();
  };
}

function instantsOf(change: Change): number[] {
  if (change.kind === 'lease_signed') return [Date.parse(change.lease.starts), Date.parse(change.lease.ends)];
  if ((change.kind === 'basis_given' || change.kind === 'area_basis_given') && change.basis.ends !== null)
    return [Date.parse(change.basis.ends)];
  if (change.kind === 'emergency_access_opened') return [Date.parse(change.access.ends)];
  if (change.kind === 'instrument_made' && change.instrument.ends !== null) return [Date.parse(change.instrument.ends)];
  if (change.kind === 'instrument_transitioned' && change.ends !== undefined) return [Date.parse(change.ends)];
  if (change.kind === 'drill_announced') return [Date.parse(change.drill.starts), Date.parse(change.drill.ends)];
  if (change.kind === 'record_opened') return [...instantsOfRecord(change.record)];
  if (change.kind === 'waiver_given') return [...instantsOfWaiver(change.waiver)];
  return [];
}
