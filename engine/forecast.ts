import { createHash } from 'node:crypto';
import { forkGraph } from '../twin/graph/forkGraph.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Bundle } from './Bundles.ts';
import { canonicalJson } from './canonicalJson.ts';
import { AccessBook, openBook } from './forecast/AccessBook.ts';
import { type Chance, waitingTime } from './forecast/Chance.ts';
import type { Forecast } from './forecast/Forecast.ts';
import { LIFECYCLES_IN_TIME, type Process } from './forecast/inTime.ts';
import type { Rates } from './forecast/Rates.ts';
import { World } from './forecast/World.ts';
import { HouseholdRules } from './household/HouseholdRules.ts';
import { NO_RULES } from './household/RuleSet.ts';
import type { Changes } from './rego/composeDraft.ts';
import type { LoadedRule } from './rules/Rule.ts';
import { RulesInForce } from './rules/RulesInForce.ts';
import { trialDecider } from './rules/trialDecider.ts';
import type { Scenario } from './simulate/Scenario.ts';
import { dueChanges } from './timers.ts';

export type ForecastPorts = {
  /** Names the homes, and holds them as they are at the instant of the scenario; it stays as it is. */
  readonly population: string;
  readonly graph: TwinGraph;
  readonly baseline: Bundle;
  readonly proposed: Bundle & { readonly changes: Changes };
  /** The rules that react. Their effects are decided by the baseline, so that both sides see the same happen. */
  readonly rules: readonly LoadedRule[];
  readonly rates: Rates;
  /** A stream of chance for a seed; streams of one seed are independent. */
  readonly chance: (seed: number, stream: number) => Chance;
  /** Told after each day, with the twin as it has become. */
  readonly onProgress?: (days: number, graph: TwinGraph) => void;
};

export type ForecastOptions = { readonly days: number; readonly seed: number };

const DAY = 86_400_000;
const YEAR = 365.25 * DAY;

/**
 * Plays a population some days ahead: dates come, things happen at their rates, rules react, and both sides decide the
 * same trace. Every home that changes is compared cell by cell, and each day a census counts all of them.
 *
 * Throws as `questionsOf` does for what the population does not have.
 */
export async function forecast(
  scenario: Scenario,
  { graph, population, baseline, proposed, rules, rates, chance, onProgress }: ForecastPorts,
  { days, seed }: ForecastOptions,
): Promise<Forecast> {
  const from = Date.parse(scenario.at);
  const future = forkGraph(graph, dueChanges(graph, from));
  const book = new AccessBook(await openBook(scenario, future), (now) => {
    return { now, before: baseline.at(now).evaluator, after: proposed.at(now).evaluator };
  });
  const inForce = new RulesInForce(rules);
  const households = new HouseholdRules({ graph: future, rules: inForce, set: () => ({ ...NO_RULES, rules }) });
  households.followAll();
  const world = new World({
    graph: future,
    rates,
    from,
    book: inForce.book,
    temporal: inForce.temporal,
    households,
    decideEffect: trialDecider({ graph: future, bundle: baseline, clock: { now: () => world.now } }),
    onHappened: (cause, homes) => book.take(world.at, cause, homes),
  });
  book.ask(from);
  for (let day = 0; day < days; day++) {
    const end = from + (day + 1) * DAY;
    for (const [number, process] of PROCESSES.entries()) {
      draw(world, process, { chance: chance(seed, day * PROCESSES.length + number), until: end });
    }
    await world.pass(end);
    book.ask(end);
    onProgress?.(day + 1, future);
  }
  const told: Omit<Forecast, 'digest'> = {
    scenario: scenario.name,
    population: { id: population, homes: graph.homes.size },
    from: new Date(from).toISOString(),
    until: new Date(from + days * DAY).toISOString(),
    seed,
    rates,
    draft: proposed.changes,
    days: book.points,
    accessChanges: book.changes,
    causes: book.causes(),
    effects: world.effects,
  };
  return { ...told, digest: createHash('sha256').update(canonicalJson(told)).digest('hex') };
}

const PROCESSES: readonly Process[] = Object.values(LIFECYCLES_IN_TIME).flatMap(({ processes }) => processes);

/** Puts what happens at a rate on the time line, until an instant: in the mean the rate times what it can happen to. */
function draw(
  world: World,
  { rate, units, happen }: Process,
  { chance, until }: { readonly chance: Chance; readonly until: number },
): void {
  const candidates = [...units(world.graph)];
  const { yearly } = world.rates.rates[rate];
  if (candidates.length === 0 || yearly === 0) return;
  const mean = YEAR / (yearly * candidates.length);
  for (let at = world.now + waitingTime(chance, mean); at < until; at += waitingTime(chance, mean)) {
    const unit = candidates[chance.below(candidates.length)]!;
    world.put(at, () => happen(world, unit, chance));
  }
}
