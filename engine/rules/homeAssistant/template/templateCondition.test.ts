import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityMap } from '../EntityMap.ts';
import { NotTaken } from '../NotTaken.ts';
import { type Scope, triggerOf } from '../Scope.ts';
import { Tally } from '../Tally.ts';
import { evaluateTemplate, templateCondition } from './evaluate.ts';
import { parseTemplate } from './parseTemplate.ts';
import { known } from './Value.ts';

const scope: Scope = {
  entities: new EntityMap(),
  trigger: triggerOf('state', 'door', { entity: 'binary_sensor.door', to: ['on'] }),
  variables: new Map([['limit', known(5)]]),
  settled: new Map(),
  tally: new Tally(),
};
const property = (device: string, name = 'state') => ({ fact: 'property', params: { name, device } });
const known21 = [
  { ...property('sensor.t', 'number'), operator: 'greaterThan', value: 21 },
  { ...property('sensor.t'), operator: 'notIn', value: ['unavailable', 'unknown'] },
];

describe('a template as a condition', () => {
  it.each([
    ["{{ is_state('light.a', 'on') }}", { ...property('light.a'), operator: 'equal', value: 'on' }],
    ["{{ states('light.a') == 'on' }}", { ...property('light.a'), operator: 'equal', value: 'on' }],
    ["{{ states.light.a.state == 'on' }}", { ...property('light.a'), operator: 'equal', value: 'on' }],
    ["{{ states['light.a'].state == 'on' }}", { ...property('light.a'), operator: 'equal', value: 'on' }],
    ['{{ states.sensor.t.state | float(0) > 21 }}', { all: known21 }],
    [
      '{{ states.sun.sun.attributes.elevation < 6 }}',
      { ...property('sun.sun', 'elevation'), operator: 'lessThan', value: 6 },
    ],
    ["{{ 'on' == states('light.a') }}", { ...property('light.a'), operator: 'equal', value: 'on' }],
    ["{{ not is_state('light.a', 'on') }}", { ...property('light.a'), operator: 'notEqual', value: 'on' }],
    ["{{ states('light.a') in ['on', 'off'] }}", { ...property('light.a'), operator: 'in', value: ['on', 'off'] }],
    [
      "{{ states('sensor.a') not in ['unknown', 'unavailable'] }}",
      { ...property('sensor.a'), operator: 'notIn', value: ['unknown', null, 'unavailable'] },
    ],
    ["{{ states('sensor.t') | float(0) > 21 }}", { all: known21 }],
    [
      "{{ state_attr('sun.sun', 'elevation') < 6 }}",
      { ...property('sun.sun', 'elevation'), operator: 'lessThan', value: 6 },
    ],
    [
      "{{ is_state_attr('media_player.tv', 'source', 'XBOX') }}",
      { ...property('media_player.tv', 'source'), operator: 'equal', value: 'XBOX' },
    ],
    [
      "{{ is_state('light.a', 'on') and (is_state('light.b', 'on') or not is_state('light.c', 'off')) }}",
      {
        all: [
          { ...property('light.a'), operator: 'equal', value: 'on' },
          {
            any: [
              { ...property('light.b'), operator: 'equal', value: 'on' },
              { ...property('light.c'), operator: 'notEqual', value: 'off' },
            ],
          },
        ],
      },
    ],
    [
      "{{ trigger.from_state.state == 'off' }}",
      { fact: 'previous', params: { name: 'state' }, operator: 'equal', value: 'off' },
    ],
    [
      "{{ states('binary_sensor.door') == 'on' }}",
      { fact: 'property', params: { name: 'state' }, operator: 'equal', value: 'on' },
    ],
    ['{{ now().weekday() > 4 }}', { fact: 'weekday', operator: 'in', value: ['sat', 'sun'] }],
    ['{{ now().weekday() == 6 }}', { fact: 'weekday', operator: 'equal', value: 'sun' }],
    [
      "{% set day = now().strftime('%a') %}{{ day in ['Wed', 'Sun'] }}",
      {
        any: [
          { fact: 'weekday', operator: 'equal', value: 'wed' },
          { fact: 'weekday', operator: 'equal', value: 'sun' },
        ],
      },
    ],
    [
      "{% if is_state('light.a', 'on') %}{{ is_state('light.b', 'on') }}{% else %}false{% endif %}",
      {
        all: [
          { ...property('light.a'), operator: 'equal', value: 'on' },
          { ...property('light.b'), operator: 'equal', value: 'on' },
        ],
      },
    ],
  ])('%s', (template, condition) => {
    expect(templateCondition(template, scope)).toEqual(condition);
  });

  it.each([
    ["{{ trigger.to_state.state == 'on' }}", true],
    ["{{ trigger.id == 'window' }}", false],
    ["{{ trigger.entity_id.split('.')[1] == 'door' }}", true],
    ['{{ limit > 3 and limit | int < 10 }}', true],
    ["{{ 'a' in ['a', 'b'] }}", true],
    ['{{ 1 < limit < 4 }}', false],
    ['{{ trigger.to_state is not none }}', true],
  ])('%s is known before', (template, holds) => {
    expect(templateCondition(template, scope)).toBe(holds);
  });

  it('asks of a whole part what it asks of the number', () => {
    expect(templateCondition("{{ states('sensor.t') | int > 19 }}", scope)).toEqual({
      all: [
        { ...property('sensor.t', 'number'), operator: 'greaterThanInclusive', value: 20 },
        { ...property('sensor.t'), operator: 'notIn', value: ['unavailable', 'unknown'] },
      ],
    });
  });

  it('counts what is no number as the default of `float`', () => {
    expect(templateCondition("{{ states('sensor.t') | float(0) < 5 }}", scope)).toEqual({
      any: [
        {
          all: [
            { ...property('sensor.t', 'number'), operator: 'lessThan', value: 5 },
            { ...property('sensor.t'), operator: 'notIn', value: ['unavailable', 'unknown'] },
          ],
        },
        { ...property('sensor.t', 'number'), operator: 'equal', value: null },
        { ...property('sensor.t'), operator: 'in', value: ['unavailable', 'unknown'] },
      ],
    });
  });

  it.each([
    ['{% for x in [1] %}{% endfor %}', 'template {% for %}', 0],
    ["{{ states('sensor.t') | round(1) > 2 }}", 'template filter round', 3],
    ['{{ as_timestamp(now()) > 3 }}', 'template as_timestamp()', 3],
    ["{{ states('a.b'", 'template', 2],
    ['{{ nowhere }}', 'template nowhere', 3],
    ["{{ states(trigger.id ~ '.x') == 1 }}", null, 0],
    ["{{ expand('group.a') | selectattr('state', 'eq', 'on') | list | count > 0 }}", 'template expand()', 3],
  ])('%s is not taken, and says where', (template, construct, from) => {
    if (construct === null) return expect(() => templateCondition(template, scope)).toThrow();
    expect.assertions(2);
    try {
      templateCondition(template, scope);
    } catch (error) {
      expect(error).toMatchObject({ construct });
      expect((error as NotTaken).offset).toBeGreaterThanOrEqual(from);
    }
  });

  it('throws nothing but what is not taken, whatever is written', () => {
    const word = fc.constantFrom(
      "states('a.b')",
      'trigger',
      '.state',
      '|',
      'float',
      '(',
      ')',
      'and',
      'not',
      '==',
      '1',
      "'on'",
      'if',
      'else',
      '[',
      ']',
      ',',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => `{{ ${words.join(' ')} }}`),
        ),
        (text) => {
          try {
            parseTemplate(text);
            evaluateTemplate(text, scope);
          } catch (error) {
            expect(error).toBeInstanceOf(NotTaken);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a template as a value', () => {
  it.each([
    ['light.{{ "kitchen" }}', 'light.kitchen'],
    ['{{ limit }}', 5],
    ["it is {{ trigger.entity_id.split('.')[2] }}.", 'it is .'],
    ['{{ limit * 2 + 1 }}', 11],
    ["{{ 'on' if limit > 3 else 'off' }}", 'on'],
    ['{% if trigger.id == "door" %}\n  light.hall\n{% else %}\n  light.bed\n{% endif %}', 'light.hall'],
    ["{{ {'door': 'Door', 'window': 'Window'}.get(trigger.id, 'what') }}", 'Door'],
    ["{{ trigger.entity_id | replace('_', ' ') | upper }}", 'BINARY SENSOR.DOOR'],
    ["{{ 'a' ~ 1 + 2 }}", null],
    ["{%- set x = 'a' -%} {{ x }}", 'a'],
  ])('%s', (template, value) => {
    if (value === null) return expect(() => evaluateTemplate(template, scope)).toThrow(NotTaken);
    expect(evaluateTemplate(template, scope)).toEqual(known(value));
  });
});
