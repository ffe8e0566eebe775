import { once } from 'node:events';
import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { Columns } from '../../engine/census/Columns.ts';
import { homesOfSnapshot } from '../../engine/census/ColumnsSnapshot.ts';
import { loadSides } from '../../engine/sides/loadSides.ts';
import type { SidePorts } from '../../engine/sides/SidePorts.ts';
import type { GuardedReport } from '../../engine/simulate/guard/GuardedReport.ts';
import type { Paid } from '../../engine/simulate/guard/guardReport.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import { questionsOf } from '../../engine/simulate/questionsOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { simulate } from '../../engine/simulate.ts';
import { assertGuardable, simulateGuarded } from '../../engine/simulateGuarded.ts';
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

type Tell = (stage: SimulationStage, done: number, total: number) => void;

/** Plays a scenario, and posts how far it is and what came of it. */
export async function playRequest(request: SimulateRequest, port: MessagePort): Promise<void> {
  const tell: Tell = (stage, done, total) =>
    port.postMessage({ kind: 'progress', progress: { stage, done, total } } satisfies SimulateAnswer);
  try {
    const text = Buffer.from(JSON.stringify(await play(request, port, tell)));
    // Its bytes are moved and not copied: they must not lie in memory that other buffers share.
    const played = new Uint8Array(text);
    port.postMessage({ kind: 'done', played } satisfies SimulateAnswer, [played.buffer]);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    port.postMessage({ kind: 'failed', error: toPortable(error) } satisfies SimulateAnswer);
  }
}

async function play(
  request: SimulateRequest,
  port: MessagePort,
  tell: Tell,
): Promise<PlayedScenario<ImpactReport | GuardedReport>> {
  const { scenario, limits, guarded } = request;
  tell('preparing', 0, 0);
  const sides = await loadSides(scenario, portsOf(request));
  const columns = await openHomes(request, tell);
  tell('counting', 0, 0);
  const { areas } = columns.source.graph;
  const population = populationName(scenario.population);
  const ports = { population, columns, limits, version: readVersion(), ...sides };
  if (guarded) {
    assertGuardable(scenario, ports, guarded);
    const paid = await pay(port, { baseline: sides.baseline.id, proposed: sides.proposed.id });
    const report = simulateGuarded(scenario, ports, { right: guarded, paid });
    return {
      report,
      scenario,
      areas: areasIn([{ area: scenario.area }, ...report.lines.flatMap((line) => line.areas)], areas),
    };
  }
  const report = simulate(scenario, ports);
  return { report, scenario, areas: areasIn([...report.areas, ...report.slices], areas) };
}

/** What was paid for the answer: without it there is none, and whoever waits for it ends this thread. */
async function pay(
  port: MessagePort,
  bundles: { readonly baseline: string; readonly proposed: string },
): Promise<Paid> {
  const paid = once(port, 'message');
  port.postMessage({ kind: 'price', bundles } satisfies SimulateAnswer);
  return ((await paid) as [Paid])[0];
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

async function openHomes({ scenario, live }: SimulateRequest, tell: Tell): Promise<Columns> {
  if (live) {
    const { snapshot, ids } = live;
    return Columns.fromSnapshot(snapshot, { ...homesOfSnapshot(snapshot), idsOf: askedIds(ids) });
  }
  return readCity(scenario, tell);
}

async function readCity(scenario: Scenario, tell: Tell): Promise<Columns> {
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
function areasIn(named: readonly { readonly area: string }[], known: ReadonlyMap<string, Area>): readonly Area[] {
  const ids = new Set<string>();
  for (const { area } of named) {
    for (let id: string | null = area; id !== null && !ids.has(id); id = known.get(id)?.parent ?? null) ids.add(id);
  }
  return [...ids].flatMap((id) => known.get(id) ?? []);
}
