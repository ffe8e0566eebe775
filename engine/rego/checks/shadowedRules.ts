import { OUTCOMES, type Outcome } from '../../../twin/words.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import type { Problem } from '../Compiled.ts';
import { type AnyOf, implies } from './Condition.ts';
import { Conditions } from './conditionsOf.ts';
import { plain } from './constants.ts';
import { obligationsOf } from './obligations.ts';
import { type PolicyCheck, problemAt } from './PolicyCheck.ts';
import { headMember, type Program, type ProgramRule, ruleId } from './Program.ts';
import { textOf } from './Syntax.ts';

/** Rules that change nothing, since another one of their policy holds whenever they do and says as much or more. */
export const shadowedRules: PolicyCheck = ({ program, input, focus }) => {
  const conditions = new Conditions(program, input);
  const strengths = new Map(program.rules.map((rule) => [rule, strengthOf(rule, program)]));
  const order = new Map(program.rules.map((rule, index) => [rule, index]));
  return program.rules.filter(focus).flatMap((rule): readonly Problem[] => {
    const stronger = program.rules.find((other) => other !== rule && isStronger(other, rule));
    return stronger ? [problemOf(rule, stronger)] : [];
  });

  function isStronger(other: ProgramRule, rule: ProgramRule): boolean {
    if (!saysAsMuch(other, rule)) return false;
    const [wide, narrow] = [conditions.ofRule(other), conditions.ofRule(rule)];
    if (!wide || !narrow || !covers(wide, narrow)) return false;
    // Of two that say the same, the later one is too much.
    const isEqual = covers(narrow, wide) && saysAsMuch(rule, other);
    return !isEqual || order.get(other)! < order.get(rule)!;
  }

  /** Whether a rule says at least as much as another one, and for as long: policies have dates, and rules may be waived. */
  function saysAsMuch(strong: ProgramRule, weak: ProgramRule): boolean {
    if (strong.kind !== weak.kind || strong.package !== weak.package) return false;
    if (strong.kind === null) return strong.path === weak.path && areAlternatives(strong, weak);
    if (isWaivable(strong) && !isWaivable(weak)) return false;
    if (strong.kind === 'deny') return true;
    const [a, b] = [strengths.get(strong), strengths.get(weak)];
    if (!a || !b) return false;
    // Obligations of a weaker permit hold too where a cap lowers the stronger one to its outcome.
    return (strong.kind === 'permit' ? a.rank >= b.rank : a.rank <= b.rank) && b.asked.isSubsetOf(a.asked);
  }
};

function isWaivable({ syntax }: ProgramRule): boolean {
  return syntax.annotations?.some(({ custom }) => custom?.waivable === true) === true;
}

/** The outcome of a rule and what it asks for, where all of it is known. */
function strengthOf(
  rule: ProgramRule,
  program: Program,
): { readonly rank: number; readonly asked: ReadonlySet<string> } | null {
  const [rank, asked] = [rankOf(rule), obligationTexts(rule, program)];
  return rank === null || !asked ? null : { rank, asked };
}

/** Whether whenever one holds, the other does. */
function covers(wide: AnyOf, narrow: AnyOf): boolean {
  return narrow.length > 0 && narrow.every((one) => wide.some((other) => implies(one, other)));
}

function rankOf(rule: ProgramRule): number | null {
  const outcome = headMember(rule, 'outcome');
  return outcome?.type === 'string' ? OUTCOMES.indexOf(outcome.value as Outcome) : null;
}

/** The obligations of a rule, where all of them are known. */
function obligationTexts(rule: ProgramRule, program: Program): ReadonlySet<string> | null {
  const list = headMember(rule, 'obligations');
  const known = obligationsOf(rule, program);
  if (list && known.length === 0 && !(list.type === 'array' && list.value.length === 0)) return null;
  return new Set(known.map((each) => canonicalJson(plain(each))));
}

/** Whether two definitions of a rule yield the same and stand side by side, rather than one before the other. */
function areAlternatives(a: ProgramRule, b: ProgramRule): boolean {
  return [a, b].every(({ syntax }) => !syntax.else && !syntax.default) && headText(a) === headText(b);
}

function headText({ syntax: { head } }: ProgramRule): string {
  const parts = [...(head.args ?? []), ...(head.key ? [head.key] : []), ...(head.value ? [head.value] : [])];
  return parts.map(textOf).join(' ');
}

function problemOf(rule: ProgramRule, stronger: ProgramRule): Problem {
  const where = `${stronger.file === rule.file ? 'line ' : `${stronger.file}:`}${stronger.at.row}`;
  const name = rule.kind === null ? `this alternative of \`${rule.name}\`` : `the ${rule.kind} \`${ruleId(rule)}\``;
  const by = stronger.kind === null ? 'another one' : `\`${ruleId(stronger)}\``;
  return problemAt(rule, rule.at, {
    code: 'policy:rule.shadowed',
    message: `${name} changes nothing: whenever it holds, ${by} (${where}) does, and says as much`,
    hint: 'take it out, or ask for less in the other one',
  });
}
