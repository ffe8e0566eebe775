import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadValidPolicies, type PolicyBundle } from '../rego/loadPolicies.ts';
import { readPolicyCases } from '../rego/policyCases.ts';
import { readInputSchema } from '../rego/policyFiles.ts';
import { RegoCompiler } from '../rego/RegoCompiler.ts';
import { assertAgreement, assertEqual } from './assertAgreement.ts';

const root = join(import.meta.dirname, '../../policies');
const examples = readPolicyCases(root).map(({ input }) => input);
const compiler = new RegoCompiler();
afterAll(() => compiler.close());
let active: PolicyBundle;
beforeAll(async () => {
  active = await loadValidPolicies(root, { compiler });
});

it('finds both evaluators to agree on the cases and on 2,000 inputs for each interval between dates', () => {
  const inputs = assertAgreement(active, { inputSchema: readInputSchema(root), examples });
  expect(inputs).toBeGreaterThanOrEqual(2_000 + examples.length);
});

it('refuses evaluators that differ in one answer, and shows it', async () => {
  const now = Date.now();
  const draft = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/quick_fix') });
  const both = [active.at(now).evaluator, draft.at(now).evaluator] as const;
  expect(() => assertEqual(both, examples)).toThrow(
    expect.objectContaining({ code: 'policy:bundle.evaluators_differ', hint: expect.stringContaining('"verdicts":') }),
  );
});
