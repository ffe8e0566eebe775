import { decide } from '../engine/decide.ts';
import { allowsWhole } from '../engine/fulfil.ts';
import { dutiesOf } from '../engine/obligations/duties.ts';
import type { DecidePorts } from '../engine/RequestDecisions.ts';
import type { DecideEffect } from '../engine/rules/Effect.ts';
import { effectRequest } from '../engine/rules/effectRequest.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import { invariant } from '../twin/CodedError.ts';
import { dutyEntries } from './dutyEntries.ts';

type Ports = Omit<DecidePorts, 'bundle'> & {
  readonly bundle: () => DecidePorts['bundle'];
  /** Resolves when entries of the audit are durable. */
  readonly note: (entries: readonly AuditEntry[]) => Promise<void>;
};

/**
 * Makes what decides the effects of rules. Nothing coarser can be made of an effect, so one that is not allowed whole is
 * denied; what its decision asks for beside it is written down before it happens. What rules do is decided by the active
 * bundle alone: alarms and what answers them are not rolled out in stages.
 */
export function effectDecider({ bundle, note, ...ports }: Ports): DecideEffect {
  return async (effect) => {
    const { resource, ...asking } = effectRequest(effect);
    const [decision] = await decide([{ resource, ...asking }], { ...ports, bundle: bundle() });
    invariant(decision, 'one request has one decision');
    const { id: decisionId, outcome, obligations } = decision;
    const owed = allowsWhole(decision) ? dutiesOf(obligations, { asking, resource }, ports.graph) : null;
    if (owed === null) return { outcome: 'denied', decisionId };
    const entries = dutyEntries({ ...decision, asking }, resource, owed.duties);
    if (entries.length > 0) await note(entries);
    return { outcome, decisionId };
  };
}
