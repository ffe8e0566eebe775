import type { Signature } from '../../../trust/signing/checkSignature.ts';
import type { Area } from '../../../twin/changes.ts';
import type { ClauseRegister } from '../../clauses/ClauseRegister.ts';
import type { Scenario } from '../Scenario.ts';

/** What reports are told with beside their numbers: the question, the names of areas, the titles of clauses. */
export type ReportContext = {
  readonly scenario: Scenario;
  readonly areas: ReadonlyMap<string, Area>;
  readonly register: ClauseRegister;
  /** Who stands for the report, and the digest of what they signed. */
  readonly signed?: { readonly digest: string; readonly signatures: readonly Signature[] };
};
