import type { Problem } from '../Compiled.ts';
import { Conditions } from './conditionsOf.ts';
import { type PolicyCheck, problemAt } from './PolicyCheck.ts';
import { type ProgramRule, partsOf } from './Program.ts';
import type { Body } from './Syntax.ts';

/** Rules that never hold: a statement that is never true, or some that are never true together. */
export const unreachableRules: PolicyCheck = ({ program, input, focus }) => {
  const conditions = new Conditions(program, input);
  return program.rules
    .filter(focus)
    .flatMap((rule) => partsOf(rule).flatMap(({ body }): readonly Problem[] => neverIn(body, rule, conditions)));
};

function neverIn(body: Body, rule: ProgramRule, conditions: Conditions): readonly Problem[] {
  const statements = conditions.statements(body, rule);
  for (const [index, { expr, any }] of statements.entries()) {
    const before = statements.slice(0, index);
    if (!isNever(conditions, [...before.map((each) => each.any), any])) continue;
    const rival = before.find((each) => isNever(conditions, [each.any, any]));
    const with_ = rival ? `what line ${rival.expr.location?.row} asks for` : 'what stands above it';
    return [
      problemAt(rule, expr.location, {
        code: 'policy:rule.unreachable',
        message: isNever(conditions, [any])
          ? 'this is never true, so the rule never holds'
          : `this is never true together with ${with_}, so the rule never holds`,
        hint: 'take the rule out, or put alternatives into a helper rule',
      }),
    ];
  }
  return [];
}

function isNever(conditions: Conditions, parts: Parameters<Conditions['all']>[0]): boolean {
  return conditions.all(parts)?.length === 0;
}
