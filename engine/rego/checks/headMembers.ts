import { DOUBTFUL_FACTS } from '../../facts/missingFact.ts';
import type { Problem } from '../Compiled.ts';
import { type PolicyCheck, problemAt } from './PolicyCheck.ts';
import { headMember, type ProgramRule, ruleId } from './Program.ts';
import type { Term } from './Syntax.ts';
import { suggest } from './suggest.ts';

const MEMBERS = {
  permit: ['rule', 'outcome', 'obligations', 'clauses', 'message'],
  cap: ['rule', 'outcome', 'obligations', 'clauses', 'message'],
  deny: ['rule', 'clauses', 'message', 'needs'],
} as const;

/** What a permit, cap or deny says and nobody reads, or does not say and must. */
export const headMembers: PolicyCheck = ({ program }) =>
  program.rules.flatMap((rule): readonly Problem[] => {
    const { kind } = rule;
    if (kind === null) return [];
    const { key } = rule.syntax.head;
    // That such a rule is no object, and so has no name, is told with what METADATA lacks.
    if (key?.type !== 'object') return [];
    const known = MEMBERS[kind];
    const extra = key.value
      .map(([name]) => name)
      .filter((name) => name.type === 'string' && !known.some((each) => each === name.value))
      .map((name) => unread(rule, name, known));
    return [...extra, ...missingOutcome(rule), ...unknownNeed(rule)];
  });

/** A fact that a rule needs and of which nobody could say how old it is. */
function unknownNeed(rule: ProgramRule): readonly Problem[] {
  const needs = headMember(rule, 'needs');
  if (needs?.type !== 'string' || DOUBTFUL_FACTS.includes(needs.value)) return [];
  return [
    problemAt(rule, needs.location, {
      code: 'policy:fact.unknown',
      message: `of \`${needs.value}\`, which \`${ruleId(rule)}\` needs, nothing tells how old it is`,
      ...suggest(needs.value, DOUBTFUL_FACTS, true),
    }),
  ];
}

function unread(rule: ProgramRule, name: Term, known: readonly string[]): Problem {
  return problemAt(rule, name.location, {
    code: 'policy:head.unknown_member',
    message: `\`${name.value}\` of the ${rule.kind} rule \`${ruleId(rule)}\` is read by nobody`,
    ...suggest(String(name.value), known, true),
  });
}

function missingOutcome(rule: ProgramRule): readonly Problem[] {
  if (rule.kind === 'deny') return [];
  const outcome = headMember(rule, 'outcome');
  if (!outcome) {
    return [
      problemAt(rule, undefined, {
        code: 'policy:outcome.missing',
        message: `the ${rule.kind} rule \`${ruleId(rule)}\` has no outcome`,
        hint: '`"outcome": "raw"` gives all; others are `aggregate`, `pseudonymous`, `reduced`',
      }),
    ];
  }
  if (rule.kind !== 'permit' || outcome.type !== 'string' || outcome.value !== 'denied') return [];
  return [
    problemAt(rule, outcome.location, {
      code: 'policy:outcome.unknown',
      message: `the permit \`${ruleId(rule)}\` permits nothing`,
      hint: 'write a `deny` rule',
    }),
  ];
}
