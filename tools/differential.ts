// Compares the two evaluators over the product's own policies:
//   node tools/differential.ts [how many inputs] [seed]
import { join } from 'node:path';
import { compareEvaluators } from '../engine/rego/compareEvaluators.ts';
import { compiledEvaluator } from '../engine/rego/compiled/compiledEvaluator.ts';
import { loadValidPolicies } from '../engine/rego/loadPolicies.ts';
import { opaWasmEvaluator } from '../engine/rego/opaWasm/opaWasmEvaluator.ts';
import { readPolicyCases } from '../engine/rego/policyCases.ts';
import { readInputSchema } from '../engine/rego/policyFiles.ts';
import { randomInputs } from '../engine/rego/randomInputs.ts';

const [count = 100_000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
const root = join(import.meta.dirname, '..', 'policies');
const { compiled, rules } = await loadValidPolicies(root);
const examples = readPolicyCases(root).map(({ input }) => input);
const literals = rules.map(({ policy, rule }) => `${policy}/${rule}`);
const inputs = randomInputs(readInputSchema(root), { seed, examples, literals });
const started = performance.now();
const { compared, telling, differences } = compareEvaluators(
  [compiledEvaluator(compiled, rules), opaWasmEvaluator(compiled, rules)],
  inputs.take(count),
);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
for (const difference of differences) console.error(JSON.stringify(difference, null, 2));
console.log(
  `${compared} inputs (seed ${seed}), ${telling} of them with something said, ${differences.length} differences, ${seconds} s`,
);
process.exitCode = differences.length > 0 || compared < count ? 1 : 0;
