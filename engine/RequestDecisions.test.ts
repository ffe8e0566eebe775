import { beforeEach, describe, expect, it } from 'vitest';
import { isCovered, type RolloutShare } from '../twin/graph/isCovered.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Asking } from './AccessRequest.ts';
import type { Bundle, StagedDecision } from './Bundles.ts';
import type { DecisionRecord } from './Decision.ts';
import { type DecidePorts, RequestDecisions } from './RequestDecisions.ts';

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
let graph: TwinGraph;
let ports: DecidePorts;
let decisions: RequestDecisions;
const verdict = { permits: [], caps: [], denies: [], errors: [] };
const bundle = (id: string): Bundle => ({
  id,
  rules: [],
  at: () => ({ evaluator: { readSet: [], evaluate: () => verdict }, announced: [] }),
});

beforeEach(() => {
  kept = [];
  full = false;
  graph = new TwinGraph();
  for (const id of ['h1', 'h2']) {
    graph.apply({ kind: 'home_added', home: { id, area: 'a', name: id, occupancy: 'vacant' } });
  }
  ports = {
    graph,
    bundle: bundle('b1'),
    records: {
      append: async (records) => {
        if (full) throw new Error('the disk is full');
        kept.push(...records);
      },
      find: async () => null,
    },
    clock: { now: () => 0, after: () => () => undefined },
    newId: () => 'r',
  };
  decisions = new RequestDecisions(ports);
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

describe('while a bundle is rolled out', () => {
  const watched: StagedDecision[] = [];
  beforeEach(() => {
    watched.length = 0;
    const salt = Array.from({ length: 100 }, (_, index) => `s${index}`).find(
      (each) => isCovered('h1', { salt: each, percent: 50 }) && !isCovered('h2', { salt: each, percent: 50 }),
    )!;
    begin({ salt, percent: 50 });
  });

  it('decides each home of a request under its own bundle, and says which', async () => {
    const answers = ['h1', 'h2'].map((id) => decisions.decide(asking, home(id)));
    expect(answers.map(({ bundle }) => bundle)).toEqual(['b2', 'b1']);
    await decisions.record();
    expect(kept.map(({ bundle, input }) => [bundle, input.resource.home.cohort])).toEqual([
      ['b2', 'rollout'],
      ['b1', 'rest'],
    ]);
  });

  it('tells of what the staged bundle decided, once it is durable', async () => {
    decisions.decide(asking, home('h1'));
    full = true;
    await expect(decisions.record()).rejects.toThrow('full');
    expect(watched).toEqual([]);
    full = false;
    await decisions.record();
    expect(watched).toMatchObject([{ cells: 1, decision: { outcome: 'denied', at: '1970-01-01T00:00:00.000Z' } }]);
  });

  it('decides alarms and what belongs to an area under the active one', () => {
    const alarm = { type: 'alarm', home: 'h1', id: 'x' } as const;
    expect(decisions.decide(asking, alarm).bundle).toBe('b1');
    graph.apply({ kind: 'area_added', area: { id: 'a', level: 'building', name: 'a', parent: null } });
    const order = { type: 'order', area: 'a', id: 'x', move: null } as const;
    expect(decisions.decide(asking, order).bundle).toBe('b1');
  });

  it('ends with what it began with, when the roll-out stops in the middle', () => {
    expect(decisions.decide(asking, home('h1')).bundle).toBe('b2');
    graph.rollOut(null);
    // Its facts were read already; another question reads them anew.
    expect(decisions.decide({ ...asking, purpose: 'care' }, home('h1')).bundle).toBe('b1');
  });

  function begin(share: RolloutShare): void {
    graph.rollOut(share);
    decisions = new RequestDecisions({
      ...ports,
      staged: { bundle: bundle('b2'), watch: (each) => watched.push(each) },
    });
  }
});
