import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { Columns } from '../../engine/census/Columns.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { loadClauses } from '../../engine/clauses/ClauseRegister.ts';
import { loadPolicies, loadValidPolicies, type PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import { cityPopulation } from '../../simulators/populations/city.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { impactText } from '../impactText.ts';
import { print, printJson } from '../output.ts';
import { formatProblem, problemOfPolicy } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { readInput } from '../readInput.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import type { Verb } from '../Verb.ts';

type Options = {
  readonly scenario: string;
  readonly homes?: number;
  readonly seed?: number;
  readonly named?: true;
  readonly json?: true;
};

const policies = join(repositoryRoot, 'policies');
const SCENARIOS = {
  what: 'scenario',
  folder: join(repositoryRoot, 'simulators', 'scenarios'),
  code: 'scenario:document.not_found',
} as const;

/** `twinward simulate`: what a draft would change for every home of a generated city, counted exactly. */
export const verb: Verb = {
  examples: [
    'twinward simulate heat_wave --scenario heat_wave_elderly_care       a draft and a scenario by name',
    'twinward simulate policies/drafts/quick_fix --scenario property_manager --homes 2000',
    'twinward simulate my_draft.rego --scenario my_scenario.yaml --json  both by path, for other programs',
  ],
  configure(command) {
    command
      .argument(
        '[draft]',
        "a draft's name in policies/drafts, or a .rego file or folder; that of the scenario unless given",
      )
      .requiredOption('--scenario <scenario>', 'its name in simulators/scenarios, or a file; - for standard input')
      .option(
        '--homes <number>',
        'so many homes in the place of those that the scenario names',
        wholeNumber(1, 10_000_000),
      )
      .option('--seed <number>', 'another city of as many homes', wholeNumber(0, 2 ** 32 - 1))
      .option('--named', 'take names only, no paths')
      .option('--json', 'print JSON');
  },
  async run(command) {
    const { json, named, ...options } = command.opts<Options>();
    const scenario = await readScenario(options.scenario, !named);
    const { seed = scenario.population.seed, homes = scenario.population.homes } = options;
    const wanted = command.args[0] ?? scenario.draft;
    if (wanted === undefined) {
      throw new CodedError('command:usage', 'no draft is given, and the scenario names none', {
        hint: 'see `twinward simulate --help`',
      });
    }
    const draft = findNamed(wanted, DRAFTS, !named);
    const population = cityPopulation({ seed, homes });
    const source = populationSource(population);
    const questions = questionsOf(scenario, source.graph);
    const progress = startProgress({ label: 'reading homes', total: homes });
    try {
      const [baseline, proposed, columns] = await Promise.all([
        loadValidPolicies(policies, { cache: join(dataFolder(), 'cache') }),
        loadDraft(draft),
        Columns.build(source, { questions, onProgress: progress.update }),
      ]);
      progress.end();
      const report = simulate(scenario, { population: population.id, columns, questions, baseline, proposed });
      if (json) printJson(report);
      else print(impactText(report, { scenario, areas: source.graph.areas, register: loadClauses(repositoryRoot) }));
      return report.expectations.every(({ met }) => met) ? 0 : 1;
    } finally {
      progress.end();
    }
  },
};

async function readScenario(name: string, paths: boolean): Promise<Scenario> {
  if (name === '-' && paths) return parseScenario(await readInput('-'), 'standard input');
  const file = findNamed(name, SCENARIOS, paths);
  return parseScenario(await readInput(file), file);
}

/** Throws `policy:draft.invalid` with every problem, each with its place. */
async function loadDraft(draft: string): Promise<PolicyBundle> {
  const load = await loadPolicies(policies, { draft });
  if (load.kind === 'loaded') return load.bundle;
  throw new CodedError('policy:draft.invalid', `the draft \`${draft}\` has ${load.problems.length} problem(s)`, {
    hint: load.problems.map((problem) => formatProblem(problemOfPolicy(problem))).join('\n'),
  });
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Allowed choices are whole numbers from ${least} to ${most}.`);
  };
}
