import { join } from 'node:path';
import { loadPolicies, loadValidPolicies, type PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { formatProblem, problemOfPolicy } from '../problems.ts';
import { repositoryRoot } from '../repositoryRoot.ts';

/** The policies that are compared. */
export type Sides = { readonly baseline: PolicyBundle; readonly proposed: PolicyBundle };

const policies = join(repositoryRoot, 'policies');

/** Loads what a scenario compares. Throws `policy:draft.not_found`, and `policy:draft.invalid` with every problem. */
export async function loadSides({ draft }: Scenario, paths: boolean): Promise<Sides> {
  if (draft === undefined) {
    throw new CodedError('command:usage', 'no draft is given, and the scenario names none', {
      hint: 'see `twinward simulate --help`',
    });
  }
  const file = findNamed(draft, DRAFTS, paths);
  const [baseline, proposed] = await Promise.all([
    loadValidPolicies(policies, { cache: join(dataFolder(), 'cache') }),
    loadDraft(file),
  ]);
  return { baseline, proposed };
}

async function loadDraft(draft: string): Promise<PolicyBundle> {
  const load = await loadPolicies(policies, { draft });
  if (load.kind === 'loaded') return load.bundle;
  throw new CodedError('policy:draft.invalid', `the draft \`${draft}\` has ${load.problems.length} problem(s)`, {
    hint: load.problems.map((problem) => formatProblem(problemOfPolicy(problem))).join('\n'),
  });
}
