import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { CodedError } from '../../twin/CodedError.ts';
import { DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import type { LoadedRule, Rule, SharedConditions } from './Rule.ts';
import { ruleProblems, sharedConditionProblems } from './ruleProblems.ts';
import { withShared } from './sharedConditions.ts';

const SHARED_CONDITIONS = 'shared_conditions.json';
const SHARED_CONDITIONS_FILE = `rules/${SHARED_CONDITIONS}`;

export type LoadedRules = { readonly rules: readonly LoadedRule[]; readonly problems: readonly CodedError[] };

/**
 * Reads every rule under `rules/` of the repository's root, sorted by id. It never throws: each problem of each file
 * stands under `problems` with its place, and a rule with a problem is not among the rules.
 *
 * @example
 * const { rules, problems } = loadRules(root);
 */
export function loadRules(root: string): LoadedRules {
  const rules = new Map<string, LoadedRule>();
  const problems: CodedError[] = [];
  try {
    const shared = readShared(root, problems);
    const fits = schemaCheck(readSchema(root));
    for (const file of ruleFiles(root)) problems.push(...readRule(root, file, { fits, shared, rules }));
  } catch (error) {
    problems.push(unreadable(error));
  }
  return { rules: [...rules.values()].sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1)), problems };
}

/**
 * Rules with those of a file, or of all files under a folder, in the place of the ones with their ids; other ids are added.
 * The schema is that of the repository's root. Problems are told as by `loadRules`.
 */
export function loadRulesOver(base: readonly LoadedRule[], root: string, path: string): LoadedRules {
  const own = new Map<string, LoadedRule>();
  const problems: CodedError[] = [];
  try {
    const shared = readShared(root, problems);
    const fits = schemaCheck(readSchema(root));
    const files = statSync(path).isDirectory() ? jsonFiles(path).map((file) => join(path, file)) : [path];
    for (const file of files) problems.push(...readRule('', file, { fits, shared, rules: own }));
    if (files.length === 0) problems.push(new CodedError('rule:file.unreadable', `there is no rule in \`${path}\``));
  } catch (error) {
    problems.push(unreadable(error, path));
  }
  const rules = new Map([...base.map((each) => [each.rule.id, each] as const), ...own]);
  return { rules: [...rules.values()].sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1)), problems };
}

/** What a rule is read with: the schema, and the conditions that it may refer to by name. */
export type RuleGrammar = { readonly fits: ValidateFunction; readonly shared: SharedConditions };

/** What the rules of a root are read with. Shared conditions with a problem, which `loadRules` tells, are left out. */
export function ruleGrammar(root: string): RuleGrammar {
  return { fits: schemaCheck(readSchema(root)), shared: readShared(root, []) };
}

/** The rule of a document; null when there is something wrong with it, which is told. `taken` is the file that has its id. */
export function readRuleDocument(
  source: DataSource,
  { fits, shared }: RuleGrammar,
  taken: (id: string) => string | undefined,
): { readonly rule: Rule | null; readonly problems: readonly CodedError[] } {
  if (!fits(source.value)) return { rule: null, problems: schemaProblems(source, fits) };
  const rule = source.value as Rule;
  const problems = ruleProblems(source, rule, { taken: taken(rule.id), shared });
  if (problems.length > 0) return { rule: null, problems };
  return { rule: { ...rule, conditions: withShared(rule.conditions, shared) }, problems };
}

/** `rules` are those read so far. */
type Reading = RuleGrammar & { readonly rules: Map<string, LoadedRule> };

/** The conditions that rules of a root refer to; none where there is a problem with them, which is told. */
function readShared(root: string, problems: CodedError[]): SharedConditions {
  if (!existsSync(join(root, SHARED_CONDITIONS_FILE))) return {};
  const source = new DataSource(
    SHARED_CONDITIONS_FILE,
    readFileSync(join(root, SHARED_CONDITIONS_FILE), 'utf8'),
    'rule',
  );
  const { definitions } = readSchema(root);
  const fits = schemaCheck({ definitions, $ref: '#/definitions/shared_conditions' });
  const shared = source.value as SharedConditions;
  const found = fits(shared) ? sharedConditionProblems(source, shared) : schemaProblems(source, fits);
  problems.push(...found);
  return found.length === 0 ? shared : {};
}

/** Reads one file into the rules, unless it has problems. */
function readRule(root: string, file: string, { rules, ...grammar }: Reading): readonly CodedError[] {
  try {
    const source = new DataSource(file, readFileSync(join(root, file), 'utf8'), 'rule');
    const { rule, problems } = readRuleDocument(source, grammar, (id) => rules.get(id)?.file);
    if (rule) rules.set(rule.id, { rule, file });
    return problems;
  } catch (error) {
    return [unreadable(error, file)];
  }
}

function readSchema(root: string): { readonly definitions?: unknown } {
  const file = 'rules/rule.schema.json';
  return new DataSource(file, readFileSync(join(root, file), 'utf8'), 'rule').value as object;
}

function ruleFiles(root: string): readonly string[] {
  return jsonFiles(join(root, 'rules')).map((file) => `rules/${file}`);
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json') && !file.endsWith(SHARED_CONDITIONS))
    .sort();
}

function unreadable(cause: unknown, file = 'rules'): CodedError {
  if (cause instanceof CodedError) return cause;
  return new CodedError('rule:file.unreadable', `cannot read \`${file}\``, {
    place: { file },
    hint: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}
