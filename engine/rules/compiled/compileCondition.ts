import { type Condition, type FactCondition, factValueOf } from '../Rule.ts';
import type { ConditionResult } from '../RuleEvaluator.ts';
import { type Operator, operatorOf } from './operators.ts';
import type { Asked, Question } from './Question.ts';
import type { Questions } from './Questions.ts';

/** A condition ready to be tried. Both throw what a fact or an operator throws. */
export type CompiledCondition = {
  /** Whether it holds. */
  readonly holds: (asked: Asked) => boolean;
  /** The same, with every condition on a fact that was looked at on the way, in the order of the rule. */
  readonly look: (asked: Asked) => Looked;
};
type Looked = { readonly held: boolean; readonly looked: readonly ConditionResult[] };

/**
 * Compiles a condition to closures, once. What cannot be (an operator or a reference that means nothing) throws when it is
 * looked at, as in the npm engine, where nobody misses what nobody looks at.
 */
export function compileCondition(condition: Condition, questions: Questions): CompiledCondition {
  if ('any' in condition) return several(condition.any, questions, true);
  if ('all' in condition) return several(condition.all, questions, false);
  if ('not' in condition) return negated(compileCondition(condition.not, questions));
  if ('condition' in condition) return broken(`No condition ${condition.condition} exists`);
  return onFact(condition, questions);
}

function negated({ holds, look }: CompiledCondition): CompiledCondition {
  return {
    holds: (asked) => !holds(asked),
    look: (asked) => {
      const { held, looked } = look(asked);
      return { held: !held, looked };
    },
  };
}

/**
 * `any` (decided by what holds) and `all` (by what does not). Conditions of one priority are all looked at, so that one which
 * throws is never missed; those of the next priority only when nothing is decided. Nothing at all holds, even for `any`.
 */
function several(conditions: readonly Condition[], questions: Questions, decisive: boolean): CompiledCondition {
  const parts = conditions.map((condition) => compileCondition(condition, questions));
  if (parts.length === 0) return { holds: () => true, look: () => ({ held: true, looked: [] }) };
  if (parts.length === 1) return parts[0]!;
  const ranks = byPriority(conditions);
  return {
    holds: trying(
      ranks.map((rank) => rank.map((part) => parts[part]!.holds)),
      decisive,
    ),
    look,
  };

  function look(asked: Asked): Looked {
    const looked: (readonly ConditionResult[])[] = parts.map(() => []);
    let isDecided = false;
    for (const rank of ranks) {
      for (const part of rank) {
        const one = parts[part]!.look(asked);
        looked[part] = one.looked;
        if (one.held === decisive) isDecided = true;
      }
      if (isDecided) break;
    }
    return { held: isDecided === decisive, looked: looked.flat() };
  }
}

type Holds = CompiledCondition['holds'];

function trying(ranks: readonly (readonly Holds[])[], decisive: boolean): Holds {
  const [first] = ranks as [readonly Holds[]];
  if (ranks.length > 1) {
    const each = ranks.map((rank) => tryingAll(rank, decisive));
    return (asked) => {
      for (const isDecided of each) if (isDecided(asked)) return decisive;
      return !decisive;
    };
  }
  const isDecided = tryingAll(first, decisive);
  return decisive ? isDecided : (asked) => !isDecided(asked);
}

/** Whether one of them decides; all are tried. */
function tryingAll(rank: readonly Holds[], decisive: boolean): Holds {
  const [first, second, third] = rank as [Holds, Holds, Holds];
  // Most rules have two or three conditions: these need no loop.
  if (rank.length === 1) return (asked) => first(asked) === decisive;
  if (rank.length === 2) {
    return (asked) => {
      const one = first(asked) === decisive;
      return second(asked) === decisive || one;
    };
  }
  if (rank.length === 3) {
    return (asked) => {
      const one = first(asked) === decisive;
      const two = second(asked) === decisive;
      return third(asked) === decisive || one || two;
    };
  }
  return (asked) => {
    let isDecided = false;
    for (const holds of rank) if (holds(asked) === decisive) isDecided = true;
    return isDecided;
  };
}

/** The places of the conditions by priority, highest first; without one it is 1. */
function byPriority(conditions: readonly Condition[]): readonly (readonly number[])[] {
  const ranks = new Map<number, number[]>();
  for (const [place, { priority }] of conditions.entries()) {
    const rank = Number(priority) || 1;
    const same = ranks.get(rank);
    if (same) same.push(place);
    else ranks.set(rank, [place]);
  }
  return [...ranks].sort(([a], [b]) => b - a).map(([, places]) => places);
}

function onFact(condition: FactCondition, questions: Questions): CompiledCondition {
  const { fact, params = {}, path, operator, value } = condition;
  const compare = operatorOf(operator);
  if (!compare) return broken(`Unknown operator: ${operator}`);
  const question = questions.of(condition);
  const other = factValueOf(condition);
  const wanted = other && questions.of(other);
  const holds = wanted ? comparing(compare, question, wanted) : constant(operator, compare, question, value);
  const asks = path === undefined ? { fact, params, operator } : { fact, params, path, operator };
  return {
    holds,
    look: (asked) => {
      const held = holds(asked);
      const right = wanted ? wanted.answer(asked) : value;
      return { held, looked: [{ ...asks, value: right ?? null, got: question.answer(asked) ?? null, held }] };
    },
  };
}

function comparing(compare: Operator, question: Question, wanted: Question): Holds {
  return (asked) => {
    const right = wanted.answer(asked);
    return compare(question.answer(asked), right);
  };
}

/** The commonest comparisons without a call for the operator. */
function constant(operator: string, compare: Operator, question: Question, value: unknown): Holds {
  if (operator === 'equal') return (asked) => question.answer(asked) === value;
  if (operator === 'notEqual') return (asked) => question.answer(asked) !== value;
  return (asked) => compare(question.answer(asked), value);
}

function broken(message: string): CompiledCondition {
  const fail = () => {
    throw new Error(message);
  };
  return { holds: fail, look: fail };
}
