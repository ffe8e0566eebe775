import type { Area } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { AREA_LEVELS, type AreaLevel, type Category, type Grade } from '../../twin/words.ts';
import type { Asking } from '../AccessRequest.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { combine, type Decided } from '../combine.ts';
import { type Placed, readHome, readPair, readRequest, readResource, toInput } from '../facts/gatherFacts.ts';
import { peopleOf } from '../facts/pairFacts.ts';
import type { Aggregate } from '../obligations/aggregate.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
import type { Verdict } from '../rego/Verdict.ts';
import { propertiesOf } from './propertiesOf.ts';
import type { Question } from './Question.ts';
import type { PropertyFilter } from './resourceClasses.ts';

export type BruteForceOptions = {
  readonly graph: TwinGraph;
  readonly questions: readonly Question[];
  readonly filter: PropertyFilter;
  /** The area whose homes are asked about, and the level of the areas that are told apart. */
  readonly area: string;
  readonly reportBy: AreaLevel;
  readonly now: number;
  readonly before: PolicyEvaluator;
  readonly after: PolicyEvaluator;
};

/** What is counted for a line: homes and people once each. */
type SlowLine = {
  readonly cells: number;
  readonly homes: number;
  readonly people: number;
  readonly minors: number;
  readonly elders: number;
  readonly requesters: Readonly<Record<string, number>>;
};

/** Counts by the canonical JSON of what a line says of itself. */
type SlowLines = ReadonlyMap<string, SlowLine>;

/** `<policy>/<rule>` of the rules that hold in some cell, and of those that decide one. */
export type SlowRules = { readonly hold: ReadonlySet<string>; readonly decide: ReadonlySet<string> };

/**
 * The same counts as the census, the slow way: every cell's facts are read from the whole graph and decided, home by home,
 * and every line keeps who is in it. It shares the facts with the census and nothing else; the census is held against it.
 */
export function bruteForce(options: BruteForceOptions) {
  const judges = { before: judge(options.before), after: judge(options.after) };
  const homes = [...decideHomes(options, judges)];
  const figures = publishedFigures(homes);
  const outcome = ({ path }: DecidedHome, { question, category, ...cells }: AlikeCells, side: 'before' | 'after') => {
    const { decided, published } = cells[side];
    const figure = published && figures.get(figureKey({ question, category }, side, published.area, path));
    return figure && figure.homes.size < figure.k ? 'withheld' : decided.outcome;
  };
  const [all, matrix, changes, areas, slices] = [new Lines(), new Lines(), new Lines(), new Lines(), new Lines()];
  const [asked, changing] = [new Lines(), new Lines()];
  const texts = new Texts();
  for (const home of homes) {
    const { path } = home;
    const area = (path.find(({ level }) => level === options.reportBy) ?? path[0]!).id;
    const told = tellingAreas(path, options);
    for (const cells of home.cells.values()) {
      const { category, grade, requester } = cells;
      const [from, to] = [outcome(home, cells, 'before'), outcome(home, cells, 'after')];
      const { kind, matrix: line, change } = texts.of(from, to, cells);
      all.add('', home, cells);
      matrix.add(line, home, cells);
      if (change !== null) changes.add(change, home, cells);
      areas.add(`{"area":"${area}","category":"${category}","from":"${from}","to":"${to}"}`, home, cells);
      for (const { id, level } of told) {
        const slice = `{"area":"${id}","category":"${category}","from":"${from}","grade":"${grade}","level":"${level}","obligations":"${kind}","requester":"${requester}","to":"${to}"}`;
        if (change !== null || id === options.area) slices.add(slice, home, cells);
        const total = `{"area":"${id}","level":"${level}"}`;
        asked.add(total, home, cells);
        if (change !== null) changing.add(total, home, cells);
      }
    }
  }
  return {
    all: all.counts().get('') ?? EMPTY,
    matrix: matrix.counts(),
    changes: changes.counts(),
    areas: areas.counts(),
    slices: slices.counts(),
    areaTotals: { asked: asked.counts(), changing: changing.counts() },
    rules: { before: judges.before.rules, after: judges.after.rules },
  };
}

/** What a line of the matrix and one of the changes say of cells, as canonical JSON, made once for each pair of decisions. */
class Texts {
  readonly #known = new Map<string, { kind: string; matrix: string; change: string | null }>();

  of(from: string, to: string, { before, after }: Pick<AlikeCells, 'before' | 'after'>) {
    return upsert(this.#known, `${from} ${to} ${before.number} ${after.number}`, () => {
      const kind = before.obligations === after.obligations ? 'unchanged' : 'changed';
      const obligations = `{"after":${after.obligations},"before":${before.obligations},"kind":"${kind}"}`;
      const reasons = `{"after":${after.reasons},"before":${before.reasons}}`;
      const change = `{"from":"${from}","obligations":${obligations},"reasons":${reasons},"to":"${to}"}`;
      const matrix = `{"from":"${from}","obligations":${obligations},"to":"${to}"}`;
      return { kind, matrix, change: from === to && kind === 'unchanged' ? null : change };
    });
  }
}

/** The areas around a home that are told of: from the level of the report up to the area of the scenario. */
function tellingAreas(path: readonly Area[], { area, reportBy }: BruteForceOptions): readonly Area[] {
  const within = path.slice(0, path.findIndex(({ id }) => id === area) + 1);
  const scope = within.at(-1)!;
  if (!path.some(({ level }) => level === reportBy)) return within;
  const told = within.filter(({ level }) => AREA_LEVELS.indexOf(level) <= AREA_LEVELS.indexOf(reportBy));
  return told.length > 0 ? told : [scope];
}

/** Cells of one home and question that are labelled and decided alike. */
type AlikeCells = {
  readonly question: number;
  readonly requester: string;
  readonly category: Category;
  readonly grade: Grade;
  readonly before: Judged;
  readonly after: Judged;
  count: number;
};

type DecidedHome = {
  readonly id: string;
  readonly path: readonly Area[];
  readonly people: readonly (readonly [id: string, ageBand: string])[];
  readonly cells: ReadonlyMap<string, AlikeCells>;
};

type Judges = Readonly<Record<'before' | 'after', Judge>>;

function* decideHomes(options: BruteForceOptions, judges: Judges): Generator<DecidedHome> {
  const { graph, questions, now } = options;
  for (const home of graph.homes.values()) {
    const path = graph.areaPath(home.home.area);
    if (!path.some(({ id }) => id === options.area)) continue;
    const cells = new Map<string, AlikeCells>();
    let resources: readonly Resource[] | null = null;
    for (const [question, { requester, askingAt }] of questions.entries()) {
      const asking = askingAt(home.home.area);
      if (!asking) continue;
      const asked = [...readRequest(asking, now), ...readHome(graph, home), ...readPair(graph, home, asking)];
      const askedText = textOf(asked);
      // What a property is depends on no asking.
      resources ??= resourcesOf(graph, home, options.filter, asking);
      for (const { category, grade, facts, text } of resources) {
        const input = () => toInput([...asked, ...facts]);
        const [before, after] = [judges.before.of(askedText, text, input), judges.after.of(askedText, text, input)];
        const key = `${question} ${category} ${grade} ${before.number} ${after.number}`;
        const alike = cells.get(key);
        if (alike) alike.count += 1;
        else cells.set(key, { question, requester, category, grade, before, after, count: 1 });
      }
    }
    const people = [...peopleOf(home)].map((id) => [id, graph.people.get(id)?.ageBand ?? 'adult'] as const);
    yield { id: home.home.id, path, people, cells };
  }
}

type Resource = { readonly category: Category; readonly grade: Grade; readonly facts: Placed; readonly text: string };

function resourcesOf(
  graph: TwinGraph,
  home: HomeNode,
  { categories, grades, properties }: PropertyFilter,
  asking: Asking,
): readonly Resource[] {
  return [...home.devices.values()].flatMap((device) =>
    [...propertiesOf(device)].flatMap((property): readonly Resource[] => {
      if (properties && !properties.includes(property)) return [];
      const resource = { type: 'property', home: home.home.id, device: device.device.id, property } as const;
      const facts = readResource(graph, home, resource, asking);
      const { category, grade } = toInput(facts).resource.label;
      if ((categories && !categories.includes(category)) || (grades && !grades.includes(grade))) return [];
      return [{ category, grade, facts, text: textOf(facts) }];
    }),
  );
}

function textOf(facts: Placed): string {
  return JSON.stringify(facts.map(({ value }) => value));
}

/** A decision and what lines say of it. */
type Judged = {
  readonly number: number;
  readonly decided: Decided;
  readonly published: Aggregate | null;
  readonly obligations: string;
  readonly reasons: string;
};

type Judge = {
  of(asked: string, resource: string, input: () => ReturnType<typeof toInput>): Judged;
  readonly rules: SlowRules;
};

/** Decides by the whole bundle, each input once: an evaluator is a function of its input. */
function judge(evaluator: PolicyEvaluator): Judge {
  const known = new Map<string, Map<string, Judged>>();
  const judged = new Map<string, Judged>();
  const numbers = new Map<string, number>();
  const [hold, decide] = [new Set<string>(), new Set<string>()];
  const of: Judge['of'] = (asked, resource, input) => {
    const byResource = upsert(known, asked, () => new Map<string, Judged>());
    return upsert(byResource, resource, () => {
      const verdict = evaluator.evaluate(input());
      const decided = combine(verdict);
      for (const key of holdingRules(verdict)) hold.add(key);
      for (const key of decidingRules(verdict, decided)) decide.add(key);
      return upsert(judged, JSON.stringify([decided.outcome, decided.obligations, decided.reasons]), () => {
        const [obligations, reasons] = [canonicalJson(decided.obligations), canonicalJson(decided.reasons)];
        const number = upsert(numbers, `${decided.outcome} ${obligations} ${reasons}`, () => numbers.size);
        return { number, decided, published: aggregateOf(decided), obligations, reasons };
      });
    });
  };
  return { of, rules: { hold, decide } };
}

function holdingRules({ permits, caps, denies, waived }: Verdict): readonly string[] {
  const kept = [...(waived?.caps ?? []), ...(waived?.denies ?? [])];
  return [...permits, ...caps, ...denies, ...kept].map(({ reason: { policy, rule } }) => `${policy}/${rule}`);
}

/** Those that are reasons, and caps that hold an answer to something. */
function decidingRules({ caps }: Verdict, { outcome, reasons }: Decided): readonly string[] {
  const rules = reasons.filter(({ code }) => code === 'permit' || code === 'cap' || code === 'deny');
  const binding = outcome === 'denied' ? [] : caps.filter(({ obligations }) => obligations.length > 0);
  return [...rules, ...binding.map(({ reason }) => reason)].map(({ policy, rule }) => `${policy}/${rule}`);
}

function aggregateOf({ outcome, obligations }: Decided): Aggregate | null {
  if (outcome !== 'aggregate') return null;
  return obligations.find((one): one is Aggregate => one.type === 'aggregate') ?? null;
}

/** The homes behind each published figure, those with a cell of it that is an aggregate, and how many there must be. */
function publishedFigures(homes: readonly DecidedHome[]) {
  const figures = new Map<string, { readonly homes: Set<string>; k: number }>();
  for (const { id, path, cells } of homes) {
    for (const cell of cells.values()) {
      for (const side of ['before', 'after'] as const) {
        const { published } = cell[side];
        if (!published) continue;
        const key = figureKey(cell, side, published.area, path);
        const figure = upsert(figures, key, () => ({ homes: new Set<string>(), k: 0 }));
        figure.homes.add(id);
        figure.k = Math.max(figure.k, published.k);
      }
    }
  }
  return figures;
}

function figureKey(
  { question, category }: Pick<AlikeCells, 'question' | 'category'>,
  side: string,
  level: AreaLevel,
  path: readonly Area[],
): string {
  const area = path.find((one) => one.level === level) ?? path[0]!;
  return `${question} ${side} ${category} ${level} ${area.id}`;
}

const EMPTY: SlowLine = { cells: 0, homes: 0, people: 0, minors: 0, elders: 0, requesters: {} };

/** Lines with the homes and people that are in them. */
class Lines {
  readonly #lines = new Map<
    string,
    { cells: number; homes: Set<string>; people: Map<string, string>; requesters: Map<string, number> }
  >();

  add(key: string, { id, people }: DecidedHome, { requester, count }: AlikeCells): void {
    const line = upsert(this.#lines, key, () => ({
      cells: 0,
      homes: new Set<string>(),
      people: new Map<string, string>(),
      requesters: new Map<string, number>(),
    }));
    line.cells += count;
    line.requesters.set(requester, (line.requesters.get(requester) ?? 0) + count);
    if (line.homes.has(id)) return;
    line.homes.add(id);
    for (const [person, ageBand] of people) line.people.set(person, ageBand);
  }

  counts(): SlowLines {
    return new Map(
      [...this.#lines].map(([key, { cells, homes, people, requesters }]) => {
        const bands = [...people.values()];
        const minors = bands.filter((band) => band === 'child_14_and_under' || band === 'minor_15_to_17').length;
        const elders = bands.filter((band) => band === 'elder').length;
        const counts = { cells, homes: homes.size, people: people.size, minors, elders };
        return [key, { ...counts, requesters: Object.fromEntries(requesters) }];
      }),
    );
  }
}

function upsert<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
