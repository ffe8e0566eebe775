import { basename, join } from 'node:path';
import { findDraft } from '../../engine/rego/policyFiles.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import type { ScenarioDocument } from '../../engine/simulate/parseScenario.ts';
import type { PolicyChoice } from '../../engine/simulate/Scenario.ts';
import type { PlayedScenario } from '../../graphql/simulations/PlayedScenario.ts';
import type { Simulation } from '../../graphql/simulations/Simulation.ts';
import { CodedError, type ErrorCode } from '../../twin/CodedError.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { type Progress, startProgress } from '../progress.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import type { ServerClient } from '../serverClient.ts';
import { stopSignal } from '../stopSignal.ts';
import type { Played } from './playScenario.ts';

const STAGES: Readonly<Record<string, string>> = {
  preparing: 'compiling',
  reading_homes: 'reading homes',
  counting: 'counting',
};
const WHERE = 'id state progress { stage done total } error { code message hint }';

/**
 * Plays a scenario on the twin of a running server, as a simulation there: others may wait before it, and Ctrl-C cancels
 * it. Rejects with why it failed, in the words of the server.
 */
export async function playOnServer(
  { scenario }: ScenarioDocument,
  limits: readonly Limit[],
  server: ServerClient,
): Promise<Played> {
  const input = {
    scenarioText: JSON.stringify(scenario),
    ...sentBy(scenario.proposed),
    ...(limits.length > 0 && { budget: JSON.stringify({ limits }) }),
  };
  const document = `mutation ($input: SimulationInput!) { told: startSimulation(input: $input) { ${WHERE} } }`;
  const started = await server.query(document, { input });
  const { id } = started['told'] as Simulation;
  const stopped = stopSignal().then(async (): Promise<never> => {
    await server.query('mutation ($id: ID!) { cancelSimulation(id: $id) { state } }', { id });
    throw new CodedError('command:simulation.cancelled', 'the simulation was cancelled');
  });
  const ended = await Promise.race([follow(server, id), stopped]);
  if (ended.state !== 'done') throw failureOf(ended);
  const told = (await server.query('query ($id: ID!) { told: simulation(id: $id) { report context } }', { id }))[
    'told'
  ];
  const { report, context } = told as { report: PlayedScenario['report']; context: Omit<PlayedScenario, 'report'> };
  return { report, scenario: context.scenario, areas: new Map(context.areas.map((area) => [area.id, area])) };
}

/** What is proposed by path goes along; by name it is the server's. */
function sentBy(choice: PolicyChoice | undefined): { readonly draftFiles?: readonly object[] } {
  const path = draftPath(choice);
  if (path === null) return {};
  const files = findDraft(join(repositoryRoot, 'policies'), findNamed(path, DRAFTS, true));
  return { draftFiles: files.map(({ file, source }) => ({ name: basename(file), source })) };
}

function draftPath(choice: PolicyChoice | undefined): string | null {
  const name = typeof choice === 'object' && 'draft' in choice ? choice.draft : choice;
  return typeof name === 'string' && /[/\\]|\.rego$/.test(name) ? name : null;
}

type Bar = { readonly label: string; readonly total: number; readonly progress: Progress };

/** Shows how far it is until it has ended. */
async function follow(server: ServerClient, id: string): Promise<Simulation> {
  let last: Simulation | null = null;
  let bar: Bar | undefined;
  try {
    const document = `subscription ($id: ID!) { told: simulationChanged(id: $id) { ${WHERE} } }`;
    for await (const data of server.subscribe(document, { id })) {
      last = data['told'] as Simulation;
      const { progress, state } = last;
      const [label, total] = progress ? [STAGES[progress.stage] ?? progress.stage, progress.total] : [state, 0];
      if (bar?.label !== label || bar.total !== total) {
        bar?.progress.end();
        bar = { label, total, progress: startProgress({ label, total: Math.max(total, 1) }) };
      }
      bar.progress.update(progress?.done ?? 0);
    }
  } finally {
    bar?.progress.end();
  }
  if (last && last.state !== 'waiting' && last.state !== 'running') return last;
  throw new CodedError('command:server.unreachable', `the server at \`${server.url}\` broke off`, {
    hint: `the simulation may go on; ask \`simulation(id: "${id}")\` for it`,
  });
}

function failureOf({ state, error }: Simulation): CodedError {
  if (!error) return new CodedError('command:simulation.ended', `the simulation is ${state} on the server`);
  return new CodedError(error.code as ErrorCode, error.message, error.hint === null ? {} : { hint: error.hint });
}
