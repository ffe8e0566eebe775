import type { FulfilPorts } from '../engine/fulfil.ts';
import { type DecidePorts, RequestDecisions } from '../engine/RequestDecisions.ts';
import { decideEffectBy } from '../engine/rules/decideEffectBy.ts';
import type { DecideEffect } from '../engine/rules/Effect.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import { dutyEntries } from './dutyEntries.ts';

type Ports = Omit<DecidePorts, 'bundle'> &
  Omit<FulfilPorts, 'clock'> & {
    readonly bundle: () => DecidePorts['bundle'];
    /** Resolves when entries of the audit are durable. */
    readonly note: (entries: readonly AuditEntry[]) => Promise<void>;
  };

/**
 * Makes what decides the effects of rules. What their decisions ask for beside them is written down before anything
 * happens, as they are. What rules do is decided by the active bundle alone: alarms and what answers them are not rolled
 * out in stages.
 */
export function effectDecider({ bundle, note, history, pseudonym, ...ports }: Ports): DecideEffect {
  return async (effect) => {
    const decisions = new RequestDecisions({ ...ports, bundle: bundle() });
    const entries = new Map<string, AuditEntry>();
    const decided = await decideEffectBy(effect, {
      graph: ports.graph,
      fulfil: { history, pseudonym, clock: ports.clock },
      decide: ({ resource, ...asking }) => decisions.decide(asking, resource),
      owe: ({ id }, { resource, ...asking }, { duties }) => {
        for (const entry of dutyEntries({ id, asking }, resource, duties)) entries.set(JSON.stringify(entry), entry);
      },
    });
    await decisions.record();
    if (entries.size > 0) await note([...entries.values()]);
    return decided;
  };
}
