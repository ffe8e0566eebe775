import { existsSync } from 'node:fs';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import type { Limit } from '../../engine/simulate/Limit.ts';
import { compareReports, type ReportComparison } from '../../engine/simulate/written/compareReports.ts';
import { parseSignedReport } from '../../engine/simulate/written/parseSignedReport.ts';
import { type SignedReport, statementDigest } from '../../engine/simulate/written/SignedReport.ts';
import { verifyReport } from '../../engine/simulate/written/verifyReport.ts';
import type { SignatureCheck } from '../../trust/signing/checkSignature.ts';
import { readTrustedKeys, trustedKeysFile } from '../../trust/signing/trustedKeys.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { onOneLine, print, printJson } from '../output.ts';
import { readInput } from '../readInput.ts';
import { findServer } from '../serverClient.ts';
import type { ExitCode } from '../Verb.ts';
import { playOnServer } from './playOnServer.ts';
import { openScenario, playScenario } from './playScenario.ts';
import { SENT } from './runInWorker.ts';

/** Tells who stands for a signed report, by the trusted keys of the data folder. Rejects as `parseSignedReport` does. */
export async function verifySigned(file: string, json: boolean): Promise<ExitCode> {
  const signed = parseSignedReport(await readInput(file), file);
  const checks = checksOf(signed);
  const believed = checks.length > 0 && checks.every(({ kind }) => kind === 'held');
  if (json) printJson({ believed, digest: statementDigest(signed.statement), signatures: checks.map(plain) });
  else print([...aboutLines(signed), ...signatureLines(checks), believed ? 'believed' : 'NOT BELIEVED'].join('\n'));
  return believed ? 0 : 1;
}

type RerunOptions = {
  readonly json: boolean;
  /** Where what is proposed lies now, if not where the scenario says; its digest tells whether it is the same. */
  readonly proposed?: string | undefined;
};

/**
 * Plays the scenario of a signed report again, on the homes and under the policies that it names as they are now, and tells
 * whether the same bytes came out; where not, what of the inputs is another. Rejects as playing a scenario does, and with
 * `scenario:report.draft_sent` for a draft that a server was sent and that is not given again.
 */
export async function rerunSigned(file: string, { json, ...options }: RerunOptions): Promise<ExitCode> {
  const signed = parseSignedReport(await readInput(file), file);
  const comparison = compareReports(signed.statement.report, await playAgain(signed, file, options));
  const checks = checksOf(signed);
  if (json) printJson({ ...comparison, digest: statementDigest(signed.statement), signatures: checks.map(plain) });
  else print([...aboutLines(signed), ...signatureLines(checks), ...comparedLines(comparison)].join('\n'));
  return comparison.same ? 0 : 1;
}

async function playAgain(
  { statement: { scenario, report } }: SignedReport,
  file: string,
  { proposed }: Omit<RerunOptions, 'json'>,
): Promise<ImpactReport> {
  if (scenario.proposed === SENT && proposed === undefined) {
    throw new CodedError('scenario:report.draft_sent', 'its draft was sent to a server, and is not in the report', {
      place: { file },
      hint: 'give it: `--proposed <draft>`',
    });
  }
  const asked = proposed === undefined ? scenario : { ...scenario, proposed };
  const document = { scenario: asked, place: (path: string) => ({ file, path: `/statement/scenario${path}` }) };
  const limits = (report.limits ?? []).map(limitOf);
  const server = scenario.population === 'live' ? await findServer() : null;
  const played = server
    ? await playOnServer(document, limits, server)
    : playScenario(await openScenario(document), limits);
  // It is the same scenario wherever its draft lies.
  const inputs =
    proposed === undefined ? played.report.inputs : { ...played.report.inputs, scenario: report.inputs.scenario };
  return { ...played.report, inputs };
}

function limitOf({ measure, at_most, area, category, requester }: NonNullable<ImpactReport['limits']>[number]): Limit {
  return {
    measure,
    at_most,
    ...(area !== undefined && { area }),
    ...(category !== undefined && { category }),
    ...(requester !== undefined && { requester }),
  };
}

function checksOf(signed: SignedReport): readonly SignatureCheck[] {
  const file = trustedKeysFile(dataFolder());
  return verifyReport(signed, { keys: existsSync(file) ? readTrustedKeys(file) : [], at: Date.now() });
}

function plain(check: SignatureCheck): object {
  if (check.kind === 'held') return { held: true, key: check.key.id, signer: check.key.holder };
  return { held: false, why: check.why, message: check.message };
}

function aboutLines({ statement }: SignedReport): readonly string[] {
  const { scenario, report } = statement;
  const { population, revision, inputs } = report;
  return [
    scenario.title,
    `  digest    ${statementDigest(statement)}`,
    `  homes     ${population.id}, ${population.homes} at revision ${revision}`,
    `  baseline  ${inputs.baseline}`,
    `  proposed  ${inputs.proposed}`,
    `  engine    ${inputs.engine ?? 'of no stated version'}`,
  ].map(onOneLine);
}

function signatureLines(checks: readonly SignatureCheck[]): readonly string[] {
  if (checks.length === 0) return ['nobody signed it'];
  return checks.map((check) =>
    onOneLine(
      check.kind === 'held' ? `signed by ${check.key.holder} (${check.key.id}), who is trusted here` : check.message,
    ),
  );
}

function comparedLines({ same, inputs, members }: ReportComparison): readonly string[] {
  if (same) return ['the same bytes came out'];
  return [
    'OTHER BYTES came out',
    ...inputs.map(({ input, was, is }) => `  ${input} was ${was}\n  ${' '.repeat(input.length)}  is ${is}`),
    ...(members.length > 0 ? [`  what differs: ${members.join(', ')}`] : []),
    ...(inputs.length === 0
      ? ['  although it was made of the same: one of the two is not what this engine counts']
      : []),
  ];
}
