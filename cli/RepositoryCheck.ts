import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ClauseRegister, loadClauses, suggestClauses } from '../engine/clauses/ClauseRegister.ts';
import { findCitations } from '../engine/clauses/findCitations.ts';
import { readRecords } from '../engine/clauses/readRecords.ts';
import { repealedCitations } from '../engine/clauses/repealedCitations.ts';
import { loadPrecedence } from '../engine/commands/loadPrecedence.ts';
import { loadPacks } from '../engine/household/loadPacks.ts';
import { checkPolicies } from '../engine/rego/checkPolicies.ts';
import { loadPolicies } from '../engine/rego/loadPolicies.ts';
import { datesOfModules } from '../engine/rego/policyDates.ts';
import { findPolicies } from '../engine/rego/policyFiles.ts';
import type { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { checkLifecycles } from '../engine/rules/checkLifecycles.ts';
import { checkRuleSet, type RuleSetContext } from '../engine/rules/checkRuleSet.ts';
import { loadRuleCases } from '../engine/rules/loadRuleCases.ts';
import { loadRules } from '../engine/rules/loadRules.ts';
import type { LoadedRule } from '../engine/rules/Rule.ts';
import { rulePlaces } from '../engine/rules/rulePlaces.ts';
import { readScenario } from '../engine/simulate/parseScenario.ts';
import { deviceTypes } from '../twin/devices/index.ts';
import { lifecycles } from '../twin/lifecycles/index.ts';
import { fingerprint } from './fingerprint.ts';
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

/** One thing to look at, and where it is read from: while nothing is written there, what was found still holds. */
type Part = {
  readonly what: string;
  readonly reads: readonly string[];
  readonly leftOut?: readonly string[];
  readonly check: (compiler: RegoCompiler) => Omit<Checked, 'what'> | Promise<Omit<Checked, 'what'>>;
};

/**
 * Checks what lies at a path, or everything that authors write. Expected problems are values, all of them at once. What
 * was found is kept, and looked at again only when something that it rests on was written since.
 */
export class RepositoryCheck {
  readonly #compiler: RegoCompiler;
  /** The instant whose law is asked about; now without one. */
  readonly #instant: number | undefined;
  readonly #kept = new Map<string, { readonly state: string; readonly checked: Checked }>();

  constructor(compiler: RegoCompiler, instant?: number) {
    this.#compiler = compiler;
    this.#instant = instant;
  }

  async run(path: string | undefined): Promise<Report> {
    const parts = partsAt(path === undefined ? '' : inRepository(path), path, this.#instant);
    const progress = startProgress({ label: 'checking', total: parts.length });
    let done = 0;
    try {
      const checked = parts.map(async (part) => {
        const found = await this.#check(part);
        progress.update(++done);
        return found;
      });
      return reportOf(await Promise.all(checked));
    } finally {
      progress.end();
    }
  }

  async #check({ what, reads, leftOut, check }: Part): Promise<Checked> {
    // Taken before anything is read: what is written meanwhile is looked at the next time.
    const state = fingerprint(reads, leftOut);
    const kept = this.#kept.get(what);
    if (kept?.state === state) return kept.checked;
    const checked = { what, ...(await check(this.#compiler)) };
    this.#kept.set(what, { state, checked });
    return checked;
  }
}

function partsAt(inside: string, path: string | undefined, instant: number | undefined): readonly Part[] {
  const active = policyPart(undefined);
  if (inside === '')
    return [active, ...drafts().map(policyPart), rulesPart(), LIFECYCLES, scenariosPart(), clausesPart(instant)];
  if (isWithin(inside, 'rules')) return [rulesPart(inside), clausesPart(instant, inside)];
  if (isWithin(inside, scenarios)) return [scenariosPart(inside)];
  if (inside === 'policies/drafts') return drafts().map(policyPart);
  const isActive = isWithin(inside, 'policies') && !isWithin(inside, 'policies/drafts');
  return [isActive ? active : policyPart(path)];
}

/** The active policies, or a draft among them. */
function policyPart(draft: string | undefined): Part {
  return {
    what: draft === undefined ? 'the active policies' : `the draft \`${relative('', draft)}\``,
    reads: draft === undefined ? [policies] : [policies, draft],
    leftOut: [join(policies, 'drafts')],
    check: (compiler) => checkedPolicies(draft, compiler),
  };
}

async function checkedPolicies(
  draft: string | undefined,
  compiler: RegoCompiler,
): Promise<Pick<Checked, 'files' | 'problems'>> {
  try {
    const register = loadClauses(repositoryRoot);
    const checked = await checkPolicies(policies, { compiler, register, ...(draft !== undefined && { draft }) });
    return { files: checked.files, problems: checked.problems.map(problemOfPolicy) };
  } catch (error) {
    return { files: [], problems: [problemOf(error)] };
  }
}

/** Rules, each by itself with its cases, and all of them together. */
function rulesPart(within = 'rules'): Part {
  return {
    what: within === 'rules' ? 'the rules' : `the rules in \`${within}\``,
    reads: [join(repositoryRoot, 'rules'), policies],
    leftOut: [join(policies, 'drafts')],
    async check(compiler) {
      const { rules, problems } = loadRules(repositoryRoot);
      const cases = rules.map((rule) => loadRuleCases(repositoryRoot, rule));
      const focus = ({ file }: LoadedRule) => isWithin(file, within);
      const { packs, problems: ofPacks } = loadPacks(repositoryRoot, rules);
      const { problems: ofPrecedence } = loadPrecedence(repositoryRoot);
      const alone = [...problems, ...ofPacks, ...ofPrecedence, ...cases.flatMap((each) => each.problems)];
      const context = { types: deviceTypes(), packs: new Set(packs.keys()), focus, place: rulePlaces(repositoryRoot) };
      const together = checkRuleSet(rules, { ...context, ...(await policiesInForce(compiler)) });
      return {
        files: [...rules, ...cases].map(({ file }) => file).filter((file) => isWithin(file, within)),
        problems: [...alone.filter(({ place }) => isWithin(place?.file ?? within, within)).map(problemOf), ...together],
      };
    },
  };
}

/** The policies by which effects of rules are decided; none where they do not compile, which is told with them. */
async function policiesInForce(compiler: RegoCompiler): Promise<Pick<RuleSetContext, 'policies'>> {
  try {
    const load = await loadPolicies(policies, { compiler });
    return load.kind === 'loaded' ? { policies: load.bundle.at(Date.now()).evaluator } : {};
  } catch (error) {
    problemOf(error);
    return {};
  }
}

/** The program's own lifecycles. */
const LIFECYCLES: Part = {
  what: 'the lifecycles',
  reads: [join(repositoryRoot, 'twin/lifecycles')],
  check: () => ({ files: [], problems: checkLifecycles(lifecycles, repositoryRoot) }),
};

function scenariosPart(within = scenarios): Part {
  const folder = join(repositoryRoot, scenarios);
  return {
    what: 'the scenarios',
    reads: [folder],
    check() {
      const files = (existsSync(folder) ? readdirSync(folder) : [])
        .map((name) => `${scenarios}/${name}`)
        .filter((file) => /\.(?:ya?ml|json)$/.test(file) && isWithin(file, within))
        .sort();
      const read = files.map((file) => readScenario(readFileSync(join(repositoryRoot, file), 'utf8'), file));
      return { files, problems: read.flatMap(({ problems }) => problems.map(problemOf)) };
    },
  };
}

/** Whether every clause that is cited within a folder exists, and every record of a duty is whole where all of them are asked for. */
const clausesPart = (instant: number | undefined, within?: string): Part => ({
  what: within === undefined ? 'the clauses they cite and the records of duties' : 'the clauses they cite',
  reads: ['policies', 'rules', 'twin/lifecycles', 'docs/records'].map((folder) => join(repositoryRoot, folder)),
  leftOut: [join(policies, 'drafts')],
  check() {
    const { value: register, problems } = attempt(() => loadClauses(repositoryRoot));
    if (!register) return { files: [], problems };
    const records = within === undefined ? attempt(() => readRecords(repositoryRoot, register)) : { problems: [] };
    // A rule that cannot be read is told with the rules already.
    const citations = attempt(() => unknownClauses(register));
    const told = [...citations.problems.filter(({ code }) => !code.startsWith('rule:')), ...(citations.value ?? [])];
    const repealed = attempt(() => repealedClauses(register, instant ?? Date.now()));
    const cited = [...told, ...(repealed.value ?? [])].filter(({ place }) => isWithin(place?.file ?? '', within ?? ''));
    return { files: [], problems: [...cited, ...records.problems] };
  },
});

function repealedClauses(register: ClauseRegister, instant: number): readonly Problem[] {
  const dates = datesOfModules(findPolicies(policies));
  const inForce = (policy: string): boolean => {
    const { inForce: from, repealed } = dates.get(policy) ?? { inForce: instant, repealed: Number.POSITIVE_INFINITY };
    return from <= instant && instant < repealed;
  };
  return repealedCitations(register, findCitations(repositoryRoot), { instant, inForce }).map((citation): Problem => {
    const { clause, by, place, repealed } = citation;
    const message = `\`${by}\` cites the clause \`${clause}\`, which is repealed as of ${repealed}`;
    return { code: 'engine:clause.repealed', message, place, hint: 'repeal it too, or cite what holds now' };
  });
}

function unknownClauses(register: ClauseRegister): readonly Problem[] {
  return (
    findCitations(repositoryRoot)
      // Policies tell it themselves, with the column.
      .filter(({ clause, place }) => !register.byId.has(clause) && !place.file?.startsWith('policies/'))
      .map(({ clause, place }): Problem => {
        const [guess] = suggestClauses(register, clause);
        const hint = guess === undefined ? '`twinward clauses` lists them' : `did you mean \`${guess}\`?`;
        return { code: 'engine:clause.not_found', message: `no clause \`${clause}\``, place, hint };
      })
  );
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
