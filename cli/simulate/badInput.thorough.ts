import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatBundle } from '../../engine/bundle/BundleFile.ts';
import { packBundle } from '../../engine/bundle/packBundle.ts';
import { keyOf, signedBy, trusted } from '../../engine/bundle/testBundle.ts';
import { Writer } from '../../graphql/writer/Writer.ts';
import { formatTrustedKeys } from '../../trust/signing/trustedKeys.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { chooseScenario } from './chooseScenario.ts';
import { openScenario, playScenario } from './playScenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinward-bad-'));
const [ana, ben, eve] = [keyOf('ana'), keyOf('ben'), keyOf('eve')];
const expires = new Date(Date.now() + 86_400_000).toISOString();
const AREA = { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } } as const;

beforeAll(async () => {
  process.env['TWINWARD_DATA'] = folder;
  const writer = await Writer.open({ folder, demo: false });
  await writer.commit({ changes: [{ at: '2027-01-01T00:00:00.000Z', change: AREA }], audit: [] });
  await writer.close();
  writeFileSync(join(folder, 'trusted-keys.json'), formatTrustedKeys([trusted(ana), trusted(ben)]), { mode: 0o600 });
  const bundle = packBundle(repositoryRoot, { name: 'b', revision: 'r', author: 'ana', created: null, expires });
  writeFileSync(join(folder, 'foreign.twb'), formatBundle(signedBy(bundle, ana, eve)));
  writeFileSync(join(folder, 'unsigned.twb'), formatBundle(bundle));
  writeFileSync(join(folder, 'torn.twb'), formatBundle(bundle).subarray(0, 100));
  writeFileSync(join(folder, 'broken.rego'), 'package sharing.broken\n\npermit contains x if {\n\ty\n}\n');
  writeFileSync(join(folder, 'empty.txt'), '');
});
afterAll(() => {
  delete process.env['TWINWARD_DATA'];
  rmSync(folder, { recursive: true });
});

const VALID = `version: 1
name: small
title: A small one
question: who sees what
at: "2027-07-01T00:00:00Z"
population: { seed: 1, homes: 20 }
area: city
proposed: built_in
actions: [read]
purposes: [care]
requesters:
  - { id: hospital, tier: city, organisation: hospital-1 }
`;

async function failureOf(text: string): Promise<CodedError> {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  try {
    playScenario(await openScenario(await chooseScenario({ scenario: file })));
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('the scenario is played');
}

const CITY = '{ seed: 1, homes: 20 }';
const fork = (changes: string) => `{ fork: { of: ${CITY}, changes: [${changes}] } }`;
const NOBODY = '{ kind: home_flagged, home: home-99, flag: elder_alone, on: true }';
const NO_LEASE = '{ kind: lease_transitioned, home: home-1, lease: none, to: active }';
const MISSPELT = '{ homes: {}, changes: [{ kind: home_flagged, home: $hom, flag: elder_alone, on: true }] }';
const NO_LESSEE =
  '{ homes: { occupancy: [vacant], lease: active }, changes: [{ kind: home_flagged, home: $home, flag: elder_alone, on: true }] }';

describe('a scenario that cannot be played', () => {
  const cases: readonly (readonly [string, from: string, to: string, Wanted])[] = [
    [
      'a draft that does not compile',
      'built_in',
      'broken.rego',
      { code: 'policy:draft.invalid', hint: /broken\.rego:3:17: / },
    ],
    ['a mistyped draft', 'built_in', 'heat_wav', { code: 'policy:draft.not_found', hint: 'did you mean `heat_wave`?' }],
    ['nothing proposed', 'proposed: built_in\n', '', { code: 'scenario:proposed.missing', hint: /name a draft/ }],
    [
      'a mistyped area',
      'area: city',
      'area: citi',
      { code: 'scenario:area.not_found', at: '7:7 /area', hint: 'did you mean `city`?' },
    ],
    ['an area without homes', 'area: city', 'area: district-8', { code: 'scenario:area.empty', at: '7:7 /area' }],
    [
      'a mistyped organisation',
      'hospital-1',
      'hospitl-1',
      {
        code: 'scenario:organisation.not_found',
        at: '12:47 /requesters/0/organisation',
        hint: 'did you mean `hospital-1`?',
      },
    ],
    [
      'an organisation unlike any',
      'hospital-1',
      'x',
      { code: 'scenario:organisation.not_found', hint: /^it has `city-government`, .* and \d+ more$/ },
    ],
    [
      'a pattern that matches nothing',
      'hospital-1',
      '{ each: [] }',
      { code: 'scenario:document.invalid', at: '12:55 /requesters/0/organisation/each' },
    ],
    [
      'a pattern over organisations that are not there',
      'hospital-1',
      '{ each: [hospital-1, hospital-9] }',
      { code: 'scenario:organisation.not_found' },
    ],
    [
      'a pattern over too many',
      'city, organisation: hospital-1',
      '{ each: [home, property, community, street, district, city] }, area: { each: street }, assurance: { each: [low, substantial, high] }, multi_factor: { each: [true, false] }',
      { code: 'scenario:requesters.too_many' },
    ],
    [
      'requesters of one name',
      'hospital-1 }',
      '{ each: hospital } }\n  - { id: hospital.hospital-1, tier: city }',
      { code: 'scenario:requesters.not_own', at: '13:11 /requesters/1/id' },
    ],
    [
      'a mistyped property',
      'area:',
      'properties: [temprature]\narea:',
      { code: 'scenario:property.not_found', at: '7:14 /properties/0', hint: 'did you mean `temperature`?' },
    ],
    [
      'a fork of a home that is not there',
      CITY,
      fork(NOBODY),
      { code: 'scenario:fork.nothing', at: '6:61 /population/fork/changes/0' },
    ],
    ['a fork of homes that are not there', CITY, fork(NO_LESSEE), { code: 'scenario:fork.nothing' }],
    [
      'a fork that the twin refuses',
      CITY,
      fork(NO_LEASE),
      { code: 'scenario:change.refused', at: '6:61 /population/fork/changes/0' },
    ],
    [
      'a mistyped placeholder',
      CITY,
      fork(MISSPELT),
      {
        code: 'scenario:placeholder.unknown',
        at: '6:83 /population/fork/changes/0/changes',
        hint: 'did you mean `$home`?',
      },
    ],
    ['a twin without homes', CITY, 'live', { code: 'scenario:population.empty', at: '6:13 /population' }],
    [
      'an instant before the first event',
      CITY,
      '{ at: "2026-12-31T23:59:59Z" }',
      { code: 'scenario:instant.too_early', at: '6:13 /population' },
    ],
    [
      'a bundle whose signature is not trusted',
      'built_in',
      '{ bundle: foreign.twb }',
      { code: 'policy:bundle.key_foreign' },
    ],
    ['a bundle that nobody signed', 'built_in', 'unsigned.twb', { code: 'policy:bundle.unsigned' }],
    ['a bundle that is cut off', 'built_in', 'torn.twb', { code: 'policy:bundle.unreadable' }],
    [
      'a bundle that is not there',
      'built_in',
      '{ bundle: 7 }',
      { code: 'policy:bundle.not_found', hint: /twinward bundles/ },
    ],
    [
      'a policy to remove that is not there',
      'built_in',
      '{ remove: [sharing.cares] }',
      { code: 'scenario:policies.not_found', at: '8:22 /proposed/remove/0', hint: 'did you mean `sharing.care`?' },
    ],
    [
      'a policy to replace that is not there',
      'built_in',
      '{ replace: { policies/sharing/car.rego: empty.txt } }',
      { code: 'scenario:policies.not_found' },
    ],
    [
      'a replacement that is not there',
      'built_in',
      '{ replace: { policies/sharing/care/care.rego: none.rego } }',
      { code: 'command:file.unreadable' },
    ],
    [
      'a replacement that is no policy',
      'built_in',
      '{ replace: { policies/sharing/care/care.rego: empty.txt } }',
      { code: 'policy:draft.invalid' },
    ],
    [
      'another version of the language',
      'version: 1',
      'version: 3',
      { code: 'scenario:version.other', at: '1:10 /version' },
    ],
  ];
  type Wanted = { readonly code: string; readonly at?: string; readonly hint?: string | RegExp };
  it.each(cases)('says so of %s, with its place', async (_, from, to, { code, at, hint }) => {
    expect(VALID).toContain(from);
    const failure = await failureOf(VALID.replace(from, to));
    expect(failure.code).toBe(code);
    const { file, line, column, path } = failure.place ?? {};
    if (at) expect(`${line}:${column} ${path}`).toBe(at);
    if (at) expect(file).toBe(join(folder, 'scenario.yaml'));
    if (hint) expect(failure.hint).toEqual(typeof hint === 'string' ? hint : expect.stringMatching(hint));
  });
});
