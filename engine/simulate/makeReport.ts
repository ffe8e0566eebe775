import { invariant } from '../../twin/CodedError.ts';
import { CATEGORIES } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { Columns } from '../census/Columns.ts';
import type { DecidedCensus } from '../census/decideCensus.ts';
import type { ReportedOutcome, Transitions } from '../census/Transitions.ts';
import { type Line, type LineKey, tally } from '../census/tally.ts';
import { checkExpectations } from './checkExpectations.ts';
import type { AreaLine, ChangeClass, ImpactReport, MatrixLine, Obligations } from './ImpactReport.ts';
import { rank } from './outcomeRank.ts';
import type { ScenarioQuestion } from './questionsOf.ts';
import type { Scenario } from './Scenario.ts';

type Counted = Pick<ImpactReport, 'cells' | 'homes' | 'matrix' | 'changes' | 'areas' | 'expectations'>;

export type ReportOptions = {
  readonly scenario: Scenario;
  readonly columns: Columns;
  readonly decided: DecidedCensus;
  readonly questions: readonly ScenarioQuestion[];
  readonly reportAreas: readonly string[];
  /** Finds a cell of a home, by its number, whose decisions are those of the transition. */
  readonly findWitness: (home: number, transitions: ReadonlySet<number>) => ChangeClass['witness'];
};

/** Counts a decided census into the lines of a report, in an order that depends on what they say alone. */
export function makeReport({
  scenario,
  columns,
  decided,
  questions,
  reportAreas,
  findWitness,
}: ReportOptions): Counted {
  const { transitions, behaviours } = decided;
  const lineOf = transitions.all.map((_, number) => describe(transitions, number));
  const matrixKey: LineKey = ({ transition }) => lineOf[transition]!.matrix;
  const changeKey: LineKey = ({ transition }) => lineOf[transition]!.change;
  const areaKey: LineKey = ({ transition, area, behaviour }) => {
    const { from, to } = lineOf[transition]!;
    return JSON.stringify([reportAreas[area], CATEGORIES.indexOf(behaviours.all[behaviour]!.category), from, to]);
  };
  const { lines, cells, homes } = tally(columns, decided, [matrixKey, changeKey, areaKey]);
  const [matrixLines, changeLines, areaLines] = lines as [Lines, Lines, Lines];

  const matrix = [...matrixLines].map(([key, { cells, homes }]): MatrixLine => {
    const { from, to, obligations } = lineOf.find((line) => line.matrix === key)!;
    return { from, to, obligations, cells, homes };
  });
  const changes = [...changeLines].map(([key, line]): ChangeClass => {
    const members = new Set([...lineOf.keys()].filter((number) => lineOf[number]!.change === key));
    const [first] = members;
    invariant(first !== undefined, 'a change class has a transition');
    const { from, to, obligations } = lineOf[first]!;
    return {
      from,
      to,
      obligations,
      reasons: {
        before: transitions.decided('before', first).reasons,
        after: transitions.decided('after', first).reasons,
      },
      cells: line.cells,
      homes: line.homes,
      requesters: cellsByRequester(line, questions),
      witness: findWitness(line.first, members),
    };
  });
  const areas = [...areaLines].map(([key, { cells, homes }]): AreaLine => {
    const [area, category, from, to] = JSON.parse(key) as [string, number, ReportedOutcome, ReportedOutcome];
    return { area, category: CATEGORIES[category]!, from, to, cells, homes };
  });
  return {
    cells,
    homes,
    matrix: inOrder(matrix, ({ from, to, obligations }) => [rank(from), rank(to), canonicalJson(obligations)]),
    changes: inOrder(changes, ({ from, to, ...rest }) => [
      rank(from),
      rank(to),
      canonicalJson([rest.obligations, rest.reasons]),
    ]),
    areas: inOrder(areas, ({ area, category, from, to }) => [area, CATEGORIES.indexOf(category), rank(from), rank(to)]),
    expectations: checkExpectations(scenario.expect ?? {}, matrix),
  };
}

type Lines = ReadonlyMap<string, Line>;

/** What a transition is in a report, and the keys of its lines. */
type Described = {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations;
  readonly matrix: string;
  /** Null when nothing changes for whoever asks. */
  readonly change: string | null;
};

function describe(transitions: Transitions, number: number): Described {
  const [before, after] = [transitions.decided('before', number), transitions.decided('after', number)];
  const [from, to] = [transitions.outcome('before', number), transitions.outcome('after', number)];
  const same = canonicalJson(before.obligations) === canonicalJson(after.obligations);
  const obligations: Obligations = {
    kind: same ? 'unchanged' : 'changed',
    before: before.obligations,
    after: after.obligations,
  };
  const matrix = canonicalJson([from, to, obligations]);
  const reasons = canonicalJson([before.reasons, after.reasons]);
  return { from, to, obligations, matrix, change: from === to && same ? null : `${matrix} ${reasons}` };
}

function cellsByRequester({ byQuestion }: Line, questions: readonly ScenarioQuestion[]): ChangeClass['requesters'] {
  const cells = new Map<string, number>();
  for (const [question, count] of byQuestion.entries()) {
    const { requester } = questions[question]!;
    if (count > 0) cells.set(requester, (cells.get(requester) ?? 0) + count);
  }
  return [...cells].map(([id, count]) => ({ id, cells: count }));
}

function inOrder<Item>(items: readonly Item[], keyOf: (item: Item) => readonly (string | number)[]): readonly Item[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => {
    const at = a.key.findIndex((part, index) => part !== b.key[index]);
    return at === -1 ? 0 : a.key[at]! < b.key[at]! ? -1 : 1;
  });
  return keyed.map(({ item }) => item);
}
