import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Columns } from '../engine/census/Columns.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { peopleOf } from '../engine/facts/pairFacts.ts';
import { loadValidPolicies } from '../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import type { ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { ImpactPlan, simulate } from '../engine/simulate.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { compileDraft, type Evaluated, withReference } from '../tools/exactness/compileDraft.ts';
import { countQuickly, inexactness, references } from '../tools/exactness/countBoth.ts';
import { foldWhole, withAreaBases, withWaivers } from '../tools/exactness/populations.ts';
import { DRAFT_HEAD, randomPolicies } from '../tools/exactness/randomPolicies.ts';
import { unprovenWitnesses } from '../tools/exactness/unprovenWitnesses.ts';
import type { Act, Change, Instrument } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { moveInstrument } from '../twin/lifecycles/moveInstrument.ts';
import { OUTCOMES } from '../twin/words.ts';

const root = join(import.meta.dirname, '../policies');
const compiler = new RegoCompiler();
afterAll(() => compiler.close());

const scenario: Scenario = {
  name: 'test',
  title: 'all that a city asks',
  question: 'who sees what',
  at: '2027-07-20T14:00:00+08:00',
  population: { seed: 1, homes: 0 },
  area: 'city',
  actions: ['read'],
  purposes: ['care'],
  requesters: [
    {
      id: 'own_office',
      tier: 'community',
      organisation: { local: 'community_office' },
      area: 'own',
      purposes: ['community_service'],
    },
    { id: 'hospital', tier: 'city', organisation: 'hospital-1', multi_factor: true },
    { id: 'company', tier: 'property', organisation: { local: 'property_company' }, purposes: ['property_service'] },
    { id: 'city', tier: 'city', organisation: 'city-government', area: 'city', purposes: ['city_planning'] },
    {
      id: 'brigade',
      tier: 'district',
      organisation: { local: 'fire_brigade' },
      area: 'own',
      purposes: ['emergency'],
      multi_factor: true,
    },
    { id: 'neighbour', tier: 'home', person: 'home-9-person-1', roles: ['resident'], purposes: ['own_use'] },
  ],
};

describe('a census', () => {
  let active: Evaluated;
  let heatWave: Evaluated;
  let quickFix: Evaluated;
  /** Opens what has a basis of any type, which shows where there is one. */
  let unbacked: Evaluated;
  beforeAll(async () => {
    active = withReference(await loadValidPolicies(root, { compiler }));
    heatWave = withReference(await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/heat_wave') }));
    quickFix = withReference(await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/quick_fix') }));
    unbacked = await compileDraft(compiler, BY_BASIS);
  });

  it.each([
    [3, 'district'],
    [21, 'street'],
    [22, 'building'],
  ] as const)('counts the city of seed %i by %s as brute force does, line by line', async (seed, level) => {
    const population = cityPopulation({ seed, homes: 1_500 });
    const played: Scenario = { ...scenario, report_by: level };
    const report = await countQuickly(population, played, { baseline: active, proposed: heatWave });
    expect(report.cells).toBeGreaterThan(300_000);
    expect(report.changes.length).toBeGreaterThan(0);
    const pair = { baseline: active, proposed: heatWave };
    const graph = foldWhole(population);
    expect(inexactness(report, graph, played, pair)).toEqual([]);
    expect(unprovenWitnesses(report, graph, played, pair)).toEqual([]);
    expect(report.changes.map(({ smallestChange: { kind } }) => kind)).toContain('flips');
  });

  it('counts waivers of homes and areas like brute force, with what they keep from acting', async () => {
    const population = withWaivers(cityPopulation({ seed: 11, homes: 600 }));
    const draft = await compileDraft(
      compiler,
      `${DRAFT_HEAD}package sharing.tiered

# METADATA
# title: The community knows how homes feel
# custom:
#   clauses: []
permit contains {"rule": "rule_0", "outcome": "raw"} if "contains" in input.relations

# METADATA
# title: Not as they are
# custom:
#   clauses: []
#   waivable: true
cap contains {"rule": "rule_1", "outcome": "reduced"} if input.resource.home.occupancy != "vacant"

# METADATA
# title: Nor of devices
# custom:
#   clauses: []
#   waivable: true
deny contains {"rule": "rule_2"} if input.resource.label.category == "device"
`,
    );
    const report = await countQuickly(population, scenario, { baseline: active, proposed: draft });
    expect(inexactness(report, foldWhole(population), scenario, { baseline: active, proposed: draft })).toEqual([]);
    const waived = report.changes.flatMap(({ reasons: { after } }) => after.filter(({ code }) => code === 'waived'));
    expect(new Set(waived.map(({ rule: name }) => name))).toEqual(new Set(['rule_1', 'rule_2']));
    const without = await countQuickly(cityPopulation({ seed: 11, homes: 600 }), scenario, {
      baseline: active,
      proposed: draft,
    });
    expect(report.matrix).not.toEqual(without.matrix);
  }, 120_000);

  it('withholds the aggregates of areas with too few homes, like brute force', async () => {
    const population = cityPopulation({ seed: 4, homes: 2_000 });
    // The seven homes of the fifth community are too few for what is published of a community.
    const requesters = scenario.requesters.filter(({ id }) => id === 'own_office' || id === 'city');
    const played: Scenario = { ...scenario, report_by: 'community', categories: ['environment', 'device'], requesters };
    const report = await countQuickly(population, played, { baseline: quickFix, proposed: active });
    expect(report.matrix.some(({ to }) => to === 'withheld')).toBe(true);
    expect(inexactness(report, foldWhole(population), played, { baseline: quickFix, proposed: active })).toEqual([]);
  }, 120_000);

  it('asks about one district alone, for some properties alone', async () => {
    const population = cityPopulation({ seed: 5, homes: 1_500 });
    const played: Scenario = { ...scenario, area: 'district-2', properties: ['temperature', 'state', 'battery'] };
    const report = await countQuickly(population, played, { baseline: active, proposed: quickFix });
    expect(report.homes).toBeGreaterThan(0);
    expect(report.homes).toBeLessThan(900);
    expect(inexactness(report, foldWhole(population), played, { baseline: active, proposed: quickFix })).toEqual([]);
  });

  it('follows a living graph: relabelled properties, alarms, ended leases and bases, people of two homes', async () => {
    const population = cityPopulation({ seed: 6, homes: 400 });
    const graph = foldWhole(population);
    const source = graphSource(graph);
    const questions = questionsOf(scenario, graph);
    const columns = await Columns.build(source, { questions });
    graph.dirtyHomes.clear();
    for (const change of laterChanges(graph)) graph.apply(change);
    columns.refresh([...graph.dirtyHomes].map((home) => source.indexOf(home)));

    const pair = { baseline: active, proposed: quickFix };
    const report = simulate(scenario, { population: 'live', columns, questions, ...pair });
    expect(report.revision).toBe(graph.revision);
    expect(inexactness(report, graph, scenario, pair)).toEqual([]);
    const people = [...graph.homes.values()].reduce((sum, home) => sum + peopleOf(home).size, 0);
    expect(report.people).toBeLessThan(people);
    const anew = await Columns.build(graphSource(graph));
    expect(simulate(scenario, { population: 'live', columns: anew, ...pair })).toEqual(report);
  });

  it('stands at one revision while a living graph takes in changes', async () => {
    const population = cityPopulation({ seed: 13, homes: 150 });
    const graph = foldWhole(population);
    const source = graphSource(graph);
    const columns = await Columns.build(source);
    const pair = { baseline: active, proposed: quickFix };
    const questions = questionsOf(scenario, graph);
    const changes = [...laterChanges(graph)];
    const snapshots = [columns.snapshot(questions)];
    for (const [at, change] of changes.entries()) {
      graph.apply(change);
      if (at % 150 !== 149) continue;
      columns.refresh([...graph.dirtyHomes].map((home) => source.indexOf(home)));
      graph.dirtyHomes.clear();
      snapshots.push(columns.snapshot(questions));
    }
    expect(snapshots.length).toBeGreaterThan(3);

    const reports: ImpactReport[] = [];
    for (const snapshot of snapshots) {
      const sent = Columns.fromSnapshot(structuredClone(snapshot));
      const report = simulate(scenario, { population: 'live', columns: sent, ...pair });
      const then = foldWhole(population);
      for (const change of changes.slice(0, report.revision - then.revision)) then.apply(change);
      expect(then.revision).toBe(report.revision);
      const folded = await Columns.build(graphSource(then));
      expect(report).toEqual(simulate(scenario, { population: 'live', columns: folded, ...pair }));
      expect(inexactness(report, then, scenario, pair)).toEqual([]);
      reports.push(report);
    }
    expect(new Set(reports.map(({ revision }) => revision)).size).toBe(snapshots.length);
    expect(new Set(reports.map(({ matrix }) => JSON.stringify(matrix))).size).toBe(snapshots.length);
  });

  it('counts bases that cover all homes of an area as brute force does', async () => {
    const city = cityPopulation({ seed: 11, homes: 500 });
    const population = withAreaBases(city);
    const asked: Scenario = { ...scenario, actions: ['read', 'share'], purposes: ['care', 'community_service'] };
    const graph = foldWhole(population);
    const report = await countQuickly(population, asked, { baseline: active, proposed: unbacked });
    expect(inexactness(report, graph, asked, { baseline: active, proposed: unbacked })).toEqual([]);
    // They decide something, and not where they do not reach.
    expect(report.changes.length).toBeGreaterThan(0);
    expect(report.matrix).not.toEqual(
      (await countQuickly(city, asked, { baseline: active, proposed: unbacked })).matrix,
    );
  }, 120_000);

  it('follows instruments that come into force and end while the columns stand', async () => {
    const graph = foldWhole(cityPopulation({ seed: 12, homes: 60 }));
    const source = graphSource(graph);
    const asked: Scenario = { ...scenario, purposes: ['care', 'community_service'] };
    const questions = questionsOf(asked, graph);
    const columns = await Columns.build(source, { questions });
    graph.dirtyHomes.clear();
    const play = () => {
      columns.refresh([...graph.dirtyHomes].map((home) => source.indexOf(home)));
      graph.dirtyHomes.clear();
      const report = simulate(asked, { population: 'live', columns, questions, baseline: active, proposed: unbacked });
      expect(inexactness(report, graph, asked, { baseline: active, proposed: unbacked })).toEqual([]);
      return report.matrix;
    };
    const nothing = play();
    for (const instrument of instrumentsOf(graph)) graph.apply({ kind: 'instrument_made', instrument, act: DONE });
    expect(play()).toEqual(nothing);
    for (const [instrument, ...moves] of MOVES_INTO_FORCE) {
      for (const move of moves) moveAll(graph, instrument, move);
      const inForce = play();
      expect(inForce, instrument).not.toEqual(nothing);
      moveAll(graph, instrument, 'expire');
      expect(play(), instrument).toEqual(nothing);
    }
  }, 120_000);

  it('says what of a draft is not in force when it is asked', async () => {
    const early: Scenario = {
      ...scenario,
      at: '2027-05-20T14:00:00+08:00',
      requesters: scenario.requesters.slice(0, 1),
    };
    const report = await countQuickly(cityPopulation({ seed: 8, homes: 20 }), early, {
      baseline: active,
      proposed: heatWave,
    });
    expect(report.changes).toEqual([]);
    expect(report.notInForce).toEqual([
      { package: 'sharing.heat_wave', from: '2027-06-14T16:00:00.000Z', until: null },
    ]);
  });

  it('refuses a draft that reads what cannot be counted, by its name', async () => {
    const proposed = await compileDraft(
      compiler,
      `${DRAFT_HEAD}package sharing.tiered

# METADATA
# title: Who says so
# custom:
#   clauses: []
permit contains {"rule": "rule_0", "outcome": "raw", "obligations": []} if input.claims.urgent
`,
    );
    const counted = countQuickly(cityPopulation({ seed: 8, homes: 20 }), scenario, { baseline: active, proposed });
    await expect(counted).rejects.toMatchObject({
      code: 'scenario:fact.uncounted',
      message: expect.stringContaining('`input.claims.urgent`'),
    });
  });

  it('gives the same bytes for the same scenario, population and policies', async () => {
    const [one, other] = [cityPopulation({ seed: 8, homes: 300 }), cityPopulation({ seed: 8, homes: 300 })];
    const first = await countQuickly(one, scenario, { baseline: active, proposed: heatWave });
    expect(JSON.stringify(await countQuickly(other, scenario, { baseline: active, proposed: heatWave }))).toBe(
      JSON.stringify(first),
    );
  });

  it('counts a draft again from what policies said before', async () => {
    const source = populationSource(cityPopulation({ seed: 9, homes: 500 }));
    const questions = questionsOf(scenario, source.graph);
    const columns = await Columns.build(source, { questions });
    const play = (proposed: Evaluated) =>
      simulate(scenario, { population: 'city', columns, questions, baseline: active, proposed });
    const first = play(heatWave);
    expect(play(quickFix).matrix).not.toEqual(first.matrix);
    expect(play(heatWave)).toEqual(first);
  });

  it('counts edit after edit to the bytes of a report from nothing', async () => {
    const population = withWaivers(withAreaBases(cityPopulation({ seed: 13, homes: 80 })));
    const played: Scenario = { ...scenario, requesters: scenario.requesters.slice(0, 4), report_by: 'community' };
    const columns = await Columns.build(populationSource(population));
    let withheld = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(randomPolicies, { minLength: 3, maxLength: 3 }), async (edits) => {
        const plan = new ImpactPlan(played, { population: population.id, columns });
        // The last draft is the first again, as when an edit is undone.
        for (const edit of [...edits, edits[0]!]) {
          const proposed = await compileDraft(compiler, edit);
          const report = plan.play(active, proposed);
          withheld += report.matrix.filter(({ to }) => to === 'withheld').length;
          const fromNothing = await countQuickly(population, played, { baseline: active, proposed });
          expect(JSON.stringify(report)).toBe(JSON.stringify(fromNothing));
        }
      }),
      { numRuns: 4, seed: 1 },
    );
    expect(withheld).toBeGreaterThan(0);
  }, 120_000);

  it('counts as brute force does under any two policies', async () => {
    const population = withWaivers(withAreaBases(cityPopulation({ seed: 10, homes: 60 })));
    const graph = foldWhole(population);
    const played: Scenario = { ...scenario, requesters: scenario.requesters.slice(0, 4), report_by: 'building' };
    const source = populationSource(population);
    const columns = await Columns.build(source);
    const plan = new ImpactPlan(played, { population: population.id, columns });
    let changing = 0;
    await fc.assert(
      fc.asyncProperty(randomPolicies, randomPolicies, fc.boolean(), async (before, after, alone) => {
        const [baseline, proposed] = [
          await compileDraft(compiler, before, { alone }),
          await compileDraft(compiler, after, { alone }),
        ];
        const report = await countQuickly(population, played, { baseline, proposed });
        const pair = { baseline, proposed };
        expect(inexactness(report, graph, played, pair, references(pair))).toEqual([]);
        // The same, from what was decided for the pairs before.
        expect(JSON.stringify(plan.play(baseline, proposed))).toBe(JSON.stringify(report));
        expect(unprovenWitnesses(report, graph, played, { baseline, proposed })).toEqual([]);
        changing += report.changes.length > 0 ? 1 : 0;
      }),
      { numRuns: 8, seed: 1, endOnFailure: true },
    );
    expect(changing).toBeGreaterThan(4);
  }, 120_000);
});

/** What each type of basis opens is another outcome, so that one taken for another would be counted elsewhere. */
const BY_BASIS = `${DRAFT_HEAD}package sharing.tiered

import data.lib.basis

${['approval', 'order', 'agreement', 'catalogue']
  .map(
    (type, at) => `# METADATA
# title: rule ${type}
# custom:
#   clauses: []
permit contains {"rule": "${type}", "outcome": "${OUTCOMES[at + 1]}", "obligations": []} if basis.backed({"${type}"})
`,
  )
  .join('\n')}`;

const DONE: Act = { move: 'request', by: 'somebody', at: '2027-07-01T00:00:00.000Z' };

function instrumentsOf(graph: TwinGraph): readonly Instrument[] {
  const coverage = {
    area: 'district-1',
    homes: null,
    purposes: ['care', 'community_service', 'city_planning'],
    categories: ['environment', 'device'],
    granularity: 'full',
    ends: '2028-01-01T00:00:00.000Z',
  } as const;
  const homes = [...graph.homes.keys()].slice(3, 10);
  return [
    { kind: 'order', id: 'order', number: '1', grantee: 'hospital-1', ...coverage, area: 'city', homes },
    { kind: 'sharing_request', id: 'request', dataSet: 'd', grantee: 'hospital-1', reason: 'r', ...coverage },
    { kind: 'agreement', id: 'agreement', title: 't', provider: 'p', grantee: 'city-government', ...coverage },
    {
      kind: 'catalogue_entry',
      id: 'entry',
      name: 'n',
      dataSet: 'd',
      version: 1,
      sharing: 'unconditional',
      audience: ['community_office', 'hospital'],
      ...coverage,
    },
  ];
}

const MOVES_INTO_FORCE = [
  ['order', 'approve', 'approve'],
  ['request', 'review', 'approve'],
  ['agreement', 'sign', 'sign'],
  ['entry', 'publish'],
] as const;

function moveAll(graph: TwinGraph, instrument: string, move: Act['move']): void {
  for (const change of moveInstrument(graph, { instrument, act: { ...DONE, move } })) graph.apply(change);
}

/** Things that happen to homes after the columns were made. */
function* laterChanges(graph: TwinGraph): Generator<Change> {
  const homes = [...graph.homes.values()];
  for (const [index, { home, devices, leases, bases, people }] of homes.entries()) {
    const [device] = devices.values();
    if (index % 7 === 0 && device) {
      const label = { ...device_label, sharing: 'unconditional' } as const;
      yield { kind: 'property_relabelled', home: home.id, device: device.device.id, property: 'battery', label };
      yield { kind: 'device_transitioned', home: home.id, device: device.device.id, to: 'faulty' };
    }
    if (index % 11 === 0) {
      const alarm = { id: `${home.id}-late`, home: home.id, kind: 'smoke', device: null, rule: 'smoke' } as const;
      yield { kind: 'alarm_raised', alarm: { ...alarm, raisedAt: '2027-07-20T00:00:00.000Z' } };
    }
    const other = homes[index + 3];
    if (index % 4 === 1 && other) {
      // Who comes to live in two homes, and who leaves one of them again.
      for (const subject of [...people.keys()].slice(0, 2)) {
        yield { kind: 'relation_added', subject, relation: 'resident', object: other.home.id };
      }
      const [first] = people.keys();
      if (index % 8 === 1 && first) {
        yield { kind: 'relation_ended', subject: first, relation: 'resident', object: home.id };
      }
    }
    const [lease] = [...leases.values()].filter(({ state }) => state === 'active');
    if (lease) yield { kind: 'lease_transitioned', home: home.id, lease: lease.lease.id, to: 'ended' };
    for (const basis of bases.keys()) yield { kind: 'basis_ended', home: home.id, basis, reason: 'withdrawn' };
    const [person] = people.keys();
    if (index % 5 === 0 && person) {
      const basis = { id: `${home.id}-late`, type: 'consent', home: home.id, person: null, givenBy: person } as const;
      const scope = { purposes: ['care'], categories: ['environment', 'behaviour'], granularity: 'full' } as const;
      yield { kind: 'basis_given', basis: { ...basis, ...scope, grantee: 'hospital-1', ends: null } };
    }
    if (index % 2 === 0) {
      const access = { id: `${home.id}-open`, home: home.id, reason: 'no answer', ends: '2027-07-20T08:00:00.000Z' };
      const [party, other] = index % 4 === 0 ? ['fire-brigade-1', 'hospital-1'] : ['property-company-1', 'hospital-1'];
      const opened = { ...access, categories: ['behaviour', 'environment'] as const, party };
      yield { kind: 'emergency_access_opened', access: opened, act: { ...DONE, move: 'open' } };
      const moved = { kind: 'emergency_access_transitioned', home: home.id, access: access.id } as const;
      const confirmed = { ...moved, to: 'confirmed', party: other, act: { ...DONE, move: 'confirm' } } as const;
      if (index % 10 > 0) yield confirmed;
      if (index % 6 === 0) yield { ...moved, to: 'ended', party: null, act: { ...DONE, move: 'expire' } };
    }
    if (index % 3 === 0 && device) {
      const added = { ...device.device, id: `${home.id}-new`, name: 'new', address: `0x${index}`, model: 'HS1SA-E' };
      yield { kind: 'device_registered', device: added };
    }
  }
  yield { kind: 'relation_added', subject: 'hospital-1', relation: 'manages', object: 'district-1' };
}

const device_label = {
  subject_class: 'public',
  category: 'device',
  grade: 'general_1',
  sharing: 'restricted',
  sensitive: false,
} as const;
