import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ruleGrammar } from '../loadRules.ts';
import { type EntityTarget, ownTarget } from './EntityMap.ts';
import { type Imported, importHomeAssistant } from './importHomeAssistant.ts';
import { importReport } from './importReport.ts';

const grammar = ruleGrammar(join(import.meta.dirname, '../../..'));

function take(text: string, mapping?: ReadonlyMap<string, EntityTarget>): Imported {
  return importHomeAssistant({ files: [{ file: 'a.yaml', text }], grammar, ...(mapping && { mapping }) });
}

/** An automation of these triggers, conditions and actions; by itself it switches a light on. */
function automation(parts: {
  readonly triggers?: string;
  readonly conditions?: string;
  readonly actions?: string;
  readonly mode?: string;
}) {
  const { triggers = OPENS, conditions, actions = LIGHT, mode } = parts;
  const lines = ['- alias: Test', ...(mode ? [`  mode: ${mode}`] : []), `  triggers: ${triggers}`];
  return [...lines, ...(conditions ? [`  conditions: ${conditions}`] : []), `  actions: ${actions}`].join('\n');
}
const OPENS = '{ trigger: state, entity_id: binary_sensor.door, to: "on" }';
const LIGHT = '{ action: light.turn_on, target: { entity_id: light.hall } }';
const LIT = { kind: 'command', device: 'light.hall', property: 'state', value: 'on' };

function rulesOf(text: string) {
  const { rules, automations } = take(text);
  expect(automations.flatMap(({ constructs }) => constructs.flatMap(({ problem }) => problem?.message ?? []))).toEqual(
    [],
  );
  return rules.map(({ on, conditions, event }) => ({
    on,
    conditions,
    effects: event.type === 'act' ? event.params.effects : [],
  }));
}

const ofDoor = (fact: string, value: unknown, operator = 'equal') => ({
  fact,
  params: { name: 'state' },
  operator,
  value,
});
const of = (device: string, value: unknown, operator = 'equal') => ({
  fact: 'property',
  params: { name: 'state', device },
  operator,
  value,
});

describe('an automation', () => {
  it('may say how it is shown, and waits for as many seconds as stand in quotes', () => {
    const text = `- alias: Test\n  hide_entity: true\n  trigger: { platform: sun, event: sunset, offset: '-3000' }\n  action: ${LIGHT}`;
    expect(rulesOf(text)).toMatchObject([{ on: { sun: [{ event: 'sunset', offset: '-PT50M' }] }, effects: [LIT] }]);
  });

  it('takes the names that its trigger gives values, before its own', () => {
    const triggers = `[{ trigger: sun, event: sunset, variables: { lamp: light.hall } }, { trigger: sun, event: sunrise }]`;
    const actions = '{ action: light.turn_on, target: { entity_id: "{{ lamp }}" } }';
    const text = `${automation({ triggers, actions })}\n  variables: { lamp: light.cellar }`;
    expect(rulesOf(text).map(({ effects }) => effects)).toEqual([[LIT], [{ ...LIT, device: 'light.cellar' }]]);
  });

  it('without a name is called by its id, or by its place', () => {
    const named = (name: string) => take(automation({}).replace('alias: Test', name)).rules.map(({ title }) => title);
    expect(named('id: "17"\n  alias: " "')).toEqual(['17']);
    expect(named('alias: ""')).toEqual(['Automation of a.yaml:1']);
  });

  it('that is switched off at first becomes no rule that acts at once', () => {
    const [only] = take(`${automation({})}\n  initial_state: false`).automations;
    expect(only?.outcome).toBe('part');
    expect(only?.constructs.filter(({ problem }) => problem)).toMatchObject([{ construct: 'initial_state', line: 4 }]);
  });

  it('waits for each of several states by itself, and for whatever state it came to where none is named', () => {
    const lasting = (more: string) =>
      rulesOf(automation({ triggers: `{ trigger: state, entity_id: binary_sensor.door, for: 300${more} }` })).map(
        ({ conditions }) => conditions,
      );
    const held = (values: object) => [
      { fact: 'event', operator: 'equal', value: 'condition_held' },
      {
        fact: 'held_for',
        params: { property: 'state', ...values, unit: 'seconds' },
        operator: 'greaterThanInclusive',
        value: 300,
      },
    ];
    expect(lasting(', to: ["on", "open"]')).toEqual([{ all: held({ in: ['on'] }) }, { all: held({ in: ['open'] }) }]);
    expect(lasting(', not_to: "off"')).toEqual([{ all: [...held({}), ofDoor('property', 'off', 'notEqual')] }]);
    const [away] = take(
      automation({ triggers: '{ trigger: state, entity_id: binary_sensor.door, from: "on", for: 300 }' }),
    ).automations;
    expect(away?.constructs.flatMap(({ problem }) => problem?.message ?? [])).toEqual([
      'a rule waits for one state to last, not for a state to stay away',
    ]);
  });

  it('asks of each of several states by itself how long it has lasted', () => {
    const conditions = '{ condition: state, entity_id: light.a, state: ["on", "off"], for: { minutes: 1 } }';
    const held = (value: string) => ({
      fact: 'held_for',
      params: { property: 'state', in: [value], unit: 'seconds', device: 'light.a' },
      operator: 'greaterThanInclusive',
      value: 60,
    });
    expect(rulesOf(automation({ triggers: '{ trigger: time, at: "07:00" }', conditions }))).toMatchObject([
      { conditions: { all: [{ fact: 'event' }, { any: [held('on'), held('off')] }] } },
    ]);
  });

  it('takes the last second of a day for its end, and no other second', () => {
    const until = (time: string) =>
      automation({ conditions: `{ condition: time, after: "08:00", before: "${time}" }` });
    expect(rulesOf(until('23:59:59'))).toEqual(rulesOf(until('00:00:00')));
    expect(take(until('23:59:58')).rules).toEqual([]);
    expect(take(automation({ conditions: '{ condition: time, after: "23:59:59" }' })).rules).toEqual([]);
  });

  it('is refused by name where its words are what every object has', () => {
    const words = ['constructor', 'toString', '__proto__'];
    for (const word of words) {
      const told = take(
        [
          automation({ triggers: `{ trigger: ${word} }` }),
          automation({ triggers: `{ trigger: state, entity_id: binary_sensor.a, to: "on", for: { ${word}: 3 } }` }),
          automation({ mode: word, actions: `[{ delay: 5 }, ${LIGHT}]` }),
          automation({ conditions: `"{{ ${word} }}"` }),
          automation({ actions: `{ action: light.${word}, target: { entity_id: light.hall } }` }),
        ].join('\n'),
      ).automations;
      expect(told.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'part', 'refused', 'refused']);
      expect(told.flatMap(({ constructs }) => constructs.filter(({ problem }) => problem)).length).toBe(5);
    }
  });

  it('is refused where a template nests without end', () => {
    for (const test of [
      `${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
      `${'not '.repeat(20_000)}1`,
      `${'-'.repeat(20_000)}1`,
    ]) {
      const [only] = take(automation({ conditions: `"{{ ${test} }}"` })).automations;
      expect(only?.constructs.flatMap(({ problem }) => problem?.message ?? [])).toEqual(['it nests too deep']);
    }
  });
});

describe('a number that a template takes out', () => {
  it('is the attribute or the state that it names', () => {
    const compared = (template: string) =>
      rulesOf(
        automation({
          triggers: `{ platform: numeric_state, entity_id: light.a, above: 10, value_template: "${template}" }`,
        }),
      );
    const own = rulesOf(
      automation({ triggers: '{ platform: numeric_state, entity_id: light.a, above: 10, attribute: brightness }' }),
    );
    expect(compared('{{ state.attributes.brightness }}')).toEqual(own);
    expect(compared("{{ state.attributes['brightness'] | float }}")).toEqual(own);
    const ofState = '{ platform: numeric_state, entity_id: sensor.a, above: 10 }';
    expect(rulesOf(automation({ triggers: ofState.replace(' }', ', value_template: "{{ state.state }}" }') }))).toEqual(
      rulesOf(automation({ triggers: ofState })),
    );
    const computed =
      '{ platform: numeric_state, entity_id: light.a, above: 10, value_template: "{{ 2 * state.state }}" }';
    const [only] = take(automation({ triggers: computed })).automations;
    expect(only?.constructs.flatMap(({ problem }) => problem?.message ?? [])).toEqual([
      'a number that a template computes is not known to a rule',
    ]);
  });
});

describe('a trigger', () => {
  it('on a state wakes by its change, for each entity alone', () => {
    const triggers =
      '{ platform: state, entity_id: [binary_sensor.door, Binary_Sensor.Window], from: "off", to: ["on", "x"] }';
    expect(rulesOf(automation({ triggers }))).toEqual(
      ['binary_sensor.door', 'binary_sensor.window'].map((name) => ({
        on: { changes: ['state'], devices: { name } },
        conditions: { all: [ofDoor('property', ['on', 'x'], 'in'), ofDoor('previous', 'off')] },
        effects: [LIT],
      })),
    );
  });

  it('on a state that lasts waits for a timer, and for nothing else', () => {
    const triggers = '{ trigger: state, entity_id: binary_sensor.door, to: "on", for: { minutes: 5 } }';
    expect(rulesOf(automation({ triggers }))).toEqual([
      {
        on: { properties: ['state'], devices: { name: 'binary_sensor.door' } },
        conditions: {
          all: [
            { fact: 'event', operator: 'equal', value: 'condition_held' },
            {
              fact: 'held_for',
              params: { property: 'state', in: ['on'], unit: 'seconds' },
              operator: 'greaterThanInclusive',
              value: 300,
            },
          ],
        },
        effects: [LIT],
      },
    ]);
  });

  it('on a number wakes when it comes into its range, not while it is there', () => {
    const triggers = '{ trigger: numeric_state, entity_id: sensor.t, above: 20 }';
    const inside = (fact: string) => [
      { fact, params: { name: 'number' }, operator: 'greaterThan', value: 20 },
      { fact, params: { name: 'state' }, operator: 'notIn', value: ['unavailable', 'unknown'] },
    ];
    expect(rulesOf(automation({ triggers }))).toEqual([
      {
        on: { changes: ['state', 'number'], devices: { name: 'sensor.t' } },
        conditions: { all: [...inside('property'), { not: { all: inside('previous') } }] },
        effects: [LIT],
      },
    ]);
  });

  it.each([
    ['{ trigger: time, at: ["07:00:00", "22:30"] }', { times: ['07:00', '22:30'] }],
    ['{ trigger: time, at: 07:00:00 }', { times: ['07:00'] }],
    ['{ trigger: time_pattern, minutes: "/5" }', { every: 'PT5M' }],
    ['{ trigger: time_pattern, hours: "*", minutes: 0 }', { every: 'PT1H' }],
    ['{ trigger: time_pattern, hours: 3, minutes: 15 }', { times: ['03:15'] }],
    ['{ trigger: sun, event: sunset, offset: "-00:15:00" }', { sun: [{ event: 'sunset', offset: '-PT15M' }] }],
    ['{ platform: sun, event: sunrise }', { sun: [{ event: 'sunrise' }] }],
  ])('%s', (triggers, on) => {
    expect(rulesOf(automation({ triggers }))).toEqual([{ on, conditions: { all: [] }, effects: [LIT] }]);
  });

  it('on a topic of Zigbee2MQTT wakes by what is asked of the message', () => {
    const actions = `
    choose:
      - conditions: "{{ trigger.payload_json.action == 'single' }}"
        sequence: ${LIGHT}`;
    expect(rulesOf(automation({ triggers: '{ trigger: mqtt, topic: "zigbee2mqtt/Switch (Desk)" }', actions }))).toEqual(
      [
        {
          on: { properties: ['action'], devices: { name: 'Switch (Desk)' } },
          conditions: { all: [{ fact: 'property', params: { name: 'action' }, operator: 'equal', value: 'single' }] },
          effects: [LIT],
        },
      ],
    );
  });
});

describe('a condition', () => {
  it.each<[string, unknown]>([
    ['{ condition: state, entity_id: light.a, state: "on" }', of('light.a', 'on')],
    ['{ condition: state, entity_id: light.a, state: ["on", "off"] }', of('light.a', ['on', 'off'], 'in')],
    [
      '{ condition: state, entity_id: [light.a, light.b], state: "on", match: any }',
      { any: [of('light.a', 'on'), of('light.b', 'on')] },
    ],
    [
      '{ condition: not, conditions: [{ condition: state, entity_id: light.a, state: "on" }] }',
      of('light.a', 'on', 'notEqual'),
    ],
    [
      '{ or: [{ condition: state, entity_id: light.a, state: "on" }, "{{ is_state(\'light.b\', \'on\') }}"] }',
      { any: [of('light.a', 'on'), of('light.b', 'on')] },
    ],
    [
      '{ condition: time, after: "22:00:00", before: "06:00:00", weekday: [mon, fri] }',
      [
        { fact: 'local_time', params: { between: ['22:00', '06:00'] }, operator: 'equal', value: true },
        { fact: 'weekday', operator: 'in', value: ['mon', 'fri'] },
      ],
    ],
    [
      '{ condition: sun, after: sunset, after_offset: "-00:30:00" }',
      { fact: 'sun', params: { after: 'sunset', after_offset: '-PT30M' }, operator: 'equal', value: true },
    ],
  ])('%s', (conditions, wanted) => {
    const [rule] = rulesOf(automation({ conditions }));
    expect(rule?.conditions).toEqual({ all: [ofDoor('property', 'on'), ...[wanted].flat()] });
  });

  it('on what the trigger asks is known, and an automation that can never act makes no rule', () => {
    const [rule] = rulesOf(
      automation({ conditions: '{ condition: state, entity_id: binary_sensor.door, state: "on" }' }),
    );
    expect(rule?.conditions).toEqual({ all: [ofDoor('property', 'on')] });
    expect(take(automation({ conditions: '"{{ false }}"' })).automations[0]).toMatchObject({ outcome: 'refused' });
  });

  it('on the trigger chooses among the rules', () => {
    const text = automation({
      triggers: '[{ trigger: time, at: "07:00", id: up }, { trigger: time, at: "22:00", id: down }]',
      actions: `
    - choose:
        - conditions: { condition: trigger, id: up }
          sequence: { action: cover.open_cover, entity_id: cover.a }
      default: { action: cover.close_cover, entity_id: cover.a }`,
    });
    expect(rulesOf(text).map(({ on, effects }) => [on.times, effects])).toEqual([
      [['07:00'], [{ kind: 'command', device: 'cover.a', property: 'state', value: 'open' }]],
      [['22:00'], [{ kind: 'command', device: 'cover.a', property: 'state', value: 'closed' }]],
    ]);
  });
});

describe('an action', () => {
  it.each<[string, readonly (readonly [string, string, unknown])[]]>([
    [
      '{ service: switch.turn_off, entity_id: "switch.a, switch.b" }',
      [
        ['switch.a', 'state', 'off'],
        ['switch.b', 'state', 'off'],
      ],
    ],
    ['{ action: homeassistant.toggle, data: { entity_id: light.a } }', [['light.a', 'state', 'TOGGLE']]],
    [
      '{ action: light.turn_on, target: { entity_id: light.a }, data: { brightness_pct: 40 } }',
      [['light.a', 'turn_on', { brightness_pct: 40 }]],
    ],
    [
      '{ action: input_select.select_option, data: { entity_id: input_select.m, option: night } }',
      [['input_select.m', 'state', 'night']],
    ],
    [
      '{ action: number.set_value, target: { entity_id: number.n }, data: { value: "7" } }',
      [['number.n', 'number', 7]],
    ],
    [
      '{ action: climate.set_temperature, target: { entity_id: climate.c }, data: { temperature: 19.5 } }',
      [['climate.c', 'temperature', 19.5]],
    ],
    [
      '{ action: media_player.select_source, entity_id: media_player.p, data: { source: Usb } }',
      [['media_player.p', 'source', 'Usb']],
    ],
    ['{ action: lock.lock, entity_id: lock.front }', [['lock.front', 'state', 'locked']]],
    ['{ action: script.bark }', [['script.bark', 'turn_on', {}]]],
    ['{ action: script.tell, data: { text: hi } }', [['script.tell', 'turn_on', { variables: { text: 'hi' } }]]],
    ['{ scene: scene.evening }', [['scene.evening', 'turn_on', {}]]],
    ['{ action: button.press, target: { entity_id: button.b } }', [['button.b', 'press', {}]]],
  ])('%s', (actions, told) => {
    const commands = told.map(([device, property, value]) => ({ kind: 'command', device, property, value }));
    expect(rulesOf(automation({ actions }))[0]?.effects).toEqual(commands);
  });

  it('that notifies is a notice, with what is known only when it happens', () => {
    const actions = '{ action: notify.phone, data: { title: Battery, message: "at {{ states(\'sensor.b\') }} %" } }';
    expect(rulesOf(automation({ actions }))[0]?.effects).toEqual([
      {
        kind: 'notice',
        to: 'residents',
        text: 'Battery: at {sensor_b} %',
        with: { sensor_b: { fact: 'property', params: { name: 'state', device: 'sensor.b' } } },
      },
    ]);
  });

  it('behind a delay comes later, and one behind a condition by a rule of its own', () => {
    const text = automation({
      mode: 'parallel',
      actions: `
    - ${LIGHT}
    - { condition: state, entity_id: sun.sun, state: below_horizon }
    - { delay: "00:02:00" }
    - { action: light.turn_off, entity_id: light.hall }`,
    });
    expect(rulesOf(text).map(({ conditions, effects }) => [conditions, effects])).toEqual([
      [{ all: [ofDoor('property', 'on')] }, [LIT]],
      [{ all: [ofDoor('property', 'on'), of('sun.sun', 'below_horizon')] }, [{ ...LIT, value: 'off', after: 'PT2M' }]],
    ]);
  });

  it('of one option excludes those before it', () => {
    const text = automation({
      actions: `
    - if: "{{ is_state('sun.sun', 'below_horizon') }}"
      then: ${LIGHT}
      else: { action: light.turn_off, entity_id: light.hall }`,
    });
    expect(rulesOf(text).map(({ conditions }) => conditions)).toEqual([
      { all: [ofDoor('property', 'on'), of('sun.sun', 'below_horizon')] },
      { all: [ofDoor('property', 'on'), of('sun.sun', 'below_horizon', 'notEqual')] },
    ]);
  });

  it('whose service a state completes is one rule for on and one for off', () => {
    const text = automation({
      triggers: '{ trigger: state, entity_id: binary_sensor.door }',
      actions: '{ action: "light.turn_{{ trigger.to_state.state }}", entity_id: light.hall }',
    });
    expect(rulesOf(text).map(({ conditions, effects }) => [conditions, effects])).toEqual([
      [{ all: [ofDoor('property', 'on')] }, [LIT]],
      [{ all: [ofDoor('property', 'off')] }, [{ ...LIT, value: 'off' }]],
    ]);
  });
});

describe('what is not taken', () => {
  it.each([
    [automation({ triggers: '{ trigger: event, event_type: x }' }), 'trigger event', 2],
    [automation({ conditions: '{ condition: zone, entity_id: person.a, zone: zone.b }' }), 'condition zone', 3],
    [automation({ triggers: '{ trigger: state, entity_id: light.a, to: on }' }), 'state', 2],
    [automation({ triggers: '{ trigger: time, at: input_datetime.up }' }), 'trigger time of an entity', 2],
    [automation({ actions: `\n    - ${LIGHT}\n    - wait_template: "{{ true }}"` }), 'action wait_template', 5],
    [automation({ actions: '{ action: light.turn_on, entity_id: all }' }), 'entity all', 3],
    [automation({ actions: '{ action: notify.a, data: { message: !secret text } }' }), '!secret', 3],
    [automation({ actions: '{ action: shell_command.reboot }' }), 'action shell_command.reboot', 3],
    [automation({ actions: `[{ delay: "00:01:00" }, ${LIGHT}]` }), 'mode single with delay', 1],
    ['- use_blueprint: { path: motion.yaml }', 'blueprint', 1],
    [
      automation({
        mode: 'parallel',
        actions: `
    - variables: { before: "{{ states('sensor.a') }}" }
    - delay: "00:01:00"
    - { action: notify.a, data: { message: "it was {{ before }}" } }`,
      }),
      'template value',
      7,
    ],
    [
      automation({ actions: `[{ if: "{{ is_state('light.a', 'on') }}", then: { stop: enough } }, ${LIGHT}]` }),
      'action stop',
      3,
    ],
    [
      automation({ actions: `[{ action: switch.turn_off, entity_id: binary_sensor.door }]` }),
      'action binary_sensor.turn_off',
      3,
    ],
    [automation({}).replace('- alias', '- nonsense: 1\n  alias'), 'nonsense', 1],
    [
      automation({ actions: `[${LIGHT}, { condition: state, entity_id: light.hall, state: "on" }, ${LIGHT}]` }),
      'action condition after a command',
      3,
    ],
  ])('%s', (text, cause, line) => {
    const [report] = importReport(take(text)).automations;
    expect(report).toMatchObject({ outcome: expect.stringMatching(/part|refused/) });
    expect(report?.notTaken).toContainEqual(expect.objectContaining({ file: 'a.yaml', line, cause }));
    expect(take(text).rules).toEqual([]);
  });

  it('leaves the rest of the automation, for who asks for parts', () => {
    const text = automation({ actions: `[${LIGHT}, { action: shell_command.reboot }]` });
    const { rules } = importHomeAssistant({ files: [{ file: 'a.yaml', text }], grammar, isPartial: true });
    expect(rules.map(({ event }) => event)).toEqual([{ type: 'act', params: { effects: [LIT] } }]);
  });

  it('does nothing behind what it cannot wait for, though all is looked at', () => {
    const text = automation({
      actions: `[{ repeat: { count: 2, sequence: [] } }, ${LIGHT}, { action: shell_command.x }]`,
    });
    const imported = importHomeAssistant({ files: [{ file: 'a.yaml', text }], grammar, isPartial: true });
    expect(imported.rules).toEqual([]);
    expect(importReport(imported).constructs).toContainEqual({
      construct: 'action shell_command.*',
      taken: 0,
      notTaken: 1,
    });
  });

  it('in a file that is no YAML is a problem with its place, beside the other files', () => {
    const files = [
      { file: 'a.yaml', text: 'x: [1' },
      { file: 'b.yaml', text: automation({}) },
    ];
    const { problems, rules } = importHomeAssistant({ files, grammar });
    expect(problems).toMatchObject([{ code: 'rule:yaml.invalid', place: { file: 'a.yaml', line: 1 } }]);
    expect(rules).toHaveLength(1);
  });
});

describe('a mapping', () => {
  it('puts other devices and their values in the place of entities', () => {
    const mapping = new Map<string, EntityTarget>([
      [
        'binary_sensor.door',
        { device: 'hall/door', isOwn: false, state: 'contact', number: null, values: { on: false, off: true } },
      ],
      [
        'light.hall',
        { device: 'hall/lamp', isOwn: false, state: 'state', number: null, values: { on: 'ON', off: 'OFF' } },
      ],
      ['light.a', ownTarget('light.a', 'reading lamp')],
    ]);
    const text = automation({ conditions: '{ condition: state, entity_id: light.a, state: "on" }' });
    expect(take(text, mapping).rules).toMatchObject([
      {
        on: { changes: ['contact'], devices: { name: 'hall/door' } },
        conditions: {
          all: [
            { fact: 'property', params: { name: 'contact' }, operator: 'equal', value: false },
            of('reading lamp', 'on'),
          ],
        },
        event: { params: { effects: [{ kind: 'command', device: 'hall/lamp', property: 'state', value: 'ON' }] } },
      },
    ]);
  });
});
