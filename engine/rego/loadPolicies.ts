import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../../twin/CodedError.ts';
import type { Compiled, Problem, RegoModule } from './Compiled.ts';
import { readCompiled, writeCompiled } from './compileCache.ts';
import { compiledEvaluators } from './compiled/compiledEvaluator.ts';
import { compileRego } from './compileRego.ts';
import { type Changes, composeDraft } from './composeDraft.ts';
import { compositionModule, policyEntrypoints, policyIntervals } from './compositionModule.ts';
import { type Interval, intervalsOf } from './intervals.ts';
import { datesOfCompiled, datesOfModules, type PolicyDates, readDates } from './policyDates.ts';
import { policyDigest } from './policyDigest.ts';
import { findDraft, findPolicies, findPolicyTests, readInputSchema } from './policyFiles.ts';
import { compileHash, type RegoCompiler } from './RegoCompiler.ts';
import type { RuleSource } from './RuleSource.ts';
import { readRules } from './readRules.ts';
import { rejectedPolicies } from './rejectedPolicies.ts';
import { testEntrypoints, unseenTests } from './runPolicyTests.ts';
import { type InForce, timetable } from './timetable.ts';

/** A set of policies, compiled and ready to be asked. */
export type PolicyBundle = {
  /** Digest of the files, the input's schema and the compiler. */
  readonly id: string;
  /** The Rego files it was made of, sorted. */
  readonly files: readonly string[];
  readonly rules: readonly RuleSource[];
  readonly compiled: Compiled;
  /** Which of them hold at an instant, in milliseconds since 1970. */
  readonly at: (instant: number) => InForce;
  /** The dates of the packages that have some. */
  readonly dates: ReadonlyMap<string, PolicyDates>;
  /** What the draft changes; empty without one. */
  readonly changes: Changes;
};

export type LoadOptions = {
  /** A Rego file or a folder of them: it replaces the active files of the same packages. */
  readonly draft?: string;
  /** A folder where compilations are kept, so that the next start does not compile. */
  readonly cache?: string;
  /** Codes what is kept there, so that only what the key's holder wrote is read. */
  readonly cacheKey?: Uint8Array;
  /** Compiles the tests of the active policies too, as entry points that `runPolicyTests` asks. */
  readonly tests?: boolean;
  /** A compiler to use; without one, one is started when needed and ended afterwards. */
  readonly compiler?: RegoCompiler;
};

export type PolicyLoad =
  | { readonly kind: 'loaded'; readonly bundle: PolicyBundle }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[] };

/**
 * Loads every policy under a folder: all `*.rego` but tests and what lies in `drafts/`. Nothing is registered. All
 * problems come back together, each with its place.
 *
 * Throws `policy:folder.not_found`, `policy:draft.not_found` and `policy:schema.invalid`.
 *
 * @example
 * const load = await loadPolicies('policies', { draft: 'policies/drafts/heat_wave', cache: 'var/cache' });
 * if (load.kind === 'loaded') load.bundle.at(clock.now()).evaluator.evaluate(input);
 */
export async function loadPolicies(
  root: string,
  { draft, tests: withTests = false, ...options }: LoadOptions = {},
): Promise<PolicyLoad> {
  const drafted = draft === undefined ? [] : findDraft(root, draft);
  const { modules, changes } = composeDraft(findPolicies(root), drafted);
  const tests = withTests ? findPolicyTests(root) : [];
  return loadModules({ modules, changes, tests, inputSchema: readInputSchema(root) }, options);
}

/** Policies as text, wherever they come from. */
export type PolicyModules = {
  readonly modules: readonly RegoModule[];
  readonly changes: Changes;
  /** Tests that become entry points too. */
  readonly tests?: readonly RegoModule[];
  readonly inputSchema: unknown;
};

/** Compiles policies and makes them ready to be asked, or tells all that is wrong with them. */
export async function loadModules(
  { modules, changes, tests = [], inputSchema }: PolicyModules,
  { cache, cacheKey, compiler }: Pick<LoadOptions, 'cache' | 'cacheKey' | 'compiler'> = {},
): Promise<PolicyLoad> {
  const { all, entrypoints } = compilationOf(modules);
  const sources = [...all, ...tests];
  const wishes = { entrypoints: [...entrypoints, ...tests.flatMap(testEntrypoints)], inputSchema };

  let compiled = cache === undefined ? null : readCompiled(cache, compileHash(sources, wishes), cacheKey);
  if (!compiled) {
    const result = compiler ? await compiler.compile(sources, wishes) : await compileRego(sources, wishes);
    if (result.kind === 'rejected') return { kind: 'rejected', problems: result.problems.map(withoutComposition) };
    compiled = result.compiled;
    if (cache !== undefined) writeCompiled(cache, compiled, cacheKey);
  }
  const problems = [...metadataProblems(compiled, modules), ...unseenTests(compiled)];
  return problems.length > 0 ? { kind: 'rejected', problems } : openModules(compiled, modules, changes);
}

/** What is compiled for policies: what composes them too, with an entry point for each interval between dates and each policy. */
export function compilationOf(modules: readonly RegoModule[]): {
  readonly all: readonly RegoModule[];
  readonly entrypoints: readonly string[];
} {
  const intervals = policyIntervals(modules).map(({ entrypoint }) => entrypoint);
  return {
    all: [...modules, compositionModule(modules)],
    entrypoints: [...intervals, ...policyEntrypoints(modules).values()],
  };
}

/** Makes policies ready to be asked that were compiled of modules and lack nothing (`metadataProblems`). */
export function openModules(compiled: Compiled, modules: readonly RegoModule[], changes: Changes): PolicyLoad {
  const { rules } = readRules(compiled);
  const dates = datesOfCompiled(compiled);
  const single = policyEntrypoints(modules);
  const digests = new Map([...single].map(([policy, entrypoint]) => [entrypoint, policyDigest(policy, modules)]));
  const evaluators = tryCompiled(compiled, rules);
  if (typeof evaluators !== 'function') return { kind: 'rejected', problems: evaluators };
  const open = ({ entrypoint, policies }: Interval) =>
    evaluators({ verdict: entrypoint, policies: policies.map((policy) => single.get(policy)!), digests });
  const at = timetable({ intervals: policyIntervals(modules), dates, open });
  return {
    kind: 'loaded',
    bundle: { id: compiled.hash, files: modules.map(fileOf), rules, compiled, at, dates, changes },
  };
}

/** The makers of evaluators, or why the policies cannot have one: better now than when something is asked. */
function tryCompiled(
  compiled: Compiled,
  rules: readonly RuleSource[],
): ReturnType<typeof compiledEvaluators> | readonly Problem[] {
  try {
    return compiledEvaluators(compiled, rules);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [{ code: error.code, message: error.message }];
  }
}

/** Policies that were compiled and loaded before, such as those that an old decision was made under. */
export function openCompiled(compiled: Compiled): Pick<PolicyBundle, 'id' | 'rules' | 'at'> {
  const { rules } = readRules(compiled);
  const dates = datesOfCompiled(compiled);
  const intervals = intervalsOf([...new Set(rules.map(({ policy }) => policy))], dates);
  const evaluators = compiledEvaluators(compiled, rules);
  const open = ({ entrypoint }: Interval) => evaluators({ verdict: entrypoint });
  return { id: compiled.hash, rules, at: timetable({ intervals, dates, open }) };
}

/** Loads policies that must be right; throws `policy:bundle.invalid` with all problems as its hint. */
export async function loadValidPolicies(root: string, options?: LoadOptions): Promise<PolicyBundle> {
  const load = await loadPolicies(root, options);
  if (load.kind === 'loaded') return load.bundle;
  throw rejectedPolicies('the policies', load.problems);
}

/** What is missing in the METADATA of policies, or stands where loading does not find it. */
export function metadataProblems(
  described: Pick<Compiled, 'packages' | 'rules'>,
  modules: readonly RegoModule[],
): readonly Problem[] {
  const { rules, problems } = readRules(described);
  return [...problems, ...unseen(rules, compositionModule(modules)), ...misread(described, datesOfModules(modules))];
}

/** Rules that the composition misses, since it goes by the text: nobody would ask them, and a deny would be lost. */
function unseen(rules: readonly RuleSource[], { source }: RegoModule): readonly Problem[] {
  return rules
    .filter((rule) => !isAskedIn(source, rule))
    .map(({ rule, file, line }) => ({
      code: 'policy:rule.unseen',
      message: `the rule \`${rule}\` does not start its line, or its package is no plain name`,
      file,
      row: line,
      col: 1,
    }));
}

function isAskedIn(source: string, { policy, kind, rule, waivable }: RuleSource): boolean {
  const asked = [`"${policy}": data.${policy}.${kind},`, ` in data.${policy}.${kind}\n`];
  return (
    asked.some((line) => source.includes(line)) &&
    source.includes(`_is_waived_${kind}("${policy}", "${rule}")`) === waivable
  );
}

/** Packages whose dates the compiler reads otherwise than the composition did. */
function misread(compiled: Pick<Compiled, 'packages'>, read: ReadonlyMap<string, PolicyDates>): readonly Problem[] {
  const known = datesOfCompiled(compiled);
  return compiled.packages
    .filter(
      ({ package: name, metadata }) =>
        readDates(metadata.custom) && !isDeepStrictEqual(known.get(name), read.get(name)),
    )
    .map(({ package: name, file, row, col }) => ({
      code: 'policy:date.unseen',
      message: `the dates of the package \`${name}\` are not found in its text: their comment must open with a line \`# METADATA\` and stand right above the package`,
      file,
      row,
      col,
    }));
}

function fileOf({ file }: RegoModule): string {
  return file;
}

// The composition is ours, so a problem in it is told without a place in a file that nobody has.
export function withoutComposition(problem: Problem): Problem {
  if (!problem.file?.startsWith('generated:')) return problem;
  const { code, message } = problem;
  return { code, message };
}
