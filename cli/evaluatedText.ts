import type { decideInput } from '../engine/decideInput.ts';
import type { NextBetter } from '../engine/explanation/nextBetter.ts';
import type { PolicyInput } from '../engine/facts/PolicyInput.ts';
import { obligationText } from '../engine/obligations/obligationText.ts';
import type { Stop } from '../engine/rego/evaluateRules.ts';
import type { RuleKind } from '../engine/rego/RuleSource.ts';
import type { Reason } from '../engine/rego/Verdict.ts';
import type { Outcome } from '../twin/words.ts';
import { formatTable, labelled } from './output.ts';

/** What one rule of a policy, or a word that it uses, made of an input. */
export type RuleState = {
  readonly package: string;
  readonly rule: string;
  readonly file: string;
  readonly line: number;
} & (
  | { readonly kind: RuleKind; readonly holds: boolean; readonly stopsAt: Stop | null }
  | { readonly value: unknown }
  | { readonly undefined: true; readonly stopsAt: readonly Stop[] }
  | { readonly error: string }
);

/** A rule that holds, with what it says. */
export type HeldRule = Pick<Reason, 'policy' | 'rule' | 'file' | 'line'> & {
  readonly kind: RuleKind;
  readonly outcome?: Outcome;
  /** Whether a waiver keeps it from acting. */
  readonly waived: boolean;
};

/** What was made of an input: the decision, every rule that holds, and where a policy was named, all that it says. */
export type Evaluated = ReturnType<typeof decideInput> & {
  readonly input: PolicyInput;
  readonly held: readonly HeldRule[];
  readonly rules: readonly RuleState[];
  readonly nextBetter: NextBetter | null;
};

/** What was made of an input, for people. */
export function evaluatedText(evaluated: Evaluated): string {
  const { outcome, obligations, reasons, errors, underneath, announced = [], held, rules, nextBetter } = evaluated;
  return [
    outcome.toUpperCase(),
    ...section('Because', reasons.flatMap(reasonLines)),
    ...section('Errors', [...new Set(errors.map(({ code, message }) => `  ${code}: ${message}`))]),
    ...(obligations.length > 0 ? ['', ...labelled('On condition of', obligationText(obligations), 17)] : []),
    ...(underneath ? ['', `Without the waiver: ${insteadText(underneath)}`] : []),
    ...announced.flatMap((one) => ['', `From ${one.from}: ${insteadText(one)}`]),
    ...section(
      `For ${nextBetter?.outcome} one of these would have been enough`,
      nextBetter?.changes.map(({ condition }) => `  ${condition}`) ?? [],
    ),
    ...section('Every rule that holds', held.length > 0 ? [heldTable(held)] : []),
    ...section('What the rules say', rules.length > 0 ? [stateTable(rules)] : []),
  ].join('\n');
}

function insteadText({ outcome, obligations }: Pick<Evaluated, 'outcome' | 'obligations'>): string {
  return obligations.length === 0 ? outcome : `${outcome}, on condition of ${obligationText(obligations)}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function reasonLines({ code, policy, rule, message, file, line, clauses }: Reason): readonly string[] {
  const waived = code === 'waived' ? 'waived: ' : '';
  return [
    ...labelled('', `${waived}${policy}/${rule}: ${message}`, 2),
    `    ${file}:${line}  ${clauses.join(' ')}`.trimEnd(),
  ];
}

function heldTable(held: readonly HeldRule[]): string {
  return formatTable(
    [{ title: 'kind' }, { title: 'rule' }, { title: 'outcome' }, { title: 'at' }],
    held.map(({ kind, policy, rule, outcome = 'denied', file, line, waived }) => [
      waived ? `${kind}, waived` : kind,
      `${policy}/${rule}`,
      outcome,
      `${file}:${line}`,
    ]),
  );
}

function stateTable(rules: readonly RuleState[]): string {
  return formatTable(
    [{ title: 'rule' }, { title: 'at' }, { title: 'value' }],
    rules.map((state) => [
      'kind' in state ? `${state.package}/${state.rule}` : `${state.package}.${state.rule}`,
      `${state.file}:${state.line}`,
      valueText(state),
    ]),
  );
}

function valueText(state: RuleState): string {
  if ('kind' in state) {
    return state.holds
      ? `${state.kind} holds`
      : `${state.kind} does not hold${stopsText(state.stopsAt ? [state.stopsAt] : [])}`;
  }
  if ('error' in state) return `error: ${state.error}`;
  return 'value' in state ? JSON.stringify(state.value) : `undefined${stopsText(state.stopsAt)}`;
}

/** The condition that did not hold; of several definitions the lines alone. */
function stopsText(stops: readonly Stop[]): string {
  const [only, ...others] = stops;
  if (!only) return '';
  return others.length === 0
    ? `, for line ${only.line}: ${only.text}`
    : `, for lines ${stops.map(({ line }) => line).join(', ')}`;
}
