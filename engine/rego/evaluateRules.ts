import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { RegoModule, RegoRule } from './Compiled.ts';
import { evaluateRule } from './compiled/evaluateRule.ts';
import type { RuleValue } from './EvaluateRule.ts';
import type { RegoCompiler } from './RegoCompiler.ts';
import { rejectedPolicies } from './rejectedPolicies.ts';

/** A rule of a package and what an input makes of it. */
export type EvaluatedRule = RuleValue & {
  readonly package: string;
  readonly rule: string;
  readonly file: string;
  /** The line on which it is first defined. */
  readonly line: number;
};

export type EvaluateRulesOptions = {
  readonly compiler: RegoCompiler;
  readonly input: PolicyInput;
  readonly packages: ReadonlySet<string>;
  readonly inputSchema: unknown;
};

/**
 * Evaluates every rule of some packages by itself, so that one that fails hides no other. Functions have no value of their
 * own and are left out. Throws `policy:bundle.invalid`.
 */
export async function evaluateRules(
  modules: readonly RegoModule[],
  { compiler, input, packages, inputSchema }: EvaluateRulesOptions,
): Promise<readonly EvaluatedRule[]> {
  const described = await compiler.describe(modules);
  const sources = new Map(modules.map(({ file, source }) => [file, source.split('\n')]));
  const rules = new Map<string, RegoRule>();
  for (const rule of described.rules) {
    const path = pathOf(rule);
    if (packages.has(rule.package) && !rules.has(path) && !isFunction(rule, sources)) rules.set(path, rule);
  }
  if (rules.size === 0) return [];
  const result = await compiler.compile(modules, { entrypoints: [...rules.keys()], inputSchema });
  if (result.kind === 'rejected') throw rejectedPolicies('the rules', result.problems);
  const evaluate = evaluateRule(result.compiled);
  return [...rules].map(([path, { package: of, file, row }]): EvaluatedRule => {
    const rule = path.slice(of.length + 1).replaceAll('/', '.');
    return { package: of, rule, file, line: row, ...evaluate(path, input) };
  });
}

/** The rule's path as an entry point: `m[key]` is a part of `m`. */
function pathOf({ package: of, name }: RegoRule): string {
  return `${of}.${name.replace(/\[.*$/s, '')}`.replaceAll('.', '/');
}

function isFunction({ file, row, col }: RegoRule, sources: ReadonlyMap<string, readonly string[]>): boolean {
  const head = sources.get(file)?.[row - 1]?.slice(col - 1) ?? '';
  return /^(?:default\s+)?[\w.]+\(/.test(head);
}
