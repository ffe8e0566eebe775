import type { Change } from '../../changes.ts';
import { RELATIONS, type Relation } from '../../words.ts';

/** Labels of projected nodes. People and organisations are one namespace and have the label `Party` besides. */
export type NodeLabel = 'Area' | 'Organisation' | 'Person' | 'Home' | 'Room' | 'Device' | 'Lease';

/** A node by its label and id; rooms, devices and leases have ids within their home, others have `home` null. */
export type NodeRef = { readonly label: NodeLabel | 'Party'; readonly home: string | null; readonly id: string };

/** What a node is to hold; `made` is false for a change of something that must be there already. */
export type ProjectedNode = {
  readonly ref: NodeRef;
  readonly made: boolean;
  readonly set: Readonly<Record<string, string>>;
  readonly keyId: string | null;
};

/** Types of links; a node has one link of each at most, so a new one takes the place of the old. */
export type LinkType =
  | 'LIES_IN'
  | 'SERVES'
  | 'STANDS_IN'
  | 'PART_OF'
  | 'INSTALLED_IN'
  | 'IN_ROOM'
  | 'LEASES'
  | 'HELD_BY'
  | 'GRANTED_BY';
export type ProjectedLink = {
  readonly type: LinkType;
  readonly from: NodeRef;
  /** Null takes the link away. */
  readonly to: NodeRef | null;
  readonly keyId: string | null;
};

export type ProjectedRelation = {
  readonly relation: Relation;
  readonly subject: string;
  readonly object: string;
  readonly on: boolean;
  readonly keyId: string | null;
};

/** What a batch of changes does to the projected graph: at most one entry for each node, link and relation. */
export type Projection = {
  readonly nodes: ReadonlyMap<string, ProjectedNode>;
  readonly links: ReadonlyMap<string, ProjectedLink>;
  readonly relations: ReadonlyMap<string, ProjectedRelation>;
};

/** The relationship type of each relation. */
export const RELATION_TYPE: Readonly<Record<Relation, string>> = {
  resident: 'RESIDENT',
  owner: 'OWNER',
  tenant: 'TENANT',
  manages: 'MANAGES',
  contains: 'CONTAINS',
  bound: 'BOUND',
  responder: 'RESPONDER',
};
export const RELATION_TYPES = RELATIONS.map((relation) => RELATION_TYPE[relation]);

type Step =
  | { readonly kind: 'node'; readonly ref: NodeRef; readonly made: boolean; readonly set: Record<string, string> }
  | { readonly kind: 'link'; readonly type: LinkType; readonly from: NodeRef; readonly to: NodeRef | null }
  | { readonly kind: 'relation'; readonly relation: Relation; readonly subject: string; readonly object: string; readonly on: boolean };

/**
 * What changes do to the graph that integrators query with Cypher: ids, and words of closed lists about things. Names,
 * addresses, dates, age bands, flags of homes, bases and alarms are left out, so that what is sealed stays sealed.
 * The key that seals a change goes along, so that its end can take out what the change told.
 */
export function projectChanges(
  changes: readonly { readonly change: Change; readonly keyId: string | null }[],
): Projection {
  const nodes = new Map<string, ProjectedNode>();
  const links = new Map<string, ProjectedLink>();
  const relations = new Map<string, ProjectedRelation>();
  for (const { change, keyId } of changes) {
    for (const { kind, ...step } of stepsOf(change)) {
      void kind;
    }
  }
  return { nodes, links, relations };
}
