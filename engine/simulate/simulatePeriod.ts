import { CodedError } from '../../twin/CodedError.ts';
import { factSettings } from '../facts/factSettings.ts';
import { type TimeWindow, windowsInForce } from '../facts/timeWindows.ts';
import type { PolicyDates } from '../rego/policyDates.ts';
import { duration } from '../rules/duration.ts';
import { type SimulatePorts, simulate } from '../simulate.ts';
import type { ImpactReport } from './ImpactReport.ts';
import type { Scenario } from './Scenario.ts';

/** What a draft would change at each moment of a period. Nothing is summed: a cell of the night is another by day. */
export type PeriodReport = {
  readonly scenario: string;
  readonly from: string;
  readonly until: string;
  /** Parts of the period, one after the other, each with the number of the report that holds in it. */
  readonly spans: readonly { readonly from: string; readonly until: string; readonly report: number }[];
  readonly reports: readonly ImpactReport[];
};

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** So many instants may be asked about. */
const MOST_INSTANTS = 1_000;
/** A period without a step is searched for the instants at which access can change. */
const MOST_DAYS = 400;

/**
 * Plays a scenario over its period, on the same homes: at each step, or where it has none at each instant at which
 * policies come into force or end, or a named window begins or ends. Between two such instants nothing that policies read
 * depends on the time, so the report of the first holds until the next; spans in which the same is found are one. What
 * happens to homes in a period is for a forecast to say.
 *
 * Throws as `simulate` does, and `scenario:period.too_long`.
 */
export function simulatePeriod(
  scenario: Scenario & { readonly until: string },
  ports: SimulatePorts,
  onProgress: (played: number, instants: number) => void = () => undefined,
): PeriodReport {
  const end = Date.parse(scenario.until);
  const instants = instantsOf(scenario, ports, end);
  const reportAt = reporter(scenario, ports);
  const spans: { from: string; until: string; report: number }[] = [];
  const reports: ImpactReport[] = [];
  const numbers = new Map<string, number>();
  for (const [index, instant] of instants.entries()) {
    onProgress(index, instants.length);
    const { report, found } = reportAt(instant);
    const number = numbers.get(found) ?? reports.push(report) - 1;
    numbers.set(found, number);
    const until = text(instants[index + 1] ?? end);
    const last = spans.at(-1);
    if (last?.report === number) last.until = until;
    else spans.push({ from: text(instant), until, report: number });
  }
  return { scenario: scenario.name, from: scenario.at, until: scenario.until, spans, reports };
}

/** Plays an instant, once for all that policies cannot tell apart; `found` is equal where the same is found. */
function reporter(scenario: Scenario, ports: SimulatePorts) {
  const { until: _, every: __, ...rest } = scenario;
  const windows = windowsInForce(factSettings.timeWindows);
  const known = new Map<string, { readonly report: ImpactReport; readonly found: string }>();
  return (instant: number) => {
    const intervals = [ports.baseline, ports.proposed].map((side) => intervalOf(side.dates, instant));
    const key = JSON.stringify([windows(instant), intervals]);
    const played = known.get(key) ?? withFound(simulate({ ...rest, at: text(instant) }, ports));
    known.set(key, played);
    return played;
  };
}

/** Inputs of witnesses name the windows, and tell apart what is otherwise the same. */
function withFound(report: ImpactReport) {
  const { inputs: _, changes, ...rest } = report;
  const bare = changes.map(({ witness: _, smallestChange: __, ...change }) => change);
  return { report, found: JSON.stringify([rest, bare]) };
}

function instantsOf({ at, every, until }: Scenario, ports: SimulatePorts, end: number): readonly number[] {
  const start = Date.parse(at);
  const step = every === undefined ? null : duration(every);
  const tooLong = (said: string, path: string) =>
    new CodedError('scenario:period.too_long', said, {
      place: { path },
      hint: 'take a shorter period or a longer step',
    });
  if (step !== null) {
    const count = Math.ceil((end - start) / step);
    if (count > MOST_INSTANTS)
      throw tooLong(`\`${every}\` until \`${until}\` is more than ${MOST_INSTANTS} instants`, '/every');
    return Array.from({ length: count }, (_, index) => start + index * step);
  }
  if (end - start > MOST_DAYS * 24 * 60 * MINUTE) throw tooLong(`the period has more than ${MOST_DAYS} days`, '/until');
  const dates = [ports.baseline, ports.proposed].flatMap(({ dates }) =>
    [...(dates?.values() ?? [])].flatMap(({ inForce, repealed }) => [inForce, repealed]),
  );
  const within = (instant: number) => start < instant && instant < end;
  const all = new Set([start, ...dates.filter(within), ...windowEdges(factSettings.timeWindows, start, end)]);
  return [...all].sort((a, b) => a - b);
}

/** The instants within a period at which windows begin or end. */
function windowEdges(windows: readonly TimeWindow[], start: number, end: number): readonly number[] {
  // The clocks of zones differ by whole quarters of an hour.
  const minutes = new Set(
    windows.flatMap(({ from, until }) => [from, until].map((minute) => (minute * MINUTE) % QUARTER)),
  );
  const inForce = windowsInForce(windows);
  const edges: number[] = [];
  let before = inForce(start).join();
  for (let quarter = Math.floor(start / QUARTER) * QUARTER; quarter < end; quarter += QUARTER) {
    for (const instant of [...minutes].sort((a, b) => a - b).map((offset) => quarter + offset)) {
      if (instant <= start || instant >= end) continue;
      const now = inForce(instant).join();
      if (now !== before) edges.push(instant);
      before = now;
    }
  }
  return edges;
}

/** Which packages are in force. */
function intervalOf(dates: ReadonlyMap<string, PolicyDates> | undefined, instant: number): readonly string[] {
  return [...(dates ?? [])]
    .filter(([, { inForce, repealed }]) => inForce <= instant && instant < repealed)
    .map(([name]) => name);
}

function text(instant: number): string {
  return new Date(instant).toISOString();
}
