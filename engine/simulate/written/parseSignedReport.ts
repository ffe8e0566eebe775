import { createHash } from 'node:crypto';
import { SIGNATURE_ALGORITHMS } from '../../../trust/signing/signatures.ts';
import { CodedError } from '../../../twin/CodedError.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import { schemaCheck } from '../../documents/schemaProblems.ts';
import { IMPACT_REPORT_VERSION } from '../ImpactReport.ts';
import { impactReportSchema } from '../impactReportSchema.ts';
import { readScenario } from '../parseScenario.ts';
import { closed, described, oneOf, type Schema, TEXT } from '../schemaParts.ts';
import { SIGNED_REPORT_FORMAT, type SignedReport } from './SignedReport.ts';

const signature = closed({
  key: TEXT,
  algorithm: oneOf(SIGNATURE_ALGORITHMS),
  signer: TEXT,
  value: { type: 'string', pattern: '^[0-9a-f]{1,400}$' },
});
const { definitions, $schema, title: _, ...report } = impactReportSchema;

/** The JSON Schema of signed reports; `docs/reference/signed-report.schema.json` is it for whoever reads them. */
export const signedReportSchema: Schema = {
  $schema,
  title: 'A signed impact report, with the scenario that it answers',
  ...closed({
    format: { const: SIGNED_REPORT_FORMAT },
    statement: closed({
      scenario: described('as `scenario.schema.json` has it', { type: 'object' }),
      report,
    }),
    signatures: { type: 'array', maxItems: 16, items: signature },
  }),
  definitions,
};

/**
 * Reads a signed report and checks that it is whole; who stands for it is for `verifyReport` to say. Throws
 * `scenario:report.unreadable` for what is no JSON, `.unsigned` for a report that was written without a key, `.version_other`
 * for one of another form, `.malformed` with what is wrong, and `.inconsistent` where the scenario is not the one that the report
 * answers.
 */
export function parseSignedReport(text: string, file: string): SignedReport {
  const value = parsed(text, file);
  if (isRecord(value) && 'matrix' in value) {
    throw refused('unsigned', 'the report is not signed', file, 'sign it when it is made: `--sign <key>`');
  }
  const { format, statement } = isRecord(value) ? value : {};
  const version = isRecord(statement) && isRecord(statement['report']) ? statement['report']['version'] : undefined;
  if (isNewer(format, SIGNED_REPORT_FORMAT) || isNewer(version, IMPACT_REPORT_VERSION)) {
    throw refused(
      'version_other',
      'the report is of another form than this program knows',
      file,
      'use a newer Twinward',
    );
  }
  const fits = schemaCheck(signedReportSchema);
  if (!fits(value)) {
    const [first] = fits.errors ?? [];
    throw refused('malformed', 'it is no signed report', file, `${first?.instancePath || '/'} ${first?.message}`);
  }
  const signed = value as unknown as SignedReport;
  const { scenario, report: said } = signed.statement;
  const [problem] = readScenario(JSON.stringify(scenario), file).problems;
  if (problem) throw refused('malformed', `the scenario in it is none: ${problem.message}`, file, problem.hint);
  if (createHash('sha256').update(canonicalJson(scenario)).digest('hex') !== said.inputs.scenario) {
    throw refused('inconsistent', 'the scenario in it is not the one that the report answers', file);
  }
  return signed;
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CodedError('scenario:report.unreadable', 'the report is no JSON', {
      place: { file },
      hint: 'a signed report is written with `--sign <key> --json`',
      cause,
    });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNewer(found: unknown, known: number): boolean {
  return typeof found === 'number' && found > known;
}

function refused(why: string, message: string, file: string, hint?: string): CodedError {
  return new CodedError(`scenario:report.${why}`, message, { place: { file }, ...(hint !== undefined && { hint }) });
}
