import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { loadPolicies } from '../rego/loadPolicies.ts';
import { loadRules, ruleGrammar } from '../rules/loadRules.ts';
import { loadPacks } from './loadPacks.ts';
import { readHomeRule } from './readHomeRule.ts';

const root = join(import.meta.dirname, '..', '..');
const { rules } = loadRules(root);
const set = { rules, packs: loadPacks(root, rules).packs, grammar: ruleGrammar(root) };
const load = await loadPolicies(join(root, 'policies'));
if (load.kind === 'rejected') throw new Error('the policies do not compile');
const policies = load.bundle.at(Date.now()).evaluator;

const by = { home: 'h', by: 'ann', at: '2026-03-06T00:00:00.000Z' } as const;
const device = { home: 'h', room: null, vendor: 'v', trust: 'normal' } as const;
const graph = new TwinGraph();
for (const change of [
  { kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'owner_occupied' } },
  { kind: 'device_registered', device: { ...device, id: 'd1', address: '1', name: 'hall/door', model: 'MCCGQ11LM' } },
  { kind: 'device_registered', device: { ...device, id: 'd2', address: '2', name: 'hall/lamp', model: 'LED1545G12' } },
  { kind: 'device_registered', device: { ...device, id: 'd3', address: '3', name: 'hall/lock', model: 'YRD426NRSC' } },
  { kind: 'scene_set', ...by, scene: { id: 'movie', name: 'Movie', values: [] } },
] satisfies Change[]) {
  graph.apply(change);
}

const command = { kind: 'command', device: 'hall/lamp', property: 'state', value: 'ON' };
const welcome = {
  id: 'welcome',
  title: 'The lamp goes on when the door opens',
  on: { changes: ['contact'] },
  conditions: { all: [{ fact: 'property', params: { name: 'contact' }, operator: 'equal', value: false }] },
  event: { type: 'act', params: { effects: [command] } },
};

function problemsOf(written: unknown) {
  const { body, problems } = readHomeRule(written, graph.home('h'), set);
  return { isRead: body !== null, problems: problems.map(({ code, place }) => [code, place.path]) };
}

it('reads a rule, and says for the household what it need not say', () => {
  const { body, problems } = readHomeRule(welcome, graph.home('h'), set);
  expect(problems).toEqual([]);
  expect(body).toEqual({ severity: 'comfort', clauses: [], ...welcome });
});

it('reads the rule that the page about households shows', () => {
  const page = readFileSync(join(root, 'docs/how-to/household.md'), 'utf8');
  const { rule } = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!) as { readonly rule: unknown };
  expect(problemsOf(rule)).toEqual({ isRead: true, problems: [] });
});

const act = (...effects: object[]) => ({ event: { type: 'act', params: { effects } } });

it.each<[string, unknown, string, string]>([
  ['no object', 'x', 'rule:schema.invalid', ''],
  [
    'a fact that there is not',
    { conditions: { all: [{ fact: 'moon', operator: 'equal', value: 1 }] } },
    'rule:schema.invalid',
    '/conditions/all/0/fact',
  ],
  ['severity of life safety', { severity: 'life_safety' }, 'rule:severity.not_for_home', '/severity'],
  [
    'an alarm that calls for help',
    { severity: 'life_safety', ...act({ kind: 'alarm', alarm: 'smoke' }) },
    'rule:alarm.not_for_home',
    '/event/params/effects/0/alarm',
  ],
  ['a pack', { pack: 'presence' }, 'rule:pack.not_for_home', '/pack'],
  ['a wake each second', { on: { every: 'PT1S' } }, 'rule:duration.invalid', '/on/every'],
  [
    'a device of another home',
    act({ ...command, device: 'hall/lam' }),
    'rule:device.not_in_home',
    '/event/params/effects/0/device',
  ],
  [
    'a room that the home has not',
    act({ ...command, room: 'attic' }),
    'rule:room.not_in_home',
    '/event/params/effects/0/room',
  ],
  [
    'a scene that the home has not',
    act({ kind: 'run_scene', scene: 'party' }),
    'rule:scene.not_in_home',
    '/event/params/effects/0/scene',
  ],
  [
    'a mode that there is not',
    act({ kind: 'set_mode', mode: 'nigth' }),
    'rule:mode.not_in_home',
    '/event/params/effects/0/mode',
  ],
  ['a property that no device of the home has', { on: { changes: ['co2'] } }, 'rule:property.unknown', '/on/changes/0'],
  [
    'a property that the lamp does not take',
    act({ ...command, property: 'linkquality' }),
    'rule:property.unsettable',
    '/event/params/effects/0/property',
  ],
  [
    'a value that another device of the home takes',
    act({ ...command, value: 'LOCK' }),
    'rule:value.unknown',
    '/event/params/effects/0/value',
  ],
])('refuses a rule with %s, and says where', (_what, wrong, code, path) => {
  const written = typeof wrong === 'object' ? { ...welcome, ...wrong } : wrong;
  const { isRead, problems } = problemsOf(written);
  expect(isRead).toBe(false);
  expect(problems).toContainEqual([code, path]);
});

it('warns of a command that policies always deny to the device that bears the name', () => {
  const written = { ...welcome, ...act({ ...command, device: 'hall/lock', value: 'UNLOCK' }) };
  const { body, problems } = readHomeRule(written, graph.home('h'), { ...set, policies });
  expect(body).not.toBeNull();
  expect(problems).toMatchObject([
    { code: 'rule:effect.denied', severity: 'warning', place: { path: '/event/params/effects/0/value' } },
  ]);
});

it('refuses what is too long', () => {
  expect(problemsOf({ ...welcome, title: 'x'.repeat(20_000) }).problems).toEqual([['rule:rule.too_long', '']]);
});

it('tells of a rule of the same home that commands the device otherwise on the same event', () => {
  const change = { kind: 'home_rule_changed', ...by, act: 'set', on: true, restores: null } as const;
  graph.apply({ ...change, rule: 'welcome', body: { severity: 'comfort', clauses: [], ...welcome } });
  const other = { ...welcome, id: 'dark', ...act({ ...command, value: 'OFF' }) };
  const { body, problems } = readHomeRule(other, graph.home('h'), set);
  expect(body).toBeNull();
  expect(problems[0]).toMatchObject({
    code: 'rule:command.conflict',
    place: { path: '/event/params/effects/0/value' },
    related: [{ file: 'homes/h/rules/welcome.json' }],
  });
  // The same rule in its own place conflicts with nothing.
  expect(problemsOf({ ...welcome, ...act({ ...command, value: 'OFF' }) }).isRead).toBe(true);
});
