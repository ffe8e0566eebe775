import type { IdleRule, ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { count } from '../engine/simulate/written/numbers.ts';
import { labelled } from './output.ts';

/**
 * The rules that do nothing: those of the draft by name, and those that the draft makes do nothing; how many the others
 * are.
 */
export function idleText({ draft, neverReached, neverDecide }: ImpactReport): readonly string[] {
  const drafted = new Set([...draft.added, ...draft.replaced].map((one) => one.package));
  const [own, reached] = partition(neverReached.after, ({ policy }) => drafted.has(policy));
  const [beaten, deciding] = partition(neverDecide.after, ({ policy }) => drafted.has(policy));
  const idleBefore = new Set([...neverReached.before, ...neverDecide.before].map(keyOf));
  const [newly, others] = partition(deciding, (rule) => !idleBefore.has(keyOf(rule)));
  return [
    ...list('Rules of the draft that hold in no cell asked about:', own),
    ...list('Rules of the draft that decide nothing, for others beat them each time:', beaten),
    ...list('Rules that the draft leaves nothing to decide:', newly),
    '',
    `Other rules that hold in no cell asked about: ${count(reached.length)}; that decide nothing: ${count(others.length)} (\`--json\` has them)`,
  ];
}

function list(title: string, rules: readonly IdleRule[]): readonly string[] {
  if (rules.length === 0) return [];
  return [
    '',
    title,
    ...rules.flatMap(({ policy, rule, kind, file, line, clauses, inForce }) =>
      labelled(
        `   ${kind}`,
        [`${policy}/${rule}`, `${file}:${line}`, ...clauses, ...(inForce === false ? ['not in force then'] : [])].join(
          ', ',
        ),
        11,
      ),
    ),
  ];
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function keyOf({ policy, rule }: IdleRule): string {
  return `${policy}/${rule}`;
}
