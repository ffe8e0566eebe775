import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ruleFactsPage, ruleSchema } from './ruleReference.ts';

const root = join(import.meta.dirname, '..');

it('is fresh: else run `node tools/ruleReference.ts`', () => {
  expect(readFileSync(join(root, 'docs/reference/rule-facts.md'), 'utf8')).toBe(ruleFactsPage());
  expect(JSON.parse(readFileSync(join(root, 'rules/rule.schema.json'), 'utf8'))).toEqual(JSON.parse(ruleSchema()));
});
