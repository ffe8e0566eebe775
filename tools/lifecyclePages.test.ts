import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lifecycles } from '../twin/lifecycles/index.ts';
import { LIFECYCLE_PAGE, lifecyclePage } from './lifecyclePages.ts';

const page = lifecyclePage();

it('the page of lifecycles is fresh: else run `node tools/lifecyclePages.ts`', () => {
  expect(readFileSync(join(import.meta.dirname, '..', LIFECYCLE_PAGE), 'utf8')).toBe(page);
});

it('the page has a diagram of every lifecycle, with each of its states', () => {
  const diagrams = page.split('```mermaid').slice(1);
  expect(diagrams).toHaveLength(Object.keys(lifecycles).length);
  for (const [index, name] of Object.keys(lifecycles).sort().entries()) {
    for (const state of lifecycles[name]!.states) expect(diagrams[index], name).toMatch(new RegExp(`\\b${state}\\b`));
  }
});
