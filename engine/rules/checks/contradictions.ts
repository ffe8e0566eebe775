import type { DataPath } from '../../documents/DataSource.ts';
import { type Asked, domainOf, type Logic } from './askedOf.ts';
import type { RuleCheck, Told } from './RuleCheck.ts';
import type { RuleView } from './RuleView.ts';
import { intersect, isEmpty, type ValueSet } from './ValueSet.ts';

/** What is asked of each value further up, with the last place that asked it. */
type Asking = ReadonlyMap<string, { readonly set: ValueSet | null; readonly holds: boolean; readonly path: DataPath }>;

/** Conditions that must hold together and never do. */
export const contradictions: RuleCheck = function* ({ rules, focus }) {
  for (const rule of rules) if (focus(rule)) yield* inLogic(rule, rule.logic, new Map());
};

function* inLogic(rule: RuleView, logic: Logic, above: Asking): Generator<Told> {
  if (logic.kind === 'asked') {
    yield* askedWith(rule, logic.asked, above);
    return;
  }
  if (logic.kind === 'any') {
    for (const part of logic.parts) yield* inLogic(rule, part, above);
    return;
  }
  // What is asked outright stands before what is one of several.
  const asking = new Map(above);
  for (const { asked } of outright(logic)) {
    yield* askedWith(rule, asked, asking);
    add(asking, asked);
  }
  for (const part of inner(logic)) yield* inLogic(rule, part, asking);
}

function* outright(logic: Logic): Generator<Extract<Logic, { kind: 'asked' }>> {
  if (logic.kind === 'asked') yield logic;
  else if (logic.kind === 'all') for (const part of logic.parts) yield* outright(part);
}

function* inner(logic: Logic): Generator<Logic> {
  if (logic.kind === 'any') yield logic;
  else if (logic.kind === 'all') for (const part of logic.parts) yield* inner(part);
}

function add(asking: Map<string, { set: ValueSet | null; holds: boolean; path: DataPath }>, asked: Asked): void {
  const { key, set, holds, path } = asked;
  const before = asking.get(key);
  const common = before?.set && set ? intersect(before.set, set) : set;
  // Told once: what contradicted is left out.
  if (common && isEmpty(common)) return;
  asking.set(key, { set: common, holds, path });
}

function* askedWith(rule: RuleView, asked: Asked, above: Asking): Generator<Told> {
  const { key, set, holds, path } = asked;
  if (set && isEmpty(intersect(set, domainOf(asked)))) {
    yield {
      code: 'rule:condition.never',
      rule,
      path: [...path, 'value'],
      message: `no \`${asked.fact}\` is ever like this`,
      hint: 'ask for a value that there is',
    };
    return;
  }
  const before = above.get(key);
  if (!before) return;
  const agree = set && before.set ? !isEmpty(intersect(set, before.set)) : before.holds === holds;
  if (agree) return;
  yield {
    code: 'rule:condition.contradictory',
    rule,
    path: [...path, 'value'],
    related: [{ rule, path: [...before.path, 'value'] }],
    message: `this condition on \`${nameOf(asked)}\` and another one never hold together`,
    hint: 'write them under `any`, or take one of them out',
  };
}

function nameOf({ fact, params }: Asked): string {
  return fact === 'property' ? String(params['name']) : fact;
}
