import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type ClauseRegister, loadClauses } from '../../engine/clauses/ClauseRegister.ts';
import type { RegoModule } from '../../engine/rego/Compiled.ts';
import { parseBudget } from '../../engine/simulate/parseBudget.ts';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import type { PolicyChoice, Scenario } from '../../engine/simulate/Scenario.ts';
import { guardedHtml } from '../../engine/simulate/written/guardedHtml.ts';
import { htmlReport } from '../../engine/simulate/written/htmlReport.ts';
import type { SimulationRequest, Simulator } from '../../graphql/simulations/Simulator.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { findNamed } from '../findNamed.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { SCENARIOS, withOptions } from './chooseScenario.ts';
import { generatedSource } from './generatedSource.ts';
import { runInWorker, SENT } from './runInWorker.ts';

let register: ClauseRegister | undefined;
const MOST_FILES = 200;
const FILE_NAME = /^[A-Za-z0-9_-]{1,100}\.rego$/;

/** Plays scenarios of this repository, or such as are sent, in a thread of its own. */
export const simulator: Simulator = {
  prepare({ scenario: source, proposed, budget, ...options }) {
    const sent = typeof proposed === 'object' ? sentFiles(proposed) : [];
    const named = sent.length > 0 ? SENT : (proposed as string | undefined);
    const scenario = withOptions(readScenario(source), { ...options, ...(named !== undefined && { proposed: named }) });
    requirePlayable(scenario);
    const limits = budget === undefined ? [] : parseBudget(budget, 'budget');
    if (scenario.proposed === undefined) throw nothingProposed();
    return { scenario, limits, proposed: nameOf(scenario.proposed).trim(), sent };
  },
  run: runInWorker,
  page({ report, scenario, areas }) {
    register ??= loadClauses(repositoryRoot);
    const known = new Map(areas.map((area) => [area.id, area]));
    if (!report.exact) return guardedHtml(report, { scenario, areas: known });
    return htmlReport(report, { scenario, areas: known, register });
  },
};

function readScenario(source: SimulationRequest['scenario']): Scenario {
  if ('text' in source) return parseScenario(source.text, 'scenarioText');
  const file = findNamed(source.name, SCENARIOS, false);
  return parseScenario(readFileSync(file, 'utf8'), relative(repositoryRoot, file));
}

function requirePlayable({ population, until }: Scenario): void {
  if (until !== undefined) {
    throw new CodedError('scenario:period.not_here', 'a server plays scenarios at one instant', {
      place: { path: '/until' },
      hint: 'give `at`, or use `twinward simulate`',
    });
  }
  if (population === 'live' || 'at' in population || generatedSource(population) !== null) return;
  throw new CodedError(
    'scenario:population.not_here',
    'a server plays scenarios on its twin and on generated cities, and on no fork of its twin',
    {
      place: { path: '/population' },
      hint: 'stop the server and use `twinward simulate`',
    },
  );
}

function nameOf(choice: PolicyChoice): string {
  if (typeof choice === 'string') return choice;
  if ('draft' in choice) return choice.draft;
  return 'bundle' in choice ? String(choice.bundle) : 'edited';
}

function nothingProposed(): CodedError {
  return new CodedError('scenario:proposed.missing', 'nothing is proposed, and the scenario names nothing', {
    hint: 'give `proposed` or `draftFiles`',
  });
}

function sentFiles(files: readonly RegoModule[]): readonly RegoModule[] {
  if (files.length === 0 || files.length > MOST_FILES) throw wrongFiles(`a draft has 1 to ${MOST_FILES} files`);
  if (new Set(files.map(({ file }) => file)).size < files.length) throw wrongFiles('two files have one name');
  const wrong = files.find(({ file }) => !FILE_NAME.test(file));
  if (wrong) throw wrongFiles(`\`${wrong.file.slice(0, 100)}\` is no name of a Rego file`);
  return files;
}

function wrongFiles(message: string): CodedError {
  return new CodedError('policy:draft.invalid', message, { hint: 'such as `heat.rego`' });
}
