import type { PolicyInput } from '../facts/PolicyInput.ts';

/**
 * Whether a bundle that is rolled out decides an input: those of homes in its cohort, by a fact like any other, so that
 * homes of one class have one bundle. Alarms are not staged: who is told of a danger does not hang on a trial.
 */
export function isStaged({ resource: { home, type } }: PolicyInput): boolean {
  return home.cohort === 'rollout' && type !== 'alarm';
}
