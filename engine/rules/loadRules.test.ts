import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadRules } from './loadRules.ts';

const repository = join(import.meta.dirname, '../..');
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A root with these files under `rules/`, beside the schema. */
function rootWith(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), 'rules-'));
  made.push(root);
  mkdirSync(join(root, 'rules'));
  cpSync(join(repository, 'rules/rule.schema.json'), join(root, 'rules/rule.schema.json'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(root, 'rules', name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return root;
}

const gas = {
  id: 'gas',
  title: 'Gas',
  severity: 'life_safety',
  clauses: [],
  on: { properties: ['gas'] },
  conditions: { all: [{ fact: 'property', params: { name: 'gas' }, operator: 'equal', value: true }] },
  event: { type: 'raise_alarm', params: { alarm: 'gas_leak' } },
};

function act(effect: unknown) {
  return { type: 'act', params: { effects: [effect] } };
}

function problemsOf(rule: unknown, name = 'gas.json') {
  const { rules, problems } = loadRules(rootWith({ [name]: rule }));
  expect(rules).toEqual([]);
  return problems.map(({ code, message, place, hint }) => ({ code, message, line: place?.line, hint }));
}

describe('loadRules', () => {
  it('finds rules by their presence', () => {
    const { rules, problems } = loadRules(rootWith({ 'gas.json': gas }));
    expect(problems).toEqual([]);
    expect(rules).toEqual([{ rule: gas, file: 'rules/gas.json' }]);
  });

  it('lets a rule speak for a weaker claimant than its severity gives it, and for no stronger', () => {
    const light = {
      ...gas,
      id: 'light',
      severity: 'comfort',
      event: act({ kind: 'notice', to: 'residents', text: 'hi' }),
    };
    expect(problemsOf({ ...light, claimant: 'security' }, 'light.json')).toMatchObject([
      { code: 'rule:claimant.too_strong', hint: 'leave it out: it speaks for `resident`' },
    ]);
    expect(loadRules(rootWith({ 'light.json': { ...light, claimant: 'grid' } })).problems).toEqual([]);
  });

  it('reports every problem of every file and keeps what is good', () => {
    const bad = { ...gas, id: 'bad', colour: 'red', severity: 'life_saftey' };
    const { rules, problems } = loadRules(rootWith({ 'gas.json': gas, 'bad.json': bad, 'worse.json': '{"id": ' }));
    expect(rules.map(({ rule }) => rule.id)).toEqual(['gas']);
    expect(problems.map(({ code, message, place, hint }) => [code, place?.file, place?.line, message, hint])).toEqual([
      [
        'rule:schema.invalid',
        'rules/bad.json',
        29,
        '`colour` has no meaning here',
        expect.stringMatching(/^known are .*`title`/),
      ],
      [
        'rule:schema.invalid',
        'rules/bad.json',
        4,
        '`life_saftey` is none of the words allowed here',
        'did you mean `life_safety`?',
      ],
      ['rule:json.invalid', 'rules/worse.json', 1, 'this is not JSON', expect.any(String)],
    ]);
  });

  it('says which fact or operator is unknown and what may have been meant', () => {
    const conditions = { all: [{ fact: 'propperty', params: { name: 'gas' }, operator: 'equals', value: true }] };
    expect(problemsOf({ ...gas, conditions })).toEqual([
      expect.objectContaining({ line: 14, hint: 'did you mean `property`?' }),
      expect.objectContaining({ line: 18, hint: 'did you mean `equal`?' }),
    ]);
  });

  it('wants conditions to start with all, any or not', () => {
    const conditions = gas.conditions.all[0];
    expect(problemsOf({ ...gas, conditions })).toContainEqual(
      expect.objectContaining({ message: 'conditions start with `all`, `any` or `not`' }),
    );
  });

  it('refuses an alarm that does not exist and a severity that is not its own', () => {
    const event = { type: 'raise_alarm', params: { alarm: 'gas_leek' } };
    expect(problemsOf({ ...gas, event })).toEqual([
      expect.objectContaining({ code: 'rule:alarm.unknown', hint: 'did you mean `gas_leak`?' }),
    ]);
    expect(problemsOf({ ...gas, severity: 'fault' })).toEqual([
      expect.objectContaining({ code: 'rule:severity.mismatch', hint: 'write `life_safety`' }),
    ]);
  });

  it('refuses a count that cannot wake its rule and a duration that is none', () => {
    const count = { property: 'action', in: ['wrong'], within: 'P10M' };
    const conditions = { all: [{ fact: 'count', params: count, operator: 'equal', value: 5 }] };
    expect(problemsOf({ ...gas, conditions }).map(({ code }) => code)).toEqual([
      'rule:duration.invalid',
      'rule:wake.missing',
    ]);
  });

  it('refuses to wait for a silence that wakes no rule', () => {
    const conditions = { all: [{ fact: 'absent_for', params: { unit: 'hours' }, operator: 'equal', value: 5 }] };
    expect(problemsOf({ ...gas, conditions })).toEqual([expect.objectContaining({ code: 'rule:wake.missing' })]);
  });

  it('takes every way to wake, every effect and all of json-rules-engine', () => {
    const rule = {
      ...gas,
      severity: 'comfort',
      priority: 3,
      pack: 'evening',
      on: {
        changes: ['contact'],
        times: ['07:00', '23:30'],
        every: 'PT5M',
        sun: [{ event: 'sunset' }, { event: 'sunrise', offset: '-PT30M' }],
        modes: ['night'],
        alarms: ['smoke', { kind: 'gas_leak', to: 'reset' }],
        devices: { kind: 'sensor', room: 'hall' },
      },
      conditions: {
        priority: 2,
        all: [
          { not: { any: [{ name: 'any', fact: 'event', operator: 'not:in', value: ['time_reached'] }] } },
          {
            fact: 'property',
            params: { name: 'colour' },
            path: '$.x',
            operator: 'lessThan',
            value: { fact: 'property', params: { name: 'limit' } },
          },
        ],
      },
      event: {
        type: 'act',
        params: {
          effects: [
            { kind: 'command', devices: 'actuator', property: 'state', value: 'ON', after: 'PT5M' },
            { kind: 'command', device: 'hall/lamp', property: 'state', value: 'OFF' },
            { kind: 'notice', to: 'residents', text: 'Good evening' },
            { kind: 'share', tier: 'community', purpose: 'community_service', property: 'temperature' },
            { kind: 'share', tier: 'community', purpose: 'emergency', alarm: 'smoke' },
            { kind: 'set_mode', mode: 'night' },
            { kind: 'run_scene', scene: 'evening' },
          ],
        },
      },
    };
    const { rules, problems } = loadRules(rootWith({ 'gas.json': rule }));
    expect(problems).toEqual([]);
    expect(rules).toEqual([{ rule, file: 'rules/gas.json' }]);
  });

  const wrong: [string, Readonly<Record<string, unknown>>, string, string | undefined][] = [
    [
      'a time',
      { on: { times: ['7:00'] } },
      '`7:00` is not written as it should be',
      expect.stringContaining('matches'),
    ],
    [
      'a part of the sun',
      { on: { sun: [{ event: 'dawn' }] } },
      '`dawn` is none of the words allowed here',
      'allowed are `sunrise`, `sunset`',
    ],
    ['devices alone', { on: { devices: { kind: 'lock' } } }, '`devices` alone wakes no rule', 'add `properties`'],
    ['a kind of alarm', { on: { alarms: ['smoek'] } }, 'no kind of alarm is called `smoek`', 'did you mean `smoke`?'],
    [
      'a decorated operator',
      { conditions: { all: [{ fact: 'event', operator: 'no:equal', value: 1 }] } },
      '`no:equal` is not written as it should be',
      expect.any(String),
    ],
    [
      'an interval',
      { on: { every: 'PT1S' } },
      '`PT1S` is no time after which a rule may be woken again',
      expect.stringContaining('from `PT10S`'),
    ],
    ['a way to wake', { on: { time: ['07:00'] } }, '`time` has no meaning here', 'did you mean `times`?'],
    [
      'an effect',
      { event: act({ kind: 'comand' }) },
      '`comand` is none of the words allowed here',
      'did you mean `command`?',
    ],
    ['what an effect wants', { event: act({ kind: 'notice', to: 'residents' }) }, '`text` is missing', undefined],
    [
      'what a command wants',
      { event: act({ kind: 'command', property: 'state', value: 'ON' }) },
      '`devices` is missing',
      'Every device of this kind in the home',
    ],
    [
      'a later',
      { event: act({ kind: 'alarm', alarm: 'gas_leak', after: 'P5M' }) },
      '`P5M` is not a duration',
      expect.any(String),
    ],
    ['a comfort that alarms', { severity: 'comfort' }, '`comfort` raises no alarm', 'write `fault` or `security`'],
    ['an any of nothing', { conditions: { any: [] } }, 'the list needs 1 or more', undefined],
    ['two in one', { conditions: { any: [{ all: [] }], all: [] } }, '`any` has no meaning here', expect.any(String)],
    [
      'a shared condition',
      { conditions: { condition: 'at_night' } },
      'no shared condition is called `at_night`',
      expect.any(String),
    ],
  ];
  it.each(wrong)('says what is wrong with %s', (_, part, message, hint) => {
    expect(problemsOf({ ...gas, ...part })).toEqual([expect.objectContaining({ message, hint })]);
  });

  it('puts shared conditions in place of what refers to them', () => {
    const loud = { any: [{ fact: 'event', operator: 'equal', value: 'device_online' }] };
    const shared = { loud, quiet: { not: { condition: 'loud' } } };
    const rule = { ...gas, conditions: { all: [{ condition: 'quiet', priority: 4 }] } };
    const { rules, problems } = loadRules(rootWith({ 'shared_conditions.json': shared, 'gas.json': rule }));
    expect(problems).toEqual([]);
    expect(rules[0]?.rule.conditions).toEqual({
      all: [{ name: 'quiet', priority: 4, not: { name: 'loud', priority: 1, ...loud } }],
    });
  });

  it('says where a shared condition is wrong, and where one is misspelled', () => {
    const shared = { a: { all: [{ condition: 'b' }] }, b: { not: { condition: 'a' } } };
    const endless = loadRules(rootWith({ 'shared_conditions.json': shared }));
    expect(endless.problems.map(({ code, message, place }) => [code, message, place?.line])).toEqual([
      ['rule:condition.endless', 'the condition `a` comes back to `a`', 2],
      ['rule:condition.endless', 'the condition `b` comes back to `b`', 9],
    ]);
    const rule = { ...gas, conditions: { all: [{ condition: 'quite' }] } };
    const misspelled = loadRules(rootWith({ 'shared_conditions.json': { quiet: { all: [] } }, 'gas.json': rule }));
    expect(misspelled.problems).toEqual([
      expect.objectContaining({ code: 'rule:condition.unknown', hint: 'did you mean `quiet`?' }),
    ]);
  });

  it('refuses an id that is not the name of its file', () => {
    expect(problemsOf(gas, 'smell.json')).toEqual([
      { code: 'rule:id.mismatch', message: 'the id `gas` is not the name of its file', line: 2, hint: 'write `smell`' },
    ]);
  });

  it('reports a folder that is not there instead of throwing', () => {
    const { rules, problems } = loadRules('/nowhere');
    expect(rules).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ code: 'rule:file.unreadable' })]);
  });

  const misused: [string, unknown, string, string | undefined][] = [
    [
      'a fact without its parameters',
      { fact: 'held_for', operator: 'greaterThan', value: 1 },
      '`params` is missing',
      undefined,
    ],
    [
      'a parameter that it has not',
      { fact: 'weekday', params: { zone: 'x' }, operator: 'equal', value: 'mon' },
      '`zone` has no meaning here',
      undefined,
    ],
    [
      'a time that is none',
      { fact: 'local_time', params: { between: ['22:00', '24:00'] }, operator: 'equal', value: true },
      '`24:00` is not written as it should be',
      expect.any(String),
    ],
    [
      'what it is never',
      { fact: 'weekday', operator: 'in', value: ['mon', 'tuesday'] },
      '`weekday` never says `tuesday`',
      expect.stringContaining('`tue`'),
    ],
    [
      'what it is never of another kind',
      { fact: 'alarm', params: { kind: 'smoke' }, operator: 'equal', value: 'yes' },
      '`yes` stands where `true` or `false` belongs',
      undefined,
    ],
    [
      'an alarm',
      { fact: 'alarm', params: { kind: 'smoek' }, operator: 'equal', value: true },
      'no kind of alarm is called `smoek`',
      'did you mean `smoke`?',
    ],
    [
      'two things to be held',
      {
        fact: 'held_for',
        params: { property: 'contact', in: [false], above: 1, unit: 'minutes' },
        operator: 'greaterThan',
        value: 1,
      },
      '`held_for` takes either `in` or a number to be `above` or `below`',
      'write the values as `in`',
    ],
    [
      'a time to last that is no number',
      {
        fact: 'held_for',
        params: { property: 'contact', in: [false], unit: 'minutes' },
        operator: 'greaterThan',
        value: { fact: 'property', params: { name: 'limit' } },
      },
      'no timer can wait for what is not a number',
      'write the number in its place',
    ],
    [
      'neither after nor before',
      { fact: 'sun', params: {}, operator: 'equal', value: true },
      '`sun` takes `after` or `before`',
      'write `"after": "sunset"`',
    ],
    [
      'a duration in months',
      {
        fact: 'rate_of_change',
        params: { property: 'temperature', within: 'P1M', per: 'hour' },
        operator: 'greaterThan',
        value: 1,
      },
      '`P1M` is not a duration',
      expect.any(String),
    ],
  ];
  it.each(misused)('says what is wrong with %s', (_, condition, message, hint) => {
    expect(problemsOf({ ...gas, conditions: { all: [condition] } })).toEqual([
      expect.objectContaining({ message, hint }),
    ]);
  });
});
