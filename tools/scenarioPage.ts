import type { Played } from '../cli/simulate/playScenario.ts';
import { type ClauseRegister, clause } from '../engine/clauses/ClauseRegister.ts';
import { obligationText } from '../engine/obligations/obligationText.ts';
import type { Reason } from '../engine/rego/Verdict.ts';
import type { ChangeClass, ImpactReport } from '../engine/simulate/ImpactReport.ts';
import type { Scenario, ScenarioPopulation } from '../engine/simulate/Scenario.ts';
import { OUTCOMES } from '../twin/words.ts';

/** So many of the largest change classes are told on a page; the report has them all. */
const MOST_CHANGES = 5;
const MOST_REQUESTERS = 6;
const LADDER = ['denied', 'withheld', ...OUTCOMES.slice(1)] as const;

/** What a scenario asks, as Markdown. */
export function askedPart({ name, question, at, population, proposed }: Scenario): string {
  const draft = typeof proposed === 'object' && 'draft' in proposed ? proposed.draft : proposed;
  const file = `policies/drafts/${draft}`;
  return [
    `> ${question.trim().replaceAll(/\s+/g, ' ')}`,
    '',
    `Asked at ${at} of ${populationText(population)}: \`twinward simulate --scenario ${name}\`, as [it is written](../../simulators/scenarios/${name}.yaml)${typeof draft !== 'string' ? '' : ` and [drafted](../../${file})`}.`,
  ].join('\n');
}

/** What a scenario found, as Markdown. It names no lines of policies, which move without anything being otherwise. */
export function foundPart({ report, areas }: Played, register: ClauseRegister): string {
  const { changes, expectations } = report;
  const largest = [...changes].sort((a, b) => b.cells - a.cells).slice(0, MOST_CHANGES);
  const left = changes.length - largest.length;
  return [
    `${count(report.homes)} of ${count(report.population.homes)} homes have what is asked about: ${count(report.cells)} cells, each one requester, action, purpose and property of a home, and ${count(report.people)} people. All are counted, none is estimated.`,
    '',
    'From (down) to (across), in cells:',
    '',
    ...matrix(report),
    ...sameOutcome(report),
    ...largest.flatMap((change, index) => ['', ...changeText(change, index + 1, register)]),
    ...(left > 0
      ? [
          '',
          left === 1
            ? 'One smaller change class is in the report.'
            : `${left} smaller change classes are in the report.`,
        ]
      : []),
    ...(changes.length === 0 ? ['', 'Nothing changes for anybody.'] : []),
    ...(largest[0] ? ['', ...witnessText(largest[0])] : []),
    ...where(report, areas),
    ...idleRules(report),
    ...expected(expectations),
  ].join('\n');
}

function populationText(population: ScenarioPopulation): string {
  if (typeof population === 'string' || 'at' in population) return 'the twin of a data folder';
  if ('seed' in population) return `a generated city of ${count(population.homes)} homes`;
  return `${populationText(population.fork.of)} in which more happened than was drawn`;
}

function matrix({ matrix }: ImpactReport): readonly string[] {
  const used = LADDER.filter((outcome) => matrix.some(({ from, to }) => from === outcome || to === outcome));
  const cells = (from: string, to: string) => {
    const lines = matrix.filter((line) => line.from === from && line.to === to);
    return lines.length === 0 ? '' : count(lines.reduce((sum, line) => sum + line.cells, 0));
  };
  return [
    `| | ${used.join(' | ')} |`,
    `| --- | ${used.map(() => '--:').join(' | ')} |`,
    ...used
      .filter((outcome) => matrix.some(({ from }) => from === outcome))
      .map((from) => `| **${from}** | ${used.map((to) => cells(from, to)).join(' | ')} |`),
  ];
}

function sameOutcome({ matrix }: ImpactReport): readonly string[] {
  const changed = matrix.filter(({ from, to, obligations }) => from === to && obligations.kind === 'changed');
  const cells = changed.reduce((sum, line) => sum + line.cells, 0);
  return cells === 0 ? [] : ['', `${count(cells)} cells keep their outcome under other obligations.`];
}

function changeText(change: ChangeClass, number: number, register: ClauseRegister): readonly string[] {
  const { from, to, cells, homes, people, minors, elders, obligations, reasons, requesters } = change;
  const told = requesters.slice(0, MOST_REQUESTERS).map(({ id, cells: asked }) => `${id} (${count(asked)})`);
  const more = requesters.length - told.length;
  const same = obligations.kind === 'unchanged';
  return [
    `**${number}. ${from} → ${to}**: ${plural(cells, 'cell')} in ${plural(homes, 'home')} of ${plural(people, 'person', 'people')}, ${count(minors)} of them minors and ${count(elders)} elders`,
    '',
    `- before: ${reasons.before.map((reason) => reasonText(reason, register)).join('; ')}`,
    `- after: ${reasons.after.map((reason) => reasonText(reason, register)).join('; ')}`,
    ...(same ? [] : [`- obligations: ${obligationText(obligations.before)} → ${obligationText(obligations.after)}`]),
    `- asked by ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  ];
}

function reasonText({ policy, rule, message, clauses }: Reason, register: ClauseRegister): string {
  const cited = clauses.map((id) => (register.byId.has(id) ? `${id} ${clause(register, id).title_zh}` : id));
  return `${message} (\`${policy}/${rule}\`${cited.length > 0 ? `; ${cited.join(', ')}` : ''})`;
}

function witnessText({ witness, smallestChange }: ChangeClass): readonly string[] {
  const { requester, action, purpose, home, device, property, before, after } = witness;
  const flips =
    smallestChange.kind === 'flips'
      ? `It would be ${smallestChange.outcome} if ${smallestChange.condition}.`
      : 'No single change of a fact would make it otherwise.';
  return [
    `**For example**: ${requester} asks to ${action} \`${property}\` of ${device} in ${home} for ${purpose}: ${before} before, ${after} after. ${flips}`,
  ];
}

function where({ areas: lines }: ImpactReport, areas: Played['areas']): readonly string[] {
  const changed = Map.groupBy(
    lines.filter(({ from, to }) => from !== to),
    ({ area }) => area,
  );
  if (changed.size === 0) return [];
  const sums = [...changed].map(([area, of]) => ({
    name: areas.get(area)?.name ?? area,
    cells: of.reduce((sum, { cells }) => sum + cells, 0),
  }));
  const largest = sums.sort((a, b) => b.cells - a.cells || (a.name < b.name ? -1 : 1)).slice(0, 3);
  const told = largest.map(({ name, cells }) => `${name} (${count(cells)} cells)`).join(', ');
  return ['', `Outcomes change in ${plural(changed.size, 'area')}, most of all in ${told}.`];
}

/** Rules of the draft that change nothing here. */
function idleRules({ draft, neverReached, neverDecide }: ImpactReport): readonly string[] {
  const drafted = new Set([...draft.added.flatMap(({ files }) => files), ...draft.replaced.flatMap(({ by }) => by)]);
  const names = (rules: ImpactReport['neverDecide']) =>
    rules.after.filter(({ file }) => drafted.has(file)).map(({ policy, rule }) => `\`${policy}/${rule}\``);
  const [unreached, beaten] = [names(neverReached), names(neverDecide)];
  return [
    ...told(
      beaten,
      'holds in some cells and decides none, as others beat it each time',
      'hold in some cells and decide none, as others beat them each time',
    ),
    ...told(unreached, 'holds in no cell that was asked about', 'hold in no cell that was asked about'),
  ];
}

function told(rules: readonly string[], one: string, many: string): readonly string[] {
  return rules.length === 0 ? [] : ['', `Of the draft, ${rules.join(', ')} ${rules.length === 1 ? one : many}.`];
}

function expected(expectations: ImpactReport['expectations']): readonly string[] {
  if (expectations.length === 0) return [];
  return [
    '',
    '| what must hold | expected | counted | |',
    '| --- | --: | --: | --- |',
    ...expectations.map(
      ({ measure, expected: bound, cells, met }) =>
        `| ${measure} | ${boundText(bound)} | ${count(cells)} | ${met ? 'holds' : '**does not hold**'} |`,
    ),
  ];
}

function boundText(bound: ImpactReport['expectations'][number]['expected']): string {
  if (typeof bound === 'number') return count(bound);
  const { at_least: least, at_most: most } = bound;
  return [least === undefined ? '' : `at least ${count(least)}`, most === undefined ? '' : `at most ${count(most)}`]
    .filter(Boolean)
    .join(', ');
}

function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
