import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import type { RegoModule } from './Compiled.ts';

/**
 * The active policies under a folder, sorted by file: neither tests nor drafts. Files are named from the folder's parent
 * (`policies/sharing/..`). Throws `policy:folder.not_found`.
 */
export function findPolicies(root: string): readonly RegoModule[] {
  return readModules(root, root, (file) => !file.endsWith('_test.rego') && !file.startsWith(`drafts${sep}`));
}

/** The Rego tests of the active policies. */
export function findPolicyTests(root: string): readonly RegoModule[] {
  return readModules(root, root, (file) => file.endsWith('_test.rego') && !file.startsWith(`drafts${sep}`));
}

/** The Rego files of a draft: one file, or all in a folder but tests. Throws `policy:draft.not_found`. */
export function findDraft(root: string, draft: string): readonly RegoModule[] {
  const found = statSync(draft, { throwIfNoEntry: false });
  if (found?.isFile() && draft.endsWith('.rego')) return [readModule(root, draft)];
  const modules = found?.isDirectory() ? readModules(root, draft, (file) => !file.endsWith('_test.rego')) : [];
  if (modules.length > 0) return modules;
  const holdsRules = found?.isDirectory() ? readdirSync(draft).some((name) => name.endsWith('.json')) : false;
  throw new CodedError('policy:draft.not_found', `no Rego file at \`${draft}\``, {
    hint: holdsRules
      ? 'rules are checked among those they act with: put them into `rules/`'
      : 'a draft is a .rego file or a folder that holds some; see `policies/drafts`',
  });
}

/** The JSON Schema of the input that stands beside the policies. Throws `policy:schema.invalid`. */
export function readInputSchema(root: string): unknown {
  const file = join(root, 'input.schema.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CodedError('policy:schema.invalid', `cannot read the input's schema \`${file}\``, {
      place: { file },
      cause,
    });
  }
}

function readModules(root: string, folder: string, wanted: (file: string) => boolean): readonly RegoModule[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CodedError('policy:folder.not_found', `no folder of policies at \`${folder}\``);
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.rego') && wanted(file))
    .sort()
    .map((file) => readModule(root, join(folder, file)));
}

function readModule(root: string, path: string): RegoModule {
  const parent = dirname(resolve(root));
  const inside = relative(parent, resolve(path));
  const file = inside.startsWith('..') ? join(basename(dirname(resolve(path))), basename(path)) : inside;
  return { file: file.split(sep).join('/'), source: readFileSync(path, 'utf8') };
}
