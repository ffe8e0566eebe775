import { dirname, join, resolve } from 'node:path';
import { parseScenarioDocument, type ScenarioDocument } from '../../engine/simulate/parseScenario.ts';
import type { PolicyChoice, Scenario, ScenarioPopulation } from '../../engine/simulate/Scenario.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { findNamed, type Shelf } from '../findNamed.ts';
import { instantOf } from '../instantOf.ts';
import { readInput } from '../readInput.ts';
import { repositoryRoot } from '../repositoryRoot.ts';

/** Where the scenarios of the repository are. */
export const SCENARIOS: Shelf = {
  what: 'scenario',
  folder: join(repositoryRoot, 'simulators', 'scenarios'),
  code: 'scenario:document.not_found',
};

/** What the command line says in the place of what the scenario says. */
export type ScenarioOptions = {
  /** Its name, a file, or `-` for standard input. */
  readonly scenario: string;
  readonly baseline?: string;
  readonly proposed?: string;
  readonly at?: string;
  readonly population?: 'live' | 'generated';
  readonly homes?: number;
  readonly seed?: number;
};

/** The city that stands in where a scenario names another population. */
const GENERATED = { seed: 2026, homes: 20_000 };

/** Reads the scenario that the command line names, with its options in the place of what it says itself. */
export async function chooseScenario(options: ScenarioOptions): Promise<ScenarioDocument> {
  const { scenario, place } = await readScenario(options.scenario);
  return { scenario: withOptions(scenario, options), place };
}

/** A scenario with options in the place of what it says itself. */
export function withOptions(scenario: Scenario, options: Omit<ScenarioOptions, 'scenario'>): Scenario {
  const { baseline, proposed, at } = options;
  const { draft, proposed: wanted = draft, until, every, ...rest } = scenario;
  return {
    ...rest,
    ...(at === undefined ? { ...(until && { until }), ...(every && { every }) } : { at: instantText(at) }),
    ...(baseline !== undefined && { baseline }),
    ...((proposed ?? wanted) !== undefined && { proposed: proposed ?? wanted }),
    population: populationOf(scenario.population, options),
  };
}

/** Such as the scenarios have it: an instant that is given with its zone stays as it is. */
function instantText(at: string): string {
  return new Date(at === 'now' ? Date.now() : instantOf(at)).toISOString();
}

function populationOf(
  own: ScenarioPopulation,
  { population, seed, homes }: Omit<ScenarioOptions, 'scenario'>,
): ScenarioPopulation {
  if (population === 'live') {
    if (seed === undefined && homes === undefined) return 'live';
    throw new CodedError('command:usage', '`--seed` and `--homes` are of a generated city', {
      hint: 'leave them out with `--population live`',
    });
  }
  if (population === undefined && seed === undefined && homes === undefined) return own;
  if (typeof own === 'object' && 'fork' in own && population === undefined) {
    return { fork: { ...own.fork, of: generatedOf(own.fork.of, { seed, homes }) } };
  }
  return generatedOf(own, { seed, homes });
}

type Size = { readonly seed: number | undefined; readonly homes: number | undefined };

function generatedOf(
  own: ScenarioPopulation,
  { seed, homes }: Size,
): { readonly seed: number; readonly homes: number } {
  const known = typeof own === 'object' && 'seed' in own ? own : GENERATED;
  return { seed: seed ?? known.seed, homes: homes ?? known.homes };
}

async function readScenario(name: string): Promise<ScenarioDocument> {
  if (name === '-') return parseScenarioDocument(await readInput('-'), 'standard input');
  const file = findNamed(name, SCENARIOS, true);
  const { scenario, place } = parseScenarioDocument(await readInput(file), file);
  return { scenario: resolved(scenario, dirname(file)), place };
}

/** Files that a scenario names lie beside it, wherever it is read from. */
function resolved(scenario: Scenario, folder: string): Scenario {
  const { baseline, proposed, draft } = scenario;
  return {
    ...scenario,
    ...(baseline !== undefined && { baseline: resolvedChoice(baseline, folder) }),
    ...(proposed !== undefined && { proposed: resolvedChoice(proposed, folder) }),
    ...(draft !== undefined && { draft: resolvedPath(draft, folder) }),
  };
}

function resolvedChoice(choice: PolicyChoice, folder: string): PolicyChoice {
  if (typeof choice === 'string') return resolvedPath(choice, folder);
  if ('bundle' in choice) {
    return typeof choice.bundle === 'string' ? { bundle: resolvedPath(choice.bundle, folder) } : choice;
  }
  const base = choice.base === undefined ? {} : { base: resolvedChoice(choice.base, folder) };
  if ('draft' in choice) return { draft: resolvedPath(choice.draft, folder), ...base };
  const { replace, remove } = choice;
  const files = Object.entries(replace ?? {}).map(([file, by]) => [file, resolve(folder, by)]);
  return { ...base, ...(replace && { replace: Object.fromEntries(files) }), ...(remove && { remove }) };
}

/** Names of drafts and bundles are no paths. */
function resolvedPath(name: string, folder: string): string {
  return /[/\\]|\.(?:rego|twb)$/.test(name) ? resolve(folder, name) : name;
}

/**
 * A failure told where in the scenario's document it stands: what is only found out with homes and policies at hand knows
 * no file.
 */
export function placed(error: unknown, place: ScenarioDocument['place']): unknown {
  if (!(error instanceof CodedError) || error.place?.path === undefined || error.place.file !== undefined) return error;
  const { code, message, hint } = error;
  const told = { place: place(error.place.path), cause: error };
  return new CodedError(code, message, { ...told, ...(hint !== undefined && { hint }) });
}
