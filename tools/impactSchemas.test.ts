import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { impactSchemaTexts } from './impactSchemas.ts';

it.each(Object.entries(impactSchemaTexts))('%s is fresh: else run `node tools/impactSchemas.ts`', (file, text) => {
  expect(readFileSync(join(import.meta.dirname, '..', file), 'utf8')).toBe(text);
});
