import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveColumns } from '../engine/census/LiveColumns.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { Program, ROOT } from '../system/Program.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { type Asked, askWhile, CLIENTS, PAUSE_MS, times } from './askWhile.ts';
import { type Benchmark, type Figure, median, quantile } from './Benchmark.ts';

const SCENARIO = 'heat_wave_elderly_care';

/**
 * Decisions of the running program while it simulates: a generated city in the worker, and its own twin again and again.
 * The peer is the same question while it simulates nothing. Beside it, what a larger twin asks of the thread that decides.
 */
export const simulateLiveBenchmark: Benchmark = {
  name: 'simulateLive',
  title: `a decision by GraphQL, asked by ${CLIENTS} clients every ${PAUSE_MS} ms, while scenarios are played`,
  async run({ smoke }) {
    const homes = smoke ? 2_000 : 1_000_000;
    const program = new Program();
    try {
      await program.start();
      const token = await program.token('--as', 'resident');
      await askWhile(program, token, () => sleep(smoke ? 200 : 3_000));
      const quiet = await askWhile(program, token, () => sleep(smoke ? 500 : 10_000));
      let took = 0;
      const generated = await askWhile(program, token, async () => {
        took = await play(program, `homes: ${homes}`);
      });
      const live = await askWhile(program, token, async () => {
        for (let turn = 0; turn < (smoke ? 1 : 5); turn += 1) await play(program, 'population: live');
      });
      const peer = { name: 'quiet', value: quantile(times(quiet), 0.99) };
      const figure = (what: string, asked: readonly Asked[], more: string): Figure => ({
        what,
        value: quantile(times(asked), 0.99),
        unit: 'ms',
        peer,
        note: `median ${median(times(asked)).toFixed(1)} ms, quiet ${median(times(quiet)).toFixed(1)} ms; of ${asked.length} decisions${more}`,
      });
      const seconds = (took / 1_000).toFixed(1);
      return [
        figure(`during ${homes.toLocaleString('en-GB')} homes, p99`, generated, `; the simulation took ${seconds} s`),
        figure("during simulations of the server's own twin, p99", live, ''),
        ...(await waits(smoke ? 500 : 50_000)),
      ];
    } finally {
      await program.remove();
    }
  },
};

/** Has a scenario played by the running program, and answers how long that took, in milliseconds. */
async function play(program: Program, more: string): Promise<number> {
  const started = performance.now();
  const { token } = program.server;
  const input = `{ scenario: "${SCENARIO}", proposed: "heat_wave", ${more} }`;
  const { body } = await program.ask(`mutation { startSimulation(input: ${input}) { id } }`, { token });
  const id = body['data']?.startSimulation.id;
  for (;;) {
    const answer = await program.ask(`{ simulation(id: "${id}") { state error { message } } }`, { token });
    const { state, error } = answer.body['data'].simulation;
    if (state === 'done') return performance.now() - started;
    if (state !== 'waiting' && state !== 'running') throw new Error(`the simulation is ${state}: ${error?.message}`);
    await sleep(100);
  }
}

/** How long others wait at most while the homes of a twin are read: all of them, and then those that changed. */
async function waits(homes: number): Promise<readonly Figure[]> {
  const graph = new TwinGraph();
  const city = cityPopulation({ seed: 1, homes });
  for (const change of city.areas) graph.apply(change);
  for (let index = 0; index < homes; index += 1) for (const change of city.home(index)) graph.apply(change);
  const file = join(ROOT, `simulators/scenarios/${SCENARIO}.yaml`);
  const scenario = parseScenario(readFileSync(file, 'utf8'), file);
  const live = new LiveColumns(graph);
  const take = async (what: string): Promise<Figure> => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const started = performance.now();
    delay.enable();
    await live.take({ questionsOf: (fork) => questionsOf(scenario, fork) });
    const took = performance.now() - started;
    await sleep(5);
    delay.disable();
    const note = `longest ${(delay.max / 1e6).toFixed(1)} ms; it took ${took.toFixed(0)} ms`;
    return { what, value: delay.percentile(99) / 1e6, unit: 'ms', note };
  };
  const count = homes.toLocaleString('en-GB');
  const first = await take(`turns while ${count} homes are read first, p99`);
  for (let index = 0; index < homes; index += 100) {
    graph.apply({ kind: 'home_flagged', home: `home-${index + 1}`, flag: 'elder_alone', on: true });
  }
  return [first, await take('turns while the 1 % that changed are read, p99')];
}
