import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOBODY, type Subject } from '../engine/AccessRequest.ts';
import { Columns } from '../engine/census/Columns.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import { propertiesOf } from '../engine/census/propertiesOf.ts';
import { combine } from '../engine/combine.ts';
import { gatherFacts } from '../engine/facts/gatherFacts.ts';
import { loadPolicies, loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { decideScenario } from '../engine/simulate/decideScenario.ts';
import { type HomeCounts, slotOf } from '../engine/simulate/guard/countHomes.ts';
import { EFFECTS, type Effect, effectOf } from '../engine/simulate/guard/effects.ts';
import type { GuardedReport } from '../engine/simulate/guard/GuardedReport.ts';
import { type Counted, countsOf, guardReport } from '../engine/simulate/guard/guardReport.ts';
import { GUARD_TERMS } from '../engine/simulate/guard/guardTerms.ts';
import { noiseStream } from '../engine/simulate/guard/noiseStream.ts';
import { PerturbationTable } from '../engine/simulate/guard/PerturbationTable.ts';
import { PrivacyBudget } from '../engine/simulate/guard/PrivacyBudget.ts';
import { privacyBound } from '../engine/simulate/guard/privacyBound.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { simulate } from '../engine/simulate.ts';
import { assertGuardable, simulateGuarded } from '../engine/simulateGuarded.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { Random } from '../simulators/populations/Random.ts';
import { hmacSm3 } from '../trust/sm3.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';

const root = join(import.meta.dirname, '../policies');
const folder = mkdtempSync(join(tmpdir(), 'guard-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What an attacker wants to know of a home: whether somebody in it needs medical care. */
const SECRET_FLAG = 'medical_care';
const RIGHT = { kind: 'guarded', k: 10, level: 'community' } as const;
const SCENARIO: Scenario = {
  name: 'attack',
  title: 'attack',
  question: 'does the target have it',
  at: '2027-07-20T14:00:00+08:00',
  population: 'live',
  area: 'city',
  report_by: 'community',
  requesters: [{ id: 'city', tier: 'city', organisation: 'city-government', area: 'city', multi_factor: true }],
  actions: ['read'],
  purposes: ['city_planning'],
  categories: ['environment'],
};

/** A draft of its author's choosing: it opens homes of which a condition holds. */
function tracker(conditions: readonly string[]): string {
  const rules = conditions.map((condition) => `_opens if {\n\t${condition}\n}\n`).join('\n');
  return `# METADATA
# title: Opens what it opens
# custom:
#   clauses: []
#   owner: attacker
#   announced: "2027-01-01"
#   in_force: "2027-01-01"
package sharing.tracker

# METADATA
# title: Opens what it opens
# custom:
#   clauses: [DH-5.4.4]
permit contains {"rule": "opens", "outcome": "raw"} if {
	input.purpose == "city_planning"
	input.resource.label.category == "environment"
	_opens
}

${rules}`;
}

/** Homes that pad a set, and the one home that is told apart by what everybody can see of it. */
const PADDING = 'input.resource.home.occupancy == "rented"';
const TARGET = '"under_repair" in input.resource.home.flags\n\t"public_rental" in input.resource.home.flags';
const TARGET_WITH_IT = `${TARGET}\n\t"${SECRET_FLAG}" in input.resource.home.flags`;

let active: PolicyBundle;
let padded: PolicyBundle;
let heatWave: PolicyBundle;

async function load(name: string, source: string): Promise<PolicyBundle> {
  const file = join(folder, `${name}.rego`);
  writeFileSync(file, source);
  const loaded = await loadPolicies(root, { draft: file });
  if (loaded.kind === 'loaded') return loaded.bundle;
  throw new Error(JSON.stringify(loaded.problems));
}

beforeAll(async () => {
  active = await loadValidPolicies(root);
  padded = await load('padded', tracker([PADDING, TARGET_WITH_IT]));
  const loaded = await loadPolicies(root, { draft: join(root, 'drafts/heat_wave') });
  if (loaded.kind !== 'loaded') throw new Error('the draft loads');
  heatWave = loaded.bundle;
}, 60_000);

/** A city in which one home is alone of its kind, with the secret or without it. */
function cityWith(target: string, homes: number, hasIt: boolean): TwinGraph {
  const graph = new TwinGraph();
  const city = cityPopulation({ seed: 3, homes });
  for (const change of city.areas) graph.apply(change);
  for (let index = 0; index < homes; index++) {
    for (const change of city.home(index)) {
      // Nobody else is marked so: the attacker knows all other homes anyway.
      if (change.kind === 'home_flagged' && change.flag !== 'elder_alone') continue;
      graph.apply(change);
    }
  }
  graph.apply({ kind: 'occupancy_changed', home: target, occupancy: 'vacant' });
  for (const flag of ['under_repair', 'public_rental'] as const) {
    graph.apply({ kind: 'home_flagged', home: target, flag, on: true });
  }
  graph.apply({ kind: 'home_flagged', home: target, flag: SECRET_FLAG, on: hasIt });
  return graph;
}

type World = Counted & { readonly counts: HomeCounts };

async function decide(graph: TwinGraph, proposed: PolicyBundle, scenario = SCENARIO): Promise<World> {
  const columns = await Columns.build(graphSource(graph));
  const decided = decideScenario(scenario, { columns, baseline: active, proposed });
  const counted = { ...decided, scenario, population: { id: 'live', homes: columns.size }, draft: proposed.changes };
  return { ...counted, counts: countsOf(counted) };
}

/**
 * How much a report speaks for one state of the target rather than for the other: the likelihood of its noise, for an
 * attacker who knows every count in either state. The whole of a line and its areas have noise of their own each.
 */
function evidence({ lines }: GuardedReport, without: World, having: World): number {
  let sum = 0;
  for (const { homes, areas, ...line } of lines) {
    const effect = EFFECTS.findIndex((one) =>
      Object.entries(one).every(([key, word]) => line[key as keyof Effect] === word),
    );
    const weigh = (told: number, area: string | null): void => {
      const [one, other] = [exactly(without, effect, area), exactly(having, effect, area)];
      sum += (other - one) * (told - (one + other) / 2);
    };
    weigh(homes, null);
    for (const { area, homes: told } of areas) weigh(told, area);
  }
  return sum;
}

/** How many homes have an effect in an area, or in all areas together. */
function exactly({ counts, areas }: World, effect: number, area: string | null): number {
  const inArea = (number: number) => counts.homes[number * counts.slots + slotOf(counts, 0, 0, effect)]!;
  if (area !== null) return inArea(areas.ids.indexOf(area));
  return areas.ids.reduce((sum, _, number) => sum + inArea(number), 0);
}

const OFFICER: Subject = { ...NOBODY, tier: 'city' };

/** Who asks at which turn, on which day, for how much. */
type Asked = (turn: number) => { readonly day: string; readonly units: number; readonly organisation?: string };

/** Asks until nobody answers any more: another question each time, and another day when the first are spent. */
async function answersOf(counted: World, secret: Uint8Array, asked: Asked) {
  const graph = new TwinGraph();
  const budget = new PrivacyBudget({
    graph,
    commit: async (changes) => {
      for (const change of changes) graph.apply(change);
    },
  });
  const reports: GuardedReport[] = [];
  for (let turn = 0; ; turn++) {
    const { day, units, organisation = 'bureau' } = asked(turn);
    const at = new Date(Date.parse(SCENARIO.at) + turn * 60_000).toISOString();
    try {
      const paid = await budget.pay({
        subject: {
          ...OFFICER,
          account: `account ${turn}`,
          organisation: { id: organisation, kind: 'city_government' },
        },
        right: RIGHT,
        scenario: { ...SCENARIO, at },
        // Noise follows from their names, and is to be the same for every version of the policies.
        bundles: { baseline: 'active', proposed: 'padded' },
        day,
        state: day,
        units,
      });
      reports.push(guardReport(counted, { ...paid, secret }, counted.counts));
    } catch (error) {
      expect(error).toMatchObject({ code: 'access:guard.budget_spent' });
      return reports;
    }
  }
}

/** Half the width of the interval in which an accuracy lies with 95 %. */
const marginOf = (accuracy: number, trials: number): number => 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / trials);

describe('a reader who knows all homes but one, and chooses every question', () => {
  const HOMES = 600;
  const TARGETS = ['home-5', 'home-77', 'home-141', 'home-202', 'home-333', 'home-499'];
  const worlds: { readonly without: World; readonly having: World }[] = [];

  beforeAll(async () => {
    for (const target of TARGETS) {
      const [without, having] = [cityWith(target, HOMES, false), cityWith(target, HOMES, true)];
      worlds.push({ without: await decide(without, padded), having: await decide(having, padded) });
    }
  }, 120_000);

  it('is told by exact counts each time: the attack works', () => {
    for (const { without, having } of worlds) {
      const exactlyOpened = ({ scenario, columns }: World) =>
        simulate(scenario, { population: 'live', columns, baseline: active, proposed: padded })
          .matrix.filter(({ from, to }) => to === 'raw' && from !== 'raw')
          .reduce((sum, { homes }) => sum + homes, 0);
      expect(exactlyOpened(having) - exactlyOpened(without)).toBe(1);
    }
  });

  /** How often, of so many trials, the attacker is right about a home whose state a coin decided. */
  async function attack(
    trials: number,
    reportsOf: (world: World, secret: Uint8Array) => Promise<readonly GuardedReport[]>,
  ) {
    const random = new Random(11, 0);
    let [right, answered] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const { without, having } = worlds[trial % worlds.length]!;
      const hasIt = random.chance(0.5);
      const reports = await reportsOf(hasIt ? having : without, hmacSm3(Buffer.alloc(32, 1), `trial ${trial}`));
      const score = reports.reduce((sum, report) => sum + evidence(report, without, having), 0);
      if (score !== 0) answered += 1;
      if (score > 0 === hasIt) right += 1;
    }
    return { accuracy: right / trials, answered };
  }

  it('is told by noise that costs a hundred times what there is: the attack works', async () => {
    const units = 100 * GUARD_TERMS.unitsOfOrganisation;
    const { accuracy } = await attack(120, async (world, secret) => [
      guardReport(world, { k: 10, name: 'q', day: '2027-07-20', units, left: 0, secret }, world.counts),
    ]);
    expect(accuracy).toBeGreaterThan(0.8);
  });

  const { rhoOfUnit, unitsOfOrganisation, unitsOfAll } = GUARD_TERMS;
  const day = '2027-07-20';
  const dayAfter = (turn: number) => new Date(Date.parse(day) + turn * 86_400_000).toISOString().slice(0, 10);
  const ways: readonly (readonly [how: string, asked: Asked, units: number, trials: number])[] = [
    ['asks as often as the budget allows, and averages', () => ({ day, units: 1 }), unitsOfOrganisation, 150],
    ['asks once for all that there is', () => ({ day, units: unitsOfOrganisation }), unitsOfOrganisation, 1_000],
    [
      'asks day after day while the home stays as it is',
      (turn) => ({ day: dayAfter(turn), units: 4 }),
      unitsOfOrganisation,
      300,
    ],
    [
      'pools what all organisations are answered',
      (turn) => ({ day, units: unitsOfOrganisation, organisation: `bureau ${turn}` }),
      unitsOfAll,
      300,
    ],
  ];
  it.each(ways)(
    'tells no home better than the bound when it %s',
    async (how, asked, units, trials) => {
      const { accuracy, answered } = await attack(trials, (world, secret) => answersOf(world, secret, asked));
      const bound = privacyBound(rhoOfUnit * units).accuracy;
      const margin = marginOf(accuracy, trials);
      console.log(`${how}: right in ${accuracy.toFixed(3)} ± ${margin.toFixed(3)}, bound ${bound.toFixed(3)}`);
      // It is told something to go by.
      expect(answered).toBeGreaterThan(0.9 * trials);
      expect(accuracy - margin).toBeLessThanOrEqual(bound);
    },
    120_000,
  );

  it('would tell the home by noise that goes by the homes counted, which is why it does not', () => {
    // The cell key method: each home has a key, those of a cell make up the noise of its count.
    const table = new PerturbationTable(6);
    const trials = 400;
    const random = new Random(12, 0);
    let [byCellKeys, byGuard] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const secret = hmacSm3(Buffer.alloc(32, 2), `trial ${trial}`);
      const homes = Array.from({ length: 50 }, (_, home) => `home-${home}`);
      const hasIt = random.chance(0.5);
      const [first, second] = [homes, hasIt ? [...homes, 'target'] : homes];
      const byCell = (set: readonly string[]) =>
        set.length + table.deviation(noiseStream(secret, cellKey(secret, set))());
      const byQuestion = (set: readonly string[], question: string) =>
        set.length + table.deviation(noiseStream(secret, question)());
      // Two drafts that differ by the target alone: equal answers say that it is not in the set.
      if ((byCell(first) !== byCell(second)) === hasIt) byCellKeys += 1;
      if (byQuestion(second, 'two') - byQuestion(first, 'one') > 0.5 === hasIt) byGuard += 1;
    }
    expect(byCellKeys / trials).toBeGreaterThan(0.9);
    const bound = privacyBound(2 / (2 * table.sigma ** 2)).accuracy;
    expect(byGuard / trials - marginOf(byGuard / trials, trials)).toBeLessThanOrEqual(bound);
  });

  it('is never shown a class of one home, and no figure below the least', () => {
    for (const { having, without } of worlds) {
      for (let trial = 0; trial < 10; trial++) {
        const secret = hmacSm3(Buffer.alloc(32, 3), `trial ${trial}`);
        const paid = { k: 10, name: `${trial}`, day: '2027-07-20', units: 20, left: 0, secret };
        for (const counted of [having, without]) {
          const report = guardReport(counted, paid, counted.counts);
          expect(JSON.stringify(report)).not.toContain('public_rental');
          expect(JSON.stringify(report)).not.toMatch(/home-\d/);
          for (const { homes, areas, withheld } of report.lines) {
            for (const figure of [homes, ...areas.map((area) => area.homes)]) {
              expect(figure).toBeGreaterThanOrEqual(report.guard.leastHomes);
            }
            expect(areas.reduce((sum, area) => sum + area.homes, withheld.homes)).toBe(homes);
            expect(withheld.areas).not.toBe(1);
          }
        }
      }
    }
  }, 60_000);
});

/** The sum of the record keys of a set of homes. */
function cellKey(secret: Uint8Array, homes: readonly string[]): string {
  return `${homes.reduce((sum, home) => (sum + hmacSm3(secret, home).readUInt32LE()) >>> 0, 0)}`;
}

describe('a guarded report', () => {
  const scenario: Scenario = {
    ...SCENARIO,
    requesters: [
      ...SCENARIO.requesters,
      {
        id: 'office',
        tier: 'community',
        organisation: { local: 'community_office' },
        area: 'own',
        multi_factor: true,
        purposes: ['community_service', 'care'],
      },
    ],
    categories: ['environment', 'behaviour', 'device'],
  };

  it('rests on homes counted once for each requester and category, by what goes furthest: as counted one by one', async () => {
    const graph = cityWith('home-3', 150, true);
    const counted = await decide(graph, heatWave, scenario);
    const { counts } = counted;
    const { categories } = counts;
    const slowly = new Map<string, number>();
    for (const home of graph.homes.values()) {
      for (const requester of counts.requesters) {
        const furthest = new Map<string, number>();
        for (const { requester: id, askingAt } of counted.questions) {
          const asking = id === requester ? askingAt(home.home.area) : null;
          if (!asking) continue;
          for (const device of home.devices.values()) {
            for (const property of propertiesOf(device)) {
              const resource = { type: 'property', home: home.home.id, device: device.device.id, property } as const;
              const input = gatherFacts(graph, asking, resource, counted.now);
              const { category } = input.resource.label;
              const [one, other] = [counted.before, counted.after].map((each) => combine(each.evaluate(input)));
              const effect = effectOf(one!, other!);
              furthest.set(category, Math.min(effect, furthest.get(category) ?? EFFECTS.length));
            }
          }
        }
        const area = counted.areas.areaOf[counted.columns.areas.indexOf(home.home.area)];
        for (const [category, effect] of furthest) {
          const key = `${area} ${requester} ${category} ${effect}`;
          slowly.set(key, (slowly.get(key) ?? 0) + 1);
        }
      }
    }
    for (const [requester, id] of counts.requesters.entries()) {
      for (const [category, word] of categories.entries()) {
        for (const effect of EFFECTS.keys()) {
          const slot = slotOf(counts, requester, category, effect);
          const classes = counts.classes[slot]!.reduce((sum, { homes }) => sum + homes, 0);
          let sum = 0;
          for (let area = 0; area < counts.areas; area++) {
            const homes = counts.homes[area * counts.slots + slot]!;
            expect(homes).toBe(slowly.get(`${area} ${id} ${word} ${effect}`) ?? 0);
            sum += homes;
          }
          expect(classes).toBe(sum);
        }
      }
    }
    expect([...slowly.values()].reduce((sum, homes) => sum + homes, 0)).toBeGreaterThan(500);
  }, 60_000);

  it('lies about the exact counts by its noise, and its examples are decided as its lines say', async () => {
    const graph = cityWith('home-3', 3_000, true);
    const columns = await Columns.build(graphSource(graph));
    const ports = { population: 'live', columns, baseline: active, proposed: heatWave };
    const paid = { k: 10, name: 'n', day: '2027-07-20', units: 20, left: 0, secret: Buffer.alloc(32, 4) };
    const report = simulateGuarded({ ...scenario, report_by: 'district' }, ports, { right: RIGHT, paid });
    const counted = await decide(graph, heatWave, { ...scenario, report_by: 'district' });
    const { counts } = counted;
    expect(report.lines.length).toBeGreaterThan(4);
    for (const { requester, category, homes, areas, example, ...effect } of report.lines) {
      const number = EFFECTS.findIndex(
        ({ from, to, obligations }) => from === effect.from && to === effect.to && obligations === effect.obligations,
      );
      const slot = slotOf(counts, counts.requesters.indexOf(requester), scenario.categories!.indexOf(category), number);
      const exact = (area: number) => counts.homes[area * counts.slots + slot]!;
      const whole = counted.areas.ids.reduce((sum, _, area) => sum + exact(area), 0);
      expect(Math.abs(homes - whole)).toBeLessThanOrEqual(report.guard.noise.most);
      for (const { area, homes: told } of areas) {
        expect(Math.abs(told - exact(counted.areas.ids.indexOf(area)))).toBeLessThanOrEqual(report.guard.noise.most);
      }
      if (example) expect({ from: example.before, to: example.after }).toEqual({ from: effect.from, to: effect.to });
    }
    const opened = report.lines.find(({ from, to }) => from === 'aggregate' && to === 'reduced');
    expect(opened?.example?.reasons.after.map(({ rule }) => rule)).toEqual(['elder_alone']);
    expect(opened?.example?.home).toBe('synthetic');
    // The same bytes for the same question, and others for another.
    expect(simulateGuarded({ ...scenario, report_by: 'district' }, ports, { right: RIGHT, paid })).toEqual(report);
    const other = simulateGuarded({ ...scenario, report_by: 'district' }, ports, {
      right: RIGHT,
      paid: { ...paid, name: 'm' },
    });
    expect(other.lines.map(({ homes }) => homes)).not.toEqual(report.lines.map(({ homes }) => homes));
  }, 60_000);

  it('is refused before it is paid for where it cannot be given', async () => {
    const columns = await Columns.build(graphSource(cityWith('home-3', 100, true)));
    const claiming = await load('claiming', tracker(['input.claims.age == 17']));
    const codeOf = (asked: Scenario, proposed: PolicyBundle): unknown => {
      const ports = { population: 'live', columns, baseline: active, proposed };
      try {
        assertGuardable(asked, ports, RIGHT);
        return null;
      } catch (error) {
        return (error as { readonly code: unknown }).code;
      }
    };
    expect(codeOf(SCENARIO, padded)).toBeNull();
    expect(codeOf(SCENARIO, claiming)).toBe('scenario:fact.uncounted');
    const [one] = SCENARIO.requesters;
    const many = Array.from({ length: 21 }, (_, at) => ({ ...one!, id: `city_${at}` }));
    expect(codeOf({ ...SCENARIO, requesters: many }, padded)).toBe('scenario:guard.refused');
  }, 60_000);
});
