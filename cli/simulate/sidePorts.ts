import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertFacts } from '../../engine/bundle/assertFacts.ts';
import type { BundleFile } from '../../engine/bundle/BundleFile.ts';
import { parseBundle, refused } from '../../engine/bundle/parseBundle.ts';
import { verifyBundle } from '../../engine/bundle/verifyBundle.ts';
import { readInputSchema } from '../../engine/rego/policyFiles.ts';
import type { SidePorts } from '../../engine/sides/SidePorts.ts';
import { readKeptBundle } from '../../graphql/bundles/keptBundle.ts';
import { type ActivationRecord, isActivation, lastActivation } from '../../trust/activations/ActivationRecord.ts';
import { readTrustedKeys, trustedKeysFile } from '../../trust/signing/trustedKeys.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { readActivations } from '../bundlesOf.ts';
import { dataFolder } from '../dataFolder.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { readBundleBytes } from '../readBundle.ts';
import { readInput } from '../readInput.ts';
import { repositoryRoot } from '../repositoryRoot.ts';

/** The fewest letters of an id that name a bundle. */
const LEAST_ID = 8;

/** Where the command line finds policies: in the repository, at paths, and in the data folder. */
export function sidePorts(): SidePorts {
  const folder = dataFolder();
  let reading: Promise<readonly ActivationRecord[]> | undefined;
  const records = () => {
    reading ??= existsSync(join(folder, 'twinward.db')) ? readActivations(folder) : Promise.resolve([]);
    return reading;
  };
  return sidePortsOf({ folder, paths: true, records });
}

type FolderOptions = {
  readonly folder: string;
  /** Whether policies may be named by paths. */
  readonly paths: boolean;
  readonly records: () => Promise<readonly ActivationRecord[]>;
};

/** Where policies are, as far as the records of a data folder say. */
export function sidePortsOf({ folder, paths, records }: FolderOptions): SidePorts {
  const policies = join(repositoryRoot, 'policies');
  const keptOf = (record: ActivationRecord) => {
    const bundle = readKeptBundle(folder, record.manifest);
    if (!bundle)
      throw refused(
        'missing',
        'its file is not in the data folder',
        'compare with `built_in`, or with the file of a bundle',
      );
    // A built-in one nobody signs: the folder's own record vouches for it.
    return record.signers.length === 0 ? bundle : believed(bundle, Date.parse(record.at));
  };
  const believed = (bundle: BundleFile, at: number) => {
    const { version } = readInputSchema(policies) as { readonly version: number };
    verifyBundle(bundle, { keys: readTrustedKeys(trustedKeysFile(folder)), at, inputSchema: version });
    assertFacts(bundle);
    return bundle;
  };
  return {
    policies,
    cache: join(folder, 'cache'),
    activeBundle: async () => {
      const active = (await records()).filter(isActivation);
      // As a server does, which takes the program's policies anew at each start.
      if (active.every(({ kind }) => kind === 'built_in')) return null;
      return keptOf(lastActivation(active)!);
    },
    findBundle: async (which) => {
      const name = String(which);
      if (paths && name.endsWith('.twb')) return believed(parseBundle(readBundleBytes(name)), Date.now());
      const record = (await records()).findLast(
        ({ number, bundle }) => String(number) === name || (name.length >= LEAST_ID && bundle.startsWith(name)),
      );
      if (record) return keptOf(record);
      throw new CodedError('policy:bundle.not_found', `the data folder has no bundle \`${name}\``, {
        hint: '`twinward bundles` lists them, by number and id',
      });
    },
    findDraft: (name) => findNamed(name, DRAFTS, paths),
    readText: readInput,
  };
}
