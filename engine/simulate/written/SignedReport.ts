import type { Signature } from '../../../trust/signing/checkSignature.ts';
import { signMessage } from '../../../trust/signing/signatures.ts';
import type { SigningKey } from '../../../trust/signing/signingKeyFile.ts';
import { sm3 } from '../../../trust/sm3.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import type { ImpactReport } from '../ImpactReport.ts';
import type { Scenario } from '../Scenario.ts';

/** The form of signed reports that this program writes and reads. */
export const SIGNED_REPORT_FORMAT = 1;

/** What is signed: a report, and the scenario that it answers, whole, so that anybody can play it again. */
export type ReportStatement = { readonly scenario: Scenario; readonly report: ImpactReport };

/** A report as it lies in a file with those who stand for it. */
export type SignedReport = {
  readonly format: typeof SIGNED_REPORT_FORMAT;
  readonly statement: ReportStatement;
  readonly signatures: readonly Signature[];
};

/** The report with the signature of a key. */
export function signReport(statement: ReportStatement, { id, holder, ...pair }: SigningKey): SignedReport {
  const value = signMessage(statementText(statement), pair);
  const signature = { key: id, algorithm: pair.algorithm, signer: holder, value };
  return { format: SIGNED_REPORT_FORMAT, statement, signatures: [signature] };
}

/** What a signer of a report signs: the statement, and that it is one. */
export function statementText(statement: ReportStatement): Buffer {
  return Buffer.from(`twinward impact report\n${canonicalJson(statement)}`);
}

/** The SM3 digest of what is signed: equal for the same scenario, homes, policies and engine, whoever signs. */
export function statementDigest(statement: ReportStatement): string {
  return sm3(statementText(statement)).toString('hex');
}
