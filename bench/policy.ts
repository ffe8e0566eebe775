import { performance } from 'node:perf_hooks';
import { type Benchmark, type Figure, median, quantile } from './Benchmark.ts';
import { type Engine, sharingEngines } from './tiered_sharing/engines.ts';
import { type SharingRequest, sharingRequests } from './tiered_sharing/SharingRequest.ts';

const SEED = 7;
/** Engines take turns after so many requests, so that what else the machine does slows all of them alike. */
const TURN = 500;

/** One policy in three languages on one workload; figures are given only where all answers are equal. */
export const policyBenchmark: Benchmark = {
  name: 'policy',
  title: 'one decision of the tiered sharing policy of 15 rules (bench/tiered_sharing), from a request to plain JSON',
  async run({ smoke }) {
    const engines = await sharingEngines();
    const requests = sharingRequests(SEED, smoke ? TURN : 20_000);
    const allowed = compareAnswers(engines, requests);
    const taken = new Map(engines.map(({ name }) => [name, [] as number[]]));
    const texts = requests.map((request) => JSON.stringify(request));
    for (let at = 0; at < texts.length; at += TURN) {
      const some = texts.slice(at, at + TURN);
      for (const { name, ask } of engines) taken.get(name)!.push(...some.map((text) => timeOf(ask, text)));
    }
    const bytes = median(texts.map(({ length }) => length));
    const [ours, ...peers] = engines.map(({ name }) => ({ name, value: median(taken.get(name)!) }));
    const note = (name: string) => `p99 ${quantile(taken.get(name)!, 0.99).toFixed(1)} us`;
    const figures: Figure[] = [
      {
        what: `${ours!.name}, median`,
        value: ours!.value,
        unit: 'us',
        note: `${note(ours!.name)}; ${requests.length} requests of ${bytes} bytes, ${allowed} allowed, all engines agree`,
      },
      ...peers.map(({ name, value }) => ({
        what: `${name}, median`,
        value,
        unit: 'us',
        peer: ours!,
        note: note(name),
      })),
    ];
    return figures;
  },
};

/** How long an engine takes for a request that has just come in, in microseconds. */
function timeOf(ask: Engine['ask'], text: string): number {
  const request = JSON.parse(text) as SharingRequest;
  const started = performance.now();
  ask(request);
  return (performance.now() - started) * 1000;
}

/** How many requests are allowed. Throws where two engines differ: then no figure would mean anything. */
function compareAnswers(engines: readonly Engine[], requests: readonly SharingRequest[]): number {
  let allowed = 0;
  for (const request of requests) {
    const answers = engines.map(({ ask, read }) => read(ask(request) as never));
    const [first] = answers;
    for (const [at, { allow, rules }] of answers.entries()) {
      // casbin tells no rules.
      if (allow === first!.allow && (rules === undefined || rules.join() === first!.rules!.join())) continue;
      const [one, other] = [engines[0]!.name, engines[at]!.name];
      throw new Error(`${one} and ${other} differ: ${JSON.stringify({ request, [one]: first, [other]: answers[at] })}`);
    }
    if (first!.allow) allowed += 1;
  }
  return allowed;
}
