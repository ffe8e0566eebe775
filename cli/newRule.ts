import type { NewDocument, NewFile } from './newPolicy.ts';

/**
 * The files of a new event rule: it is valid, its cases pass, and no device of a home that stands can wake its alarm, so
 * that it tells nobody of anything until its author means it to.
 */
export function newRule({ area, name, title, clauses }: NewDocument): readonly NewFile[] {
  return [
    { file: `rules/${area}/${name}.json`, content: rule({ name, title, clauses }), what: 'the rule, to change' },
    { file: `rules/${area}/${name}.cases.yaml`, content: CASES, what: 'what happens in a home, and what comes of it' },
  ];
}

function rule({ name, title, clauses }: Pick<NewDocument, 'name' | 'title' | 'clauses'>): string {
  return `{
  "$schema": "../rule.schema.json",
  "id": "${name}",
  "title": ${JSON.stringify(title)},
  "severity": "fault",
  "clauses": [${clauses.map((clause) => `"${clause}"`).join(', ')}],
  "on": { "properties": ["temperature"] },
  "conditions": {
    "all": [{ "fact": "property", "params": { "name": "temperature" }, "operator": "greaterThan", "value": 100 }]
  },
  "event": { "type": "raise_alarm", "params": { "alarm": "fault" } }
}
`;
}

const CASES = `# What happens in a home, and every alarm and command that comes of it. rules/README.md tells more.
- note: a thermometer that reports what no home can be is out of order
  given: { devices: { kitchen/climate: WSDCGQ11LM } }
  messages:
    - { at: PT0S, topic: kitchen/climate, payload: { temperature: 21.5 } }
    - { at: PT1M, topic: kitchen/climate, payload: { temperature: 105 } }
  want:
    alarms: [{ kind: fault, device: kitchen/climate, at: PT1M, state: raised, measured: { property: temperature, value: 105, unit: °C } }]

- note: a hot day is no fault
  given: { devices: { kitchen/climate: WSDCGQ11LM } }
  messages:
    - { at: PT0S, topic: kitchen/climate, payload: { temperature: 44 } }
  want:
    alarms: []
`;
