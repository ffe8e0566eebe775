import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { HomeFact } from './Fact.ts';

const occupancy: HomeFact = {
  scope: 'home',
  path: ['resource', 'home', 'occupancy'],
  origin: 'how the home is occupied',
  read: (_graph, home) => home.occupancy,
};

const lease: HomeFact = {
  scope: 'home',
  path: ['resource', 'home', 'lease'],
  origin: 'the furthest lease of the home that has not ended, or `ended` when all have',
  read: (_graph, home) => leaseState(home),
};

const flags: HomeFact = {
  scope: 'home',
  path: ['resource', 'home', 'flags'],
  origin: 'marks on the home',
  read: (_graph, home) => [...home.flags].sort(),
};

const waivers: HomeFact = {
  scope: 'home',
  path: ['resource', 'home', 'waivers'],
  origin: 'waivers in force for the home and for the areas in which it stands: the rules that do not act',
  read: (graph, home) => {
    const rules = new Set<string>();
    for (const { waiver, state } of graph.waiversOver(home)) {
      if (state === 'in_force') for (const rule of waiver.rules) rules.add(rule);
    }
    return [...rules].sort();
  },
};

const cohort: HomeFact = {
  scope: 'home',
  path: ['resource', 'home', 'cohort'],
  origin: 'the stage of a roll-out: whether the bundle that is rolled out decides for the home already',
  read: (graph, { home }) => graph.cohortOf(home.id),
};

const emergency: HomeFact = {
  scope: 'home',
  path: ['context', 'emergency'],
  origin: 'alarms of the home that are not reset, but those of drills',
  read: (_graph, home, answers) => {
    const kinds = new Set<string>(answers === undefined ? [] : [answers]);
    for (const { alarm, state } of home.alarms.values()) {
      if (state !== 'reset' && alarm.drill === undefined) kinds.add(alarm.kind);
    }
    return [...kinds].sort();
  },
};

function leaseState(home: HomeNode): string {
  let state = 'none';
  for (const lease of home.leases.values()) {
    if (lease.state === 'active') return 'active';
    if (lease.state === 'signed' || state === 'none') state = lease.state;
  }
  return state;
}

export const homeFacts: readonly HomeFact[] = [occupancy, lease, flags, waivers, cohort, emergency];
