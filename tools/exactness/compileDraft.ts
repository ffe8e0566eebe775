import { join } from 'node:path';
import { compiledEvaluator } from '../../engine/rego/compiled/compiledEvaluator.ts';
import { composeDraft } from '../../engine/rego/composeDraft.ts';
import { compositionModule, policyEntrypoints } from '../../engine/rego/compositionModule.ts';
import type { PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import { opaWasmEvaluator } from '../../engine/rego/opaWasm/opaWasmEvaluator.ts';
import type { PolicyEvaluator } from '../../engine/rego/PolicyEvaluator.ts';
import { policyDigest } from '../../engine/rego/policyDigest.ts';
import { findPolicies, readInputSchema } from '../../engine/rego/policyFiles.ts';
import type { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { readRules } from '../../engine/rego/readRules.ts';

/** What a census needs of a bundle, which it asks by the fast evaluator, and OPA's own to hold it against. */
export type Evaluated = Pick<PolicyBundle, 'id' | 'rules' | 'at' | 'changes'> &
  Partial<Pick<PolicyBundle, 'dates'>> & { readonly reference: PolicyEvaluator };

const root = join(import.meta.dirname, '../../policies');

/** A bundle with the reference evaluator of what is in force last. */
export function withReference(bundle: PolicyBundle): Evaluated {
  return { ...bundle, reference: opaWasmEvaluator(bundle.compiled, bundle.rules) };
}

/**
 * Compiles a policy among the product's own, or alone with the libraries.
 * Throws with the problems and the source when it does not compile: a generator is to write what does.
 */
export async function compileDraft(
  compiler: RegoCompiler,
  source: string,
  { alone = false }: { readonly alone?: boolean } = {},
): Promise<Evaluated> {
  const active = findPolicies(root).filter(({ file }) => !alone || /^policies\/(lib\/|main\.rego)/.test(file));
  const { modules, changes } = composeDraft(active, [{ file: 'drafts/tiered.rego', source }]);
  const single = policyEntrypoints(modules);
  const compiled = await compiler.compile([...modules, compositionModule(modules)], {
    entrypoints: ['main/verdict', ...single.values()],
    inputSchema: readInputSchema(root),
  });
  if (compiled.kind === 'rejected') throw new Error(`${JSON.stringify(compiled.problems)}\n${source}`);
  const { rules } = readRules(compiled.compiled);
  const evaluator = compiledEvaluator(compiled.compiled, rules, {
    verdict: 'main/verdict',
    policies: [...single.values()],
    digests: new Map([...single].map(([policy, entrypoint]) => [entrypoint, policyDigest(policy, modules)])),
  });
  const reference = opaWasmEvaluator(compiled.compiled, rules);
  return { id: compiled.compiled.hash, rules, at: () => ({ evaluator, announced: [] }), changes, reference };
}
