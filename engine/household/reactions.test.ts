import { expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { CommandDelivery } from '../commands/CommandDelivery.ts';
import { BUILT_IN_PRECEDENCE } from '../commands/Precedence.ts';
import { Intake } from '../intake/Intake.ts';
import { LiveTwin } from '../LiveTwin.ts';
import type { RuleEffect, Wakes } from '../rules/Rule.ts';
import { RulesInForce } from '../rules/RulesInForce.ts';
import { HouseholdRules } from './HouseholdRules.ts';
import { NO_RULES } from './RuleSet.ts';

const AT = Date.parse('2026-03-06T20:00:00.000Z');
const by = { home: 'h', by: 'ann', at: new Date(AT).toISOString() } as const;
const device = { home: 'h', room: null, vendor: 'v', trust: 'normal' } as const;
const world: readonly Change[] = [
  { kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'owner_occupied' } },
  { kind: 'device_registered', device: { ...device, id: 'lamp', address: '1', name: 'lamp', model: 'LED1545G12' } },
  { kind: 'device_registered', device: { ...device, id: 'plug', address: '2', name: 'plug', model: 'ZNCZ02LM' } },
  {
    kind: 'scene_set',
    ...by,
    scene: {
      id: 'leave',
      name: 'Leave',
      values: [
        { device: 'lamp', values: { state: 'OFF' } },
        { device: 'plug', values: { state: 'OFF' } },
      ],
    },
  },
];

function ruleOf(id: string, on: Wakes, ...effects: readonly RuleEffect[]): Change {
  const conditions = { all: [{ fact: 'event', operator: 'notEqual', value: 'none' }] };
  const body = {
    id,
    title: id,
    severity: 'comfort',
    clauses: [],
    on,
    conditions,
    event: { type: 'act', params: { effects } },
  };
  return { kind: 'home_rule_changed', ...by, rule: id, act: 'set', body, on: true, restores: null };
}

async function home(...rules: readonly Change[]) {
  const graph = new TwinGraph();
  const clock = { now: () => AT, after: () => () => undefined };
  const commits: (readonly string[])[] = [];
  const problems: string[] = [];
  const twin = new LiveTwin<string>({
    graph,
    clock,
    ledger: {
      commit: async ({ twin: batch, audit = [] }) => {
        commits.push([...(batch?.changes ?? []).map(({ change }) => change.kind), ...audit.map(String)]);
      },
    },
  });
  const inForce = new RulesInForce([]);
  const households = new HouseholdRules({ graph, rules: inForce, set: () => NO_RULES });
  twin.onChange((change) => households.hear(change));
  await twin.commit({ changes: [...world, ...rules] });
  commits.length = 0;
  const sent: [string, unknown][] = [];
  const delivery = new CommandDelivery<string>({
    graph,
    clock,
    precedence: () => BUILT_IN_PRECEDENCE,
    onChange: (listener) => twin.onChange(listener),
    commit: (changes) => twin.commit({ changes }),
    send: async (_home, id, values) => {
      sent.push([id, values]);
    },
    onProblem: ({ what }) => problems.push(what),
  });
  const intake = new Intake<string>({
    graph,
    twin,
    clock,
    get book() {
      return inForce.book;
    },
    get temporal() {
      return inForce.temporal;
    },
    decideEffect: async () => ({ outcome: 'raw', decisionId: 'd' }),
    auditOf: ({ effect }) => effect.kind,
    auditOfTime: () => [],
    onDeadLetter: () => undefined,
    onProblem: ({ what }) => problems.push(what),
  });
  const setMode = (mode: 'away' | 'night' | 'home') =>
    intake.change('h', [{ kind: 'mode_changed', ...by, mode }], ['by ann']);
  return { graph, commits, problems, sent, setMode, settled: () => delivery.settled() };
}

it('a rule runs a scene when the mode becomes so, in the commit of the mode, and it can be undone', async () => {
  const { graph, commits, sent, setMode, settled } = await home(
    ruleOf('leaving', { modes: ['away'] }, { kind: 'run_scene', scene: 'leave' }),
  );
  graph.setValue('h', 'plug', 'state', { value: 'ON', at: AT, receivedAt: AT });
  await setMode('night');
  expect(commits).toEqual([['mode_changed', 'by ann']]);
  await setMode('away');
  await settled();
  const kinds = [
    'mode_changed',
    'scene_run',
    'command_issued',
    'command_issued',
    'by ann',
    'run_scene',
    'command',
    'command',
  ];
  expect(commits[1]).toEqual(kinds);
  expect(sent).toEqual([
    ['lamp', { state: 'OFF' }],
    ['plug', { state: 'OFF' }],
  ]);
  const before = [{ device: 'plug', values: { state: 'ON' } }];
  expect(graph.home('h').household?.lastRun).toMatchObject({ scene: 'leave', before, by: null });
});

it('a mode that a rule sets wakes others in the same commit', async () => {
  const { graph, commits, setMode } = await home(
    ruleOf('first', { modes: ['night'] }, { kind: 'set_mode', mode: 'guests' }),
    ruleOf('second', { modes: ['guests'] }, { kind: 'set_mode', mode: 'entertainment' }),
  );
  await setMode('night');
  expect(graph.home('h').household).toMatchObject({ mode: 'entertainment', modeSet: { by: null } });
  expect(commits[0]?.filter((kind) => kind === 'mode_changed')).toHaveLength(3);
});

it('rules that wake one another without end are stopped, and told of', async () => {
  const { commits, problems, setMode } = await home(
    ruleOf('there', { modes: ['night'] }, { kind: 'set_mode', mode: 'home' }),
    ruleOf('back', { modes: ['home'] }, { kind: 'set_mode', mode: 'night' }),
  );
  await setMode('night');
  expect(problems).toEqual(['rules wake one another without end']);
  expect(commits[0]?.filter((kind) => kind === 'mode_changed').length).toBeLessThan(12);
});

it('a scene that is gone leaves a rule with nothing to do', async () => {
  const { sent, setMode, problems } = await home(
    ruleOf('leaving', { modes: ['away'] }, { kind: 'run_scene', scene: 'none' }),
  );
  await setMode('away');
  expect([sent, problems]).toEqual([[], []]);
});
