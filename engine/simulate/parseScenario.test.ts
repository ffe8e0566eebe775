import { describe, expect, it } from 'vitest';
import { CodedError } from '../../twin/CodedError.ts';
import { parseScenario } from './parseScenario.ts';

const VALID = `name: small
title: A small one
question: who sees what
at: "2027-01-01T00:00:00Z"
population: { seed: 1, homes: 10 }
area: city
actions: [read]
purposes: [care]
requesters:
  - { id: a, tier: city }
`;

function problemOf(text: string): CodedError {
  try {
    parseScenario(text, 's.yaml');
  } catch (error) {
    if (error instanceof CodedError) return error;
  }
  throw new Error('the scenario is taken');
}

describe('parseScenario', () => {
  it('reads YAML and JSON alike', () => {
    const scenario = parseScenario(VALID, 's.yaml');
    expect(scenario).toMatchObject({ name: 'small', population: { seed: 1, homes: 10 } });
    expect(parseScenario(JSON.stringify(scenario), 's.json')).toEqual(scenario);
  });

  it('tells every problem with its place', () => {
    const wrong = VALID.replace('[care]', '[curiosity]').replace('homes: 10', 'homes: 0').replace('title:', 'titel:');
    const { code, hint } = problemOf(wrong);
    expect(code).toBe('scenario:document.invalid');
    expect(hint?.split('\n')).toEqual([
      's.yaml:1:1 /: `title` is missing',
      's.yaml:2:1 /titel: `titel` has no meaning here (did you mean `title`?)',
      's.yaml:5:31 /population/homes: `0` is less than 1',
      expect.stringMatching(
        /^s\.yaml:8:12 \/purposes\/0: `curiosity` is none of the words allowed here \(allowed are `own_use`, /,
      ),
    ]);
  });

  it('refuses a requester that is there twice, and an own area without an organisation', () => {
    const { hint } = problemOf(`${VALID}  - { id: a, tier: city, area: own }\n`);
    expect(hint).toBe(
      's.yaml:11:11 /requesters/1/id: `a` is there twice (each requester has an id of its own)\n' +
        's.yaml:11:32 /requesters/1/area: `own` needs an organisation (name one under `organisation`)',
    );
  });

  it('says where YAML breaks off', () => {
    expect(problemOf('name: [small\ntitle: x').place).toMatchObject({ file: 's.yaml', line: 2 });
  });
});
