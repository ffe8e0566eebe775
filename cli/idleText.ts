import type { IdleRule, ImpactReport } from '../engine/simulate/ImpactReport.ts';
import { count } from '../engine/simulate/written/numbers.ts';

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
    `Of the other rules ${count(reached.length)} hold in no cell asked about, and ${count(others.length)} hold and decide none: \`--json\` has them`,
  ];
}

function list(title: string, rules: readonly IdleRule[]): readonly string[] {
  if (rules.length === 0) return [];
  return [
    '',
    title,
    ...rules.map(
      ({ policy, rule, kind, file, line, clauses, inForce }) =>
        `   ${kind} ${policy}/${rule}, ${file}:${line}${clauses.length > 0 ? `, ${clauses.join(' ')}` : ''}${inForce === false ? ', not in force then' : ''}`,
    ),
  ];
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function keyOf({ policy, rule }: IdleRule): string {
  return `${policy}/${rule}`;
}
