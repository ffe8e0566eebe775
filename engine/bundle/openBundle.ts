import { join } from 'node:path';
import { type LoadOptions, loadPolicies, type PolicyBundle } from '../rego/loadPolicies.ts';
import { loadRules } from '../rules/loadRules.ts';
import type { LoadedRule } from '../rules/Rule.ts';
import { refused } from './parseBundle.ts';

/** What a bundle holds, compiled and ready to be asked. */
export type OpenedBundle = { readonly policies: PolicyBundle; readonly rules: readonly LoadedRule[] };

/** Opens a bundle that is laid out in a folder. Throws `policy:bundle.not_compiling` and `policy:bundle.rules_wrong` with every problem. */
export async function openBundle(folder: string, options: LoadOptions = {}): Promise<OpenedBundle> {
  const load = await loadPolicies(join(folder, 'policies'), options);
  if (load.kind === 'rejected') {
    const problems = load.problems.map(({ file, row, message }) => `${file ?? 'policies'}:${row ?? ''}: ${message}`);
    throw refused('not_compiling', 'its policies do not compile', problems.join('\n'));
  }
  const { rules, problems } = loadRules(folder);
  if (problems.length > 0) {
    const lines = problems.map(({ place, message }) => `${place?.file ?? 'rules'}:${place?.line ?? ''}: ${message}`);
    throw refused('rules_wrong', 'its rules cannot be loaded', lines.join('\n'));
  }
  return { policies: load.bundle, rules };
}
