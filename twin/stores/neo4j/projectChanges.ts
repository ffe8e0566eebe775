import type { Change } from '../../changes.ts';
import { RELATIONS, type Relation } from '../../words.ts';

/** Labels of projected nodes. People and organisations are one namespace and have the label `Party` besides. */
type NodeLabel = 'Area' | 'Organisation' | 'Person' | 'Home' | 'Room' | 'Device' | 'Lease';

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
  | { readonly kind: 'node'; readonly node: Omit<ProjectedNode, 'keyId'> }
  | { readonly kind: 'link'; readonly link: Omit<ProjectedLink, 'keyId'> }
  | { readonly kind: 'relation'; readonly relation: Omit<ProjectedRelation, 'keyId'> };

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
    for (const step of stepsOf(change)) {
      switch (step.kind) {
        case 'node':
          addNode(nodes, { ...step.node, keyId });
          break;
        case 'link':
          links.set(`${step.link.type} ${nameOf(step.link.from)}`, { ...step.link, keyId });
          break;
        case 'relation': {
          const { relation, subject, object } = step.relation;
          relations.set(JSON.stringify([relation, subject, object]), { ...step.relation, keyId });
        }
      }
    }
  }
  return { nodes, links, relations };
}

/** A text by which references to one node are equal and those to two are not. */
function nameOf({ label, home, id }: NodeRef): string {
  return JSON.stringify([label, home, id]);
}

function addNode(nodes: Map<string, ProjectedNode>, node: ProjectedNode): void {
  const name = nameOf(node.ref);
  const earlier = nodes.get(name);
  nodes.set(name, {
    ...node,
    made: node.made || earlier?.made === true,
    set: { ...earlier?.set, ...node.set },
  });
}

function stepsOf(change: Change): Step[] {
  switch (change.kind) {
    case 'area_added': {
      const { id, level, parent } = change.area;
      const area = ref('Area', id);
      return [made(area, { level }), link('LIES_IN', area, parent === null ? null : ref('Area', parent))];
    }
    case 'organisation_added': {
      const { id, kind, area } = change.organisation;
      const organisation = ref('Organisation', id);
      return [made(organisation, { kind }), link('SERVES', organisation, area === null ? null : ref('Area', area))];
    }
    case 'person_added':
      return [made(ref('Person', change.person.id), {})];
    case 'home_added': {
      const { id, area, occupancy } = change.home;
      return [made(ref('Home', id), { occupancy }), link('STANDS_IN', ref('Home', id), ref('Area', area))];
    }
    case 'occupancy_changed':
      return [moved(ref('Home', change.home), { occupancy: change.occupancy })];
    case 'room_added': {
      const { id, home } = change.room;
      return [made(ref('Room', id, home), {}), link('PART_OF', ref('Room', id, home), ref('Home', home))];
    }
    case 'device_registered': {
      const { id, home, room, trust } = change.device;
      const device = ref('Device', id, home);
      return [
        made(device, { trust, state: 'registered' }),
        link('INSTALLED_IN', device, ref('Home', home)),
        link('IN_ROOM', device, room === null ? null : ref('Room', room, home)),
      ];
    }
    case 'device_transitioned':
      return [moved(ref('Device', change.device, change.home), { state: change.to })];
    case 'lease_signed': {
      const { id, home, tenant, landlord } = change.lease;
      const lease = ref('Lease', id, home);
      return [
        made(lease, { state: 'signed' }),
        link('LEASES', lease, ref('Home', home)),
        link('HELD_BY', lease, ref('Party', tenant)),
        link('GRANTED_BY', lease, ref('Party', landlord)),
      ];
    }
    case 'lease_transitioned':
      return [moved(ref('Lease', change.lease, change.home), { state: change.to })];
    case 'relation_added':
    case 'relation_ended': {
      const { subject, relation, object } = change;
      return [{ kind: 'relation', relation: { relation, subject, object, on: change.kind === 'relation_added' } }];
    }
    default:
      return [];
  }
}

const ref = (label: NodeRef['label'], id: string, home: string | null = null): NodeRef => ({ label, home, id });
const made = (of: NodeRef, set: Record<string, string>): Step => ({ kind: 'node', node: { ref: of, made: true, set } });
const moved = (of: NodeRef, set: Record<string, string>): Step => ({
  kind: 'node',
  node: { ref: of, made: false, set },
});
const link = (type: LinkType, from: NodeRef, to: NodeRef | null): Step => ({ kind: 'link', link: { type, from, to } });
