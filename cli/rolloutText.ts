import { breachText, type RolloutStart } from '../engine/rollOut.ts';
import { AGREEMENT, type ImpactComparison, type ImpactShares } from '../engine/rollout/compareImpact.ts';
import type { RolloutStatus, StageStatus } from '../engine/rollout/rolloutStatus.ts';
import type { ImpactCounts, ImpactKey } from '../trust/activations/RolloutRecord.ts';
import { type Column, formatTable } from './output.ts';

const NOT_COMPARED: Readonly<Record<NonNullable<ImpactComparison['because']>, string>> = {
  not_simulated: 'not simulated: only properties are',
  not_asked_for: 'not simulated: nobody of these asks so there',
  few_cells: 'too few cells',
};

/** What a roll-out begins with, or what each of its stages would bring. */
export function startText({ record, signers, changes, stages }: RolloutStart): string {
  const { added, changed, removed } = changes.policies;
  return [
    record
      ? `${record.number}: bundle ${record.bundle.slice(0, 12)} decides for ${stages[0]!.percent} % of the homes`
      : 'may be rolled out, and nothing has changed yet:',
    `  signed by ${signers.map(({ holder }) => holder).join(' and ')}`,
    ...added.map((name) => `  + policy ${name}`),
    ...changed.map((name) => `  ~ policy ${name}`),
    ...removed.map((name) => `  - policy ${name}`),
    '  simulated:',
    ...indented(forecastTable(stages)),
    ...stages.flatMap(({ percent, breaches }) =>
      breaches.length > 0 ? [`  ! at ${percent} % it would break the budget: ${breachText(breaches)}`] : [],
    ),
    ...(record ? ['  next: `twinward rollout status`, then `twinward rollout advance`'] : []),
  ].join('\n');
}

function forecastTable(stages: RolloutStart['stages']): string {
  const rows = stages.map(({ percent, predicted: { homes, total } }) => [
    `${percent} %`,
    whole(homes),
    ...countCells(total),
  ]);
  return formatTable([right('share'), right('homes'), ...COUNT_COLUMNS], rows);
}

const COUNT_COLUMNS: readonly Column[] = ['allowed before', 'changed', 'newly denied', 'newly raw', 'errors'].map(
  right,
);

function countCells({ allowedBefore, allowed, changed, newlyDenied, newlyRaw, errors }: ImpactCounts): string[] {
  return [
    whole(allowedBefore),
    withShare(changed, allowed),
    withShare(newlyDenied, allowedBefore),
    whole(newlyRaw),
    whole(errors),
  ];
}

/** Where a roll-out stands, with what was simulated beside what then happened. */
export function statusText(status: RolloutStatus): string {
  const { rollout, state, bundle, name, plan, stages, next, held, because, breaches } = status;
  const percents = plan.stages.map((percent) => `${percent} %`).join(', ');
  return [
    `roll-out ${rollout} of ${name}, bundle ${bundle.slice(0, 12)}: ${state}`,
    `  stages ${percents}; ${plan.waitMs === null ? 'each waits for `advance`' : `the next after ${plan.waitMs / 1000} s`}`,
    ...(next === null ? [] : [`  goes on by itself at ${next}`]),
    ...(held === null ? [] : [`  WAITS for somebody: ${held}`]),
    ...(because === null ? [] : [`  STOPPED by itself, all homes are back: ${breachText(breaches) || because}`]),
    ...stages.flatMap((stage) => ['', ...stageLines(stage)]),
  ].join('\n');
}

function stageLines({ percent, began, ended, predicted, observed, compared }: StageStatus): readonly string[] {
  const head = `  ${percent} % from ${began}${ended === null ? '' : ` to ${ended}`}`;
  const rows = [['simulated', whole(predicted.total.cells), ...countCells(predicted.total), '']];
  if (observed) {
    const p99 = observed.p99Ms === null ? '' : `${observed.p99Ms.toPrecision(2)} ms`;
    rows.push(['observed', whole(observed.total.cells), ...countCells(observed.total), p99]);
  }
  const totals = formatTable([{ title: '' }, right('cells'), ...COUNT_COLUMNS, right('p99')], rows);
  const skipped =
    observed && observed.skipped > 0
      ? [`    ${whole(observed.skipped)} cells were not compared: too many at once`]
      : [];
  if (compared.length === 0) return [head, ...indented(totals), ...skipped];
  return [head, ...indented(totals), ...skipped, ...indented(comparisonTable(compared))];
}

function comparisonTable(compared: readonly ImpactComparison[]): string {
  const columns = [
    { title: 'simulated / observed' },
    right('cells'),
    right('changed'),
    right('newly denied'),
    right('newly raw'),
    { title: `agrees (within ${AGREEMENT * 100} %)` },
  ];
  const rows = compared.map(({ of, predicted, observed, cells, agrees, because }) => [
    askedText(of),
    whole(cells.observed),
    ...(['changed', 'newlyDenied', 'newlyRaw'] as const).map((share) => bothShares(predicted, observed, share)),
    because === null ? (agrees ? 'yes' : 'NO') : NOT_COMPARED[because],
  ]);
  return formatTable(columns, rows);
}

/** Simulated, then observed. */
function bothShares(predicted: ImpactShares | null, observed: ImpactShares, share: keyof ImpactShares): string {
  const before = predicted ? percent(predicted[share]) : '-';
  return `${before} / ${percent(observed[share])}`;
}

function askedText({ tier, organisation, action, purpose, resource, category }: ImpactKey): string {
  const who = organisation === null ? tier : `${tier} ${organisation}`;
  return `${who}: ${action} ${resource === 'property' ? category : `the ${resource} itself`} for ${purpose}`;
}

function withShare(count: number, among: number): string {
  return among === 0 ? whole(count) : `${whole(count)} (${percent(count / among)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 1)} %`;
}

function whole(count: number): string {
  return count.toLocaleString('en-GB');
}

function right(title: string): Column {
  return { title, align: 'right' };
}

function indented(table: string): readonly string[] {
  return table.split('\n').map((line) => `    ${line}`);
}
