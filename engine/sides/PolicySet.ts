import type { BundleFile } from '../bundle/BundleFile.ts';
import type { RegoModule } from '../rego/Compiled.ts';
import { findPolicies, readInputSchema } from '../rego/policyFiles.ts';

/** Policies as text, with the schema of the input that they were written for. */
export type PolicySet = {
  readonly modules: readonly RegoModule[];
  readonly inputSchema: unknown;
  /** Whether somebody is still writing them, so that they are others after every save. */
  readonly isDraft: boolean;
};

/** The policies under a folder. Throws `policy:folder.not_found` and `policy:schema.invalid`. */
export function policiesIn(folder: string): PolicySet {
  return { modules: findPolicies(folder), inputSchema: readInputSchema(folder), isDraft: false };
}

/** The policies of a bundle that was verified, so that its input schema is there. */
export function policiesOf({ files }: BundleFile): PolicySet {
  const modules = Object.entries(files)
    .filter(([file]) => file.endsWith('.rego') && !file.endsWith('_test.rego'))
    .map(([file, source]) => ({ file, source }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  return { modules, inputSchema: JSON.parse(files['policies/input.schema.json']!), isDraft: false };
}
