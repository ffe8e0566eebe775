import { inPages } from './inPages.ts';
import type { Transaction } from './Neo4jConnection.ts';
import {
  type LinkType,
  type NodeRef,
  type ProjectedLink,
  type ProjectedNode,
  type ProjectedRelation,
  type Projection,
  RELATION_TYPE,
} from './projectChanges.ts';

type Label = NodeRef['label'];

/** How each label is found by its key; `Party` carries the keys of people and organisations. */
const MERGED: Readonly<Record<Label, { readonly base: string; readonly inHome: boolean }>> = {
  Area: { base: 'Area', inHome: false },
  Party: { base: 'Party', inHome: false },
  Person: { base: 'Party', inHome: false },
  Organisation: { base: 'Party', inHome: false },
  Home: { base: 'Home', inHome: false },
  Room: { base: 'Room', inHome: true },
  Device: { base: 'Device', inHome: true },
  Lease: { base: 'Lease', inHome: true },
};

/**
 * Writes what a batch does to the projected graph. Rows go in by id, so that transactions that overlap take their locks
 * in one order; what a link or relation points to is made as a bare node when it was not told yet.
 */
export async function writeProjection(transaction: Transaction, projection: Projection): Promise<void> {
  const groups = [
    ...grouped(projection.nodes, ({ ref, made }) => `${ref.label} ${made}`).map(
      (of) => () => writeNodes(transaction, of),
    ),
    ...grouped(projection.links, ({ type, to }) => `${type} ${to === null}`).map(
      (of) => () => writeLinks(transaction, of),
    ),
    ...grouped(projection.relations, ({ relation, on }) => `${relation} ${on}`).map(
      (of) => () => writeRelations(transaction, of),
    ),
  ];
  for (const write of groups) await write();
}

/** Takes out of the projected graph all that changes told which were sealed by a key. */
export async function eraseProjected(transaction: Transaction, keyId: string): Promise<void> {
  for (const type of Object.values(RELATION_TYPE)) {
    await transaction.run(`MATCH ()-[r:${type}]->() WHERE r.keyId = $keyId DELETE r`, { keyId });
  }
  for (const label of ['Party', 'Home', 'Room', 'Device', 'Lease']) {
    await transaction.run(`MATCH (n:${label} {keyId: $keyId}) DETACH DELETE n`, { keyId });
  }
}

function writeNodes(transaction: Transaction, nodes: readonly ProjectedNode[]): Promise<void> {
  const [{ ref, made }] = nodes as [ProjectedNode];
  const label = MERGED[ref.label].base === ref.label ? '' : `n:${ref.label}, `;
  const query = `UNWIND $rows AS row ${made ? 'MERGE' : 'MATCH'} ${pattern('n', ref, 'row.ref')}
    SET ${label}n += row.set, n.keyId = row.keyId`;
  return inPages(nodes, (rows) => transaction.run(query, { rows }));
}

function writeLinks(transaction: Transaction, links: readonly ProjectedLink[]): Promise<void> {
  const [{ type, from, to }] = links as [ProjectedLink];
  const find = `UNWIND $rows AS row MATCH ${pattern('n', from, 'row.from')}
    OPTIONAL MATCH (n)-[old:${type satisfies LinkType}]->() DELETE old`;
  // What lies in the clear has no key: only a bare node that a sealed change speaks of goes with that key.
  const make = to
    ? ` WITH DISTINCT n, row MERGE ${pattern('o', to, 'row.to')} ON CREATE SET o.keyId = row.keyId
        CREATE (n)-[:${type}]->(o)`
    : '';
  return inPages(links, (rows) => transaction.run(find + make, { rows }));
}

function writeRelations(transaction: Transaction, relations: readonly ProjectedRelation[]): Promise<void> {
  const [{ relation, on }] = relations as [ProjectedRelation];
  const type = RELATION_TYPE[relation];
  const query = on
    ? `UNWIND $rows AS row MERGE (s:Party {id: row.subject}) ON CREATE SET s.keyId = row.keyId
       WITH s, row
       OPTIONAL MATCH (h:Home {id: row.object}) OPTIONAL MATCH (a:Area {id: row.object})
       WITH s, row, coalesce(h, a) AS o WHERE o IS NOT NULL
       MERGE (s)-[r:${type}]->(o) SET r.keyId = row.keyId`
    : `UNWIND $rows AS row MATCH (s:Party {id: row.subject})-[r:${type}]->(o) WHERE o.id = row.object DELETE r`;
  return inPages(relations, (rows) => transaction.run(query, { rows }));
}

function pattern(variable: string, { label }: NodeRef, row: string): string {
  const { base, inHome } = MERGED[label];
  return `(${variable}:${base} {${inHome ? `home: ${row}.home, ` : ''}id: ${row}.id})`;
}

/** The entries of a map in groups that one query can write, each sorted by name. */
function grouped<Item>(items: ReadonlyMap<string, Item>, groupOf: (item: Item) => string): Item[][] {
  const sorted = [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return [...Map.groupBy(sorted, groupOf).values()];
}
