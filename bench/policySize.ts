import { isDeepStrictEqual } from 'node:util';
import { type Benchmark, type Figure, median, quantile, samples } from './Benchmark.ts';
import { agreementPolicy, agreementRequests } from './tiered_sharing/agreementPolicy.ts';
import { compiledPolicy } from './tiered_sharing/engines.ts';

const SEED = 7;

/** Policies that grow by more of the same: what a decision costs that only a few of the rules can matter to. */
export const policySizeBenchmark: Benchmark = {
  name: 'policySize',
  title: 'one decision of policies of growing size, one rule for each agreement with an organisation',
  async run({ smoke }) {
    const figures: Figure[] = [];
    let smallest: { name: string; value: number } | undefined;
    for (const rules of smoke ? [38, 100, 300] : [38, 1_000, 10_000]) {
      const { compiled, opaWasm } = await compiledPolicy(agreementPolicy(SEED, rules), 'bench/agreements/permit');
      const requests = agreementRequests(SEED, rules, smoke ? 200 : 5_000);
      // opa-wasm goes through all rules, so it is asked less as they get more.
      const some = requests.slice(0, Math.max(50, Math.floor((requests.length * 38) / rules)));
      const different = some.find((request) => !isDeepStrictEqual(sorted(compiled(request)), sorted(opaWasm(request))));
      if (different) throw new Error(`compiled and opa-wasm differ: ${JSON.stringify(different)}`);
      for (const request of requests) compiled(request);
      const [ours, theirs] = [samples(requests, compiled), samples(some, opaWasm)];
      const value = median(ours);
      figures.push({
        what: `compiled, ${rules.toLocaleString('en-GB')} rules, median`,
        value,
        unit: 'us',
        peer: { name: 'opa-wasm', value: median(theirs) },
        note: `p99 ${quantile(ours, 0.99).toFixed(1)} us`,
      });
      smallest ??= { name: `compiled at ${rules} rules`, value };
      if (rules !== 38) {
        figures.push({
          what: `compiled, ${rules.toLocaleString('en-GB')} rules against 38`,
          value,
          unit: 'us',
          peer: smallest,
        });
      }
    }
    return figures;
  },
};

/** OPA's Wasm gives sets in the order of its hashes. */
function sorted(rules: unknown): string[] {
  return (rules as { rule: string }[]).map(({ rule }) => rule).sort();
}
