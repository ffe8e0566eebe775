import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ClauseRegister, loadClauses, suggestClauses } from '../../engine/clauses/ClauseRegister.ts';
import { findCitations } from '../../engine/clauses/findCitations.ts';
import { readRecords } from '../../engine/clauses/readRecords.ts';
import { loadPolicies } from '../../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import { loadRules } from '../../engine/rules/loadRules.ts';
import { print, printJson } from '../output.ts';
import { formatProblem, type Problem, problemOf, problemOfPolicy } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { inRepository, isWithin, repositoryRoot } from '../repositoryRoot.ts';
import type { Verb } from '../Verb.ts';

/** What was looked at, and what is wrong with it. */
type Checked = { readonly what: string; readonly problems: readonly Problem[] };

const policies = join(repositoryRoot, 'policies');

/** `twinward check`: reads and compiles what authors write, and tells every problem with its place. */
export const verb: Verb = {
  examples: [
    'twinward check                           policies, drafts, rules and the clauses they cite',
    'twinward check policies/drafts/heat_wave one draft, in the place of the active policies',
    'twinward check rules/safety              the rules of one folder',
    'twinward check --json                    for other programs',
  ],
  configure(command) {
    command.argument('[path]', 'a draft, a policy or rule, or a folder of them').option('--json', 'print JSON');
  },
  async run(command) {
    const { json } = command.opts<{ json?: true }>();
    const [path] = command.args;
    const checked = path === undefined ? await checkAll() : await checkPath(path);
    const problems = distinct(checked.flatMap((each) => each.problems));
    if (json) printJson({ checked: checked.map(({ what }) => what), problems });
    else print(report(checked, problems));
    return problems.length > 0 ? 1 : 0;
  },
};

async function checkAll(): Promise<readonly Checked[]> {
  const checked = [checkRules(), checkClauses()];
  return [...(await checkPolicies([undefined, ...drafts()])), ...checked];
}

async function checkPath(path: string): Promise<readonly Checked[]> {
  const inside = inRepository(path);
  if (inside === '') return checkAll();
  if (isWithin(inside, 'rules')) return [checkRules(inside)];
  const isActive = isWithin(inside, 'policies') && !isWithin(inside, 'policies/drafts');
  if (inside === 'policies/drafts') return checkPolicies(drafts());
  return checkPolicies([isActive ? undefined : path]);
}

/** Compiles the active policies once for each draft; `undefined` is none. */
async function checkPolicies(wanted: readonly (string | undefined)[]): Promise<readonly Checked[]> {
  const compiler = new RegoCompiler();
  const progress = startProgress({ label: 'compiling', total: wanted.length });
  try {
    const checked: Checked[] = [];
    for (const draft of wanted) {
      const what = draft === undefined ? 'the active policies' : `the draft \`${relative('', draft)}\``;
      checked.push({ what, problems: await policyProblems(draft, compiler) });
      progress.update(checked.length);
    }
    return checked;
  } finally {
    progress.end();
    await compiler.close();
  }
}

async function policyProblems(draft: string | undefined, compiler: RegoCompiler): Promise<readonly Problem[]> {
  try {
    const load = await loadPolicies(policies, { compiler, ...(draft !== undefined && { draft }) });
    return load.kind === 'loaded' ? [] : load.problems.map(problemOfPolicy);
  } catch (error) {
    return [problemOf(error)];
  }
}

function checkRules(within = 'rules'): Checked {
  const { problems } = loadRules(repositoryRoot);
  return {
    what: within === 'rules' ? 'the rules' : `the rules in \`${within}\``,
    problems: problems.filter(({ place }) => isWithin(place?.file ?? within, within)).map(problemOf),
  };
}

/** Whether every clause that is cited exists, and every record of a duty is whole. */
function checkClauses(): Checked {
  const register = loadClauses(repositoryRoot);
  const records = attempt(() => void readRecords(repositoryRoot, register));
  // A rule that cannot be read is told with the rules already.
  const citations = attempt(() => unknownClauses(register)).filter(({ code }) => !code.startsWith('rule:'));
  return { what: 'the clauses they cite and the records of duties', problems: [...citations, ...records] };
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

function attempt(act: () => readonly Problem[] | undefined): readonly Problem[] {
  try {
    return act() ?? [];
  } catch (error) {
    return [problemOf(error)];
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

/** Each problem once: what is wrong with an active policy is wrong under every draft too. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function report(checked: readonly Checked[], problems: readonly Problem[]): string {
  if (problems.length === 0) return checked.map(({ what }) => `fine: ${what}`).join('\n');
  return [
    ...problems.map(formatProblem),
    '',
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
  ].join('\n');
}
