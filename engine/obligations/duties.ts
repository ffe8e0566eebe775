import type { AreaBasis, Basis } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { instrumentOfBasis } from '../../twin/lifecycles/basesOfInstrument.ts';
import type { Asking, ResourceRef } from '../AccessRequest.ts';
import { homeOf } from '../facts/gatherFacts.ts';
import { areaBasesFor, basesFor, peopleOf } from '../facts/pairFacts.ts';
import { labelOf } from '../facts/resourceFacts.ts';
import type { Notify } from './notify.ts';
import type { Obligation } from './Obligation.ts';
import type { RetainUntil } from './retainUntil.ts';

/** An obligation as an answer tells it: the date that a reference stands for is filled in; null has none yet. */
export type AnsweredObligation = Obligation | (RetainUntil & { readonly until: string | null });

/** What an obligation asks to be done beside an answer, about one home or instrument. */
export type Duty =
  /** With the numbers of the orders that the answer rests on (CC-4.2.3.2-c-2). */
  | { readonly kind: 'audit'; readonly orders: readonly string[] }
  | { readonly kind: 'notify'; readonly who: Notify['who']; readonly persons: readonly string[] }
  | { readonly kind: 'retain_until'; readonly until: string | null };

/** What is to be done beside an answer, and how the answer tells its obligations. */
export type Duties = { readonly duties: readonly Duty[]; readonly obligations: readonly AnsweredObligation[] };

type Asked = { readonly asking: Pick<Asking, 'subject' | 'purpose'>; readonly resource: ResourceRef };

/**
 * Finds what obligations ask to be done beside an answer: whom to tell, and until when it may be kept. Null when one of
 * them cannot be done, which denies: a date that does not exist cannot be kept to.
 */
export function dutiesOf(obligations: readonly Obligation[], asked: Asked, graph: TwinGraph): Duties | null {
  const home = homeOf(graph, asked.resource);
  const duties: Duty[] = [];
  const answered: AnsweredObligation[] = [];
  for (const obligation of obligations) {
    if (obligation.type === 'retain_until') {
      const until = dateOf(obligation.reference, asked, home, graph);
      if (until === undefined) return null;
      duties.push({ kind: 'retain_until', until });
      answered.push({ ...obligation, until });
      continue;
    }
    if (obligation.type === 'audit') duties.push({ kind: 'audit', orders: ordersOf(asked, home, graph) });
    if (obligation.type === 'notify') {
      duties.push({ kind: 'notify', who: obligation.who, persons: personsOf(obligation.who, home, graph) });
    }
    answered.push(obligation);
  }
  return { duties, obligations: answered };
}

/** The date that a reference stands for in a home; null while it is open, undefined when there is nothing to refer to. */
function dateOf(
  reference: RetainUntil['reference'],
  asked: Asked,
  home: HomeNode,
  graph: TwinGraph,
): string | null | undefined {
  switch (reference) {
    case 'basis.until': {
      const ends = basesOf(asked, home, graph).map((basis) => basis.ends);
      return ends.length === 0 ? undefined : first(ends);
    }
    case 'lease.end': {
      const leases = [...home.leases.values()].filter(({ state }) => state === 'active');
      return leases.length === 0 ? undefined : first(leases.map(({ lease }) => lease.ends));
    }
    case 'alarm.reset':
      return [...home.alarms.values()].some(({ state }) => state !== 'reset') ? null : undefined;
  }
}

function ordersOf(asked: Asked, home: HomeNode, graph: TwinGraph): readonly string[] {
  const numbers = basesOf(asked, home, graph).flatMap(({ id, type }) => {
    const instrument = type === 'order' ? graph.instruments.get(instrumentOfBasis(id))?.instrument : undefined;
    return instrument?.kind === 'order' ? [instrument.number] : [];
  });
  return [...new Set(numbers)].sort();
}

/** What the use rests on: the bases that open this category of data. */
function basesOf({ asking, resource }: Asked, home: HomeNode, graph: TwinGraph): readonly (Basis | AreaBasis)[] {
  const device = resource.type === 'property' ? (home.devices.get(resource.device) ?? null) : null;
  const { category } = labelOf(resource, device);
  return [...basesFor(home, asking), ...areaBasesFor(graph, home.home.area, asking)].filter(
    ({ categories, purposes }) => categories.includes(category) && purposes.includes(asking.purpose),
  );
}

function first(ends: readonly (string | null)[]): string | null {
  return ends.reduce((least, end) => (least === null || (end !== null && end < least) ? end : least), null);
}

function personsOf(who: Notify['who'], home: HomeNode, { people }: TwinGraph): string[] {
  switch (who) {
    case 'residents':
      return [...peopleOf(home)].sort();
    case 'owner':
      return [...home.people].flatMap(([person, known]) => (known.has('owner') ? person : [])).sort();
    case 'tenant':
      return [...home.leases.values()].flatMap(({ lease, state }) => (state === 'ended' ? [] : lease.tenant)).sort();
    case 'guardian': {
      const isChild = (person: string) => people.get(person)?.ageBand === 'child_14_and_under';
      const living = [...peopleOf(home)];
      return living.some(isChild)
        ? living.filter((person) => people.get(person)?.ageBand !== 'minor_15_to_17' && !isChild(person)).sort()
        : [];
    }
  }
}
