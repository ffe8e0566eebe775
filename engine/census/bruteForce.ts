import type { Area } from '../../twin/changes.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AreaLevel, Category } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { combine, type Decided } from '../combine.ts';
import { gatherFacts } from '../facts/gatherFacts.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Aggregate } from '../obligations/aggregate.ts';
import type { PolicyEvaluator } from '../rego/PolicyEvaluator.ts';
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

/** One cell: who asks what, and how it is decided before and after. */
type Cell = {
  readonly home: string;
  readonly question: number;
  readonly category: Category;
  readonly path: readonly Area[];
  readonly before: Decided;
  readonly after: Decided;
};

type Line = { cells: number; homes: number };

/**
 * The same counts as the census, the slow way: every cell's facts are gathered from the whole graph and evaluated, and
 * every line keeps the set of its homes. It shares the facts with the census and nothing else; the census is held
 * against it.
 *
 * @returns lines by their canonical JSON: of the matrix, of the change classes, and of areas and categories
 */
export function bruteForce(options: BruteForceOptions) {
  const cells = [...decideCells(options)];
  const contributing = contributingHomes(cells);
  const outcome = (cell: Cell, side: 'before' | 'after') => {
    const decided = cell[side];
    const published = aggregateOf(decided);
    const homes = published && contributing.get(figureKey(cell, side, published.area));
    return published && homes && homes.size < published.k ? 'withheld' : decided.outcome;
  };
  const lines = { matrix: new Lines(), changes: new Lines(), areas: new Lines(), all: new Lines() };
  const texts = new Texts();
  for (const cell of cells) {
    const [from, to] = [outcome(cell, 'before'), outcome(cell, 'after')];
    const area = (cell.path.find(({ level }) => level === options.reportBy) ?? cell.path[0]!).id;
    const { matrix, change } = texts.of(from, to, cell);
    lines.all.add('all', cell.home);
    lines.matrix.add(matrix, cell.home);
    if (change !== null) lines.changes.add(change, cell.home);
    lines.areas.add(`{"area":"${area}","category":"${cell.category}","from":"${from}","to":"${to}"}`, cell.home);
  }
  const { cells: cellCount, homes } = lines.all.counts().get('all') ?? { cells: 0, homes: 0 };
  return {
    cells: cellCount,
    homes,
    matrix: lines.matrix.counts(),
    changes: lines.changes.counts(),
    areas: lines.areas.counts(),
  };
}

function* decideCells(options: BruteForceOptions): Generator<Cell> {
  const { graph, area, questions, now } = options;
  const decideBefore = remembering(options.before);
  const decideAfter = remembering(options.after);
  for (const home of graph.homes.values()) {
    const path = graph.areaPath(home.home.area);
    if (!path.some(({ id }) => id === area)) continue;
    for (const [question, { askingAt }] of questions.entries()) {
      const asking = askingAt(home.home.area);
      if (!asking) continue;
      for (const resource of resourcesOf(home)) {
        if (options.filter.properties && !options.filter.properties.includes(resource.property)) continue;
        const input = gatherFacts(graph, asking, resource, now);
        const { category, grade } = input.resource.label;
        if (options.filter.categories && !options.filter.categories.includes(category)) continue;
        if (options.filter.grades && !options.filter.grades.includes(grade)) continue;
        const text = JSON.stringify(input);
        yield {
          home: home.home.id,
          question,
          category,
          path,
          before: decideBefore(input, text),
          after: decideAfter(input, text),
        };
      }
    }
  }
}

function* resourcesOf(home: HomeNode) {
  for (const device of home.devices.values()) {
    for (const property of propertiesOf(device)) {
      yield { type: 'property', home: home.home.id, device: device.device.id, property } as const;
    }
  }
}

/** Decides by the whole bundle, each text of an input once: an evaluator is a function of its input. */
function remembering(evaluator: PolicyEvaluator): (input: PolicyInput, text: string) => Decided {
  const known = new Map<string, Decided>();
  return (input, text) => {
    const decided = known.get(text) ?? combine(evaluator.evaluate(input));
    known.set(text, decided);
    return decided;
  };
}

/** The homes that contribute to each published figure: those with a cell of it that is not denied. */
function contributingHomes(cells: readonly Cell[]): ReadonlyMap<string, ReadonlySet<string>> {
  const homes = new Map<string, Set<string>>();
  const levels = new Set(cells.flatMap(({ before, after }) => [aggregateOf(before)?.area, aggregateOf(after)?.area]));
  for (const cell of cells) {
    for (const side of ['before', 'after'] as const) {
      if (cell[side].outcome === 'denied') continue;
      for (const level of levels) {
        if (level === undefined) continue;
        upsert(homes, figureKey(cell, side, level), () => new Set<string>()).add(cell.home);
      }
    }
  }
  return homes;
}

function aggregateOf({ outcome, obligations }: Decided): Aggregate | undefined {
  if (outcome !== 'aggregate') return undefined;
  return obligations.find((one): one is Aggregate => one.type === 'aggregate');
}

function figureKey({ question, category, path }: Cell, side: string, level: AreaLevel): string {
  const area = path.find((one) => one.level === level) ?? path[0]!;
  return `${question} ${side} ${category} ${level} ${area.id}`;
}

/** The canonical JSON of lines, made once for each pair of decisions. */
class Texts {
  readonly #byPair = new Map<Decided, Map<Decided, Map<string, { matrix: string; change: string | null }>>>();

  of(from: string, to: string, { before, after }: Cell) {
    const byAfter = upsert(this.#byPair, before, () => new Map());
    const byOutcomes = upsert(byAfter, after, () => new Map());
    return upsert(byOutcomes, `${from} ${to}`, () => {
      const same = canonicalJson(before.obligations) === canonicalJson(after.obligations);
      const obligations = {
        kind: same ? 'unchanged' : 'changed',
        before: before.obligations,
        after: after.obligations,
      };
      const reasons = { before: before.reasons, after: after.reasons };
      return {
        matrix: canonicalJson({ from, to, obligations }),
        change: from === to && same ? null : canonicalJson({ from, to, obligations, reasons }),
      };
    });
  }
}

function upsert<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

class Lines {
  readonly #homes = new Map<string, Set<string>>();
  readonly #cells = new Map<string, number>();

  add(line: string, home: string): void {
    this.#cells.set(line, (this.#cells.get(line) ?? 0) + 1);
    upsert(this.#homes, line, () => new Set<string>()).add(home);
  }

  counts(): ReadonlyMap<string, Line> {
    return new Map([...this.#cells].map(([key, cells]) => [key, { cells, homes: this.#homes.get(key)!.size }]));
  }
}
