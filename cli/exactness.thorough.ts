import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../engine/canonicalJson.ts';
import { bruteForce } from '../engine/census/bruteForce.ts';
import { Columns } from '../engine/census/Columns.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import type { Population } from '../engine/census/Population.ts';
import { populationSource } from '../engine/census/populationSource.ts';
import { composeDraft } from '../engine/rego/composeDraft.ts';
import { compositionModule, policyEntrypoints } from '../engine/rego/compositionModule.ts';
import { loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { opaWasmEvaluator } from '../engine/rego/opaWasm/opaWasmEvaluator.ts';
import { policyDigest } from '../engine/rego/policyDigest.ts';
import { findPolicies, readInputSchema } from '../engine/rego/policyFiles.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { readRules } from '../engine/rego/readRules.ts';
import type { ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { simulate } from '../engine/simulate.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import type { Act, AreaBasis, Change, Instrument, Waiver } from '../twin/changes.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { moveInstrument } from '../twin/lifecycles/moveInstrument.ts';
import { CATEGORIES, GRADES, OUTCOMES, PURPOSES, SHARINGS, TIERS } from '../twin/words.ts';

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

/** A report without its witnesses and its order: lines by their canonical JSON. */
function linesOf({ cells, homes, matrix, changes, areas }: ImpactReport) {
  const byLine = <Line extends { cells: number; homes: number }>(lines: readonly Line[], without: string[]) =>
    new Map(
      lines.map(({ cells, homes, ...line }: Line) => [
        canonicalJson(Object.fromEntries(Object.entries(line).filter(([key]) => !without.includes(key)))),
        { cells, homes },
      ]),
    );
  const people = ['people', 'minors', 'elders'];
  return {
    cells,
    homes,
    matrix: byLine(matrix, people),
    changes: byLine(changes, ['requesters', 'witness', 'smallestChange', ...people]),
    areas: byLine(areas, []),
  };
}

function foldWhole(population: Population): TwinGraph {
  const graph = new TwinGraph();
  for (const change of population.areas) graph.apply(change);
  for (let index = 0; index < population.size; index++)
    for (const change of population.home(index)) graph.apply(change);
  return graph;
}

function countSlowly(graph: TwinGraph, played: Scenario, baseline: Evaluated, proposed: Evaluated) {
  const now = Date.parse(played.at);
  return bruteForce({
    graph,
    questions: questionsOf(played, graph),
    filter: played,
    area: played.area,
    reportBy: played.report_by ?? 'district',
    now,
    before: baseline.at(now).evaluator,
    after: proposed.at(now).evaluator,
  });
}

type Evaluated = Pick<PolicyBundle, 'id' | 'rules' | 'at' | 'changes'> & Partial<Pick<PolicyBundle, 'dates'>>;

async function countQuickly(population: Population, played: Scenario, baseline: Evaluated, proposed: Evaluated) {
  const source = populationSource(population);
  const questions = questionsOf(played, source.graph);
  const columns = await Columns.build(source, { questions });
  return simulate(played, { population: population.id, columns, questions, baseline, proposed });
}

describe('a census', () => {
  let active: PolicyBundle;
  let heatWave: PolicyBundle;
  let quickFix: PolicyBundle;
  /** Opens what has a basis of any type, which shows where there is one. */
  let unbacked: Evaluated;
  beforeAll(async () => {
    active = await loadValidPolicies(root, { compiler });
    heatWave = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/heat_wave') });
    quickFix = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/quick_fix') });
    unbacked = await compileDraft(BY_BASIS);
  });

  it('counts the same cells and homes as brute force over 2,000 homes, line by line', async () => {
    const population = cityPopulation({ seed: 3, homes: 2_000 });
    const report = await countQuickly(population, scenario, active, heatWave);
    expect(report.cells).toBeGreaterThan(400_000);
    expect(report.changes.length).toBeGreaterThan(0);
    expect(linesOf(report)).toEqual(countSlowly(foldWhole(population), scenario, active, heatWave));
  }, 120_000);

  it('counts waivers of homes and areas like brute force, with what they keep from acting', async () => {
    const population = withWaivers(cityPopulation({ seed: 11, homes: 600 }));
    const draft = await compileDraft(`${DRAFT_HEAD}package sharing.tiered

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
`);
    const report = await countQuickly(population, scenario, active, draft);
    expect(linesOf(report)).toEqual(countSlowly(foldWhole(population), scenario, active, draft));
    const waived = report.changes.flatMap(({ reasons: { after } }) => after.filter(({ code }) => code === 'waived'));
    expect(new Set(waived.map(({ rule: name }) => name))).toEqual(new Set(['rule_1', 'rule_2']));
    const without = await countQuickly(cityPopulation({ seed: 11, homes: 600 }), scenario, active, draft);
    expect(linesOf(report).matrix).not.toEqual(linesOf(without).matrix);
  }, 120_000);

  it('withholds the aggregates of areas with too few homes, like brute force', async () => {
    const population = cityPopulation({ seed: 4, homes: 2_000 });
    // The seven homes of the fifth community are too few for what is published of a community.
    const requesters = scenario.requesters.filter(({ id }) => id === 'own_office' || id === 'city');
    const played: Scenario = { ...scenario, report_by: 'community', categories: ['environment', 'device'], requesters };
    const report = await countQuickly(population, played, quickFix, active);
    expect(report.matrix.some(({ to }) => to === 'withheld')).toBe(true);
    expect(linesOf(report)).toEqual(countSlowly(foldWhole(population), played, quickFix, active));
  }, 120_000);

  it('asks about one district alone, for some properties alone', async () => {
    const population = cityPopulation({ seed: 5, homes: 1_500 });
    const played: Scenario = { ...scenario, area: 'district-2', properties: ['temperature', 'state', 'battery'] };
    const report = await countQuickly(population, played, active, quickFix);
    expect(report.homes).toBeGreaterThan(0);
    expect(report.homes).toBeLessThan(900);
    expect(linesOf(report)).toEqual(countSlowly(foldWhole(population), played, active, quickFix));
  });

  it('follows a living graph: relabelled properties, alarms, ended leases and bases', async () => {
    const population = cityPopulation({ seed: 6, homes: 400 });
    const graph = foldWhole(population);
    const source = graphSource(graph);
    const questions = questionsOf(scenario, graph);
    const columns = await Columns.build(source, { questions });
    graph.dirtyHomes.clear();
    for (const change of laterChanges(graph)) graph.apply(change);
    columns.refresh([...graph.dirtyHomes].map((home) => source.indexOf(home)));

    const report = simulate(scenario, { population: 'live', columns, questions, baseline: active, proposed: quickFix });
    expect(report.revision).toBe(graph.revision);
    expect(linesOf(report)).toEqual(countSlowly(graph, scenario, active, quickFix));
    const anew = await Columns.build(graphSource(graph));
    const again = simulate(scenario, { population: 'live', columns: anew, baseline: active, proposed: quickFix });
    expect(again).toEqual(report);
    // As a worker does that is sent the columns.
    const sent = Columns.fromSnapshot(structuredClone(columns.snapshot(questions)));
    expect(simulate(scenario, { population: 'live', columns: sent, baseline: active, proposed: quickFix })).toEqual(
      report,
    );
  });

  it('counts bases that cover all homes of an area as brute force does', async () => {
    const city = cityPopulation({ seed: 11, homes: 500 });
    const population: Population = { ...city, areas: [...city.areas, ...AREA_BASES] };
    const asked: Scenario = { ...scenario, actions: ['read', 'share'], purposes: ['care', 'community_service'] };
    const graph = foldWhole(population);
    const report = await countQuickly(population, asked, active, unbacked);
    expect(linesOf(report)).toEqual(countSlowly(graph, asked, active, unbacked));
    // They decide something, and not where they do not reach.
    expect(report.changes.length).toBeGreaterThan(0);
    expect(linesOf(report)).not.toEqual(linesOf(await countQuickly(city, asked, active, unbacked)));
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
      expect(linesOf(report)).toEqual(countSlowly(graph, asked, active, unbacked));
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
    const report = await countQuickly(cityPopulation({ seed: 8, homes: 20 }), early, active, heatWave);
    expect(report.changes).toEqual([]);
    expect(report.notInForce).toEqual([
      { package: 'sharing.heat_wave', from: '2027-06-14T16:00:00.000Z', until: null },
    ]);
  });

  it('gives the same bytes for the same scenario, population and policies', async () => {
    const [one, other] = [cityPopulation({ seed: 8, homes: 300 }), cityPopulation({ seed: 8, homes: 300 })];
    const first = await countQuickly(one, scenario, active, heatWave);
    expect(JSON.stringify(await countQuickly(other, scenario, active, heatWave))).toBe(JSON.stringify(first));
  });

  it('counts a draft again from what policies said before', async () => {
    const source = populationSource(cityPopulation({ seed: 9, homes: 500 }));
    const questions = questionsOf(scenario, source.graph);
    const columns = await Columns.build(source, { questions });
    const play = (proposed: PolicyBundle) =>
      simulate(scenario, { population: 'city', columns, questions, baseline: active, proposed });
    const first = play(heatWave);
    expect(play(quickFix).matrix).not.toEqual(first.matrix);
    expect(play(heatWave)).toEqual(first);
  });

  it('counts as brute force does whatever a draft reads', async () => {
    const city = cityPopulation({ seed: 10, homes: 60 });
    const population = withWaivers({ ...city, areas: [...city.areas, ...AREA_BASES] });
    const graph = foldWhole(population);
    const played: Scenario = { ...scenario, requesters: scenario.requesters.slice(0, 4) };
    await fc.assert(
      fc.asyncProperty(drafts, async (source) => {
        const proposed = await compileDraft(source);
        const report = await countQuickly(population, played, active, proposed);
        expect(linesOf(report)).toEqual(countSlowly(graph, played, active, proposed));
      }),
      { numRuns: 12, seed: 1 },
    );
  }, 120_000);
});

/** What each type of basis opens is another outcome, so that one taken for another would be counted elsewhere. */
const BY_BASIS = `# METADATA
# title: a draft
# custom:
#   clauses: []
#   owner: test
#   announced: "2027-01-01"
#   in_force: "2027-01-01"
package sharing.tiered

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

function areaBasis(id: string, area: string, grantee: AreaBasis['grantee'], type: AreaBasis['type']): Change {
  const scope = { purposes: ['care', 'community_service'], categories: ['environment', 'behaviour'] } as const;
  return {
    kind: 'area_basis_given',
    basis: { id, type, area, givenBy: 'city-government', grantee, ...scope, granularity: 'full', ends: null },
  };
}

/** Nested areas, two of one grantee, a kind of organisation, a person, and one that has ended. */
const AREA_BASES: readonly Change[] = [
  areaBasis('a', 'district-1', { party: 'hospital-1' }, 'approval'),
  areaBasis('b', 'city', { party: 'hospital-1' }, 'order'),
  areaBasis('c', 'community-2', { kind: 'community_office' }, 'catalogue'),
  areaBasis('d', 'district-2', { party: 'property-company-1' }, 'agreement'),
  areaBasis('e', 'building-3', { party: 'home-9-person-1' }, 'agreement'),
  areaBasis('f', 'city', { kind: 'fire_brigade' }, 'order'),
  { kind: 'area_basis_ended', basis: 'f', reason: 'withdrawn' },
];

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

/** Homes of which some have a waiver of their own, and all in two areas one of the area; each has begun. */
function withWaivers({ id, size, areas, home }: Population): Population {
  const tops = areas.flatMap((change) =>
    change.kind === 'area_added' && change.area.level === 'community' ? [change.area] : [],
  );
  const ofAreas = tops.slice(0, 2).flatMap((area, number) =>
    waiver({
      id: area.id,
      home: null,
      area: area.id,
      rules: [`sharing.tiered/rule_${number}`],
    }),
  );
  return {
    id: `${id}, with waivers`,
    size,
    areas: [...areas, ...ofAreas],
    home: (index) => {
      const changes = home(index);
      const [first] = changes;
      if (index % 3 > 0 || first?.kind !== 'home_added') return changes;
      const rules = index % 2 === 0 ? ['sharing.tiered/rule_0'] : ['sharing.tiered/rule_1', 'sharing.tiered/rule_2'];
      const own = waiver({ id: `${first.home.id}-waiver`, home: first.home.id, area: null, rules });
      return [...changes, ...(index % 9 === 0 ? own.slice(0, 1) : own)];
    },
  };
}

function waiver(of: Pick<Waiver, 'id' | 'home' | 'area' | 'rules'>): [Change, Change] {
  const [starts, ends] = ['2027-07-01T00:00:00.000Z', '2027-08-01T00:00:00.000Z'];
  const given: Waiver = { ...of, owner: 'office', reason: 'a test', givenBy: 'office', starts, ends };
  const { id, home, area } = of;
  return [
    { kind: 'waiver_given', waiver: given },
    { kind: 'waiver_transitioned', home, area, waiver: id, to: 'in_force', at: starts },
  ];
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

/** Drafts of one policy with rules over all parts of the input, as one might write them. */
const condition = fc.oneof(
  fc.constantFrom(...CATEGORIES).map((category) => `input.resource.label.category == "${category}"`),
  fc.subarray([...GRADES], { minLength: 1 }).map((grades) => `input.resource.label.grade in ${setOf(grades)}`),
  fc.constantFrom(...SHARINGS).map((sharing) => `input.resource.label.sharing != "${sharing}"`),
  fc.subarray([...TIERS], { minLength: 1 }).map((tiers) => `input.subject.tier in ${setOf(tiers)}`),
  fc.subarray([...PURPOSES], { minLength: 2 }).map((purposes) => `input.purpose in ${setOf(purposes)}`),
  fc.constantFrom(
    'input.resource.home.lease == "active"',
    'input.resource.home.occupancy != "vacant"',
    '"elder_alone" in input.resource.home.flags',
    'input.resource.device.trust == "low"',
    'input.resource.device.state == "online"',
    'not input.resource.label.sensitive',
    '"contains" in input.relations',
    'count(input.relations) == 0',
    'count(input.resource.owners) > 1',
    'every owner in input.resource.owners { owner.age_band != "child_14_and_under" }',
    'some owner in input.resource.owners\n\tsome basis in owner.basis\n\tbasis.type == "consent"',
    'some owner in input.resource.owners\n\tsome basis in owner.basis\n\tbasis.type in {"approval", "catalogue"}',
    'input.context.emergency == []',
    'object.get(input.resource.home, "lease", "none") == "none"',
  ),
);
const rule = fc.record({
  kind: fc.constantFrom('permit', 'cap', 'deny'),
  waivable: fc.boolean(),
  outcome: fc.constantFrom(...OUTCOMES.slice(1)),
  k: fc.constantFrom(3, 10, 25),
  level: fc.constantFrom('building', 'community', 'district'),
  conditions: fc.array(condition, { minLength: 1, maxLength: 4 }),
});
const DRAFT_HEAD =
  '# METADATA\n# title: a draft\n# custom:\n#   clauses: []\n#   owner: test\n#   announced: "2027-01-01"\n#   in_force: "2027-01-01"\n';
const drafts = fc.array(rule, { minLength: 1, maxLength: 5 }).map((rules) => {
  const texts = rules.map(({ kind, waivable, outcome, k, level, conditions }, number) => {
    const obligations =
      outcome === 'aggregate' ? `[{"type": "aggregate", "k": ${k}, "area": "${level}", "window": "PT1H"}]` : '[]';
    const members = kind === 'deny' ? '' : `, "outcome": "${outcome}", "obligations": ${obligations}`;
    const metadata = `# METADATA\n# title: rule ${number}\n# custom:\n#   clauses: []\n${waivable && kind !== 'permit' ? '#   waivable: true\n' : ''}`;
    return `${metadata}${kind} contains {"rule": "rule_${number}"${members}} if {\n\t${conditions.join('\n\t')}\n}\n`;
  });
  return `${DRAFT_HEAD}package sharing.tiered\n\n${texts.join('\n')}`;
});

function setOf(values: readonly string[]): string {
  return JSON.stringify(values).replace('[', '{').replace(']', '}');
}

async function compileDraft(source: string): Promise<Evaluated> {
  const { modules, changes } = composeDraft(findPolicies(root), [{ file: 'drafts/tiered.rego', source }]);
  const single = policyEntrypoints(modules);
  const compiled = await compiler.compile([...modules, compositionModule(modules)], {
    entrypoints: ['main/verdict', ...single.values()],
    inputSchema: readInputSchema(root),
  });
  if (compiled.kind === 'rejected') throw new Error(`${JSON.stringify(compiled.problems)}\n${source}`);
  const evaluator = opaWasmEvaluator(compiled.compiled, readRules(compiled.compiled).rules, {
    verdict: 'main/verdict',
    policies: [...single.values()],
    digests: new Map([...single].map(([policy, entrypoint]) => [entrypoint, policyDigest(policy, modules)])),
  });
  return { id: compiled.compiled.hash, rules: [], at: () => ({ evaluator, announced: [] }), changes };
}
