import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { RulesInForce } from '../rules/RulesInForce.ts';
import { compareBundles } from './compareBundles.ts';
import { assertNothingStranded, migrationOf } from './migrationOf.ts';
import { packBundle } from './packBundle.ts';
import { refit } from './testBundle.ts';

const about = { name: 'test', revision: '', author: null, created: null, expires: null };
const active = packBundle(join(import.meta.dirname, '../..'), about);
const LIFE = 'lifecycles/lease.json';

function graphWithLease(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'vacant' } });
  const term = { starts: '2026-01-01T00:00:00.000Z', ends: '2027-01-01T00:00:00.000Z' };
  graph.apply({ kind: 'lease_signed', lease: { id: 'l1', home: 'h', tenant: 't', landlord: 'o', ...term } });
  return graph;
}

it('names the things whose state the lifecycles of a bundle do not have, and refuses the bundle', () => {
  const machine = JSON.parse(active.files[LIFE]!) as { states: Record<string, unknown>; initial: string };
  const { signed: _, ...states } = machine.states;
  const text = `${JSON.stringify({ ...machine, initial: 'active', states })}\n`;
  const other = refit(active.manifest, { ...active.files, [LIFE]: text });
  const graph = graphWithLease();
  const migration = migrationOf(compareBundles(active, other), { inForce: new RulesInForce([]), graph });
  expect(migration.lifecycles).toEqual([
    { lifecycle: 'lease', things: 1, stranded: [{ state: 'signed', things: ['l1'] }] },
  ]);
  expect(() => assertNothingStranded(migration)).toThrow(
    expect.objectContaining({
      code: 'policy:bundle.states_removed',
      message: expect.stringContaining('`signed` of `lease` (l1)'),
    }),
  );
});

it('refuses nothing where every state is there', () => {
  const migration = migrationOf(compareBundles(active, active), {
    inForce: new RulesInForce([]),
    graph: graphWithLease(),
  });
  expect(migration.lifecycles).toEqual([]);
  expect(() => assertNothingStranded(migration)).not.toThrow();
});
