import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deviceType, deviceTypes } from '../../twin/devices/index.ts';
import { checkRuleSet, type RuleSetContext } from './checkRuleSet.ts';
import { loadRules } from './loadRules.ts';
import type { LoadedRule } from './Rule.ts';
import { rulePlaces } from './rulePlaces.ts';

const root = join(import.meta.dirname, '../..');
const types = ['TS0201', 'HS1SA-E', 'HS1CG-E', 'HS2WD-E', 'YRD426NRSC', 'TS0001', 'WSDCGQ11LM', 'TS011F_plug_1']
  .map(deviceType)
  .filter((type) => type !== undefined);

type Loose = Readonly<Record<string, unknown>>;

/** A rule that is woken by a property, asks something of properties and sets something. */
function rule(id: string, on: string, asks: Readonly<Record<string, Loose>>, sets: readonly Loose[], more: Loose = {}) {
  const all = Object.entries(asks).map(([name, { operator = 'equal', value }]) => {
    return { fact: 'property', params: { name }, operator, value };
  });
  return {
    file: `rules/test/${id}.json`,
    rule: {
      id,
      title: id,
      severity: 'fault',
      clauses: [],
      on: { properties: [on] },
      conditions: { all },
      event: { type: 'act', params: { effects: sets.map((each) => ({ kind: 'command', ...each })) } },
      ...more,
    },
  } as unknown as LoadedRule;
}

const OFF = { devices: 'actuator', property: 'state', value: 'OFF' };
const ON = { ...OFF, value: 'ON' };
const warm = { temperature: { operator: 'greaterThan', value: 25 } };
const cold = { temperature: { operator: 'lessThan', value: 18 } };

function found(rules: readonly LoadedRule[], context: Partial<RuleSetContext> = {}) {
  return checkRuleSet(rules, { types, ...context }).map(({ code, place, related = [] }) => {
    return [code, place.file?.replace('rules/test/', ''), place.path, ...related.map(({ path }) => path)].join(' ');
  });
}

it('finds nothing wrong with the rules of this repository', () => {
  const { rules, problems } = loadRules(root);
  expect(problems).toEqual([]);
  expect(checkRuleSet(rules, { types: deviceTypes(), place: rulePlaces(root) })).toEqual([]);
});

it('tells of two rules that set one device differently on one event, with both places', () => {
  const muggy = { humidity: { operator: 'greaterThan', value: 70 } };
  const rules = [rule('a', 'temperature', warm, [ON]), rule('b', 'humidity', muggy, [OFF])];
  expect(found(rules)).toEqual([
    'rule:command.conflict b.json /event/params/effects/0/value /event/params/effects/0/value',
  ]);
  expect(checkRuleSet(rules, { types })[0]).toMatchObject({
    severity: 'error',
    message: expect.stringContaining('`a` sets it to `"ON"` on the same event'),
    related: [{ file: 'rules/test/a.json' }],
  });
});

it('tells of none where their conditions exclude each other, no one message holds both, or it is said which one counts', () => {
  const smoke = { smoke: { value: true } };
  for (const other of [
    rule('b', 'temperature', cold, [OFF]),
    rule('b', 'smoke', smoke, [OFF]),
    rule('b', 'humidity', {}, [OFF], { priority: 5 }),
    rule('b', 'humidity', {}, [OFF], { severity: 'security' }),
    rule('b', 'humidity', {}, [{ ...OFF, devices: 'valve' }]),
    rule('b', 'humidity', {}, [{ ...OFF, after: 'PT5M' }]),
  ]) {
    expect(found([rule('a', 'temperature', warm, [ON]), other]), JSON.stringify(other.rule)).not.toContainEqual(
      expect.stringContaining('conflict'),
    );
  }
});

it('tells of rules whose commands wake one another, with the way, and of none where the circle ends by itself', () => {
  const whenOn = rule('a', 'state', { state: { value: 'ON' } }, [OFF]);
  const whenOff = rule('b', 'state', { state: { value: 'OFF' } }, [ON]);
  expect(found([whenOn, whenOff])).toEqual([
    'rule:loop a.json /event/params/effects/0/value /event/params/effects/0/value',
  ]);
  expect(checkRuleSet([whenOn, whenOff], { types })[0]!.message).toBe(
    '`a` wakes `b` by `state` of actuator, `b` wakes `a` by `state` of actuator, and so on for ever',
  );
  expect(found([whenOn])).toEqual([]);
  const changing = { on: { changes: ['state'] } };
  expect(found([rule('a', 'state', {}, [OFF], changing)])).toEqual([]);
  expect(found([rule('a', 'state', {}, [OFF])])).toHaveLength(1);
});

it('tells of a toggle that wakes itself, and of none where it is asked for one value alone', () => {
  const changing = { on: { changes: ['state'] } };
  const toggle = { ...OFF, value: 'TOGGLE' };
  const loop = 'rule:loop a.json /event/params/effects/0/value';
  expect(found([rule('a', 'state', {}, [toggle], changing)])).toEqual([loop]);
  expect(found([rule('a', 'state', { state: { value: 'ON' } }, [toggle], changing)])).toEqual([]);
  const whenOff = rule('b', 'state', { state: { value: 'OFF' } }, [toggle], changing);
  expect(found([rule('a', 'state', { state: { value: 'ON' } }, [toggle], changing), whenOff])).toEqual([
    `${loop} /event/params/effects/0/value`,
  ]);
});

it('tells of conditions that never hold together, and of values that no device reports', () => {
  const impossible = rule('a', 'temperature', { ...warm }, [ON], {
    conditions: { all: [...clauses(warm), { any: [...clauses(cold), ...clauses({ humidity: { value: 5 } })] }] },
  });
  expect(found([impossible])).toEqual([
    'rule:condition.contradictory a.json /conditions/all/1/any/0/value /conditions/all/0/value',
  ]);
  expect(found([rule('a', 'temperature', { temperature: { operator: 'greaterThan', value: 2_000 } }, [ON])])).toEqual([
    'rule:value.out_of_range a.json /conditions/all/0/value',
  ]);
  expect(found([rule('a', 'smoke', { smoke: { value: 'yes' } }, [ON])])).toContain(
    'rule:value.unknown a.json /conditions/all/0/value',
  );
  expect(found([rule('a', 'temprature', {}, [ON])])).toContain('rule:property.unknown a.json /on/properties/0');
});

it('tells of a rule that no one model of device can make act', () => {
  expect(found([rule('a', 'smoke', { smoke: { value: true }, gas: { value: true } }, [ON])])).toEqual([
    'rule:wake.never a.json /on',
  ]);
});

it('tells of commands that no device takes', () => {
  expect(found([rule('a', 'temperature', warm, [{ ...ON, value: 'OPEN' }])])).toEqual([
    'rule:value.unknown a.json /event/params/effects/0/value',
  ]);
  expect(found([rule('a', 'temperature', warm, [{ ...ON, devices: 'sensor' }])])).toEqual([
    'rule:property.unsettable a.json /event/params/effects/0/property',
  ]);
});

it('tells of a rule that another one makes superfluous', () => {
  const hot = { temperature: { operator: 'greaterThan', value: 30 } };
  expect(found([rule('a', 'temperature', warm, [ON]), rule('b', 'temperature', hot, [ON])])).toEqual([
    'rule:rule.shadowed b.json /id /id',
  ]);
});

it('tells only of what concerns the rules that are asked about', () => {
  const rules = [rule('a', 'temprature', {}, [ON]), rule('b', 'temperature', warm, [ON])];
  expect(found(rules, { focus: (each) => each.rule.id === 'b' })).toEqual([]);
});

it('looks at a thousand rules in about a second', () => {
  const many = Array.from({ length: 1_000 }, (_, index) =>
    rule(`r${index}`, index % 2 ? 'temperature' : 'humidity', index % 2 ? warm : cold, [
      { ...(index % 3 ? ON : OFF), room: `room ${index}` },
    ]),
  );
  const start = performance.now();
  checkRuleSet(many, { types });
  // Far above what it takes: a check of every pair by its conditions would take minutes.
  expect(performance.now() - start).toBeLessThan(10_000);
});

function clauses(asks: Readonly<Record<string, Loose>>): readonly Loose[] {
  return Object.entries(asks).map(([name, { operator = 'equal', value }]) => {
    return { fact: 'property', params: { name }, operator, value };
  });
}
