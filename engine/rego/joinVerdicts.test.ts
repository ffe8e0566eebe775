import { expect, it } from 'vitest';
import { isFailure, joinVerdicts } from './joinVerdicts.ts';
import type { Reason, Verdict } from './Verdict.ts';
import { failed } from './verdictReader.ts';

const reason = (rule: string): Reason => {
  return { code: 'deny', policy: 'p', rule, file: 'p.rego', line: 1, clauses: [], message: rule };
};
const denying: Verdict = { permits: [], caps: [], denies: [{ reason: reason('no') }], errors: [] };

it('joins what policies say in their order', () => {
  const other = { ...denying, denies: [{ reason: reason('never') }] };
  expect(joinVerdicts([denying, other]).denies.map(({ reason: { rule } }) => rule)).toEqual(['no', 'never']);
});

it('lets the first policy that fails stand for all, as one evaluation of all ends there', () => {
  const failure = failed('policy:evaluation.conflict', 'a rule has two different values');
  expect(joinVerdicts([denying, failure, failed('policy:evaluation.step_limit', 'too many')])).toEqual(failure);
});

it('keeps what others say beside a policy that says something malformed', () => {
  const malformed = failed('policy:verdict.malformed', 'no outcome');
  const joined = joinVerdicts([denying, malformed]);
  expect(joined).toEqual({ ...denying, errors: malformed.errors });
  expect(isFailure(joined)).toBe(false);
});
