import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarioSchemaText } from './scenarioSchema.ts';

const root = join(import.meta.dirname, '..');
const scenarios = join(root, 'simulators/scenarios');

it('is fresh: else run `node tools/scenarioSchema.ts`', () => {
  expect(readFileSync(join(root, 'docs/reference/scenario.schema.json'), 'utf8')).toBe(scenarioSchemaText);
});

it.each(readdirSync(scenarios))('is what %s names for editors, and takes it', (file) => {
  const text = readFileSync(join(scenarios, file), 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/docs\/reference\/scenario\.schema\.json\n/);
  const fits = new Ajv({ strict: false }).compile(JSON.parse(scenarioSchemaText) as object);
  expect(fits(parse(text, { merge: true })), JSON.stringify(fits.errors)).toBe(true);
});
