import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Columns } from '../engine/census/Columns.ts';
import { graphSource } from '../engine/census/graphSource.ts';
import type { Forecast } from '../engine/forecast/Forecast.ts';
import { assumedRates } from '../engine/forecast/parseRates.ts';
import type { Rates } from '../engine/forecast/Rates.ts';
import { type ForecastPorts, forecast } from '../engine/forecast.ts';
import { loadPolicies, loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { loadRules } from '../engine/rules/loadRules.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { simulate } from '../engine/simulate.ts';
import { dueChanges } from '../engine/timers.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { Random } from '../simulators/populations/Random.ts';
import type { Act } from '../twin/changes.ts';
import { forkGraph } from '../twin/graph/forkGraph.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { moveInstrument } from '../twin/lifecycles/moveInstrument.ts';
import { repositoryRoot } from './repositoryRoot.ts';

const policies = join(repositoryRoot, 'policies');
const { rules } = loadRules(repositoryRoot);
const DAY = 86_400_000;

const scenario: Scenario = {
  name: 'forecast',
  title: 'those who have most to do with homes',
  question: 'how does their access go on?',
  at: '2027-07-20T14:00:00+08:00',
  population: { seed: 5, homes: 200 },
  area: 'city',
  actions: ['read'],
  purposes: ['property_service', 'care', 'emergency', 'commerce'],
  requesters: [
    {
      id: 'company',
      tier: 'property',
      organisation: { local: 'property_company' },
      roles: ['property_manager'],
      multi_factor: true,
    },
    { id: 'hospital', tier: 'city', organisation: 'hospital-1', roles: ['clinician'] },
    { id: 'fire_brigade', tier: 'city', organisation: 'fire-brigade-1', roles: ['responder'], multi_factor: true },
    { id: 'carer', tier: 'city', organisation: 'care-provider-1', roles: ['service_provider'] },
    { id: 'vendor', tier: 'city', organisation: 'vendor-1', roles: ['service_provider'] },
    {
      id: 'regulator',
      tier: 'province',
      organisation: 'regulator',
      roles: ['regulator'],
      multi_factor: true,
      purposes: ['regulation'],
    },
    { id: 'tenant', tier: 'home', person: 'home-10-person-2', roles: ['tenant'], purposes: ['own_use'] },
  ],
};

let active: PolicyBundle;
let quickFix: PolicyBundle;
let heatWave: PolicyBundle;
beforeAll(async () => {
  const compiler = new RegoCompiler();
  const draft = async (name: string) => {
    const load = await loadPolicies(policies, { compiler, draft: join(policies, 'drafts', name) });
    if (load.kind === 'rejected') throw new Error(JSON.stringify(load.problems));
    return load.bundle;
  };
  [active, quickFix, heatWave] = await Promise.all([
    loadValidPolicies(policies, { compiler }),
    draft('quick_fix'),
    draft('heat_wave'),
  ]);
  compiler.close();
});

function cityGraph(seed: number, homes: number): TwinGraph {
  const city = cityPopulation({ seed, homes });
  const graph = new TwinGraph();
  for (const change of city.areas) graph.apply(change);
  for (let index = 0; index < homes; index++) for (const change of city.home(index)) graph.apply(change);
  return graph;
}

/** Everything happens twenty times as often, so that a few homes and days show it all. */
const busy: Rates = {
  rates: Object.fromEntries(
    Object.entries(assumedRates.rates).map(([name, { yearly, source }]) => [name, { yearly: 20 * yearly, source }]),
  ) as Rates['rates'],
  delays: assumedRates.delays,
};

type Over = Partial<ForecastPorts> & { readonly at?: string; readonly days?: number; readonly seed?: number };
function play(graph: TwinGraph, { at = scenario.at, days = 10, seed = 1, ...over }: Over = {}): Promise<Forecast> {
  const chance = (of: number, stream: number) => new Random(of, stream);
  const ports = { population: 'city', graph, baseline: active, proposed: quickFix, rules, rates: busy, chance };
  return forecast({ ...scenario, at }, { ...ports, ...over }, { days, seed });
}

/** Cells by outcome, as a simulation of a graph counts them; and how many changes of it are erased. */
async function simulated(graph: TwinGraph, at: string, proposed: PolicyBundle) {
  const asked = { ...scenario, at };
  const questions = questionsOf(asked, graph);
  const columns = await Columns.build(graphSource(graph), { questions });
  const { matrix, population } = simulate(asked, {
    population: 'city',
    columns,
    questions,
    baseline: active,
    proposed,
  });
  const sums = { before: {} as Record<string, number>, after: {} as Record<string, number> };
  for (const { from, to, cells } of matrix) {
    sums.before[from] = (sums.before[from] ?? 0) + cells;
    sums.after[to] = (sums.after[to] ?? 0) + cells;
  }
  return { ...sums, erased: population.erased };
}

const SIDES = ['before', 'after'] as const;

/** How many cells fewer are denied by the end of each day, by the changes that are told of it. */
function gainedByDay({ from, days, accessChanges }: Forecast, side: (typeof SIDES)[number]): number[] {
  const gained = Array<number>(days.length - 1).fill(0);
  for (const { at, [side]: moved } of accessChanges) {
    const day = Math.ceil((Date.parse(at) - Date.parse(from)) / DAY) - 1;
    gained[day]! += moved.gained - moved.lost;
  }
  return gained;
}

describe('a forecast', () => {
  it('counts each day as a simulation of what the twin has become, and leaves the twin as it was', async () => {
    const graph = cityGraph(5, 120);
    const { revision } = graph;
    graph.erased = 3;
    const states: TwinGraph[] = [];
    const told = await play(graph, { days: 3, onProgress: (_, future) => states.push(forkGraph(future)) });
    expect(graph.revision).toBe(revision);
    const settled = forkGraph(graph, dueChanges(graph, Date.parse(scenario.at)));
    for (const [day, state] of [settled, ...states].entries()) {
      const { at, before, after } = told.days[day]!;
      expect({ before, after, erased: 3 }, at).toEqual(await simulated(state, at, quickFix));
    }
    expect(states.at(-1)!.revision).toBeGreaterThan(settled.revision);
  });

  it('tells every change of access with its instant and cause: they add up to what each day counts', async () => {
    for (const seed of [1, 2]) {
      const told = await play(cityGraph(seed, 120), { seed, days: 6 });
      for (const side of SIDES) {
        const denied = told.days.map((point) => point[side].denied ?? 0);
        expect(gainedByDay(told, side)).toEqual(denied.slice(1).map((now, day) => denied[day]! - now));
      }
      const happened = new Set(told.causes.map(({ lifecycle }) => lifecycle));
      for (const lifecycle of ['alarm', 'consent', 'device', 'lease']) expect(happened).toContain(lifecycle);
      expect(told.effects.granted).toBeGreaterThan(0);
    }
  });

  it('gives the same bytes for the same seed, and another future for another', async () => {
    const [one, same, other] = [
      await play(cityGraph(5, 40), { days: 4 }),
      await play(cityGraph(5, 40), { days: 4 }),
      await play(cityGraph(5, 40), { days: 4, seed: 2 }),
    ];
    expect(JSON.stringify(same)).toBe(JSON.stringify(one));
    expect(other.digest).not.toBe(one.digest);
  });

  it('ends leases and bases at their dates, and what rests on them with it', async () => {
    const graph = cityGraph(5, 200);
    const still = { rates: { ...none, delays: assumedRates.delays } };
    const told = await play(graph, { ...still, at: '2027-12-29T14:00:00+08:00', days: 4 });
    const end = '2027-12-31T16:00:00.000Z';
    const causes = new Map(told.causes.map((sum) => [`${sum.lifecycle} ${sum.event}`, sum]));
    expect([...causes.keys()].sort()).toEqual(['consent expire', 'lease end']);
    expect(causes.get('lease end')!.times).toBeGreaterThan(20);
    for (const cause of causes.values()) expect(cause.before.lost, cause.lifecycle).toBeGreaterThan(0);
    expect(new Set(told.accessChanges.map(({ at }) => at))).toEqual(new Set([end]));
  });

  it('tells a policy that comes into force on the way as a change of the calendar, on its side alone', async () => {
    const elderly: Scenario['requesters'] = [
      {
        id: 'office',
        tier: 'community',
        organisation: { local: 'community_office' },
        area: 'own',
        roles: ['community_officer'],
        multi_factor: true,
      },
    ];
    const chance = (of: number, stream: number) => new Random(of, stream);
    const told = await forecast(
      { ...scenario, requesters: elderly, purposes: ['care', 'community_service'], at: '2027-06-13T14:00:00+08:00' },
      {
        population: 'city',
        graph: cityGraph(5, 400),
        baseline: active,
        proposed: heatWave,
        rules,
        rates: { ...none, delays: assumedRates.delays },
        chance,
      },
      { days: 3, seed: 1 },
    );
    const turns = told.accessChanges.filter(({ cause }) => cause.lifecycle === 'calendar');
    expect(turns.length).toBeGreaterThan(0);
    for (const { before } of turns) expect(before).toEqual({ gained: 0, lost: 0, other: 0 });
    expect(turns.some(({ after }) => after.gained + after.other > 0)).toBe(true);
    expect(told.days[0]!.after).toEqual(told.days[0]!.before);
    expect(told.days.at(-1)!.after).not.toEqual(told.days.at(-1)!.before);
  });

  it('lets an order end at its term for all homes of its area', async () => {
    const graph = cityGraph(5, 100);
    const ends = '2027-07-21T12:00:00.000Z';
    const scope = { purposes: ['regulation'], categories: ['environment', 'behaviour'], granularity: 'full' } as const;
    const order = {
      kind: 'order',
      id: 'o',
      number: '1',
      area: 'city',
      homes: null,
      grantee: 'regulator',
      ends,
    } as const;
    const act = (move: Act['move']) => ({ move, by: 'somebody', at: scenario.at });
    graph.apply({ kind: 'instrument_made', instrument: { ...order, ...scope }, act: act('register') });
    for (let approvals = 0; approvals < 2; approvals++) {
      for (const change of moveInstrument(graph, { instrument: 'o', act: act('approve') })) graph.apply(change);
    }
    const told = await play(graph, { rates: { ...none, delays: assumedRates.delays }, days: 2 });
    const [change, ...others] = told.accessChanges;
    expect(others).toEqual([]);
    expect(change).toMatchObject({ at: ends, home: null, cause: { lifecycle: 'order', event: 'expire' } });
    expect(change!.before.lost).toBeGreaterThan(0);
    expect(gainedByDay(told, 'before')).toEqual([0, -change!.before.lost]);
  });
});

/** Nothing happens but what has a date. */
const none = {
  rates: Object.fromEntries(
    Object.entries(assumedRates.rates).map(([name, rate]) => [name, { ...rate, yearly: 0 }]),
  ) as Rates['rates'],
};
