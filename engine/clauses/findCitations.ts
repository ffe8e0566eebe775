import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { DataSource } from '../documents/DataSource.ts';
import type { Citation } from './Citation.ts';
import { policyCitations } from './policyCitations.ts';

/** Everything under the repository's root that cites a clause: active policies, rules and lifecycles, sorted. */
export function findCitations(root: string): readonly Citation[] {
  const citations = [
    ...filesUnder(root, 'policies', isPolicy).flatMap((file) => policyCitations(file, read(root, file))),
    ...filesUnder(root, 'rules', isRule).flatMap((file) => ruleCitations(file, read(root, file))),
    ...filesUnder(root, 'twin/lifecycles', isLifecycle).flatMap((file) => lifecycleCitations(file, read(root, file))),
  ];
  return citations.sort((a, b) => compare(a.clause, b.clause) || compare(a.by, b.by));
}

// Drafts are never loaded, so what they cite is not enforced.
const isPolicy = (file: string) =>
  file.endsWith('.rego') && !file.endsWith('_test.rego') && !file.startsWith('policies/drafts/');
const isRule = (file: string) => file.endsWith('.json') && !file.endsWith('.schema.json');
const isLifecycle = (file: string) =>
  file.endsWith('.ts') && !/\.(test|cases)\.ts$/.test(file) && basename(file) !== 'index.ts';

function ruleCitations(file: string, text: string): readonly Citation[] {
  const source = new DataSource(file, text, 'rule');
  const rule = (source.value ?? {}) as { readonly id?: unknown; readonly clauses?: unknown };
  const id = typeof rule.id === 'string' ? rule.id : file.replace(/^rules\//, '').replace(/\.json$/, '');
  const clauses = Array.isArray(rule.clauses) ? rule.clauses.map(String) : [];
  return clauses.map((clause, index) => {
    const { path: _, ...place } = source.place(['clauses', index]);
    return { clause, by: `rule:${id}`, place };
  });
}

/** A lifecycle cites by a list named `clauses` or by `@clause` in a doc comment. */
function lifecycleCitations(file: string, source: string): readonly Citation[] {
  const by = `lifecycle:${basename(file, '.ts')}`;
  const lists = [...source.matchAll(/\bclauses\b[^=:[\n]*[=:]\s*\[([^\]]*)\]/g)].flatMap((list) =>
    [...list[1]!.matchAll(/['"]([^'"]+)['"]/g)].map((each) => ({ clause: each[1]!, at: list.index })),
  );
  const tags = [...source.matchAll(/@clause\s+([\w.-]*\w)/g)].map((tag) => ({ clause: tag[1]!, at: tag.index }));
  return [...lists, ...tags].map(({ clause, at }) => ({
    clause,
    by,
    place: { file, line: source.slice(0, at).split('\n').length },
  }));
}

function filesUnder(root: string, folder: string, wanted: (file: string) => boolean): readonly string[] {
  return listing(join(root, folder))
    .map((file) => `${folder}/${file.split(sep).join('/')}`)
    .filter(wanted)
    .sort(compare);
}

function listing(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const read = (root: string, file: string): string => readFileSync(join(root, file), 'utf8');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
