import { invariant } from '../../twin/CodedError.ts';
import type { Problem, RegoModule } from './Compiled.ts';
import { compiledEvaluators } from './compiled/compiledEvaluator.ts';
import type { Changes } from './composeDraft.ts';
import { compositionModule, policyEntrypoints, policyIntervals } from './compositionModule.ts';
import type { Interval } from './intervals.ts';
import { joinVerdicts } from './joinVerdicts.ts';
import { compilationOf, metadataProblems, type PolicyBundle, withoutComposition } from './loadPolicies.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { packageOf } from './packageOf.ts';
import { datesOfModules } from './policyDates.ts';
import { policyDigest, usedPackages } from './policyDigest.ts';
import { compileHash, type RegoCompiler } from './RegoCompiler.ts';
import type { RuleSource } from './RuleSource.ts';
import { readRules } from './readRules.ts';
import { union } from './readSet.ts';
import { timetable } from './timetable.ts';

/** Policies that are loaded, and the text they were made of. */
type LoadedPolicies = { readonly modules: readonly RegoModule[]; readonly bundle: PolicyBundle };

/** Policies that can be asked although they were never compiled in one piece. */
export type EditedBundle = Omit<PolicyBundle, 'compiled'>;

export type EditedLoad =
  | { readonly kind: 'loaded'; readonly bundle: EditedBundle }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[] };

type EditOptions = {
  readonly changes: Changes;
  readonly inputSchema: unknown;
  readonly compiler: RegoCompiler;
};

/** What composes the verdict of all policies: with another one of these nothing can be kept. */
const COMPOSING = 'main';

/**
 * Loads policies that differ in little from ones that are loaded: only policies that are other ones now are compiled, with
 * all that they use, and the rest is asked as it was. The bundle has the id, rules and decisions, and a rejection the
 * problems, that loading it whole gives; it takes a tenth of the time. Null where there is nothing that can be kept.
 */
export async function recompilePolicies(
  loaded: LoadedPolicies,
  modules: readonly RegoModule[],
  { changes, inputSchema, compiler }: EditOptions,
): Promise<EditedLoad | null> {
  const changed = changedPackages(loaded.modules, modules);
  const digests = digestsOf(modules);
  const before = digestsOf(loaded.modules);
  const stale = [...digests.keys()].filter((policy) => before.get(policy) !== digests.get(policy));
  // Without a policy there is nothing to compile for: a library that nobody uses is looked at with everything else.
  if (changed.has(COMPOSING) || (changed.size > 0 && stale.length === 0)) return null;

  const part = await compilePart(stale, { modules, changed, digests, inputSchema, compiler });
  if ('problems' in part) return { kind: 'rejected', problems: part.problems };
  const dates = datesOfModules(modules);
  const open = ({ from, policies }: Interval) => {
    const kept = new Map(loaded.bundle.at(from).evaluator.policies?.map((policy) => [policy.digest, policy]));
    return joined(
      policies.map((policy) => {
        const evaluator = part.evaluators.get(policy) ?? kept.get(digests.get(policy));
        invariant(evaluator, 'a policy that is as it was is in force when it was');
        return evaluator;
      }),
    );
  };
  const keptRules = loaded.bundle.rules.filter(({ policy }) => digests.has(policy) && !part.evaluators.has(policy));
  const { all, entrypoints } = compilationOf(modules);
  return {
    kind: 'loaded',
    bundle: {
      id: compileHash(all, { entrypoints, inputSchema }),
      files: modules.map(({ file }) => file),
      rules: [...keptRules, ...part.rules].sort(byPlace),
      at: timetable({ intervals: policyIntervals(modules), dates, open }),
      dates,
      changes,
    },
  };
}

type Part = {
  readonly rules: readonly RuleSource[];
  /** By policy. */
  readonly evaluators: ReadonlyMap<string, PolicyEvaluator>;
};

/** Compiles some policies, and packages that changed, with all that these use. */
async function compilePart(
  policies: readonly string[],
  options: Omit<EditOptions, 'changes'> & {
    readonly modules: readonly RegoModule[];
    readonly changed: ReadonlySet<string>;
    readonly digests: ReadonlyMap<string, string>;
  },
): Promise<Part | { readonly problems: readonly Problem[] }> {
  const { modules, changed, digests, inputSchema, compiler } = options;
  if (policies.length === 0) return { rules: [], evaluators: new Map() };
  const wanted = new Set([...policies, ...changed].flatMap((name) => [...usedPackages(name, modules)]));
  const part = modules.filter(({ source }) => wanted.has(packageOf(source)));
  const paths = policyEntrypoints(modules);
  const entrypoints = policies.map((policy) => paths.get(policy)!);
  const result = await compiler.compile([...part, compositionModule(part)], { entrypoints, inputSchema });
  if (result.kind === 'rejected') return { problems: result.problems.map(withoutComposition) };
  const problems = metadataProblems(result.compiled, part);
  if (problems.length > 0) return { problems };
  const { rules } = readRules(result.compiled);
  const byEntrypoint = new Map(policies.map((policy, index) => [entrypoints[index]!, digests.get(policy)!]));
  const evaluator = compiledEvaluators(
    result.compiled,
    rules,
  )({ verdict: entrypoints[0]!, policies: entrypoints, digests: byEntrypoint });
  return {
    rules: rules.filter(({ policy }) => policies.includes(policy)),
    evaluators: new Map(policies.map((policy, index) => [policy, evaluator.policies![index]!])),
  };
}

/** One evaluator of several policies, whose verdicts are asked one by one. */
function joined(policies: readonly PolicyEvaluator[]): PolicyEvaluator {
  return {
    policies,
    readSet: union(...policies.map(({ readSet }) => readSet)),
    evaluate: (input) => joinVerdicts(policies.map((policy) => policy.evaluate(input))),
  };
}

function digestsOf(modules: readonly RegoModule[]): ReadonlyMap<string, string> {
  const known = digested.get(modules);
  if (known) return known;
  const policies = [...policyEntrypoints(modules).keys()];
  const digests = new Map(policies.map((policy) => [policy, policyDigest(policy, modules)]));
  digested.set(modules, digests);
  return digests;
}
// Those of what is loaded are asked for at every edit.
const digested = new WeakMap<readonly RegoModule[], ReadonlyMap<string, string>>();

/** Packages of which any file is another one, came or went. */
function changedPackages(before: readonly RegoModule[], after: readonly RegoModule[]): ReadonlySet<string> {
  const [old, fresh] = [new Set(before.map(textOf)), new Set(after.map(textOf))];
  const changed = [...before.filter((one) => !fresh.has(textOf(one))), ...after.filter((one) => !old.has(textOf(one)))];
  return new Set(changed.map(({ source }) => packageOf(source)));
}

function textOf({ file, source }: RegoModule): string {
  return `${file}\n${source}`;
}

function byPlace(a: RuleSource, b: RuleSource): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
