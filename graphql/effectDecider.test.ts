import { expect, it } from 'vitest';
import type { Effect } from '../engine/rules/Effect.ts';
import { effectDecider } from './effectDecider.ts';
import { probePolicies } from './testPolicies.ts';
import { NOW, TestWorld } from './testWorld.ts';

/** The effect of a rule of the rented home that shuts a valve, and what is decided and noted of it under obligations. */
async function decided(outcome: 'raw' | 'reduced', ...obligations: readonly object[]) {
  const all = { outcome, obligations };
  const world = new TestWorld(await probePolicies({ general_1: all, general_2: all, general_3: all, general_4: all }));
  const { graph, bundles, records, clock, newId, commit, history, pseudonym } = world.ports;
  const decide = effectDecider({
    graph,
    records,
    clock,
    newId,
    history,
    pseudonym,
    bundle: () => bundles.active(),
    note: (entries) => commit([], entries),
  });
  const { outcome: told, decisionId } = await decide(EFFECT);
  expect(world.records.has(decisionId)).toBe(true);
  return [told, ...world.audit.map((entry) => (entry.kind === 'obligation' ? entry.duty : entry.kind))];
}

const EFFECT: Effect = {
  kind: 'command',
  id: 'r.0',
  run: 'r',
  rule: 'gas_leak',
  severity: 'fault',
  home: 'demo-rented',
  device: 'demo-rented:0x00158d00045c0004',
  property: 'state',
  value: 'LOCK',
  saves: false,
  alarm: {
    id: 'a',
    home: 'demo-rented',
    kind: 'gas_leak',
    device: null,
    rule: 'gas_leak',
    raisedAt: new Date(NOW).toISOString(),
  },
};

it('grants what is allowed whole, and carries out what that asks for first', async () => {
  expect(await decided('raw')).toEqual(['raw']);
  expect(await decided('raw', { type: 'audit' }, { type: 'notify', who: 'tenant' })).toEqual([
    'raw',
    'audit',
    'notify',
  ]);
});

it('denies what is allowed in part, what would have to be changed, and what cannot be done', async () => {
  expect(await decided('reduced', { type: 'mask', method: 'generalise' })).toEqual(['denied']);
  expect(await decided('raw', { type: 'mask', method: 'suppress' })).toEqual(['denied']);
  expect(await decided('raw', { type: 'retain_until', reference: 'basis.until' })).toEqual(['denied']);
  expect(await decided('raw', { type: 'shred' })).toEqual(['denied']);
});
