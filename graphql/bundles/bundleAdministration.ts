import type { BundleAdministration, BundleHistory } from '../ServerPorts.ts';
import type { Writer } from '../writer/Writer.ts';
import type { FolderBundles } from './FolderBundles.ts';

/** So many refused bundles are listed. */
const REFUSALS = 1_000;

type Parts = {
  readonly bundles: FolderBundles;
  readonly writer: Writer;
  /** Why nothing is answered. */
  readonly problems: () => readonly string[];
};

/** What can be done with the bundles of a folder, and what the audit tells of them. */
export function bundleAdministration({ bundles, writer, problems }: Parts): BundleAdministration {
  return {
    activate: (bytes, how) => bundles.activate(bytes, how),
    rollBack: (to, how) => bundles.rollBack(to, how),
    cancel: (number) => bundles.cancel(number),
    startRollout: (bytes, plan, how) => bundles.startRollout(bytes, plan, how),
    advanceRollout: () => bundles.rollout.advance(),
    stopRollout: () => bundles.rollout.stop(),
    rollout: async () => bundles.rollout.status,
    history: async () => ({ ...bundles.history, problems: problems(), refused: await refusals(writer) }),
  };
}

async function refusals(writer: Writer): Promise<BundleHistory['refused']> {
  const records = await writer.findAudit({ kind: 'activation_refused', first: REFUSALS });
  return records.flatMap(({ at, entry }) =>
    entry.kind === 'activation_refused' ? [{ at, file: entry.file, code: entry.code }] : [],
  );
}
