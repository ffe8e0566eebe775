import { setImmediate } from 'node:timers/promises';
import type { ImpactKey, PredictedImpact } from '../../trust/activations/RolloutRecord.ts';
import { forkGraph } from '../../twin/graph/forkGraph.ts';
import type { RolloutShare } from '../../twin/graph/isCovered.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { CATEGORIES } from '../../twin/words.ts';
import type { Bundle } from '../Bundles.ts';
import { NONE } from '../census/askedPlaces.ts';
import { CensusPlan } from '../census/CensusPlan.ts';
import { Columns } from '../census/Columns.ts';
import type { DecidedCensus } from '../census/DecidedCensus.ts';
import type { HomeSource } from '../census/HomeSource.ts';
import type { PropertyFilter } from '../census/resourceClasses.ts';
import { tally } from '../census/tally.ts';
import { questionsOf, type ScenarioQuestion } from '../simulate/questionsOf.ts';
import { reportAreasOf } from '../simulate/reportAreasOf.ts';
import type { Scenario } from '../simulate/Scenario.ts';
import { ImpactTally, impactOf } from './ImpactTally.ts';
import { type KnownQuestions, knownQuestions } from './knownQuestions.ts';

export type PredictOptions = {
  readonly graph: TwinGraph;
  readonly share: RolloutShare;
  readonly former: Bundle;
  readonly next: Pick<Bundle, 'at'>;
  /** The instant of the asking, in milliseconds since 1970. */
  readonly now: number;
  /** Who asks what; null for those whom the twin knows. */
  readonly scenario: Scenario | null;
};

/**
 * What a stage would bring, exactly: the homes of its cohort are counted by class at one revision of the twin, while
 * messages go on coming in, and each class is decided under both bundles. Others get turns while homes are read.
 *
 * Rejects as `questionsOf` throws, for what a scenario names and the twin has not.
 */
export async function predictImpact(options: PredictOptions): Promise<PredictedImpact> {
  const { share, scenario, now } = options;
  const graph = forkGraph(options.graph);
  graph.rollOut(share);
  const { questions, people } = asked(graph, options);
  const columns = await Columns.build(cohortSource(graph));
  await readPairs(columns, questions);
  const [before, after] = [options.former.at(now).evaluator, options.next.at(now).evaluator];
  const reportAreaOf = scenario ? reportAreasOf(scenario, columns).areaOf : columns.areas.map(() => 0);
  const filter: PropertyFilter = scenario ?? {};
  const impact = new ImpactTally();
  let homes = 0;
  for (let first = 0; first < questions.length; first += AT_ONCE) {
    const some = questions.slice(first, first + AT_ONCE);
    const decided = new CensusPlan(columns, { questions: some, now, reportAreaOf, filter }).decide(before, after);
    const askers = some.map((question) => askerOf(question, columns));
    count(columns, decided, askers, impact);
    homes = decided.profiles.homes.reduce((sum, each) => sum + each, 0);
    await setImmediate();
  }
  const askers = questions.map((question) => askerOf(question, columns));
  const distinct = new Map(askers.flatMap((asker) => (asker ? [[Object.values(asker).join(), asker] as const] : [])));
  return {
    revision: graph.revision,
    homes,
    total: impact.total,
    lines: impact.lines(),
    asked: [...distinct.values()],
    people,
  };
}

/** So many questions are counted before others get a turn; their order and number change no count. */
const AT_ONCE = 8;

/** Who asks a question, as far as lines tell; null when nobody does. */
type Asker = PredictedImpact['asked'][number] | null;

function askerOf({ action, purpose, askingAt }: ScenarioQuestion, { areas }: Columns): Asker {
  const subject = areas.map(askingAt).find((asking) => asking !== null)?.subject;
  return subject ? { tier: subject.tier, organisation: subject.organisation?.kind ?? null, action, purpose } : null;
}

/** Counts cells by line and transition into a tally. */
function count(columns: Columns, decided: DecidedCensus, askers: readonly Asker[], impact: ImpactTally): void {
  const { transitions, behaviours } = decided;
  const categories = behaviours.all.map(({ category }) => CATEGORIES.indexOf(category));
  const numbers = new Map<number, number>();
  const lines: { readonly of: ImpactKey; readonly transition: number }[] = [];
  const lineOf = (transition: number, behaviour: number, question: number): number => {
    const asker = askers[question];
    if (!asker) return NONE;
    const category = categories[behaviour]!;
    const key = (transition * askers.length + question) * CATEGORIES.length + category;
    let number = numbers.get(key);
    if (number === undefined) {
      number = lines.push({ of: { ...asker, resource: 'property', category: CATEGORIES[category]! }, transition }) - 1;
      numbers.set(key, number);
    }
    return number;
  };
  const [counted = []] = tally(columns, decided, [{ byArea: false, lineOf }]);
  for (const { number, cells } of counted) {
    const { of, transition } = lines[number]!;
    const [before, after] = [transitions.decided('before', transition), transitions.decided('after', transition)];
    impact.add(of, impactOf(before, after, cells));
  }
}

/** Homes that somebody has something to do with are read one by one: others get turns in between. */
async function readPairs(columns: Columns, questions: readonly ScenarioQuestion[]): Promise<void> {
  const askings = new Set(questions.flatMap(({ askingAt }) => columns.areas.map(askingAt)));
  for (const asking of askings) {
    if (asking) columns.pairs(asking);
    await setImmediate();
  }
}

function asked(graph: TwinGraph, { scenario }: Pick<PredictOptions, 'scenario'>): KnownQuestions {
  if (scenario === null) return knownQuestions(graph);
  return { questions: questionsOf(scenario, graph), people: { asked: 0, known: 0 } };
}

/** The homes of a graph's cohort alone. */
function cohortSource(graph: TwinGraph): HomeSource {
  const ids = [...graph.homes.keys()].filter((id) => graph.cohortOf(id) === 'rollout');
  const indexes = new Map(ids.map((id, index) => [id, index]));
  return {
    graph,
    size: ids.length,
    revision: graph.revision,
    idsOf: (index) => ({ home: ids[index]!, devices: [...graph.home(ids[index]!).devices.keys()] }),
    open: (index) => ({ graph, home: graph.home(ids[index]!) }),
    homesOf: (subject) => [...(graph.homesOfSubject.get(subject) ?? [])].flatMap((id) => indexes.get(id) ?? []),
  };
}
