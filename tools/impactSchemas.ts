/**
 * Writes the JSON Schemas of impact reports, as they are and signed, and of budgets, for whoever reads the ones and writes the
 * other: those that the program uses.
 *
 *     node tools/impactSchemas.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { budgetSchema } from '../engine/simulate/budgetSchema.ts';
import { impactReportSchema } from '../engine/simulate/impactReportSchema.ts';
import { signedReportSchema } from '../engine/simulate/written/parseSignedReport.ts';

/** The texts of the files, by their paths. */
export const impactSchemaTexts: Readonly<Record<string, string>> = {
  'docs/reference/impact-report.schema.json': `${JSON.stringify(impactReportSchema, null, 2)}\n`,
  'docs/reference/signed-report.schema.json': `${JSON.stringify(signedReportSchema, null, 2)}\n`,
  'docs/reference/budget.schema.json': `${JSON.stringify(budgetSchema, null, 2)}\n`,
};

if (import.meta.main) {
  for (const [file, text] of Object.entries(impactSchemaTexts)) {
    writeFileSync(join(import.meta.dirname, '..', file), text);
  }
}
