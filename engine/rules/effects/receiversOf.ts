import type { Organisation } from '../../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { AreaLevel, Purpose, Relation, Tier } from '../../../twin/words.ts';
import { type HomeResource, NOBODY, type Subject } from '../../AccessRequest.ts';
import { peopleOf, relationsOf } from '../../facts/pairFacts.ts';
import type { NoticeEffect, ShareEffect } from '../Effect.ts';
import type { PlatformClaimant } from '../platformClaimant.ts';
import type { NoticeReceiver } from '../Rule.ts';

/** Somebody who is to get something of a home, for a purpose: a person, or the platform of an organisation. */
export type Receiver = { readonly id: string; readonly subject: Subject; readonly purpose: Purpose };

/** What an effect tells, and whom; who gets it is decided for each of them. */
export type Telling = { readonly receivers: readonly Receiver[]; readonly what: readonly HomeResource[] };

/** Whom a notice or share is for, by what the graph knows now. */
export function tellingOf(effect: NoticeEffect | ShareEffect, graph: TwinGraph): Telling {
  const home = graph.home(effect.home);
  if (effect.kind === 'notice') return { receivers: toldBy(graph, home, effect.to), what: effect.about };
  const { tier, purpose, what } = effect;
  return { receivers: platformsOf(graph, home, tier).map((each) => ({ ...each, purpose })), what: [what] };
}

function toldBy(graph: TwinGraph, home: HomeNode, to: NoticeReceiver): readonly Receiver[] {
  switch (to) {
    case 'residents':
      return [...peopleOf(home)].sort().map(personal);
    case 'owner':
      return [...home.people].flatMap(([person, known]) => (known.has('owner') ? [personal(person)] : []));
    case 'property':
      return platformsOf(graph, home, 'property').map((each) => ({ ...each, purpose: 'property_service' }));
    case 'community':
      return platformsOf(graph, home, 'community').map((each) => ({ ...each, purpose: 'community_service' }));
    case 'responders':
      return related(graph, home, 'responder').map((each) => ({ ...platform(each, 'city'), purpose: 'emergency' }));
  }
}

function personal(person: string): Receiver {
  return { id: person, purpose: 'own_use', subject: { ...NOBODY, person, tier: 'home', assurance: 'substantial' } };
}

const LEVELS: Partial<Readonly<Record<Tier, AreaLevel>>> = {
  community: 'community',
  street: 'street',
  district: 'district',
  city: 'city',
  province: 'province',
};

/**
 * As whom a rule of a platform acts in a home: the first of the organisations that it can be; somebody of whom nothing is
 * known where there is none.
 */
export function platformOf(graph: TwinGraph, home: HomeNode, claimant: PlatformClaimant): Omit<Receiver, 'id'> {
  switch (claimant) {
    case 'landlord': {
      const [manager] = platformsOf(graph, home, 'property');
      return { subject: manager?.subject ?? NOBODY, purpose: 'property_service' };
    }
    case 'community': {
      const [office] = platformsOf(graph, home, 'community');
      return { subject: office?.subject ?? NOBODY, purpose: 'community_service' };
    }
    case 'grid': {
      const utility = [...graph.organisations.values()].find(
        ({ kind, area }) => kind === 'utility' && area !== null && graph.liesWithin(home.home.area, area),
      );
      return { subject: utility ? platform(utility, 'city').subject : NOBODY, purpose: 'community_service' };
    }
  }
}

/** The platforms of a tier that a home belongs to: who manages it, or who serves the area of that level around it. */
function platformsOf(graph: TwinGraph, home: HomeNode, tier: Tier): readonly Omit<Receiver, 'purpose'>[] {
  if (tier === 'property') return related(graph, home, 'manages').map((each) => platform(each, tier));
  const area = graph.areaPath(home.home.area).find(({ level }) => level === LEVELS[tier]);
  if (!area) return [];
  return [...graph.organisations.values()].filter((each) => each.area === area.id).map((each) => platform(each, tier));
}

/** The organisations that have a relation to a home, or to an area around it. */
function related(graph: TwinGraph, home: HomeNode, relation: Relation): readonly Organisation[] {
  const known = new Set([...home.people.keys(), ...graph.areaRelations.keys()]);
  return [...known].flatMap((id) => {
    const organisation = graph.organisations.get(id);
    if (!organisation) return [];
    return relationsOf(graph, home, platform(organisation, 'property').subject).includes(relation)
      ? [organisation]
      : [];
  });
}

/** A platform as a subject: it has shown who it is; who reads at it is asked again. */
function platform({ id, kind, area }: Organisation, tier: Tier): Omit<Receiver, 'purpose'> {
  return { id, subject: { ...NOBODY, organisation: { id, kind }, area, tier, assurance: 'high', multiFactor: true } };
}
