/** Plays one scenario off the main thread, and posts how far it is and what came of it. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Columns } from '../../engine/census/Columns.ts';
import { homesOfSnapshot } from '../../engine/census/ColumnsSnapshot.ts';
import { loadSides } from '../../engine/sides/loadSides.ts';
import type { SidePorts } from '../../engine/sides/SidePorts.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import type { PlayedScenario } from '../../graphql/simulations/PlayedScenario.ts';
import type { SimulationStage } from '../../graphql/simulations/Simulation.ts';
import { toPortable } from '../../graphql/writer/protocol.ts';
import { CodedError, invariant } from '../../twin/CodedError.ts';
import type { Area } from '../../twin/changes.ts';
import { readVersion } from '../version.ts';
import { askedIds } from './askedIds.ts';
import { generatedSource } from './generatedSource.ts';
import { SENT, type SimulateAnswer, type SimulateRequest } from './runInWorker.ts';
import { sidePortsOf } from './sidePorts.ts';

/** How often it says how far it is. */
const TELL_MS = 100;
/** Whatever else runs goes first. */
const NICE = 15;

invariant(parentPort, 'simulate.worker.ts runs as a worker');
const port = parentPort;
const request = workerData as SimulateRequest;
stepBack();

try {
  const text = Buffer.from(JSON.stringify(await play(request)));
  // Its bytes are moved and not copied: they must not lie in memory that other buffers share.
  const played = new Uint8Array(text);
  port.postMessage({ kind: 'done', played } satisfies SimulateAnswer, [played.buffer]);
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  port.postMessage({ kind: 'failed', error: toPortable(error) } satisfies SimulateAnswer);
}

async function play(request: SimulateRequest): Promise<PlayedScenario> {
  const { scenario, limits } = request;
  tell('preparing', 0, 0);
  const sides = await loadSides(scenario, portsOf(request));
  const columns = await openHomes(request);
  tell('counting', 0, 0);
  const { areas } = columns.source.graph;
  const population = populationName(scenario.population);
  const report = simulate(scenario, { population, columns, limits, version: readVersion(), ...sides });
  return { report, scenario, areas: areasIn(report, areas) };
}

function portsOf({ folder, records, active, cacheKey, draft }: SimulateRequest): SidePorts {
  const ports = sidePortsOf({ folder, paths: false, records: async () => records });
  return {
    ...ports,
    cache: join(folder, 'bundles'),
    cacheKey,
    activeBundle: async () => active,
    findDraft: (name) => (name === SENT && draft !== null ? draft : ports.findDraft(name)),
    readText: async (file) => {
      throw new CodedError('scenario:file.refused', `a server reads no file \`${file}\` that a scenario names`, {
        hint: 'send what is proposed as `draftFiles`',
      });
    },
  };
}

async function openHomes({ scenario, live }: SimulateRequest): Promise<Columns> {
  if (live) {
    const { snapshot, ids } = live;
    return Columns.fromSnapshot(snapshot, { ...homesOfSnapshot(snapshot), idsOf: askedIds(ids) });
  }
  return readCity(scenario);
}

async function readCity(scenario: Scenario): Promise<Columns> {
  const city = generatedSource(scenario.population);
  invariant(city, 'what was prepared is played on the twin or on a generated city');
  const { source } = city;
  tell('reading_homes', 0, source.size);
  let next = performance.now() + TELL_MS;
  const onProgress = (homes: number) => {
    if (performance.now() < next) return;
    next = performance.now() + TELL_MS;
    tell('reading_homes', homes, source.size);
  };
  return Columns.build(source, { questions: questionsOf(scenario, source.graph), onProgress });
}

/** The areas that a report names, and those around them. */
function areasIn({ areas, slices }: PlayedScenario['report'], known: ReadonlyMap<string, Area>): readonly Area[] {
  const ids = new Set<string>();
  for (const { area } of [...areas, ...slices]) {
    for (let id: string | null = area; id !== null && !ids.has(id); id = known.get(id)?.parent ?? null) ids.add(id);
  }
  return [...ids].flatMap((id) => known.get(id) ?? []);
}

function tell(stage: SimulationStage, done: number, total: number): void {
  port.postMessage({ kind: 'progress', progress: { stage, done, total } } satisfies SimulateAnswer);
}

/** Lowers the priority of this thread, and of those that it starts, where the system knows threads by number. */
function stepBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE);
  } catch {
    // Elsewhere it shares the processor with all others.
  }
}
