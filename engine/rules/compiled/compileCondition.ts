import { type Condition, type FactCondition, factValueOf } from '../Rule.ts';
import type { ConditionResult } from '../RuleEvaluator.ts';
import { operatorOf } from './operators.ts';
import type { Asked, Question } from './Question.ts';
import type { Questions } from './Questions.ts';
import { DOES, holds, Trial } from './Trial.ts';

/** A condition ready to be tried. */
export type CompiledCondition = {
  /** For `holds`, which says whether it does. */
  readonly trial: Trial;
  /** Says the same, and adds every condition on a fact that it looks at on the way, in the order of the rule. */
  readonly look: (asked: Asked, looked: ConditionResult[]) => boolean;
};

/**
 * Compiles a condition, once. What cannot be (an operator or a reference that means nothing) fails when it is looked at, as
 * in the npm engine, where nobody misses what nobody looks at.
 */
export function compileCondition(condition: Condition, questions: Questions): CompiledCondition {
  if ('any' in condition) return several(condition.any, questions, true);
  if ('all' in condition) return several(condition.all, questions, false);
  if ('not' in condition) return negated(compileCondition(condition.not, questions));
  if ('condition' in condition) return failing(`No condition ${condition.condition} exists`);
  return onFact(condition, questions);
}

function negated({ trial, look }: CompiledCondition): CompiledCondition {
  return {
    trial: new Trial(DOES.not, { parts: [trial] }),
    look: (asked, looked) => !look(asked, looked),
  };
}

/**
 * `any` (decided by what holds) and `all` (by what does not). Conditions of one priority are all looked at, so that one which
 * throws is never missed; those of the next priority only when nothing is decided. Nothing at all holds, even for `any`.
 */
function several(conditions: readonly Condition[], questions: Questions, decisive: boolean): CompiledCondition {
  const parts = conditions.map((condition) => compileCondition(condition, questions));
  if (parts.length === 0) return { trial: new Trial(DOES.all, {}), look: () => true };
  if (parts.length === 1) return parts[0]!;
  const ranks = byPriority(conditions);
  const trials = ranks.map((rank) => {
    return new Trial(decisive ? DOES.any : DOES.all, { parts: rank.map((part) => parts[part]!.trial) });
  });
  if (trials.length === 1) return { trial: trials[0]!, look: lookAtAll(parts, decisive) };
  const trial = new Trial(decisive ? DOES.anyInTurn : DOES.allInTurn, { parts: trials });
  return { trial, look: lookInTurn(parts, ranks, decisive) };
}

type Look = CompiledCondition['look'];

function lookAtAll(parts: readonly CompiledCondition[], decisive: boolean): Look {
  return (asked, looked) => {
    let isDecided = false;
    for (const { look } of parts) if (look(asked, looked) === decisive) isDecided = true;
    return isDecided === decisive;
  };
}

function lookInTurn(
  parts: readonly CompiledCondition[],
  ranks: readonly (readonly number[])[],
  decisive: boolean,
): Look {
  return (asked, looked) => {
    const ofParts: ConditionResult[][] = parts.map(() => []);
    const isDecided = ranks.some((rank) => {
      // All of a rank are looked at.
      return rank.map((part) => parts[part]!.look(asked, ofParts[part]!)).includes(decisive);
    });
    looked.push(...ofParts.flat());
    return isDecided === decisive;
  };
}

/** The places of the conditions by priority, highest first; without one it is 1. */
function byPriority(conditions: readonly Condition[]): readonly (readonly number[])[] {
  const ranks = Map.groupBy(conditions.keys(), (place) => Number(conditions[place]!.priority) || 1);
  return [...ranks].sort(([a], [b]) => b - a).map(([, places]) => places);
}

function onFact(condition: FactCondition, questions: Questions): CompiledCondition {
  const { fact, params = {}, path, operator, value } = condition;
  const compare = operatorOf(operator);
  if (!compare) return failing(`Unknown operator: ${operator}`);
  const question = questions.of(condition);
  const other = factValueOf(condition);
  const wanted = other && questions.of(other);
  const trial = new Trial(doesOf(operator, value, wanted), { question, compare, value: wanted ?? value });
  return {
    trial,
    look: (asked, looked) => {
      const held = holds(trial, asked);
      const right = (wanted ? wanted.answer(asked) : value) ?? null;
      const got = question.answer(asked) ?? null;
      looked.push(
        path === undefined
          ? { fact, params, operator, value: right, got, held }
          : { fact, params, path, operator, value: right, got, held },
      );
      return held;
    },
  };
}

/** Equality and, with a number, order are tried without a call for the operator. */
function doesOf(operator: string, value: unknown, wanted: Question | null): Trial['does'] {
  if (wanted) return DOES.compareFact;
  if (operator === 'equal' || operator === 'notEqual') return DOES[operator];
  if (typeof value !== 'number') return DOES.compare;
  switch (operator) {
    case 'lessThan':
    case 'lessThanInclusive':
    case 'greaterThan':
    case 'greaterThanInclusive':
      return DOES[operator];
    default:
      return DOES.compare;
  }
}

function failing(message: string): CompiledCondition {
  const trial = new Trial(DOES.fail, { value: message });
  return { trial, look: (asked) => holds(trial, asked) };
}
