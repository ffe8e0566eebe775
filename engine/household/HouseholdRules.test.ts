import { expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { schemaCheck } from '../documents/schemaProblems.ts';
import { matchRules } from '../rules/matchRules.ts';
import type { Rule } from '../rules/Rule.ts';
import { RulesInForce } from '../rules/RulesInForce.ts';
import { HouseholdRules } from './HouseholdRules.ts';
import type { Pack } from './Pack.ts';

const by = { home: 'h', by: 'ann', at: '2026-03-06T00:00:00.000Z' } as const;
const device = { room: null, vendor: 'v', trust: 'normal', model: 'WSDCGQ11LM', name: 'climate' } as const;
const hot = (id: string, value: number): Rule => ({
  id,
  title: id,
  severity: 'comfort',
  clauses: [],
  on: { properties: ['temperature'] },
  conditions: { all: [{ fact: 'property', params: { name: 'temperature' }, operator: 'greaterThan', value }] },
  event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'residents', text: 'it is warm' }] } },
});
const ofPack = { file: 'rules/packs/warm/warm.json', rule: { ...hot('warm', 26), pack: 'warm' } };
const text = { en: 'x', zh: 'x' };
const pack: Pack = {
  id: 'warm',
  title: text,
  about: text,
  clauses: [],
  needs: [],
  parameters: {
    limit: {
      title: text,
      type: 'number',
      default: 26,
      minimum: 20,
      maximum: 35,
      sets: ['warm#/conditions/all/0/value'],
    },
  },
  rules: [ofPack],
};

/** Two homes, of which `h` sets something. */
function world() {
  const graph = new TwinGraph();
  const rules = new RulesInForce([ofPack, { file: 'shared', rule: hot('shared', 28) }]);
  const set = { rules: rules.rules, packs: new Map([['warm', pack]]), grammar: { fits: schemaCheck({}), shared: {} } };
  const households = new HouseholdRules({ graph, rules, set: () => set });
  const make = (change: Change) => {
    graph.apply(change);
    households.hear(change);
  };
  for (const home of ['h', 'other']) {
    make({ kind: 'home_added', home: { id: home, area: 'a', name: home, occupancy: 'rented' } });
    make({ kind: 'device_registered', device: { ...device, id: `${home}:d`, home, address: '1' } });
  }
  const matched = async (home: string, temperature: number) => {
    const about = {
      home,
      device: `${home}:d`,
      at: 0,
      receivedAt: 0,
      tenancy: null,
      group: 'open',
      current: true,
    } as const;
    const sources = { graph, temporal: rules.temporal };
    const { matches } = await matchRules(
      { kind: 'state_reported', reading: { ...about, values: { temperature } } },
      rules.book,
      sources,
    );
    return matches.map(({ rule }) => rule);
  };
  return { graph, households, rules, make, matched };
}

const own = { kind: 'home_rule_changed', ...by, rule: 'mine', restores: null } as const;
const mine = hot('mine', 20) as unknown as Readonly<Record<string, unknown>>;

it('a rule of a home acts beside those for all homes from the next event on, and in no other home', async () => {
  const { make, matched } = world();
  expect(await matched('h', 30)).toEqual(['shared']);
  make({ ...own, act: 'set', body: mine, on: true });
  expect(await matched('h', 30)).toEqual(['shared', 'h/mine']);
  expect(await matched('other', 30)).toEqual(['shared']);
  make({ ...own, act: 'disabled', body: mine, on: false });
  expect(await matched('h', 30)).toEqual(['shared']);
  make({ ...own, act: 'enabled', body: mine, on: true });
  make({ ...own, act: 'removed', body: null, on: false });
  expect(await matched('h', 30)).toEqual(['shared']);
});

it('a pack acts in homes that switched it on, with the values that each has set', async () => {
  const { make, matched } = world();
  expect(await matched('h', 27)).toEqual([]);
  make({ kind: 'pack_switched', ...by, pack: 'warm', on: true, parameters: {} });
  expect(await matched('h', 27)).toEqual(['warm']);
  expect(await matched('other', 27)).toEqual([]);
  make({ kind: 'pack_switched', ...by, pack: 'warm', on: true, parameters: { limit: 22 } });
  expect(await matched('h', 23)).toEqual(['h/warm']);
  expect(await matched('h', 21)).toEqual([]);
  make({ kind: 'pack_switched', ...by, pack: 'warm', on: false, parameters: { limit: 22 } });
  expect(await matched('h', 27)).toEqual([]);
});

it('rules of homes are there after a start, and stay when the rules for all homes are others', async () => {
  const { graph, make, matched, rules, households } = world();
  make({ ...own, act: 'set', body: mine, on: true });
  const again = new RulesInForce([]);
  const set = { rules: [], packs: new Map(), grammar: { fits: schemaCheck({}), shared: {} } };
  new HouseholdRules({ graph, rules: again, set: () => set }).followAll();
  expect([...again.book.rules.keys()]).toEqual(['h/mine']);
  rules.replace([]);
  households.followAll();
  expect(await matched('h', 30)).toEqual(['h/mine']);
});

it('what a household set does not act on those who live there next', async () => {
  const { make, matched } = world();
  const lease = { id: 'l', home: 'h', tenant: 'tina', landlord: 'olga', starts: by.at, ends: by.at };
  make({ ...own, act: 'set', body: mine, on: true });
  make({ kind: 'lease_signed', lease });
  make({ kind: 'lease_transitioned', home: 'h', lease: 'l', to: 'active' });
  expect(await matched('h', 30)).toEqual(['shared']);
});
