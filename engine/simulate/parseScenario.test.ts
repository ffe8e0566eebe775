import { describe, expect, it } from 'vitest';
import { CodedError } from '../../twin/CodedError.ts';
import { parseScenario } from './parseScenario.ts';

const VALID = `version: 1
name: small
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

  it('tells a key that stands twice with its place', () => {
    const { hint } = problemOf(VALID.replace('area: city\n', 'area: city\narea: street\n'));
    expect(hint).toBe('s.yaml:8:1: this is not YAML (Map keys must be unique)');
  });

  it('spends no minutes on a document that means to take them', () => {
    const aliases = Array.from({ length: 600 }, (_, at) => `  k${at}: { <<: *one }`).join('\n');
    expect(problemOf(`one: &one { k: 1 }\nall:\n${aliases}\n`).hint).toContain('more than 500 aliases');
    const members = Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join('\n');
    expect(problemOf(`${VALID}${members}`).message).toBe('the scenario has 200 problem(s)');
  });

  it('tells every problem with its place', () => {
    const wrong = VALID.replace('[care]', '[curiosity]').replace('homes: 10', 'homes: 0').replace('title:', 'titel:');
    const { code, hint } = problemOf(wrong);
    expect(code).toBe('scenario:document.invalid');
    expect(hint?.split('\n')).toEqual([
      's.yaml:1:1 /: `title` is missing',
      's.yaml:3:1 /titel: `titel` has no meaning here (did you mean `title`?)',
      's.yaml:6:31 /population/homes: `0` is less than 1',
      expect.stringMatching(
        /^s\.yaml:9:12 \/purposes\/0: `curiosity` is none of the words allowed here \(allowed are `own_use`, /,
      ),
    ]);
  });

  it('refuses a requester that is there twice, and an own area without an organisation', () => {
    const { hint } = problemOf(`${VALID}  - { id: a, tier: city, area: own }\n`);
    expect(hint).toBe(
      's.yaml:12:11 /requesters/1/id: `a` is there twice (each requester has an id of its own)\n' +
        's.yaml:12:32 /requesters/1/area: `own` needs an organisation (name one under `organisation`)',
    );
  });

  it('says where YAML breaks off', () => {
    expect(problemOf('name: [small\ntitle: x').place).toMatchObject({ file: 's.yaml', line: 2 });
  });

  const wrong: readonly (readonly [string, from: string, to: string, said: string])[] = [
    ['neither instant nor period', 'at: "2027-01-01T00:00:00Z"\n', '', '1:1 /: `at` is missing'],
    ['an instant that is none', '2027-01-01T', '2027-13-01T', '5:5 /at: `2027-13-01T00:00:00Z` is no instant'],
    ['a day that no month has', '2027-01-01T', '2027-02-30T', '5:5 /at: `2027-02-30T00:00:00Z` is no instant'],
    ['a period without an end', 'at: ', 'from: ', '5:7 /from: the period has no end'],
    ['a period that ends early', 'at: ', 'until: "2026-01-01T00:00:00Z"\nfrom: ', '5:8 /until: the period ends before'],
    ['a step without a period', 'at: ', 'every: PT1H\nat: ', '5:8 /every: `every` belongs to a period'],
    ['a step of no length', 'at: ', 'every: PT0H\nuntil: "2028-01-01T00:00:00Z"\nfrom: ', '/every: `PT0H` is no step'],
    ['a city without a size', ', homes: 10', '', '6:13 /population: a generated city needs `seed` and `homes`'],
    [
      'two populations',
      'homes: 10',
      'homes: 10, at: "2027-01-01T00:00:00Z"',
      '/population: the population is not said in one way',
    ],
    [
      'a mistyped population',
      '{ seed: 1, homes: 10 }',
      'liv',
      '/population: `liv` is none of the words allowed here (did you mean `live`?)',
    ],
    [
      'a fork of nothing',
      '{ seed: 1, homes: 10 }',
      '{ fork: { of: {}, changes: [{ kind: home_flagged, home: h, flag: elder_alone, on: true }] } }',
      '/population/fork/of: the population is not said in one way',
    ],
    [
      'a change of no kind',
      '{ seed: 1, homes: 10 }',
      '{ fork: { of: live, changes: [{ kind: home_flaged }] } }',
      '/population/fork/changes/0/kind: `home_flaged` is none of the words allowed here (did you mean `home_flagged`?)',
    ],
    [
      'a change without its members',
      '{ seed: 1, homes: 10 }',
      '{ fork: { of: live, changes: [{ kind: home_flagged, home: h, on: true }] } }',
      '/population/fork/changes/0: `flag` is missing',
    ],
    [
      'a flag that is none',
      '{ seed: 1, homes: 10 }',
      '{ fork: { of: live, changes: [{ homes: { flags: [elder] }, changes: [{ kind: home_flagged, home: $home, flag: elder_alone, on: true }] }] } }',
      '/population/fork/changes/0/homes/flags/0: `elder` is none',
    ],
    [
      'an unknown tier',
      'tier: city',
      'tier: town',
      '11:20 /requesters/0/tier: `town` is none of the words allowed here',
    ],
    [
      'an unknown tier of several',
      'tier: city',
      'tier: { each: [city, streets] }',
      '/requesters/0/tier/each/1: `streets` is none of the words allowed here (did you mean `street`?)',
    ],
    [
      'a kind that is none',
      'tier: city',
      'tier: city, organisation: { each: hospitals }',
      '/requesters/0/organisation/each: `hospitals` is none of the words allowed here (did you mean `hospital`?)',
    ],
    [
      'both ways of naming what is proposed',
      'area:',
      'draft: a\nproposed: b\narea:',
      '/draft: `draft` is short for `proposed`',
    ],
    [
      'a bundle over something',
      'area:',
      'proposed: { bundle: 3, base: active }\narea:',
      '/proposed/base: a bundle is whole',
    ],
    [
      'policies said in two ways',
      'area:',
      'proposed: { draft: a, remove: [b] }\narea:',
      '/proposed: the policies are not said in one way',
    ],
    [
      'an unknown grade',
      'area:',
      'grades: [general_5]\narea:',
      '/grades/0: `general_5` is none of the words allowed here (did you mean',
    ],
    [
      'an unknown measure',
      'area:',
      'expect: { newly_row: 0 }\narea:',
      '/expect/newly_row: `newly_row` has no meaning here (did you mean `newly_raw`?)',
    ],
  ];
  it.each(wrong)('says what is wrong with %s, and where', (_, from, to, said) => {
    expect(VALID).toContain(from);
    const { code, hint } = problemOf(VALID.replace(from, to));
    expect(code).toBe('scenario:document.invalid');
    expect(hint).toContain(said);
    expect(hint).toMatch(/^s\.yaml:\d+:\d+ /);
    // Each mistake is one problem, not two tellings of it.
    expect(hint?.split('\n')).toHaveLength(1);
  });

  it.each([
    [2, 'use a newer Twinward'],
    [0, 'write it anew, with `version: 1`'],
  ])('refuses version %i of the language by itself, and tells nothing else', (version, hint) => {
    const problem = problemOf(VALID.replace('version: 1', `version: ${version}`).replace('tier: city', 'rank: 7'));
    expect(problem).toMatchObject({
      code: 'scenario:version.other',
      hint,
      place: { file: 's.yaml', line: 1, column: 10 },
    });
  });

  it('takes the first instant of a period for `at`', () => {
    const period = VALID.replace('at: ', 'until: "2027-01-02T00:00:00Z"\nevery: PT6H\nfrom: ');
    expect(parseScenario(period, 's.yaml')).toMatchObject({ at: '2027-01-01T00:00:00Z', every: 'PT6H' });
  });
});
