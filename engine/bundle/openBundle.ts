import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { loadPrecedence } from '../commands/loadPrecedence.ts';
import type { Precedence } from '../commands/Precedence.ts';
import { loadPacks } from '../household/loadPacks.ts';
import type { RuleSet } from '../household/RuleSet.ts';
import type { Compiled } from '../rego/Compiled.ts';
import { type LoadOptions, loadPolicies, openCompiled, type PolicyBundle } from '../rego/loadPolicies.ts';
import { loadRules, ruleGrammar } from '../rules/loadRules.ts';
import { refused } from './parseBundle.ts';

/** What a bundle holds, compiled and ready to be asked. */
export type OpenedBundle = {
  readonly policies: Pick<PolicyBundle, 'at' | 'rules'>;
  /** Who wins an actuator. */
  readonly precedence: Precedence;
} & RuleSet;

/** Opens a bundle that is laid out in a folder. Throws `policy:bundle.not_compiling` and `policy:bundle.rules_wrong` with every problem. */
export async function openBundle(
  folder: string,
  options: LoadOptions = {},
): Promise<OpenedBundle & { readonly policies: PolicyBundle }> {
  const load = await loadPolicies(join(folder, 'policies'), options);
  if (load.kind === 'rejected') {
    const problems = load.problems.map(({ file, row, message }) => `${file ?? 'policies'}:${row ?? ''}: ${message}`);
    throw refused('not_compiling', 'its policies do not compile', problems.join('\n'));
  }
  return { policies: load.bundle, ...openRules(folder) };
}

/** Opens a bundle whose policies were compiled a moment ago, in small steps, so that decisions go on in between. */
export async function openCompiledBundle(folder: string, compiled: Compiled): Promise<OpenedBundle> {
  await setImmediate();
  const policies = openCompiled(compiled);
  await setImmediate();
  return { policies, ...openRules(folder) };
}

function openRules(folder: string): Omit<OpenedBundle, 'policies'> {
  const { rules, problems: ofRules } = loadRules(folder);
  const { packs, problems: ofPacks } = loadPacks(folder, rules);
  const { precedence, problems: ofPrecedence } = loadPrecedence(folder);
  const problems = [...ofRules, ...ofPacks, ...ofPrecedence];
  if (problems.length === 0) return { rules, packs, grammar: ruleGrammar(folder), precedence };
  const lines = problems.map(({ place, message }) => `${place?.file ?? 'rules'}:${place?.line ?? ''}: ${message}`);
  throw refused('rules_wrong', 'its rules cannot be loaded', lines.join('\n'));
}
