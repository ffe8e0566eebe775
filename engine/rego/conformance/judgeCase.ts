import { canonicalJson } from '../../canonicalJson.ts';
import type { RuleValue } from '../EvaluateRule.ts';
import type { PublishedCase } from './PublishedCase.ts';

/** How an evaluator fared: as wanted, without an answer where one was wanted, or with another one than wanted. */
export type Judgement =
  | { readonly kind: 'passed' }
  | { readonly kind: 'refused' | 'wrong'; readonly wanted: string; readonly got: string };

/**
 * Compares the bindings that an evaluator yields for a case with those that OPA wants.
 *
 * @param order `any` where the evaluator gives sets as lists in an order of its own: then no list's order counts
 */
export function judgeCase(one: PublishedCase, { value, error }: RuleValue, order: 'sorted' | 'any'): Judgement {
  const { want_result: want, want_error_code: code, sort_bindings: sort = false, strict_error: strict = false } = one;
  const depth = order === 'any' ? Number.POSITIVE_INFINITY : sort ? 1 : 0;
  // An error of a builtin leaves its expression undefined, unless it is to stop the evaluation: OPA's Wasm cannot do that.
  const wanted = want ?? (strict ? [] : undefined);
  if (wanted === undefined) {
    const right =
      error !== undefined && (code !== 'eval_conflict_error' || error.code === 'policy:evaluation.conflict');
    return right
      ? { kind: 'passed' }
      : unlike('wrong', `the error ${code ?? one.want_error}`, error?.message ?? canonicalJson(value));
  }
  const expected = textOf(wanted, depth);
  if (error !== undefined) return unlike('refused', expected, error.message);
  const got = Array.isArray(value) ? textOf(value, depth) : canonicalJson(value);
  return got === expected ? { kind: 'passed' } : unlike('wrong', expected, got);
}

function unlike(kind: 'refused' | 'wrong', wanted: string, got: string): Judgement {
  return { kind, wanted, got };
}

/** Equal for equal sets of bindings; lists count as sets of their members down to `depth` below the variables. */
function textOf(bindings: readonly unknown[], depth: number): string {
  const texts = bindings.map((binding) =>
    canonicalJson(
      Object.fromEntries(Object.entries(binding as object).map(([name, value]) => [name, unordered(value, depth)])),
    ),
  );
  return `[${[...new Set(texts)].sort().join(',')}]`;
}

function unordered(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const members = value.map(
      (member) => [canonicalJson(unordered(member, depth - 1)), unordered(member, depth - 1)] as const,
    );
    return members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, member]) => member);
  }
  if (depth === 1) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unordered(member, depth - 1)]));
}
