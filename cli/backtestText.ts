import type { Backtest, Difference, EffectCounts } from '../engine/backtest/Backtest.ts';
import { formatTable, labelled, wrapText } from './output.ts';

/** So many differences are printed; `--json` has all. */
const MOST_DIFFERENCES = 40;

/** A backtest as one reads it: how much was played, how well that gives what is recorded, and what differs. */
export function backtestText(backtest: Backtest): string {
  const { from, until, played, erased, withoutObject, reproduced, effects, differences, digest } = backtest;
  const { alarms, missing, extra } = reproduced;
  return [
    ...wrapText(
      `From ${from} until ${until}: ${count(played.changes)} changes and ${count(played.readings)} messages were played, ${count(played.decisions)} decisions made again.`,
    ),
    ...wrapText(
      `Under what was active, ${count(alarms)} of ${count(alarms + missing)} recorded alarms come about again${extra > 0 ? `, and ${count(extra)} that are not recorded` : ''}.`,
    ),
    ...(erased > 0 ? [`${count(erased)} records were erased since and are not played.`] : []),
    ...(withoutObject > 0 ? [`${count(withoutObject)} recorded events found nothing to happen to.`] : []),
    '',
    formatTable(
      ['effects of rules', 'granted', 'refused', 'failed'].map((title, at) => ({
        title,
        ...(at > 0 && { align: 'right' as const }),
      })),
      [effectRow('before', effects.before), effectRow('after', effects.after)],
    ),
    '',
    ...differenceLines(differences),
    '',
    ...labelled('Digest: ', digest, 8),
  ].join('\n');
}

function effectRow(side: string, { granted, refused, failed }: EffectCounts): readonly string[] {
  return [side, count(granted), count(refused), count(failed)];
}

function differenceLines(differences: readonly Difference[]): readonly string[] {
  if (differences.length === 0) return ['Nothing would have gone otherwise.'];
  const rows = differences
    .slice(0, MOST_DIFFERENCES)
    .map((one) => [one.at, one.home ?? '', whatOf(one), `${one.before} -> ${one.after}`, rulesOf(one)]);
  const left = differences.length - rows.length;
  return [
    `${count(differences.length)} ${differences.length === 1 ? 'thing' : 'things'} would have gone otherwise:`,
    formatTable(
      ['at', 'home', 'what', 'before -> after', 'by'].map((title) => ({ title })),
      rows,
    ),
    ...(left > 0 ? [`and ${count(left)} more: \`--json\` has them all`] : []),
  ];
}

function whatOf(one: Difference): string {
  if (one.kind !== 'decision') return `${one.kind} ${one.what}`;
  const { account, tier, action, purpose, resources } = one;
  return `${account ?? 'nobody'} (${tier}) to ${action} for ${purpose}${resources > 1 ? `, ${count(resources)} of a kind` : ''}`;
}

function rulesOf({ rules: { before, after } }: Difference): string {
  const own = (rules: readonly string[]) => rules.join(', ') || 'none';
  return own(before) === own(after) ? own(after) : `${own(before)} -> ${own(after)}`;
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
