import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceTypes } from '../../../twin/devices/index.ts';
import { loadPacks } from '../../household/loadPacks.ts';
import { loadPolicies } from '../../rego/loadPolicies.ts';
import type { PolicyEvaluator } from '../../rego/PolicyEvaluator.ts';
import { checkRuleSet, type RuleSetContext } from '../checkRuleSet.ts';
import { loadRules, loadRulesOver } from '../loadRules.ts';
import { rulePlaces } from '../rulePlaces.ts';
import { Devices } from './Devices.ts';

const root = join(import.meta.dirname, '../../../');
const base = loadRules(root);
const packs = new Set(loadPacks(root, base.rules).packs.keys());
const devices = new Devices(deviceTypes());
let folder: string;
let policies: PolicyEvaluator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rule-defects-'));
  const load = await loadPolicies(join(root, 'policies'));
  if (load.kind === 'rejected') throw new Error('the policies do not compile');
  policies = load.bundle.at(Date.now()).evaluator;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Json = Readonly<Record<string, unknown>>;

/** A change to a rule of the product, or a rule written beside those. */
type Edit = { readonly rule: string; readonly edit: (text: string) => string };
type File = Edit | { readonly written: Json };

/** What is wrong with some files, the code it is told by, and what stands on the line where, and where the other place is. */
type Defect = readonly [
  title: string,
  files: readonly File[],
  code: string,
  file: string,
  at: string,
  other?: readonly [file: string, at: string],
];

const property = (name: string, operator: string, value: unknown): Json => {
  return { fact: 'property', params: { name }, operator, value };
};
const command = (value: unknown, more: Json = {}): Json => {
  return { kind: 'command', devices: 'actuator', property: 'state', value, ...more };
};

/** A rule for comfort: what wakes it, what it asks, what it does. */
const rule = (
  id: string,
  on: Json,
  conditions: readonly Json[],
  effects: readonly Json[],
  more: Json = {},
): { readonly written: Json } => ({
  written: {
    id,
    title: `For the test: ${id}`,
    severity: 'comfort',
    clauses: [],
    on,
    conditions: conditions.length > 0 ? { all: conditions } : { all: [property('linkquality', 'notEqual', null)] },
    event: { type: 'act', params: { effects } },
    ...more,
  },
});

const replace = (name: string, from: string, to: string): File => ({
  rule: name,
  edit: (text) => {
    expect(text, `${from} in ${name}`).toContain(from);
    return text.replace(from, to);
  },
});

const climate = { properties: ['temperature', 'humidity'] };
const [warm, hot, cold] = [
  property('temperature', 'greaterThan', 26),
  property('temperature', 'greaterThan', 30),
  property('temperature', 'lessThan', 18),
];
const humid = property('humidity', 'greaterThan', 70);
const [on, off] = [command('ON'), command('OFF')];
const lux = property('illuminance', 'lessThan', 20);
const dimmed = (value: number) => command(value, { property: 'brightness' });
const alarmIs = (alarm: string): Json => ({ alarms: [alarm] });
const inMode = (mode: string): Json => ({ modes: [mode] });
const whenever = property('linkquality', 'equal', null);
const setMode = (mode: string): Json => ({ kind: 'set_mode', mode });

const CONFLICT = 'rule:command.conflict';
const LOOP = 'rule:loop';
const CONTRADICTORY = 'rule:condition.contradictory';
const UNKNOWN = 'rule:value.unknown';

const DEFECTS: readonly Defect[] = [
  // Two that command one device differently on one event
  [
    'two properties of one message',
    [rule('a', climate, [warm], [on]), rule('b', climate, [humid], [off])],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'overlapping bounds',
    [rule('a', climate, [warm], [on]), rule('b', climate, [property('temperature', 'lessThan', 28)], [off])],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'properties in different messages that one model sends together',
    [
      rule('a', { properties: ['illuminance'] }, [lux], [dimmed(80)]),
      rule('b', { properties: ['occupancy'] }, [property('occupancy', 'equal', false)], [dimmed(10)]),
    ],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'one mode',
    [rule('a', inMode('night'), [whenever], [on]), rule('b', inMode('night'), [whenever], [off])],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'one time',
    [rule('a', { times: ['07:00'] }, [whenever], [on]), rule('b', { times: ['07:00'] }, [whenever], [off])],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'one sunset',
    [
      rule('a', { sun: [{ event: 'sunset' }] }, [whenever], [on]),
      rule('b', { sun: [{ event: 'sunset' }] }, [whenever], [off]),
    ],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'one alarm',
    [rule('a', alarmIs('tamper'), [whenever], [on]), rule('b', alarmIs('tamper'), [whenever], [off])],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  [
    'one device by its name',
    [
      rule('a', climate, [warm], [command('ON', { devices: undefined, device: 'hall/fan' })]),
      rule('b', climate, [humid], [command('OFF', { devices: undefined, device: 'hall/fan' })]),
    ],
    CONFLICT,
    'b',
    '"value": ',
    ['a', '"value": '],
  ],
  ['one rule alone', [rule('a', climate, [warm], [on, off])], CONFLICT, 'a', '"value": ', ['a', '"value": ']],
  [
    'life safety against life safety',
    [
      rule(
        'a',
        { properties: ['gas'] },
        [property('gas', 'equal', true)],
        [command('ON', { devices: 'valve' }), { kind: 'alarm', alarm: 'gas_leak' }],
        { severity: 'life_safety' },
      ),
    ],
    CONFLICT,
    'gas_leak.json',
    '"value": "OFF"',
    ['a', '"value": '],
  ],
  // Loops
  [
    'two rules that switch each other',
    [
      rule('a', { properties: ['state'] }, [property('state', 'equal', 'ON')], [off]),
      rule('b', { properties: ['state'] }, [property('state', 'equal', 'OFF')], [on]),
    ],
    LOOP,
    'a',
    '"value": ',
    ['b', '"value": '],
  ],
  [
    'a rule that wakes itself',
    [rule('a', { properties: ['state'] }, [property('state', 'equal', 'ON')], [on])],
    LOOP,
    'a',
    '"value": ',
  ],
  [
    'three rules by three properties',
    [
      rule('a', { properties: ['state'] }, [property('state', 'equal', 'ON')], [dimmed(100)]),
      rule(
        'b',
        { properties: ['brightness'] },
        [property('brightness', 'greaterThan', 50)],
        [command(300, { property: 'color_temp' })],
      ),
      rule('c', { properties: ['color_temp'] }, [property('color_temp', 'greaterThan', 250)], [on]),
    ],
    LOOP,
    'a',
    '"value": ',
    ['b', '"value": '],
  ],
  [
    'modes that follow each other',
    [
      rule('a', inMode('night'), [whenever], [setMode('away')]),
      rule('b', inMode('away'), [whenever], [setMode('night')]),
    ],
    LOOP,
    'a',
    '"mode": ',
    ['b', '"mode": '],
  ],
  [
    'modes and switches',
    [
      rule('a', inMode('night'), [whenever], [off]),
      rule('b', { changes: ['state'] }, [property('state', 'equal', 'OFF')], [setMode('away')]),
      rule('c', inMode('away'), [whenever], [on]),
      rule('d', { changes: ['state'] }, [property('state', 'equal', 'ON')], [setMode('night')]),
    ],
    LOOP,
    'a',
    '"value": ',
    ['b', '"mode": '],
  ],
  [
    'changes to and fro',
    [
      rule('a', { changes: ['state'] }, [property('state', 'equal', 'ON')], [off]),
      rule('b', { changes: ['state'] }, [property('state', 'equal', 'OFF')], [on]),
    ],
    LOOP,
    'a',
    '"value": ',
    ['b', '"value": '],
  ],
  [
    'an alarm whose siren raises it anew',
    [
      rule('a', { properties: ['alarm'] }, [property('alarm', 'equal', true)], [{ kind: 'alarm', alarm: 'tamper' }], {
        severity: 'security',
      }),
      rule('b', alarmIs('tamper'), [whenever], [command(true, { devices: 'siren', property: 'alarm' })]),
    ],
    LOOP,
    'a',
    '"alarm": ',
    ['b', '"value": '],
  ],
  // What never holds
  ['bounds that exclude each other', [rule('a', climate, [warm, cold], [on])], CONTRADICTORY, 'a', '"value": 18'],
  [
    'two words at once',
    [
      rule(
        'a',
        { properties: ['lock_state'] },
        [property('lock_state', 'equal', 'locked'), property('lock_state', 'equal', 'unlocked')],
        [on],
      ),
    ],
    CONTRADICTORY,
    'a',
    '"value": "unlocked"',
  ],
  [
    'one alternative that what stands beside it excludes',
    [rule('a', climate, [warm, { any: [cold, humid] }], [on])],
    CONTRADICTORY,
    'a',
    '"value": 18',
  ],
  [
    'a condition and its opposite',
    [
      rule(
        'a',
        { properties: ['smoke'] },
        [property('smoke', 'equal', true), { not: property('smoke', 'equal', true) }],
        [on],
      ),
    ],
    CONTRADICTORY,
    'a',
    '"value": true',
  ],
  [
    'a list without what another condition wants',
    [
      rule(
        'a',
        { properties: ['battery'] },
        [property('battery', 'in', [10, 20]), property('battery', 'greaterThan', 50)],
        [on],
      ),
    ],
    CONTRADICTORY,
    'a',
    '"value": 50',
  ],
  [
    'a negative count',
    [
      replace(
        'safety/wrong_lock_codes.json',
        '"operator": "greaterThanInclusive",\n        "value": 5',
        '"operator": "lessThan",\n        "value": 0',
      ),
    ],
    'rule:condition.never',
    'wrong_lock_codes.json',
    '"value": 0',
  ],
  [
    'smoke and gas from one model',
    [rule('a', { properties: ['smoke'] }, [property('smoke', 'equal', true), property('gas', 'equal', true)], [on])],
    'rule:wake.never',
    'a',
    '"on"',
  ],
  [
    'an event that does not wake it',
    [rule('a', climate, [{ fact: 'event', operator: 'equal', value: 'device_offline' }, warm], [on])],
    'rule:wake.never',
    'a',
    '"on"',
  ],
  [
    'a silence shorter than the one that wakes it',
    [
      rule(
        'a',
        { silence: 'PT25H' },
        [{ fact: 'absent_for', params: { unit: 'hours' }, operator: 'lessThan', value: 24 }],
        [on],
      ),
    ],
    'rule:wake.never',
    'a',
    '"on"',
  ],
  [
    'a kind of device that does not report it',
    [rule('a', { properties: ['smoke'], devices: { kind: 'valve' } }, [property('smoke', 'equal', true)], [on])],
    'rule:property.unreported',
    'a',
    '"smoke"',
  ],
  [
    'a model that does not report it',
    [rule('a', { properties: ['smoke'], devices: { model: 'WSDCGQ11LM' } }, [property('smoke', 'equal', true)], [on])],
    'rule:property.unreported',
    'a',
    '"smoke"',
  ],
  // Names and values
  [
    'a property that is misspelt where it wakes',
    [rule('a', { properties: ['temprature'] }, [warm], [on])],
    'rule:property.unknown',
    'a',
    '"temprature"',
  ],
  [
    'a property that is misspelt where it is asked',
    [replace('safety/forced_door.json', '"name": "', '"name": "x')],
    'rule:property.unknown',
    'forced_door.json',
    '"name": "x',
  ],
  [
    'a property that is misspelt where it is counted',
    [
      rule(
        'a',
        { properties: ['actoin'] },
        [
          {
            fact: 'count',
            params: { property: 'actoin', in: ['single'], within: 'PT1M' },
            operator: 'equal',
            value: 2,
          },
        ],
        [on],
      ),
    ],
    'rule:property.unknown',
    'a',
    '"actoin"',
  ],
  [
    'a word of a list that is misspelt',
    [rule('a', { properties: ['lock_state'] }, [property('lock_state', 'equal', 'unlocekd')], [on])],
    UNKNOWN,
    'a',
    '"unlocekd"',
  ],
  [
    'one word of several',
    [rule('a', { properties: ['system_mode'] }, [property('system_mode', 'in', ['heat', 'coool'])], [on])],
    UNKNOWN,
    'a',
    '"coool"',
  ],
  [
    'a word that is counted and never said',
    [
      rule(
        'a',
        { properties: ['lock_state'] },
        [
          {
            fact: 'count',
            params: { property: 'lock_state', in: ['opened'], within: 'PT1M' },
            operator: 'equal',
            value: 2,
          },
        ],
        [on],
      ),
    ],
    UNKNOWN,
    'a',
    '"opened"',
  ],
  [
    'text where true belongs',
    [replace('safety/gas_leak.json', '"value": true', '"value": "true"')],
    UNKNOWN,
    'gas_leak.json',
    '"value": "true"',
  ],
  [
    'a bound that no thermometer reaches',
    [rule('a', climate, [property('temperature', 'greaterThan', 2_600)], [on])],
    'rule:value.out_of_range',
    'a',
    '"value": 2600',
  ],
  [
    'a bound that always holds',
    [rule('a', { properties: ['battery'] }, [property('battery', 'lessThan', 101)], [on])],
    'rule:value.out_of_range',
    'a',
    '"value": 101',
  ],
  [
    'a number beyond what there is',
    [rule('a', { properties: ['battery'] }, [property('battery', 'equal', 150)], [on])],
    'rule:value.out_of_range',
    'a',
    '"value": 150',
  ],
  [
    'a value with its unit',
    [rule('a', climate, [property('temperature', 'greaterThan', '26 °C')], [on])],
    'rule:unit.misplaced',
    'a',
    '"value": "26 °C"',
  ],
  [
    'a duration where a number belongs',
    [rule('a', { properties: ['power'] }, [property('power', 'greaterThan', 'PT5M')], [on])],
    'rule:value.no_number',
    'a',
    '"value": "PT5M"',
  ],
  [
    'a duration where a number of hours belongs',
    [replace('safety/device_silent.json', '"value": 25\n', '"value": "PT25H"\n')],
    'rule:schema.invalid',
    'device_silent.json',
    '"value": "PT25H"',
  ],
  ['a mode that no home has', [rule('a', inMode('nigth'), [whenever], [on])], 'rule:mode.unknown', 'a', '"nigth"'],
  [
    'a mode that no home comes into',
    [rule('a', climate, [warm], [setMode('asleep')])],
    'rule:mode.unknown',
    'a',
    '"mode": "asleep"',
  ],
  [
    'a state that devices do not have',
    [replace('safety/device_silent.json', '"value": "retired"', '"value": "gone"')],
    UNKNOWN,
    'device_silent.json',
    '"value": "gone"',
  ],
  [
    'an occupancy that homes do not have',
    [rule('a', climate, [warm, { fact: 'occupancy', operator: 'equal', value: 'empty' }], [on])],
    UNKNOWN,
    'a',
    '"value": "empty"',
  ],
  [
    'a model that nobody makes',
    [rule('a', { properties: ['temperature'], devices: { model: 'WSDCGQ99LM' } }, [warm], [on])],
    'rule:model.unknown',
    'a',
    '"model": "WSDCGQ99LM"',
  ],
  [
    'a pack that there is not',
    [rule('a', climate, [warm], [on], { pack: 'coolness' })],
    'rule:pack.unknown',
    'a',
    '"pack": "coolness"',
  ],
  [
    'a kind of alarm that there is not',
    [replace('safety/smoke.json', '"alarm": "smoke"', '"alarm": "smok"')],
    'rule:alarm.unknown',
    'smoke.json',
    '"alarm": "smok"',
  ],
  [
    'an operator that there is not',
    [replace('safety/smoke.json', '"operator": "equal"', '"operator": "equals"')],
    'rule:schema.invalid',
    'smoke.json',
    '"operator": "equals"',
  ],
  [
    'a fact that there is not',
    [replace('safety/smoke.json', '"fact": "property"', '"fact": "propertie"')],
    'rule:schema.invalid',
    'smoke.json',
    '"fact": "propertie"',
  ],
  [
    'a parameter that there is not',
    [replace('safety/smoke.json', '"name": "smoke"', '"name": "smoke", "unit": "ppm"')],
    'rule:schema.invalid',
    'smoke.json',
    '"unit": "ppm"',
  ],
  // Commands
  [
    'a command to a property that is misspelt',
    [rule('a', climate, [warm], [command('ON', { property: 'staet' })])],
    'rule:property.unknown',
    'a',
    '"property": "staet"',
  ],
  [
    'a command to what only reports',
    [rule('a', climate, [warm], [command(20, { property: 'linkquality' })])],
    'rule:property.unsettable',
    'a',
    '"property": "linkquality"',
  ],
  [
    'a command that no device takes',
    [replace('safety/water_leak.json', '"value": "OFF"', '"value": "CLOSED"')],
    UNKNOWN,
    'water_leak.json',
    '"value": "CLOSED"',
  ],
  [
    'a command beyond what a device can do',
    [rule('a', climate, [warm], [dimmed(9_000)])],
    'rule:value.out_of_range',
    'a',
    '"value": 9000',
  ],
  [
    'a command with a part that is none',
    [
      rule(
        'a',
        climate,
        [warm],
        [command({ mode: 'emergancy', strobe: true }, { devices: 'siren', property: 'warning' })],
      ),
    ],
    UNKNOWN,
    'a',
    '"value": {',
  ],
  // Effects that are always denied
  [
    'a lock that a comfort opens',
    [rule('a', climate, [warm], [command('UNLOCK', { devices: 'lock' })])],
    'rule:effect.denied',
    'a',
    '"value": "UNLOCK"',
  ],
  [
    'behaviour that is shared for commerce',
    [
      rule(
        'a',
        { properties: ['contact'] },
        [property('contact', 'equal', false)],
        [{ kind: 'share', tier: 'city', property: 'contact', purpose: 'commerce' }],
      ),
    ],
    'rule:effect.denied',
    'a',
    '"purpose": "commerce"',
  ],
  // Rules that change nothing
  [
    'a rule that asks for more than another one',
    [rule('a', climate, [warm], [on]), rule('b', climate, [hot], [on])],
    'rule:rule.shadowed',
    'b',
    '"id": "b"',
    ['a', '"id": "a"'],
  ],
  [
    'a rule that stands twice',
    [rule('a', climate, [warm], [on]), rule('b', climate, [warm], [on])],
    'rule:rule.shadowed',
    'b',
    '"id": "b"',
    ['a', '"id": "a"'],
  ],
  [
    'a rule of the product that a wider one makes superfluous',
    [
      rule('a', { events: ['device_offline'], silence: 'PT25H' }, [], [], {
        severity: 'fault',
        conditions: { all: [{ fact: 'device_state', operator: 'notEqual', value: 'retired' }] },
        event: { type: 'raise_alarm', params: { alarm: 'device_silent' } },
      }),
    ],
    'rule:rule.shadowed',
    'device_silent.json',
    '"id": "device_silent"',
    ['a', '"id": "a"'],
  ],
];

it('seeds fifty defects and more', () => {
  expect(DEFECTS.length).toBeGreaterThanOrEqual(50);
  expect(new Set(DEFECTS.map(([title]) => title)).size).toBe(DEFECTS.length);
});

it('finds nothing where nothing was seeded', () => {
  expect(base.problems).toEqual([]);
  expect(checkRuleSet(base.rules, { types: devices, packs, policies, place: rulePlaces(root) })).toEqual([]);
});

const NAMED = DEFECTS.map(([title, files, code, file, at, other]) => ({ title, files, code, file, at, other }));

it.each(NAMED)('finds $title', ({ files, code, file, at, other }) => {
  const { rules, problems } = loadFiles(files);
  const together = checkRuleSet(rules, { types: devices, packs, policies, place: placeIn(join(folder, 'rules')) });
  const found = [...problems, ...together].filter((each) => each.code === code);
  const told = found.find(({ place }) => isAt(place, file, at));
  expect(told, JSON.stringify([...problems, ...together], null, 1)).toBeDefined();
  expect(told!.hint ?? told!.message).not.toBe('');
  if (other) expect(related(told!).some((place) => isAt(place, ...other))).toBe(true);
  // One defect is not told as several: what follows from it is no problem of its own.
  expect(new Set([...problems, ...together].map((each) => each.code))).toEqual(new Set([code]));
});

const timeBetween = (from: string, to: string): Json => {
  return { fact: 'local_time', params: { between: [from, to] }, operator: 'equal', value: true };
};

/** What is near to a defect and none. */
const NEAR_MISSES: Readonly<Record<string, readonly File[]>> = {
  'conditions that exclude each other': [rule('a', climate, [warm], [on]), rule('b', climate, [cold], [off])],
  'bounds that touch and do not overlap': [
    rule('a', climate, [property('temperature', 'greaterThan', 26)], [on]),
    rule('b', climate, [property('temperature', 'lessThanInclusive', 26)], [off]),
  ],
  'a priority that decides': [rule('a', climate, [warm], [on], { priority: 10 }), rule('b', climate, [humid], [off])],
  'security that goes before comfort': [
    rule('a', climate, [warm], [on], { severity: 'security' }),
    rule('b', climate, [humid], [off]),
  ],
  'two rooms': [
    rule('a', climate, [warm], [command('ON', { room: 'hall' })]),
    rule('b', climate, [humid], [command('OFF', { room: 'bath' })]),
  ],
  'one after the other': [rule('a', climate, [warm], [on, command('OFF', { after: 'PT10M' })])],
  'times of day that do not meet, across midnight': [
    rule('a', climate, [warm, timeBetween('22:00', '06:00')], [on]),
    rule('b', climate, [humid, timeBetween('06:00', '22:00')], [off]),
  ],
  'other devices by their names': [
    rule('a', climate, [warm], [command('ON', { devices: undefined, device: 'hall/fan' })]),
    rule('b', climate, [humid], [command('OFF', { devices: undefined, device: 'bath/fan' })]),
  ],
  'properties that no one model sends': [
    rule('a', { properties: ['smoke'] }, [property('smoke', 'equal', true)], [on]),
    rule('b', { properties: ['gas'] }, [property('gas', 'equal', true)], [off]),
  ],
  'a circle that ends, since only a change wakes': [
    rule('a', { changes: ['state'] }, [property('brightness', 'greaterThan', 50)], [on]),
  ],
  'a mode that follows itself': [rule('a', inMode('night'), [whenever], [setMode('night')])],
  'a command that wakes a rule which asks for the other state': [
    rule('a', { properties: ['contact'] }, [property('contact', 'equal', false)], [on]),
    rule('b', { properties: ['state'] }, [property('state', 'equal', 'OFF')], [dimmed(10)]),
  ],
  'the same effect under conditions of which neither is the wider': [
    rule('a', climate, [warm], [on]),
    rule('b', climate, [humid], [on]),
  ],
  'a wider rule for other devices': [
    rule('a', { ...climate, devices: { name: 'hall/climate' } }, [warm], [on]),
    rule('b', climate, [hot], [on]),
  ],
  'a wider rule of a pack that may be off': [
    rule('a', climate, [warm], [on], { pack: 'night' }),
    rule('b', climate, [hot], [on]),
  ],
  'alternatives of which one never holds with what stands beside, but the other does': [
    rule('a', climate, [warm, { any: [hot, humid] }], [on]),
  ],
};

it.each(Object.entries(NEAR_MISSES))('finds nothing wrong with %s', (_title, files) => {
  const { rules, problems } = loadFiles(files);
  expect(problems).toEqual([]);
  expect(checkRuleSet(rules, { types: devices, packs, policies, place: placeIn(join(folder, 'rules')) })).toEqual([]);
});

/** The rules of the product with files in the place of some, or beside them. */
function loadFiles(files: readonly File[]) {
  const own = join(folder, 'rules');
  rmSync(own, { recursive: true, force: true });
  for (const each of files) {
    const [name, text] = 'edit' in each ? edited(each) : written(each.written);
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), text);
  }
  return loadRulesOver(base.rules, root, own);
}

function placeIn(own: string): NonNullable<RuleSetContext['place']> {
  const places = { own: rulePlaces(''), base: rulePlaces(root) };
  return (each, path) => (each.file.startsWith(own) ? places.own : places.base)(each, path);
}

type Placed = { readonly file?: string; readonly line?: number };

function related(problem: object): readonly Placed[] {
  return (problem as { readonly related?: readonly Placed[] }).related ?? [];
}

function isAt({ file = '', line = 0 }: Placed = {}, name: string, text: string): boolean {
  const wanted = name.endsWith('.json') ? name : `${name}.json`;
  if (!file.endsWith(`/${wanted}`)) return false;
  const path = file.startsWith('/') ? file : join(root, file);
  return line > 0 && readFileSync(path, 'utf8').split('\n')[line - 1]!.includes(text);
}

function edited({ rule: name, edit }: Edit): readonly [string, string] {
  return [name, edit(readFileSync(join(root, 'rules', name), 'utf8'))];
}

function written(each: Json): readonly [string, string] {
  return [`test/${String(each['id'])}.json`, JSON.stringify(each, null, 2)];
}
