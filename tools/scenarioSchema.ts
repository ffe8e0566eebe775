/**
 * Writes the JSON Schema of scenarios for editors, `docs/reference/scenario.schema.json`: the one that they are read by.
 *
 *     node tools/scenarioSchema.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioSchema } from '../engine/simulate/scenarioSchema.ts';

/** The text of the file. */
export const scenarioSchemaText = `${JSON.stringify(scenarioSchema, null, 2)}\n`;

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '../docs/reference/scenario.schema.json'), scenarioSchemaText);
}
