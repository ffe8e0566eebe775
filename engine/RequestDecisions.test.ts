import { beforeEach, expect, it } from 'vitest';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Asking } from './AccessRequest.ts';
import type { DecisionRecord } from './Decision.ts';
import { RequestDecisions } from './RequestDecisions.ts';

const asking: Asking = {
  subject: {
    account: 'ana',
    person: null,
    organisation: null,
    area: null,
    tier: 'home',
    roles: [],
    assurance: 'high',
    multiFactor: false,
  },
  action: 'read',
  purpose: 'own_use',
  channel: 'api',
};
const home = (id: string) => ({ type: 'home', home: id, id }) as const;

let kept: DecisionRecord[];
let full: boolean;
let decisions: RequestDecisions;
beforeEach(() => {
  kept = [];
  full = false;
  const graph = new TwinGraph();
  for (const id of ['h1', 'h2']) {
    graph.apply({ kind: 'home_added', home: { id, area: 'a', name: id, occupancy: 'vacant' } });
  }
  const verdict = { permits: [], caps: [], denies: [], errors: [] };
  decisions = new RequestDecisions({
    graph,
    bundle: { id: 'b1', rules: [], at: () => ({ evaluator: { readSet: [], evaluate: () => verdict }, announced: [] }) },
    records: {
      append: async (records) => {
        if (full) throw new Error('the disk is full');
        kept.push(...records);
      },
      find: async () => null,
    },
    clock: { now: () => 0, after: () => () => undefined },
    newId: () => 'r',
  });
});

it('writes one record for each class with all that it covers', async () => {
  decisions.decide(asking, home('h1'));
  decisions.decide(asking, home('h2'));
  await decisions.record();
  expect(kept).toMatchObject([{ id: 'r-1', resources: [home('h1'), home('h2')], resourceCount: 2 }]);
  await decisions.record();
  expect(kept).toHaveLength(1);
});

it('counts and names a resource once, however often it is asked about', async () => {
  for (const id of ['h1', 'h2', 'h1', 'h1']) decisions.decide(asking, home(id));
  await decisions.record();
  expect(kept).toMatchObject([{ resources: [home('h1'), home('h2')], resourceCount: 2 }]);
});

it('writes down what could not be written before', async () => {
  decisions.decide(asking, home('h1'));
  full = true;
  await expect(decisions.record()).rejects.toThrow('full');
  await expect(decisions.record()).rejects.toThrow('full');
  full = false;
  await decisions.record();
  expect(kept).toMatchObject([{ id: 'r-1' }]);
});

it('records anew what is decided after its class was written down', async () => {
  const first = decisions.decide(asking, home('h1'));
  await decisions.record();
  const second = decisions.decide(asking, home('h2'));
  await decisions.record();
  expect(second.id).not.toBe(first.id);
  expect(kept).toMatchObject([{ resources: [home('h1')] }, { id: second.id, resources: [home('h2')] }]);
});
