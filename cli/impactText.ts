import type { ClauseRegister } from '../engine/clauses/ClauseRegister.ts';
import type { ImpactReport } from '../engine/simulate/ImpactReport.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import { boundText, limitText, scopeText } from '../engine/simulate/written/limitText.ts';
import { count } from '../engine/simulate/written/numbers.ts';
import { peopleText } from '../engine/simulate/written/peopleText.ts';
import type { Area } from '../twin/changes.ts';
import { OUTCOMES } from '../twin/words.ts';
import { changeText } from './changeText.ts';
import { idleText } from './idleText.ts';
import { formatTable, wrapText } from './output.ts';

export type ImpactContext = {
  readonly scenario: Scenario;
  readonly areas: ReadonlyMap<string, Area>;
  readonly register: ClauseRegister;
};

const MOST_AREAS = 40;
const MOST_SLICES = 15;
const NUMBERS = ['cells', 'homes'].map((title) => ({ title, align: 'right' as const }));
const LADDER = ['denied', 'withheld', ...OUTCOMES.slice(1)] as const;

/** An impact report as one reads it: the matrix, what changes and why, where, and what was expected. */
export function impactText(report: ImpactReport, context: ImpactContext): string {
  const { scenario } = context;
  return [
    scenario.title,
    ...wrapText(scenario.question.trim()),
    '',
    ...wrapText(
      `${count(report.homes)} of ${count(report.population.homes)} homes have what is asked about, counted exactly at revision ${count(report.revision)}:`,
    ),
    `${count(report.cells)} cells, each one requester, action, purpose and property of a home;`,
    `the homes are those of ${peopleText(report)}`,
    ...erasedLine(report),
    ...draftLines(report),
    ...omittedLines(report),
    '',
    'From (down) to (across), in cells:',
    matrixTable(report),
    ...obligationsLine(report),
    ...report.changes.flatMap((change, index) => ['', ...changeText(change, index + 1, context.register)]),
    ...(report.changes.length === 0 ? ['', 'Nothing changes for anybody.'] : []),
    ...labelLines(report),
    ...areaLines(report, context),
    ...idleText(report),
    ...gateLines(report),
  ].join('\n');
}

function erasedLine({ population: { erased = 0 } }: ImpactReport): string[] {
  return erased === 0 ? [] : [`${count(erased)} changes of the twin are erased, and what they said is not counted`];
}

/** What is not counted although one may think so; that lists are shorter than they could be is seen in them. */
function omittedLines({ omitted }: ImpactReport): readonly string[] {
  return omitted.filter((what) => !what.startsWith('slices: ')).flatMap((what) => wrapText(`left out: ${what}`));
}

/** What is proposed, a line for each package and rule that it changes. */
export function draftLines({ draft, notInForce = [] }: ImpactReport): string[] {
  return [
    ...draft.replaced.map((one) => `the draft replaces \`${one.package}\` (${one.by.join(', ')})`),
    ...draft.added.map((one) => `the draft adds \`${one.package}\` (${one.files.join(', ')})`),
    ...draft.removed.map((one) => `the draft takes out the rule \`${one.rule}\` of \`${one.package}\``),
    ...notInForce.map(
      ({ package: name, from, until }) =>
        `but \`${name}\` is not in force at the instant of the scenario: it is from ${from}${until === null ? ' on' : ` until ${until}`}`,
    ),
  ].flatMap((line) => wrapText(line));
}

/** Cells from outcome to outcome. */
export function matrixTable({ matrix }: ImpactReport): string {
  const used = LADDER.filter((outcome) => matrix.some(({ from, to }) => from === outcome || to === outcome));
  const rows = used.map((from) => [
    from,
    ...used.map((to) => {
      const cells = matrix
        .filter((line) => line.from === from && line.to === to)
        .reduce((sum, line) => sum + line.cells, 0);
      return cells === 0 ? '·' : count(cells);
    }),
  ]);
  return formatTable([{ title: '' }, ...used.map((title) => ({ title, align: 'right' as const }))], rows);
}

/** How many cells keep their outcome under other obligations; nothing where none do. */
export function obligationsLine({ matrix }: ImpactReport): string[] {
  const changed = matrix.filter(({ from, to, obligations }) => from === to && obligations.kind === 'changed');
  const cells = changed.reduce((sum, line) => sum + line.cells, 0);
  return cells === 0 ? [] : [`${count(cells)} cells keep their outcome under other obligations`];
}

/** Of which labels and by whom, where it is not one label and requester alone. */
function labelLines({ slices, changes }: ImpactReport): string[] {
  const [widest] = slices;
  const changed = slices.filter(({ area, from, to }) => area === widest?.area && from !== to);
  if (changes.length === 0 || changed.length < 2) return [];
  const told = changed.toSorted((a, b) => b.cells - a.cells).slice(0, MOST_SLICES);
  const rows = told.map(({ category, grade, requester, from, to, cells, homes }) => [
    category,
    grade,
    requester,
    `${from} -> ${to}`,
    count(cells),
    count(homes),
  ]);
  const columns = ['category', 'grade', 'requester', 'change'].map((title) => ({ title }));
  return [
    '',
    'Of which labels, and for whom, most cells first:',
    formatTable([...columns, ...NUMBERS], rows),
    ...moreLines(changed.length - rows.length),
  ];
}

function areaLines({ areas }: ImpactReport, context: ImpactContext): string[] {
  const changed = areas.filter(({ from, to }) => from !== to);
  if (changed.length === 0) return [];
  const rows = changed
    .slice(0, MOST_AREAS)
    .map(({ area, category, from, to, cells, homes }) => [
      context.areas.get(area)?.name ?? area,
      category,
      `${from} -> ${to}`,
      count(cells),
      count(homes),
    ]);
  const columns = [{ title: 'area' }, { title: 'category' }, { title: 'change' }];
  return [
    '',
    ...wrapText('Where outcomes change (homes are counted once in each line, so lines do not add up):'),
    formatTable([...columns, ...NUMBERS], rows),
    ...moreLines(changed.length - rows.length),
  ];
}

function moreLines(left: number): string[] {
  return left > 0 ? [`and ${count(left)} more lines: \`--json\` has them all`] : [];
}

/** What the scenario expects and what limits allow, and whether it is so. */
export function gateLines(report: ImpactReport): string[] {
  return [...expectationLines(report), ...limitLines(report)];
}

function expectationLines({ expectations }: ImpactReport): string[] {
  if (expectations.length === 0) return [];
  const rows = expectations.map(({ measure, expected, cells, met }) => [
    met ? 'as expected' : 'NOT AS EXPECTED',
    measure,
    count(cells),
    `expected ${boundText(expected)}`,
  ]);
  const columns = [
    { title: '' },
    { title: 'cells that are' },
    { title: 'count', align: 'right' as const },
    { title: '' },
  ];
  return ['', formatTable(columns, rows)];
}

function limitLines({ limits = [] }: ImpactReport): string[] {
  if (limits.length === 0) return [];
  const rows = limits.map((limit) => [
    limit.met ? 'kept' : 'BROKEN',
    limit.measure,
    count(limit.cells),
    count(limit.homes),
    `at most ${limitText(limit)} ${scopeText(limit)}${limit.met ? '' : `; see ${limit.changes.map((place) => `${place + 1}.`).join(' ')}`}`,
  ]);
  const right = 'right' as const;
  const columns = [
    { title: '' },
    { title: 'limit on' },
    { title: 'cells', align: right },
    { title: 'homes', align: right },
  ];
  return ['', formatTable([...columns, { title: '' }], rows)];
}
