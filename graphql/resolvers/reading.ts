import type { Decision } from '../../engine/Decision.ts';
import { fulfil, type Shown } from '../../engine/fulfil.ts';
import type { Obligation } from '../../engine/obligations/Obligation.ts';
import type { Outcome } from '../../twin/words.ts';
import type { Missing } from '../schema/enums.ts';
import type { Session } from './Session.ts';
import { decideProperty, type PropertyView } from './views.ts';

export type Reading = {
  readonly value: unknown;
  readonly unit: string | null;
  readonly at: string | null;
  readonly outcome: Outcome;
  readonly missing: Missing | null;
  readonly obligations: readonly Obligation[];
  readonly decisionId: string;
};

/** The reading of a property: what its decision leaves of the last value. */
export function readProperty(session: Session, view: PropertyView): Reading | Promise<Reading> {
  const decision = decideProperty(session, view);
  noteObligations(session, decision, view.home.home.id);
  const present = isStale(view) ? undefined : view.device.values.get(view.property.name);
  const shown = fulfil(
    {
      home: view.home.home.id,
      device: view.device.device.id,
      property: view.property.name,
      type: view.property,
      value: present,
    },
    decision,
    session.ports,
  );
  return shown instanceof Promise
    ? shown.then((value) => toReading(view, decision, value))
    : toReading(view, decision, shown);
}

/** Telling people and writing to the audit are carried out for each home and decision, not for each value. */
export function noteObligations(session: Session, { id: decision, obligations }: Decision, home: string): void {
  const subject = session.caller.subject.account;
  for (const obligation of obligations) {
    const who = obligation.type === 'notify' ? obligation.who : null;
    if (obligation.type !== 'audit' && obligation.type !== 'notify') continue;
    session.note({ kind: 'obligation', subject, home, decision, duty: obligation.type, who });
  }
}

function toReading(view: PropertyView, decision: Decision, { outcome, value, at }: Shown): Reading {
  return {
    value,
    unit: view.property.unit ?? null,
    at: at === null ? null : new Date(at).toISOString(),
    outcome,
    missing: at === null && (outcome === 'raw' || outcome === 'reduced') ? whyMissing(view) : null,
    obligations: decision.obligations,
    decisionId: decision.id,
  };
}

/** What a device said before it fell silent is history, not the present. */
function isStale({ device }: PropertyView): boolean {
  return device.state === 'offline' || device.state === 'faulty' || device.state === 'retired';
}

/** The present begins anew when a lease ends: what was reported before is sealed away with the tenancy. */
function whyMissing(view: PropertyView): Missing {
  if (isStale(view) && view.device.values.has(view.property.name)) return 'stale';
  const leaseEnded = [...view.home.leases.values()].some(({ state }) => state === 'ended');
  return leaseEnded && !view.device.values.has(view.property.name) ? 'erased' : 'never_reported';
}
