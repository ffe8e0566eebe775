import type { Local, Operand, PlanBlock, PlanStatement } from '../Plan.ts';
import type { VerifiedPlan } from './verifyPlan.ts';

/** A member of a member of an object, and the rule whose value it is. */
type Leaf = { readonly member: string; readonly key: string; readonly rule: string };

/** An object of objects whose members are values of rules, as a verdict is: told by the plan, before anything is evaluated. */
export type ObjectLeaves = {
  /** The outer keys. */
  readonly members: readonly string[];
  /** In the order in which they are evaluated. */
  readonly leaves: readonly Leaf[];
};

/** What is known of a value: an object under construction, or the value of a rule. */
type Known =
  | { readonly kind: 'object'; readonly members: Map<string, Known> }
  | { readonly kind: 'rule'; readonly name: string };

/** How deep rules that only hand on other rules are followed. */
const DEEPEST = 8;

/**
 * Looks whether an entry point only puts values of rules into an object of objects. Then a verdict can be read from the
 * rules themselves, without the objects. Undefined where it does anything else.
 */
export function objectLeaves(plan: VerifiedPlan, blocks: readonly PlanBlock[]): ObjectLeaves | undefined {
  const [block, ...others] = blocks;
  if (!block || others.length > 0) return undefined;
  const result = straight(block.stmts, plan);
  const value = result?.kind === 'object' ? result.members.get('result') : undefined;
  const whole = value && unfold(value, plan, 0);
  if (whole?.kind !== 'object') return undefined;
  const members = [...whole.members].map(([member, inner]) => [member, unfold(inner, plan, 0)] as const);
  const leaves: Leaf[] = [];
  for (const [member, inner] of members) {
    if (inner.kind !== 'object') return undefined;
    for (const [key, leaf] of inner.members) {
      if (leaf.kind !== 'rule') return undefined;
      leaves.push({ member, key, rule: leaf.name });
    }
  }
  return { members: members.map(([member]) => member), leaves };
}

/** The object that a rule makes, where it makes one of rules; the rule itself where not. */
function unfold(value: Known, plan: VerifiedPlan, depth: number): Known {
  if (value.kind === 'object' || depth === DEEPEST) return value;
  const [body, end, last, ...more] = plan.byName.get(value.name)?.blocks ?? [];
  // A rule of one body, whose result is handed on and returned.
  if (!body || end?.stmts[0]?.type !== 'IsDefinedStmt' || last?.stmts[0]?.type !== 'ReturnLocalStmt' || more.length > 0)
    return value;
  const made = straight(body.stmts, plan);
  return made === undefined ? value : unfold(made, plan, depth + 1);
}

/**
 * The last value that statements make without a condition; undefined where they do anything else. A rule that is asked and
 * whose value is no part of it is a condition: without a value nothing is made.
 */
function straight(statements: readonly PlanStatement[], plan: VerifiedPlan): Known | undefined {
  const known = new Map<Local, Known>();
  const unused = new Set<Local>();
  const of = (operand: Operand) => (operand.type === 'local' ? known.get(operand.value) : undefined);
  let result: Known | undefined;
  let last: Local | undefined;
  const use = (operand: Operand) => operand.type === 'local' && unused.delete(operand.value);
  for (const { type, stmt } of statements) {
    switch (type) {
      case 'ResetLocalStmt':
        break;
      case 'CallStmt': {
        const [input, data] = stmt.args;
        const isRule = stmt.args.length === 2 && isLocal(input, 0) && isLocal(data, 1) && plan.byName.has(stmt.func);
        if (!isRule) return undefined;
        known.set(stmt.result, { kind: 'rule', name: stmt.func });
        unused.add(stmt.result);
        break;
      }
      case 'MakeObjectStmt':
        known.set(stmt.target, { kind: 'object', members: new Map() });
        unused.add(stmt.target);
        break;
      case 'AssignVarStmt':
      case 'AssignVarOnceStmt': {
        const value = of(stmt.source);
        if (!value) return undefined;
        known.set(stmt.target, value);
        use(stmt.source);
        unused.add(stmt.target);
        result = value;
        last = stmt.target;
        break;
      }
      case 'ObjectInsertStmt': {
        const [object, value] = [known.get(stmt.object), of(stmt.value)];
        if (object?.kind !== 'object' || stmt.key.type !== 'string_index' || !value) return undefined;
        use(stmt.value);
        object.members.set(plan.strings[stmt.key.value]!, value);
        break;
      }
      case 'ResultSetAddStmt':
        result = known.get(stmt.value);
        last = stmt.value;
        break;
      default:
        return undefined;
    }
  }
  if (last !== undefined) unused.delete(last);
  return unused.size === 0 ? result : undefined;
}

function isLocal(operand: Operand | undefined, local: Local): boolean {
  return operand?.type === 'local' && operand.value === local;
}
