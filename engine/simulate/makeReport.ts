import { invariant } from '../../twin/CodedError.ts';
import { CATEGORIES } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { NONE } from '../census/askedPlaces.ts';
import type { Columns } from '../census/Columns.ts';
import type { DecidedCensus } from '../census/DecidedCensus.ts';
import type { ReportedOutcome, Transitions } from '../census/Transitions.ts';
import { type Line, type LineKind, tally } from '../census/tally.ts';
import { areaTotals } from './areaTotals.ts';
import { checkExpectations } from './checkExpectations.ts';
import { figuresBeyond } from './figuresBeyond.ts';
import { fitSlices } from './fitSlices.ts';
import type { AreaLine, ChangeClass, Counts, ImpactReport, MatrixLine, Obligations } from './ImpactReport.ts';
import { idleRules, type RulesBySide } from './idleRules.ts';
import { inOrder } from './inOrder.ts';
import type { Limit } from './Limit.ts';
import { limitLines } from './limitLines.ts';
import { Numbering } from './Numbering.ts';
import { rank } from './outcomeRank.ts';
import type { ScenarioQuestion } from './questionsOf.ts';
import type { ReportAreas } from './reportAreasOf.ts';
import type { Scenario } from './Scenario.ts';
import { sliceLines } from './sliceLines.ts';

type Counted = Counts &
  Pick<
    ImpactReport,
    | 'matrix'
    | 'changes'
    | 'areas'
    | 'areaTotals'
    | 'slices'
    | 'neverReached'
    | 'neverDecide'
    | 'expectations'
    | 'limits'
    | 'omitted'
  >;

export type ReportOptions = {
  readonly scenario: Scenario;
  readonly columns: Columns;
  readonly decided: DecidedCensus;
  readonly questions: readonly ScenarioQuestion[];
  readonly areas: ReportAreas;
  /** Requesters who ask about no home. */
  readonly nowhere: readonly string[];
  /** The rules of both bundles. */
  readonly rules: RulesBySide;
  readonly limits: readonly Limit[];
  /** Finds a cell of a home, by its number, whose decisions are those of the transition, and what would flip it. */
  readonly findWitness: (
    home: number,
    transitions: ReadonlySet<number>,
  ) => Pick<ChangeClass, 'witness' | 'smallestChange'>;
};

/** Counts a decided census into the lines of a report, in an order that depends on what they say alone. */
export function makeReport(options: ReportOptions): Counted {
  const { scenario, columns, decided, questions, areas: reportAreas, rules } = options;
  const { transitions, behaviours } = decided;
  const told = transitions.all.map((_, number) => describe(transitions, number));
  const [matrixKeys, changeKeys, areaKeys] = [new Numbering(), new Numbering(), new Numbering()];
  const matrixOf = told.map(({ matrix }) => matrixKeys.number(matrix));
  const changeOf = told.map(({ change }) => (change === null ? NONE : changeKeys.number(change)));
  const outcomesOf = told.map(({ from, to }) => areaKeys.number(`${from} ${to}`));
  const outcomes = areaKeys.all.map((text) => text.split(' ') as [ReportedOutcome, ReportedOutcome]);
  const categoryOf = behaviours.all.map(({ category }) => CATEGORIES.indexOf(category));
  const requesters = [...new Set(questions.map(({ requester }) => requester))];
  const requesterOf = questions.map(({ requester }) => requesters.indexOf(requester));
  const slices = sliceLines({ told, decided, requesters, requesterOf });
  const totals = areaTotals(changeOf);
  const limits = limitLines({
    told,
    decided,
    requesters,
    requesterOf,
    limits: options.limits,
    areas: reportAreas,
    changeOf,
  });

  const kinds: readonly LineKind[] = [
    { byArea: false, lineOf: () => 0 },
    { byArea: false, lineOf: (transition) => matrixOf[transition]! },
    { byArea: false, lineOf: (transition) => changeOf[transition]! },
    {
      byArea: false,
      lineOf: (transition, _, question) =>
        changeOf[transition] === NONE ? NONE : changeOf[transition]! * requesters.length + requesterOf[question]!,
    },
    {
      byArea: true,
      lineOf: (transition, behaviour) => outcomesOf[transition]! * CATEGORIES.length + categoryOf[behaviour]!,
    },
    { byArea: false, lineOf: (transition) => transition },
    ...slices.kinds,
    ...totals.kinds,
    ...limits.kinds,
  ];
  const [all, matrixLines, changeLines, askedLines, areaLines, met, ...more] = tally(columns, decided, kinds);
  const sliced = more.splice(0, slices.kinds.length);
  const totaled = more.splice(0, totals.kinds.length);

  const matrix = matrixLines!.map((line): MatrixLine => {
    const { from, to, obligations } = told[matrixOf.indexOf(line.number)]!;
    return { from, to, obligations, ...countsOf(line) };
  });
  const cellsAsked = new Map(askedLines!.map(({ number, cells }) => [number, cells]));
  const numbered = changeLines!.map((line): readonly [number, ChangeClass] => {
    const members = new Set([...told.keys()].filter((transition) => changeOf[transition] === line.number));
    const [first] = members;
    invariant(first !== undefined, 'a change class has a transition');
    const { from, to, obligations } = told[first]!;
    const change = {
      from,
      to,
      obligations,
      reasons: {
        before: transitions.decided('before', first).reasons,
        after: transitions.decided('after', first).reasons,
      },
      ...countsOf(line),
      requesters: requesters.flatMap((id, requester) => {
        const cells = cellsAsked.get(line.number * requesters.length + requester);
        return cells === undefined ? [] : [{ id, cells }];
      }),
      ...options.findWitness(line.first, members),
    };
    return [line.number, change];
  });
  const changes = inOrder(numbered, ([, { from, to, ...rest }]) => [
    rank(from),
    rank(to),
    canonicalJson([rest.obligations, rest.reasons]),
  ]);
  const places = new Map(changes.map(([number], place) => [number, place]));
  const areas = areaLines!.map(({ number, area, cells, homes }): AreaLine => {
    const [from, to] = outcomes[Math.floor(number / CATEGORIES.length)]!;
    return { area: reportAreas.ids[area]!, category: CATEGORIES[number % CATEGORIES.length]!, from, to, cells, homes };
  });
  const fitting = fitSlices(slices.report(sliced, reportAreas));
  const reached = met!.map(({ number }) => number);
  return {
    ...(all![0] ? countsOf(all![0]) : NOTHING),
    matrix: inOrder(matrix, ({ from, to, obligations }) => [rank(from), rank(to), canonicalJson(obligations)]),
    changes: changes.map(([, change]) => change),
    areas: inOrder(areas, ({ area, category, from, to }) => [area, CATEGORIES.indexOf(category), rank(from), rank(to)]),
    areaTotals: totals.report(totaled, reportAreas),
    slices: fitting.slices,
    ...idleRules(rules, transitions, reached),
    expectations: checkExpectations(scenario.expect ?? {}, matrix),
    ...(options.limits.length > 0 && { limits: limits.report(more, (change) => places.get(change)!) }),
    omitted: [
      'slices: of areas below that of the scenario only the cells that change',
      ...fitting.omitted,
      ...figuresBeyond(reportAreas, transitions, reached),
      ...options.nowhere.map((id) => `requester ${id}: no organisation of its kind serves a home that is asked about`),
    ],
  };
}

const NOTHING: Counts = { cells: 0, homes: 0, people: 0, minors: 0, elders: 0 };

function countsOf({ cells, homes, people: { other, minor, elder } }: Line): Counts {
  return { cells, homes, people: other + minor + elder, minors: minor, elders: elder };
}

/** What a transition is in a report, and the keys of its lines. */
export type Told = {
  readonly from: ReportedOutcome;
  readonly to: ReportedOutcome;
  readonly obligations: Obligations;
  readonly matrix: string;
  /** Null when nothing changes for whoever asks. */
  readonly change: string | null;
};

function describe(transitions: Transitions, number: number): Told {
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
