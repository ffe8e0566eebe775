import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatBundle, manifestDigest } from '../../engine/bundle/BundleFile.ts';
import { packBundle } from '../../engine/bundle/packBundle.ts';
import { keyOf, refit, signedBy, trusted } from '../../engine/bundle/testBundle.ts';
import { bruteForce } from '../../engine/census/bruteForce.ts';
import type { Population } from '../../engine/census/Population.ts';
import { forkPopulation } from '../../engine/fork/forkPopulation.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { RequesterPattern, Scenario } from '../../engine/simulate/Scenario.ts';
import { Writer } from '../../graphql/writer/Writer.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';
import { formatTrustedKeys } from '../../trust/signing/trustedKeys.ts';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { openScenario, playPeriod, playScenario } from './playScenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinward-language-'));
const CITY = { seed: 4, homes: 250 };
const city = cityPopulation(CITY);
const ENDED = '2027-03-01T00:00:00.000Z';
const HALF: RequesterPattern['id'] = 'half';
const CARE = 'policies/sharing/care/care.rego';

/** Half of the leases end, and in public rental homes an elder is alone from now on. */
const CHANGES: readonly Change[] = [
  { kind: 'lease_transitioned', home: '$home', lease: '$lease', to: 'ended' },
  { kind: 'home_flagged', home: '$home', flag: 'elder_alone', on: true },
];
const FORK = [{ homes: { lease: 'active', share: 0.5 }, changes: CHANGES }] as const;

const patterns: readonly RequesterPattern[] = [
  {
    id: 'office',
    tier: 'community',
    organisation: { each: 'community_office' },
    area: 'own',
    roles: ['community_officer'],
    multi_factor: { each: [true, false] },
    purposes: ['community_service'],
  },
  { id: 'hospital', tier: 'city', organisation: { each: 'hospital' }, roles: { each: [['clinician'], []] } },
  { id: 'platform', tier: { each: ['district', 'city'] }, area: { each: 'district' }, roles: ['city_officer'] },
];
const scenario: Scenario = {
  name: 'patterns',
  title: 'Patterns',
  question: 'q',
  at: '2027-07-20T14:00:00+08:00',
  population: CITY,
  area: 'city',
  baseline: 'built_in',
  proposed: 'heat_wave',
  requesters: patterns,
  actions: ['read'],
  purposes: ['care', 'city_planning'],
  grades: ['general_1', 'general_3'],
};

const open = (changed: Partial<Scenario> = {}) =>
  openScenario({ scenario: { ...scenario, ...changed }, place: (path) => ({ path }) });
const report = async (changed: Partial<Scenario> = {}) => playScenario(await open(changed)).report;

beforeAll(async () => {
  process.env['TWINWARD_DATA'] = folder;
  // The city's homes come in before its leases end.
  const writer = await Writer.open({ folder, demo: false });
  const commit = (at: string, changes: readonly Change[]) =>
    writer.commit({ changes: changes.map((change) => ({ at, change })), audit: [] });
  await commit('2027-01-01T00:00:00.000Z', allOf(city));
  const forked = forkPopulation(city, HALF, FORK);
  const happened = (index: number) => forked.home(index).slice(city.home(index).length);
  await commit(ENDED, Array.from({ length: city.size }, (_, index) => happened(index)).flat());
  await writer.close();
});
afterAll(() => {
  delete process.env['TWINWARD_DATA'];
  rmSync(folder, { recursive: true });
});

function allOf(population: Population): readonly Change[] {
  const homes = Array.from({ length: population.size }, (_, index) => population.home(index));
  return [...population.areas, ...homes.flat()];
}

/** Counts by what they count. */
function countsOf({ cells, homes, matrix, changes }: ImpactReport): unknown {
  const reasons = (change: ImpactReport['changes'][number]) =>
    change.reasons.after.map(({ policy, rule }) => `${policy}/${rule}`);
  return [
    cells,
    homes,
    matrix.map((line) => [line.from, line.to, line.obligations.kind, line.cells, line.homes]),
    changes.map((line) => [line.from, line.to, line.cells, line.homes, line.requesters, reasons(line)]),
  ];
}

describe('the language of scenarios', () => {
  it('counts patterns, grades and a fork as brute force does, home by home', async () => {
    const stage = await open({ population: { fork: { of: CITY, changes: FORK } } });
    const { cells, homes, matrix } = playScenario(stage).report;
    const graph = new TwinGraph();
    for (const change of allOf(forkPopulation(city, HALF, FORK))) graph.apply(change);
    const now = Date.parse(scenario.at);
    const slow = bruteForce({
      graph,
      questions: questionsOf(scenario, graph),
      filter: scenario,
      area: 'city',
      reportBy: 'district',
      now,
      before: stage.sides.baseline.at(now).evaluator,
      after: stage.sides.proposed.at(now).evaluator,
    });
    expect(cells).toBe(slow.all.cells);
    expect(homes).toBe(slow.all.homes);
    const sizes = (lines: Iterable<{ cells: number; homes: number }>) =>
      [...lines].map((line) => `${line.cells} ${line.homes}`).sort();
    expect(sizes(matrix)).toEqual(sizes(slow.matrix.values()));
    expect(matrix.some(({ from, to }) => from === 'aggregate' && to === 'reduced')).toBe(true);
  });

  it('makes of a pattern what one would write by hand', async () => {
    const graph = new TwinGraph();
    for (const change of city.areas) graph.apply(change);
    const ids = questionsOf(scenario, graph).map(({ requester }) => requester);
    expect(ids).toContain('office.community-office-1.true');
    expect(ids).toContain('hospital.hospital-2.none');
    expect(ids).toContain('platform.district.district-8');
    const byHand = [1, 2, 3, 4].flatMap((number) =>
      [['clinician'] as const, [] as const].map((roles) => ({
        id: `hospital.hospital-${number}.${roles[0] ?? 'none'}`,
        tier: 'city' as const,
        organisation: `hospital-${number}`,
        roles,
      })),
    );
    const [pattern, written] = [
      await report({ requesters: patterns.slice(1, 2), proposed: 'built_in' }),
      await report({ requesters: byHand, proposed: 'built_in' }),
    ];
    expect(countsOf(pattern)).toEqual(countsOf(written));
  });

  it('finds in the twin of a data folder what a generated city has, now and at an instant, and writes nothing', async () => {
    // What is counted is of the homes: nothing need be proposed.
    const same = (changed: Partial<Scenario>) => report({ ...changed, proposed: 'built_in' });
    const bytes = () => readFileSync(join(folder, 'twinward.db'));
    const before = bytes();
    const [live, forked] = [
      await same({ population: 'live' }),
      await same({ population: { fork: { of: CITY, changes: FORK } } }),
    ];
    expect(countsOf(live)).toEqual(countsOf(forked));
    const [past, whole] = [await same({ population: { at: '2027-02-01T00:00:00Z' } }), await same({})];
    expect(countsOf(past)).toEqual(countsOf(whole));
    expect(countsOf(past)).not.toEqual(countsOf(live));
    const forkedPast = await same({ population: { fork: { of: { at: '2027-02-01T00:00:00Z' }, changes: FORK } } });
    expect(countsOf(forkedPast)).toEqual(countsOf(live));
    expect(bytes().equals(before)).toBe(true);
  });

  it('compares a signed bundle, an edit of it and what is active', async () => {
    const [ana, ben] = [keyOf('ana'), keyOf('ben')];
    writeFileSync(join(folder, 'trusted-keys.json'), formatTrustedKeys([trusted(ana), trusted(ben)]), { mode: 0o600 });
    const expires = new Date(Date.now() + 86_400_000).toISOString();
    const packed = packBundle(repositoryRoot, { name: 'b', revision: 'r', author: 'ana', created: null, expires });
    const { [CARE]: _, ...files } = packed.files;
    const without = refit(packed.manifest, files);
    const file = join(folder, 'without_care.twb');
    writeFileSync(file, formatBundle(signedBy(without, ana, ben)));
    const bundle = await report({ baseline: 'active', proposed: { bundle: file } });
    const edit = await report({ baseline: 'active', proposed: { remove: ['sharing.care'] } });
    expect(countsOf(bundle)).toEqual(countsOf(edit));
    expect(edit.draft.removed.map(({ package: name }) => name)).toContain('sharing.care');
    expect(edit.matrix.some(({ from, to }) => from !== 'denied' && to === 'denied')).toBe(true);
    const back = await report({
      baseline: file,
      proposed: { base: 'active', replace: { [CARE]: join(repositoryRoot, CARE) } },
    });
    expect(back.draft.added.map(({ package: name }) => name)).toEqual(['sharing.care']);
    expect(back.matrix.filter(({ from, to }) => from !== to).map(({ cells }) => cells)).toEqual(
      edit.matrix.filter(({ from, to }) => from !== to).map(({ cells }) => cells),
    );
  });

  it('tells of a period when which report holds, as each instant by itself would', async () => {
    const stage = await open({ at: '2027-06-14T12:00:00+08:00' });
    const { period } = playPeriod(stage, '2027-06-16T12:00:00+08:00');
    // The draft comes into force at midnight; by day and by night it says the same.
    expect(period.spans.map(({ from, report: number }) => [from, number])).toEqual([
      ['2027-06-14T04:00:00.000Z', 0],
      ['2027-06-14T16:00:00.000Z', 1],
    ]);
    const at = playScenario({ ...stage, scenario: { ...stage.scenario, at: '2027-06-15T22:30:00+08:00' } }).report;
    expect(countsOf(period.reports[1]!)).toEqual(countsOf(at));
    expect(period.reports[0]!.matrix.every(({ from, to }) => from === to)).toBe(true);
    const steps = playPeriod(
      { ...stage, scenario: { ...stage.scenario, every: 'PT12H' } },
      '2027-06-16T12:00:00+08:00',
    ).period;
    expect(steps.spans.map(({ from }) => from)).toEqual(['2027-06-14T04:00:00.000Z', '2027-06-14T16:00:00.000Z']);
    expect(() =>
      playPeriod({ ...stage, scenario: { ...stage.scenario, every: 'PT1M' } }, '2027-06-16T12:00:00+08:00'),
    ).toThrow(expect.objectContaining({ code: 'scenario:period.too_long' }));
  });

  it('takes for active what the data folder decides by, and finds its bundles by number and id, while they are trusted', async () => {
    const [ana, ben, eve] = [keyOf('ana'), keyOf('ben'), keyOf('eve')];
    const trust = (...keys: readonly ReturnType<typeof keyOf>[]) =>
      writeFileSync(join(folder, 'trusted-keys.json'), formatTrustedKeys(keys.map((key) => trusted(key))));
    const packed = packBundle(repositoryRoot, {
      name: 'b',
      revision: 'r',
      author: 'ana',
      created: null,
      expires: null,
    });
    const { [CARE]: _, ...files } = packed.files;
    const bundle = signedBy(refit(packed.manifest, files), ana, ben);
    const manifest = manifestDigest(bundle.manifest);
    mkdirSync(join(folder, 'bundles'), { recursive: true });
    writeFileSync(join(folder, 'bundles', `${manifest}.twb`), formatBundle(bundle));
    const writer = await Writer.open({ folder, demo: false });
    const signers = [ana, ben].map(({ id, holder }) => ({ key: id, holder }));
    const names = { name: 'b', revision: 'r', bundle: bundle.manifest.content, manifest, previous: null };
    const how = { kind: 'activated', by: 'administrator', due: null, schedule: null, because: null } as const;
    const activation = { number: 1, at: ENDED, ...names, ...how, signers };
    await writer.commit({ activation, audit: [] });
    await writer.close();

    trust(ana, ben);
    const small: Partial<Scenario> = { population: { seed: 4, homes: 20 } };
    for (const proposed of ['active', '1', bundle.manifest.content.slice(0, 12)]) {
      const { draft } = await report({ ...small, baseline: 'built_in', proposed });
      expect(draft.removed.map(({ package: name }) => name)).toContain('sharing.care');
      expect([draft.added, draft.replaced]).toEqual([[], []]);
    }
    const back = await report({ ...small, baseline: 'active', proposed: 'built_in' });
    expect(back.draft.added.map(({ package: name }) => name)).toEqual(['sharing.care']);
    trust(ana, eve);
    await expect(report({ ...small, baseline: 'active' })).rejects.toMatchObject({ code: 'policy:bundle.key_foreign' });
  });
});
