import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ClauseRegister, loadClauses, suggestClauses } from '../engine/clauses/ClauseRegister.ts';
import { findCitations } from '../engine/clauses/findCitations.ts';
import { readRecords } from '../engine/clauses/readRecords.ts';
import { loadPolicies } from '../engine/rego/loadPolicies.ts';
import { loadPolicyCases } from '../engine/rego/loadPolicyCases.ts';
import { findDraft, findPolicies } from '../engine/rego/policyFiles.ts';
import type { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { loadRuleCases } from '../engine/rules/loadRuleCases.ts';
import { loadRules } from '../engine/rules/loadRules.ts';
import { readScenario } from '../engine/simulate/parseScenario.ts';
import { type Problem, problemOf, problemOfPolicy } from './problems.ts';
import { startProgress } from './progress.ts';
import { type Checked, type Report, reportOf } from './reports/Report.ts';
import { inRepository, isWithin, repositoryRoot } from './repositoryRoot.ts';

const policies = join(repositoryRoot, 'policies');
const scenarios = 'simulators/scenarios';

/** What a check reads, beside the path that it is given. */
export const CHECKED_FOLDERS: readonly string[] = ['policies', 'rules', scenarios, 'docs/records'].map((folder) =>
  join(repositoryRoot, folder),
);

/** Checks what lies at a path, or everything that authors write. Expected problems are values, all of them at once. */
export async function checkRepository(path: string | undefined, compiler: RegoCompiler): Promise<Report> {
  return reportOf(await partsAt(path === undefined ? '' : inRepository(path), path, compiler));
}

async function partsAt(inside: string, path: string | undefined, compiler: RegoCompiler): Promise<readonly Checked[]> {
  if (inside === '') {
    const others = [checkRules(), checkScenarios(), checkClauses()];
    return [...(await checkPolicies([undefined, ...drafts()], compiler)), ...others];
  }
  if (isWithin(inside, 'rules')) return [checkRules(inside)];
  if (isWithin(inside, scenarios)) return [checkScenarios(inside)];
  if (inside === 'policies/drafts') return checkPolicies(drafts(), compiler);
  const isActive = isWithin(inside, 'policies') && !isWithin(inside, 'policies/drafts');
  return checkPolicies([isActive ? undefined : path], compiler);
}

/** Checks the active policies once for each draft; `undefined` is none. */
async function checkPolicies(
  wanted: readonly (string | undefined)[],
  compiler: RegoCompiler,
): Promise<readonly Checked[]> {
  const progress = startProgress({ label: 'compiling', total: wanted.length });
  try {
    const checked: Checked[] = [];
    for (const draft of wanted) {
      checked.push(await (draft === undefined ? checkActive(compiler) : checkDraft(draft, compiler)));
      progress.update(checked.length);
    }
    return checked;
  } finally {
    progress.end();
  }
}

async function checkActive(compiler: RegoCompiler): Promise<Checked> {
  const cases = loadPolicyCases(policies);
  return {
    what: 'the active policies',
    files: [...findPolicies(policies).map(({ file }) => file), ...cases.files],
    problems: [...(await policyProblems(undefined, compiler)), ...cases.problems.map(problemOf)],
  };
}

async function checkDraft(draft: string, compiler: RegoCompiler): Promise<Checked> {
  const problems = await policyProblems(draft, compiler);
  const files = attempt(() => findDraft(policies, draft).map(({ file }) => file));
  return {
    what: `the draft \`${relative('', draft)}\``,
    files: files.value ?? [],
    problems,
  };
}

async function policyProblems(draft: string | undefined, compiler: RegoCompiler): Promise<readonly Problem[]> {
  try {
    const load = await loadPolicies(policies, { compiler, ...(draft !== undefined && { draft }) });
    return load.kind === 'loaded' ? [] : load.problems.map(problemOfPolicy);
  } catch (error) {
    return [problemOf(error)];
  }
}

/** Rules with their cases. */
function checkRules(within = 'rules'): Checked {
  const { rules, problems } = loadRules(repositoryRoot);
  const cases = rules.map((rule) => loadRuleCases(repositoryRoot, rule));
  const all = [...problems, ...cases.flatMap((each) => each.problems)];
  const files = [...rules, ...cases].map(({ file }) => file).filter((file) => isWithin(file, within));
  return {
    what: within === 'rules' ? 'the rules' : `the rules in \`${within}\``,
    files,
    problems: all.filter(({ place }) => isWithin(place?.file ?? within, within)).map(problemOf),
  };
}

function checkScenarios(within = scenarios): Checked {
  const folder = join(repositoryRoot, scenarios);
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .map((name) => `${scenarios}/${name}`)
    .filter((file) => /\.(?:ya?ml|json)$/.test(file) && isWithin(file, within))
    .sort();
  const read = files.map((file) => readScenario(readFileSync(join(repositoryRoot, file), 'utf8'), file));
  return { what: 'the scenarios', files, problems: read.flatMap(({ problems }) => problems.map(problemOf)) };
}

/** Whether every clause that is cited exists, and every record of a duty is whole. */
function checkClauses(): Checked {
  const what = 'the clauses they cite and the records of duties';
  const { value: register, problems } = attempt(() => loadClauses(repositoryRoot));
  if (!register) return { what, files: [], problems };
  const records = attempt(() => readRecords(repositoryRoot, register));
  // A rule that cannot be read is told with the rules already.
  const citations = attempt(() => unknownClauses(register));
  const told = [...citations.problems.filter(({ code }) => !code.startsWith('rule:')), ...(citations.value ?? [])];
  return { what, files: [], problems: [...told, ...records.problems] };
}

function unknownClauses(register: ClauseRegister): readonly Problem[] {
  return findCitations(repositoryRoot)
    .filter(({ clause }) => !register.byId.has(clause))
    .map(({ clause, place }): Problem => {
      const [guess] = suggestClauses(register, clause);
      const hint = guess === undefined ? '`twinward clauses` lists them' : `did you mean \`${guess}\`?`;
      return { code: 'engine:clause.not_found', message: `no clause \`${clause}\``, place, hint };
    });
}

function attempt<Value>(act: () => Value): { readonly value?: Value; readonly problems: readonly Problem[] } {
  try {
    return { value: act(), problems: [] };
  } catch (error) {
    return { problems: [problemOf(error)] };
  }
}

/** Each draft stands for itself: one file or one folder of `policies/drafts/`. */
function drafts(): readonly string[] {
  const folder = join(policies, 'drafts');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.rego'))
    .map(({ name }) => join(folder, name))
    .sort();
}
