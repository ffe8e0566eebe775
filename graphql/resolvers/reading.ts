import type { AskedDecision } from '../../engine/Decision.ts';
import { fulfil, type HeldValue, type Shown } from '../../engine/fulfil.ts';
import type { AnsweredObligation } from '../../engine/obligations/duties.ts';
import { isDoubtful } from '../../twin/graph/isDoubtful.ts';
import type { Outcome } from '../../twin/words.ts';
import type { Missing } from '../schema/enums.ts';
import type { Session } from './Session.ts';
import { decideProperty, type PropertyView, refOf } from './views.ts';

export type Reading = {
  readonly value: unknown;
  readonly unit: string | null;
  readonly at: string | null;
  readonly outcome: Outcome;
  readonly missing: Missing | null;
  readonly doubtful: boolean | null;
  readonly obligations: readonly AnsweredObligation[];
  readonly decisionId: string;
};

/** The reading of a property: what its decision leaves of the last value. */
export function readProperty(session: Session, view: PropertyView): Reading | Promise<Reading> {
  return readDecided(session, view, decideProperty(session, view));
}

/** The reading of a property for an answer that does not name its home, and so may hold what must not be tied to one. */
export function readUnnamed(session: Session, view: PropertyView): Reading | Promise<Reading> {
  return readDecided(session, view, decideProperty(session, view), { unnamed: true });
}

/** What a decision leaves of the last value of a property; nothing when something that it asks for cannot be done. */
function readDecided(
  session: Session,
  view: PropertyView,
  decision: AskedDecision,
  framing: { readonly unnamed?: boolean } = {},
): Reading | Promise<Reading> {
  const obligations = session.settle(decision, refOf(view));
  if (obligations === null) return refused(view, decision);
  const show = (shown: Shown) => {
    const reading = toReading(view, decision, { ...shown, obligations });
    // That somebody tampers with a device is told of no home that may not be named.
    return framing.unnamed ? { ...reading, doubtful: null } : reading;
  };
  const failed = (error: unknown) => {
    session.ports.log.error({ err: error, decision: decision.id }, 'an obligation could not be carried out');
    return refused(view, decision);
  };
  try {
    const shown = fulfil(heldOf(view), decision, session.ports, framing);
    return shown instanceof Promise ? shown.then(show).catch(failed) : show(shown);
  } catch (error) {
    return failed(error);
  }
}

function heldOf(view: PropertyView): HeldValue {
  const { home, device, property } = view;
  const value = isStale(view) ? undefined : device.values.get(property.name);
  return { home: home.home.id, device: device.device.id, property: property.name, type: property, value };
}

type Answered = Shown & Pick<Reading, 'obligations'>;

function refused(view: PropertyView, decision: AskedDecision): Reading {
  return toReading(view, decision, { outcome: 'denied', value: null, at: null, obligations: [] });
}

function toReading(view: PropertyView, { id }: AskedDecision, { outcome, value, at, obligations }: Answered): Reading {
  // A value that is left out on purpose is not missing.
  const expected = (outcome === 'raw' || outcome === 'reduced') && !obligations.some(leavesOut);
  return {
    value,
    unit: view.property.unit ?? null,
    at: at === null ? null : new Date(at).toISOString(),
    outcome,
    missing: at === null && expected ? whyMissing(view) : null,
    doubtful: at !== null && expected ? mayBeForged(view, at) : null,
    obligations,
    decisionId: id,
  };
}

function leavesOut(obligation: AnsweredObligation): boolean {
  return obligation.type === 'mask' && obligation.method === 'suppress';
}

/** A value that stands for a stretch of time is as doubtful as any that it was made of. */
function mayBeForged({ home, device, property }: PropertyView, from: number): boolean {
  return isDoubtful(home, device, { from, until: device.values.get(property.name)?.at ?? from });
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
