import { beforeEach, expect, it } from 'vitest';
import type { Change, Lease } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { NOBODY } from '../AccessRequest.ts';
import { dutiesOf } from './duties.ts';
import type { Notify } from './notify.ts';
import type { RetainUntil } from './retainUntil.ts';

const asking = { subject: { ...NOBODY, person: 'asker' }, purpose: 'care' } as const;
const resource = { type: 'home', home: 'h', id: 'h' } as const;

let graph: TwinGraph;
beforeEach(() => {
  graph = new TwinGraph();
  apply(
    { kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'owner_occupied' } },
    ...person('ana', 'adult', 'owner', 'resident'),
    ...person('eli', 'elder', 'resident'),
    ...person('kim', 'child_14_and_under', 'resident'),
    ...person('max', 'minor_15_to_17', 'resident'),
    ...person('lord', 'adult', 'owner'),
  );
});

function apply(...changes: Change[]): void {
  for (const change of changes) graph.apply(change);
}

function person(
  id: string,
  ageBand: 'adult' | 'elder' | 'child_14_and_under' | 'minor_15_to_17',
  ...relations: ('owner' | 'resident')[]
): Change[] {
  return [
    { kind: 'person_added', person: { id, ageBand } },
    ...relations.map((relation): Change => ({ kind: 'relation_added', subject: id, relation, object: 'h' })),
  ];
}

const told = (who: Notify['who']) =>
  dutiesOf([{ type: 'notify', who }], { asking, resource }, graph)?.duties.flatMap((duty) =>
    duty.kind === 'notify' ? duty.persons : [],
  );
const until = (reference: RetainUntil['reference']) =>
  dutiesOf([{ type: 'retain_until', reference }], { asking, resource }, graph)?.obligations[0];

it('tells the people whom the policy means', () => {
  expect(told('residents')).toEqual(['ana', 'eli', 'kim', 'max']);
  expect(told('owner')).toEqual(['ana', 'lord']);
  expect(told('tenant')).toEqual([]);
  expect(told('guardian')).toEqual(['ana', 'eli']);
  lease('l1', 'ten', 'signed');
  expect(told('tenant')).toEqual(['ten']);
  lease('l1', 'ten', 'active');
  expect(told('residents')).toEqual(['ana', 'eli', 'kim', 'max', 'ten']);
  lease('l1', 'ten', 'ended');
  expect(told('tenant')).toEqual([]);
});

it('fills in the first date that a reference stands for, and is null where there is none to keep to', () => {
  for (const reference of ['basis.until', 'lease.end', 'alarm.reset'] as const)
    expect(until(reference)).toBeUndefined();
  lease('l1', 'ten', 'active', '2027-03-01T00:00:00.000Z');
  lease('l2', 'tim', 'active', '2027-02-01T00:00:00.000Z');
  lease('l3', 'tom', 'signed', '2027-01-01T00:00:00.000Z');
  expect(until('lease.end')).toMatchObject({ until: '2027-02-01T00:00:00.000Z' });
  const raisedAt = '2026-01-01T00:00:00.000Z';
  apply({ kind: 'alarm_raised', alarm: { id: 'a', home: 'h', kind: 'smoke', device: null, rule: 'r', raisedAt } });
  expect(until('alarm.reset')).toMatchObject({ until: null });
  apply({ kind: 'alarm_transitioned', home: 'h', alarm: 'a', to: 'reset', by: null });
  expect(until('alarm.reset')).toBeUndefined();
});

it('keeps to the end of what opens this category for this purpose and this asker', () => {
  const given = { type: 'consent', home: 'h', person: null, givenBy: 'ana', granularity: 'full' } as const;
  const ends = (day: number) => `2027-01-0${day}T00:00:00.000Z`;
  const bases = [
    { id: 'b1', grantee: 'other', purposes: ['care'], categories: ['family_basic'], ends: ends(1) },
    { id: 'b2', grantee: 'asker', purposes: ['research'], categories: ['family_basic'], ends: ends(2) },
    { id: 'b3', grantee: 'asker', purposes: ['care'], categories: ['behaviour'], ends: ends(3) },
    { id: 'b4', grantee: 'asker', purposes: ['care'], categories: ['family_basic'], ends: ends(5) },
    { id: 'b5', grantee: 'asker', purposes: ['care'], categories: ['family_basic'], ends: ends(4) },
  ] as const;
  for (const basis of bases.slice(0, 3)) apply({ kind: 'basis_given', basis: { ...given, ...basis } });
  expect(until('basis.until')).toBeUndefined();
  for (const basis of bases.slice(3)) apply({ kind: 'basis_given', basis: { ...given, ...basis } });
  expect(until('basis.until')).toMatchObject({ reference: 'basis.until', until: ends(4) });
});

it('leaves all else to whoever shows the value', () => {
  const mask = { type: 'mask', method: 'suppress' } as const;
  expect(dutiesOf([mask, { type: 'audit' }], { asking, resource }, graph)).toEqual({
    duties: [{ kind: 'audit', orders: [] }],
    obligations: [mask, { type: 'audit' }],
  });
});

/** A lease that has come as far as a state, step by step. */
function lease(id: string, tenant: string, to: 'signed' | 'active' | 'ended', ends = '2027-01-01T00:00:00.000Z'): void {
  const signed: Lease = { id, home: 'h', tenant, landlord: 'lord', starts: '2026-01-01T00:00:00.000Z', ends };
  if (!graph.home('h').leases.has(id)) apply({ kind: 'lease_signed', lease: signed });
  if (to !== 'signed') apply({ kind: 'lease_transitioned', home: 'h', lease: id, to });
}
