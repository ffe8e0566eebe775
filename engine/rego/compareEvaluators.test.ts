import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { compareEvaluators } from './compareEvaluators.ts';
import { compiledEvaluator } from './compiled/compiledEvaluator.ts';
import { loadValidPolicies, type PolicyBundle } from './loadPolicies.ts';
import { opaWasmEvaluator } from './opaWasm/opaWasmEvaluator.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { readPolicyCases } from './policyCases.ts';
import { readInputSchema } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import { randomInputs } from './randomInputs.ts';

const root = join(import.meta.dirname, '../../policies');

describe("the two evaluators of the product's policies", () => {
  const compiler = new RegoCompiler();
  let bundle: PolicyBundle;
  let both: readonly [PolicyEvaluator, PolicyEvaluator];
  let inputs: Iterator<PolicyInput>;
  beforeAll(async () => {
    bundle = await loadValidPolicies(root, { compiler });
    const { compiled, rules } = bundle;
    both = [compiledEvaluator(compiled, rules), opaWasmEvaluator(compiled, rules)];
    const examples = readPolicyCases(root).map(({ input }) => input);
    const literals = rules.map(({ policy, rule }) => `${policy}/${rule}`);
    inputs = randomInputs(readInputSchema(root), { seed: 11, examples, literals });
  });
  afterAll(() => compiler.close());

  it('say the same of 3,000 inputs', () => {
    const { compared, telling, differences } = compareEvaluators(both, take(3_000));
    expect(differences).toEqual([]);
    expect(compared).toBe(3_000);
    expect(telling).toBeGreaterThan(1_500);
  });

  it('have every rule say something in what is drawn', () => {
    const said = new Set<string>();
    for (const input of take(20_000)) {
      const { permits, caps, denies, waived } = both[0].evaluate(input);
      for (const { reason } of [...permits, ...caps, ...denies, ...(waived?.denies ?? []), ...(waived?.caps ?? [])]) {
        said.add(`${reason.code} ${reason.policy}/${reason.rule}`);
      }
    }
    const silent = bundle.rules
      .map(({ kind, policy, rule }) => `${kind} ${policy}/${rule}`)
      .filter((rule) => !said.has(rule));
    expect(silent).toEqual([]);
  });

  it('say the same of JSON that is no input of the product', () => {
    const members = readPolicyCases(root).map(({ input }) => input);
    // Mostly an input in which something stands where it has no business.
    const anyInput = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(
          fc.constantFrom(...members),
          fc.constantFrom('subject', 'action', 'purpose', 'relations', 'resource', 'context'),
          fc.jsonValue(),
        )
        .map(([input, key, value]) => ({ ...input, [key]: value })),
      fc
        .tuple(
          fc.constantFrom(...members),
          fc.constantFrom('label', 'home', 'device', 'owners', 'type', 'instrument'),
          fc.jsonValue(),
        )
        .map(([input, key, value]) => ({ ...input, resource: { ...input.resource, [key]: value } })),
    );
    fc.assert(
      fc.property(anyInput, (input) => {
        expect(compareEvaluators(both, [input as unknown as PolicyInput]).differences).toEqual([]);
      }),
      { numRuns: 1_500 },
    );
  });

  it('are found to differ where they do', () => {
    const silent: PolicyEvaluator = {
      readSet: [],
      evaluate: () => ({ permits: [], caps: [], denies: [], errors: [] }),
    };
    const { compared, differences } = compareEvaluators([both[0], silent], take(1_000), { most: 2 });
    expect(differences).toHaveLength(2);
    expect(compared).toBeLessThan(1_000);
    expect(differences[0]!.verdicts[0]).toEqual(both[0].evaluate(differences[0]!.input));
  });

  function* take(count: number): Generator<PolicyInput> {
    for (let taken = 0; taken < count; taken++) yield inputs.next().value as PolicyInput;
  }
});
