import type { Forecast, MovedCells } from '../engine/forecast/Forecast.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';
import type { OutcomePoint } from '../engine/simulate/written/timeLine.ts';
import { formatTable, labelled, wrapText } from './output.ts';

const LADDER = ['denied', 'withheld', 'aggregate', 'pseudonymous', 'reduced', 'raw'] as const;
const SIDES = ['before', 'after'] as const;
const BARS = '▁▂▃▄▅▆▇█';
/** So many instants are printed; `--json` has all. */
const MOST_CHANGES = 12;
/** So wide is the line of a row. */
const POINTS = 30;

/** A forecast as one reads it: how outcomes go on, what made access change, and when. */
export function forecastText(forecast: Forecast, { title, question }: Scenario): string {
  const { population, from, until, seed, effects, digest } = forecast;
  return [
    title,
    ...wrapText(question.trim()),
    '',
    ...wrapText(
      `One future of ${count(population.homes)} homes (${population.id}), from ${from} until ${until}, seed ${seed}. What happens how often is assumed: \`--json\` says what, and \`--rates\` takes your own figures.`,
    ),
    '',
    'Cells by outcome, day by day (each line by its own scale):',
    outcomeTable(forecast.days),
    '',
    'What happened, and the cells that were gained and lost by it:',
    causeTable(forecast),
    '',
    ...changeLines(forecast),
    `Rules: ${count(effects.granted)} effects granted, ${count(effects.refused)} refused, ${count(effects.failed)} failed.`,
    ...labelled('Digest: ', digest, 8),
  ].join('\n');
}

function outcomeTable(days: readonly OutcomePoint[]): string {
  const rows = LADDER.flatMap((outcome) =>
    SIDES.flatMap((side) => {
      const counts = days.map((point) => point[side][outcome] ?? 0);
      if (counts.every((each) => each === 0)) return [];
      const [first, last] = [counts[0]!, counts.at(-1)!];
      return [[outcome, side, count(first), count(last), signed(last - first), sparkline(counts)]];
    }),
  );
  const columns = [{ title: 'outcome' }, { title: 'policies' }];
  const numbers = ['first day', 'last day', ''].map((title) => ({ title, align: 'right' as const }));
  return formatTable([...columns, ...numbers, { title: '' }], rows);
}

/** A line of bars from the least to the most; a flat one where nothing changes. */
function sparkline(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const step = Math.max(1, counts.length / POINTS);
  return Array.from({ length: Math.min(counts.length, POINTS) }, (_, at) => {
    const value = counts[Math.min(counts.length - 1, Math.floor((at + 1) * step) - 1)]!;
    if (most === least) return BARS[0];
    return BARS[Math.min(BARS.length - 1, Math.floor(((value - least) / (most - least)) * BARS.length))];
  }).join('');
}

function causeTable({ causes }: Forecast): string {
  const rows = causes.map(({ lifecycle, event, times, before, after }) => [
    lifecycle,
    event,
    count(times),
    ...[before, after].flatMap(({ gained, lost }) => [count(gained), count(lost)]),
  ]);
  const numbers = ['times', 'gained before', 'lost', 'gained after', 'lost'];
  const columns = numbers.map((title) => ({ title, align: 'right' as const }));
  return formatTable([{ title: 'lifecycle' }, { title: 'event' }, ...columns], rows);
}

function changeLines({ accessChanges }: Forecast): readonly string[] {
  if (accessChanges.length === 0) return ['Nobody gains or loses access.', ''];
  const largest = [...accessChanges]
    .sort((a, b) => sizeOf(b.before) + sizeOf(b.after) - sizeOf(a.before) - sizeOf(a.after))
    .slice(0, MOST_CHANGES)
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const rows = largest.map(({ at, cause, home, before, after }) => [
    at,
    `${cause.lifecycle} ${cause.event}`,
    moved(before),
    moved(after),
    home ?? 'many homes',
  ]);
  const titles = ['at', 'cause', 'before', 'after', 'home'].map((title) => ({ title }));
  const all = accessChanges.length;
  return [
    all > largest.length
      ? `Access changes at ${count(all)} instants; the ${largest.length} largest (\`--json\` has all):`
      : 'Access changes at these instants:',
    formatTable(titles, rows),
    '',
  ];
}

function sizeOf({ gained, lost, other }: MovedCells): number {
  return gained + lost + other;
}

function moved({ gained, lost, other }: MovedCells): string {
  const parts = [gained > 0 && `+${count(gained)}`, lost > 0 && `-${count(lost)}`, other > 0 && `~${count(other)}`];
  return parts.filter(Boolean).join(' ') || '·';
}

function signed(number: number): string {
  return number === 0 ? '·' : `${number > 0 ? '+' : ''}${count(number)}`;
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}
