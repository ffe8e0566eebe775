import { checkSignature, type SignatureCheck } from '../../../trust/signing/checkSignature.ts';
import type { TrustedKey } from '../../../trust/signing/trustedKeys.ts';
import { type SignedReport, statementText } from './SignedReport.ts';

/** Whose signatures of a report hold at an instant, one by one. It is believed when there is one and all do. */
export function verifyReport(
  { statement, signatures }: SignedReport,
  options: { readonly keys: readonly TrustedKey[]; readonly at: number },
): readonly SignatureCheck[] {
  const text = statementText(statement);
  return signatures.map((signature) => checkSignature(signature, text, options));
}
