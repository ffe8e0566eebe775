import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../engine/Clock.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { lockFolder } from '../dataFolder/lockFolder.ts';
import { pastHomes } from '../pastHome.ts';
import type { BundleAdministration, ServerPorts } from '../ServerPorts.ts';
import { Writer } from '../writer/Writer.ts';
import { bundleAdministration } from './bundleAdministration.ts';
import { FolderBundles } from './FolderBundles.ts';

/** What can be asked of a folder on which no server runs. */
export type ClosedFolder = {
  readonly administration: BundleAdministration;
  readonly past: ServerPorts['past'];
};

/**
 * Opens the bundles and logs of a folder on which no server runs, for as long as some work takes. What becomes due is left to the
 * next server. Rejects with `config:folder.empty`, `config:folder.locked`, and what keeps the folder from being opened.
 */
export async function withClosedFolder<Result>(
  { root, folder }: { readonly root: string; readonly folder: string },
  work: (folder: ClosedFolder) => Promise<Result>,
): Promise<Result> {
  if (!existsSync(join(folder, 'twinward.db'))) {
    throw new CodedError('config:folder.empty', `there is no twin in \`${folder}\``, {
      hint: 'name the data folder in TWINWARD_DATA, or start one with `twinward serve`',
    });
  }
  const lock = lockFolder(folder);
  try {
    const writer = await Writer.open({ folder, demo: null });
    const bundles = new FolderBundles({
      root,
      folder,
      clock: { now: systemClock.now, after: () => () => undefined },
      cacheKey: writer.bundleKey,
      readActivations: () => writer.activations(),
      commit: ({ audit, ...batch }) => {
        const at = new Date().toISOString();
        return writer.commit({ ...batch, audit: audit.map((entry) => ({ at, entry })) });
      },
      onRules: () => undefined,
      // No twin runs here, so nothing of it goes on otherwise.
      migrationOf: () => null,
      onProblem: () => undefined,
      twin: null,
    });
    try {
      await bundles.start();
      return await work({
        administration: bundleAdministration({ bundles, writer, problems: () => bundles.problems }),
        past: pastHomes({ store: writer, bundles, records: () => bundles.history.records, now: systemClock.now }),
      });
    } finally {
      await writer.close();
    }
  } finally {
    lock.release();
  }
}
