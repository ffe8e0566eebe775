import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which tests show which clauses: clause id to `file > title`, both sorted. */
export type ShownClauses = Readonly<Record<string, readonly string[]>>;

/** The file that a whole, passing run of a suite of tests writes, relative to the repository's root. */
export const SHOWN_FILE = 'docs/clauses/shown.json';

/** What the last whole, passing runs have shown; nothing before the first. */
export function readShown(root: string): ShownClauses {
  const file = join(root, SHOWN_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ShownClauses) : {};
}

/** The clauses at the end of a test's title, and the title without them. */
export function clausesInTitle(title: string): { readonly title: string; readonly clauses: readonly string[] } {
  const tail = /(?:\s*\[[A-Z]{2}-[^\s[\]]+\])+\s*$/.exec(title)?.[0] ?? '';
  return {
    title: title.slice(0, title.length - tail.length),
    clauses: [...tail.matchAll(/\[([^\]]+)\]/g)].map((tag) => tag[1]!),
  };
}
