import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { RegoModule, RegoRule } from './Compiled.ts';
import { coveredRules } from './compiled/evaluateRule.ts';
import type { MarkedStatement } from './compiled/translate.ts';
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
  /** Its definitions, each with the line of the condition that kept it from holding. */
  readonly definitions: readonly Definition[];
};

/** One definition of a rule: whether its conditions hold, else where they stop. */
type Definition = {
  /** The name by which reasons call it, where it is a rule that decides. */
  readonly id?: string;
  readonly line: number;
  readonly holds: boolean;
  /** The last condition that was asked; null where none was. */
  readonly stopsAt: Stop | null;
};

/** A condition that did not hold. */
export type Stop = { readonly line: number; readonly text: string };

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
  const wanted = described.rules.filter((rule) => packages.has(rule.package) && !isFunction(rule, sources));
  const rules = Map.groupBy(wanted, pathOf);
  if (rules.size === 0) return [];
  const result = await compiler.compile(modules, { entrypoints: [...rules.keys()], inputSchema });
  if (result.kind === 'rejected') throw rejectedPolicies('the rules', result.problems);
  const { evaluate, marked, run } = coveredRules(result.compiled);
  return [...rules].map(([path, definitions]): EvaluatedRule => {
    const { package: of, file, row } = definitions[0]!;
    run.fill(0);
    const found = evaluate(path, input);
    const ran = marked.filter((_, at) => run[at] === 1);
    return {
      package: of,
      rule: path.slice(of.length + 1).replaceAll('/', '.'),
      file,
      line: row,
      ...found,
      definitions: definitions.map((rule) => definitionOf(rule, ran, sources.get(rule.file) ?? [])),
    };
  });
}

/** How far a definition came: its head is made once all its conditions hold, and their statements stand in order. */
function definitionOf(
  { id, file, row, col, endRow }: RegoRule,
  ran: readonly MarkedStatement[],
  source: readonly string[],
): Definition {
  const own = ran.filter((each) => each.file === file && each.row >= row && each.row <= endRow);
  const isHead = (each: MarkedStatement) => each.row === row && each.col === col;
  const holds = own.some((each) => isHead(each) && MAKES_HEAD.has(each.type));
  const last = own.findLast((each) => !isHead(each));
  return {
    ...(id !== undefined && { id }),
    line: row,
    holds,
    stopsAt: holds || !last ? null : { line: last.row, text: source[last.row - 1]?.trim() ?? '' },
  };
}

/** What a plan does for a head after its conditions: it puts the value into the set or object, or makes it the rule's. */
const MAKES_HEAD = new Set<MarkedStatement['type']>(['SetAddStmt', 'ObjectInsertOnceStmt', 'AssignVarOnceStmt']);

/** The rule's path as an entry point: `m[key]` is a part of `m`. */
function pathOf({ package: of, name }: RegoRule): string {
  return `${of}.${name.replace(/\[.*$/s, '')}`.replaceAll('.', '/');
}

function isFunction({ file, row, col }: RegoRule, sources: ReadonlyMap<string, readonly string[]>): boolean {
  const head = sources.get(file)?.[row - 1]?.slice(col - 1) ?? '';
  return /^(?:default\s+)?[\w.]+\(/.test(head);
}
