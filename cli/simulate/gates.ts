import { isCounted } from '../../engine/simulate/checkExpectations.ts';
import type { ChangeClass, Expectation, ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { MEASURES, type Measure } from '../../engine/simulate/Scenario.ts';
import { boundText, limitText, scopeText } from '../../engine/simulate/written/limitText.ts';
import { count } from '../../engine/simulate/written/numbers.ts';
import type { Problem } from '../problems.ts';

/** Something that a report is held against: what its scenario expects, or a limit. */
export type Gate = {
  readonly kind: 'expectation' | 'limit';
  readonly measure: Measure;
  /** What is allowed, and what was found, in words. */
  readonly wanted: string;
  readonly found: string;
  readonly met: boolean;
  /** The change classes that count for it, by their places in the report. */
  readonly changes: readonly number[];
};

/** What of a report its gates are about. */
export type GatedReport = Pick<ImpactReport, 'scenario' | 'expectations' | 'limits' | 'changes'>;

/** All that a report is held against. */
export function gatesOf({ expectations, limits = [], changes }: GatedReport): readonly Gate[] {
  const countedBy = (measure: Measure) => [...changes.keys()].filter((place) => isCounted(measure, changes[place]!));
  return [
    ...expectations.map(({ measure, expected, cells, met }: Expectation): Gate => {
      const [wanted, found] = [`${boundText(expected)} cells`, `${count(cells)} cells`];
      return { kind: 'expectation', measure, wanted, found, met, changes: countedBy(measure) };
    }),
    ...limits.map((limit): Gate => {
      const { measure, cells, homes, met, changes: places } = limit;
      const wanted = `at most ${limitText(limit)} ${scopeText(limit)}`;
      const found = `${count(cells)} cells in ${count(homes)} homes`;
      return { kind: 'limit', measure, wanted, found, met, changes: places };
    }),
  ];
}

/** What a report does not keep to, a line for each gate. */
export function missedGates(report: GatedReport): readonly string[] {
  return gatesOf(report).flatMap(({ kind, measure, wanted, found, met }) => {
    if (met) return [];
    const missed = kind === 'expectation' ? 'not as expected' : 'beyond a limit';
    return `${missed}: ${found} are ${measure}, and ${kind === 'expectation' ? 'expected' : 'allowed'} are ${wanted}`;
  });
}

/** What breaks the gates of a report: each change class behind one as a problem at the rule that decides it. */
export function gateProblems(report: GatedReport): readonly Problem[] {
  return gatesOf(report).flatMap((gate) => {
    if (gate.met) return [];
    if (gate.changes.length === 0) return [problemOf(gate, `nothing is ${gate.measure}`)];
    return gate.changes.map((place) => {
      const change = report.changes[place]!;
      return { ...problemOf(gate, changeText(change)), place: placeOf(change) };
    });
  });
}

const MEANINGS: Readonly<Record<Measure, string>> = {
  changed: 'Cells that change in outcome or obligations',
  newly_allowed: 'Cells that were denied and are no more',
  newly_denied: 'Cells that are denied and were not',
  newly_raw: 'Cells that are raw and were not',
  widened: 'Cells of which more is seen',
  narrowed: 'Cells of which less is seen',
};

/** What the problems of gates mean, by code. */
export const GATE_MEANINGS: Readonly<Record<string, string>> = Object.fromEntries(
  MEASURES.flatMap((measure) => [
    [`scenario:expectation.${measure}`, `${MEANINGS[measure]}: not as many as the scenario expects.`],
    [`scenario:limit.${measure}`, `${MEANINGS[measure]}: more than a limit allows.`],
  ]),
);

function problemOf({ kind, measure, wanted, found }: Gate, message: string): Problem {
  const hint = `${kind === 'expectation' ? 'expected' : 'allowed'} are ${wanted}, and there are ${found} that are ${measure}`;
  return { code: `scenario:${kind}.${measure}`, message, hint };
}

/** A change class in a sentence. */
export function changeText({ from, to, cells, homes, reasons, witness }: ChangeClass): string {
  const [before, after] = [reasons.before, reasons.after].map((list) =>
    list.map(({ policy, rule }) => `\`${policy}/${rule}\``).join(', '),
  );
  const { property, device, requester } = witness;
  return `${count(cells)} cells in ${count(homes)} homes go from ${from} (${before}) to ${to} (${after}), such as \`${property}\` of ${device} for ${requester}`;
}

/** Where the rule stands that makes the change: the one that decides now, or that decided where none does any more. */
function placeOf({ reasons }: ChangeClass): NonNullable<Problem['place']> {
  const decides = ({ code }: ChangeClass['reasons']['after'][number]) => code !== 'no_permit';
  const reason = reasons.after.find(decides) ?? reasons.before.find(decides) ?? reasons.after[0]!;
  return { file: reason.file, line: reason.line };
}
