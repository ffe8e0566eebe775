import type { Rule } from '../engine/rules/Rule.ts';
import { CodedError } from '../twin/CodedError.ts';
import type { ServerClient } from './serverClient.ts';

type RuleProblem = {
  readonly severity: string;
  readonly message: string;
  readonly hint: string | null;
  readonly path: string;
};
type Change = { readonly rule: { readonly id: string } | null; readonly problems: readonly RuleProblem[] };

const SET = `mutation ($home: ID!, $rule: JSON!, $dryRun: Boolean!) {
  change: setRule(home: $home, rule: $rule, dryRun: $dryRun) { rule { id } problems { severity message hint path } }
}`;
const UNDO = 'mutation ($home: ID!, $id: ID!) { change: undoRule(home: $home, id: $id) { decisionId } }';

/**
 * Sets rules as a household's own, all or none: each is looked at first, and what was set is undone when a later one cannot
 * be. Throws `command:rule.refused` with the rule and what is wrong, or what the server says.
 */
export async function setHomeRules(
  server: ServerClient,
  { home, rules, dryRun }: { readonly home: string; readonly rules: readonly Rule[]; readonly dryRun: boolean },
): Promise<void> {
  for (const rule of rules) refuseProblems(rule, await set(server, { home, rule, dryRun: true }));
  if (dryRun) return;
  const done: string[] = [];
  try {
    for (const rule of rules) {
      refuseProblems(rule, await set(server, { home, rule, dryRun: false }));
      done.push(rule.id);
    }
  } catch (error) {
    for (const id of done.toReversed()) await server.query(UNDO, { home, id });
    throw error;
  }
}

async function set(
  server: ServerClient,
  variables: { readonly home: string; readonly rule: Rule; readonly dryRun: boolean },
): Promise<Change> {
  const { change } = await server.query(SET, variables);
  return change as Change;
}

function refuseProblems({ id }: Rule, { problems }: Change): void {
  const problem = problems.find(({ severity }) => severity === 'error');
  if (!problem) return;
  throw new CodedError('command:rule.refused', `the home does not take the rule \`${id}\`: ${problem.message}`, {
    place: { path: problem.path },
    hint: problem.hint ?? 'nothing was set',
  });
}
