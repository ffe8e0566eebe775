import type { LiveTwin } from '../engine/LiveTwin.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { CodedError } from '../twin/CodedError.ts';
import type { FolderBundles } from './bundles/FolderBundles.ts';
import type { Writer } from './writer/Writer.ts';

/** Why nothing is answered now, for whoever asks; empty when all is well. */
export function unready(parts: {
  readonly twin: LiveTwin<AuditEntry>;
  readonly writer: Writer;
  readonly bundles: FolderBundles;
  readonly failure: CodedError | null;
}): string[] {
  const reasons = parts.bundles.problems.map((problem) => `policies: ${problem}`);
  // Its message tells of files and disks, and anybody may ask.
  if (parts.failure) reasons.push(`the data folder is broken (${parts.failure.code})`);
  if (!parts.writer.ready) reasons.push('nothing can be written');
  if (parts.twin.failure) reasons.push(parts.twin.failure.message);
  return reasons;
}
