import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Benchmark, Figure } from './Benchmark.ts';
import { compiledPolicy } from './tiered_sharing/engines.ts';
import { sharingRequests } from './tiered_sharing/SharingRequest.ts';

const SEED = 7;
const MEGABYTE = 2 ** 20;
/** How often memory is looked at; the first time is after a tenth of the decisions, when all code is compiled. */
const LOOKS = 10;

/** Many decisions in one process: what is still held after them, garbage aside. */
export const policyMemoryBenchmark: Benchmark = {
  name: 'policyMemory',
  title: 'memory held after ever more decisions of the tiered sharing policy',
  async run({ smoke }) {
    const source = readFileSync(new URL('./tiered_sharing/tiered_sharing.rego', import.meta.url), 'utf8');
    const { compiled } = await compiledPolicy(source, 'bench/tiered_sharing/decision');
    const requests = sharingRequests(SEED, 20_000);
    const collect = collector();
    const held: { readonly heap: number; readonly resident: number }[] = [];
    const each = (smoke ? 200_000 : 10_000_000) / LOOKS;
    for (let look = 0, asked = 0; look < LOOKS; look += 1) {
      for (const end = asked + each; asked < end; asked += 1) compiled(requests[asked % requests.length]!);
      collect();
      const { heapUsed, rss } = process.memoryUsage();
      held.push({ heap: heapUsed / MEGABYTE, resident: rss / MEGABYTE });
    }
    const [first, last] = [held[0]!, held.at(-1)!];
    const figure = (what: string, key: keyof typeof first): Figure => ({
      what,
      value: last[key],
      unit: 'MB',
      peer: { name: `after ${each.toLocaleString('en-GB')}`, value: first[key] },
      note: held.map((one) => one[key].toFixed(1)).join(' '),
    });
    const all = (each * LOOKS).toLocaleString('en-GB');
    return [figure(`heap after ${all} decisions`, 'heap'), figure(`resident after ${all} decisions`, 'resident')];
  },
};

/** Collects garbage, also in a process that was started without the flag for it. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
