import { existsSync, readdirSync } from 'node:fs';
import { join, parse, sep } from 'node:path';
import { nearest } from '../engine/clauses/nearest.ts';
import { CodedError, type ErrorCode } from '../twin/CodedError.ts';
import { repositoryRoot } from './repositoryRoot.ts';

export type Shelf = {
  /** What is looked for, such as `draft`. */
  readonly what: string;
  readonly folder: string;
  readonly code: ErrorCode;
};

/** Where drafts of policies are. */
export const DRAFTS: Shelf = {
  what: 'draft',
  folder: join(repositoryRoot, 'policies', 'drafts'),
  code: 'policy:draft.not_found',
};

/**
 * The file or folder of a name on a shelf of the repository, whatever its ending; or, where paths are allowed, what lies
 * at a path. Throws the shelf's code for what is not there.
 */
export function findNamed(name: string, { what, folder, code }: Shelf, paths: boolean): string {
  const entries = new Map(
    (existsSync(folder) ? readdirSync(folder) : []).map((entry) => [parse(entry).name, join(folder, entry)]),
  );
  const found = entries.get(name);
  if (found !== undefined) return found;
  const isPath = name.includes(sep) || name.includes('/') || parse(name).ext !== '';
  if (paths && isPath && existsSync(name)) return name;
  const names = [...entries.keys()].sort();
  const [guess] = nearest(name, names, 1);
  throw new CodedError(code, `there is no ${what} \`${name}\``, {
    hint:
      guess === undefined ? `there are ${names.map((one) => `\`${one}\``).join(', ')}` : `did you mean \`${guess}\`?`,
  });
}
