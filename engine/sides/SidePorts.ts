import type { BundleFile } from '../bundle/BundleFile.ts';
import type { LoadOptions } from '../rego/loadPolicies.ts';

/** Where the policies are that a scenario names. */
export type SidePorts = Pick<LoadOptions, 'cache' | 'cacheKey' | 'compiler'> & {
  /** The folder of the built-in policies. */
  readonly policies: string;
  /** The bundle that decides; null where the built-in policies do. */
  readonly activeBundle: () => Promise<BundleFile | null>;
  /** A signed bundle by its file, or by the id or the number of a record; it is verified. Rejects with `policy:bundle.*`. */
  readonly findBundle: (which: string | number) => Promise<BundleFile>;
  /** The file or folder of a draft. Throws `policy:draft.not_found`. */
  readonly findDraft: (name: string) => string;
  /** The text of a file that stands in the place of another. Rejects with `command:file.unreadable`. */
  readonly readText: (file: string) => Promise<string>;
};
