import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { nearest } from '../clauses/nearest.ts';
import { type DataPath, DataSource } from '../documents/DataSource.ts';
import { type Places, schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { mergeInput } from './mergeInput.ts';
import type { PolicyCase } from './policyCases.ts';
import { parseDate } from './policyDates.ts';

/** The cases that were read, and what is wrong with the others. */
export type PolicyCases = {
  /** The files that were looked at. */
  readonly files: readonly string[];
  readonly cases: readonly PolicyCase[];
  readonly problems: readonly CodedError[];
};

type RawCase = Pick<PolicyCase, 'note' | 'want'> & {
  readonly shows?: readonly string[];
  readonly at?: string;
  readonly when: unknown;
};

/** What cases may name, where that is to be checked; null for rules while not all of them could be read. */
export type CaseWords = { readonly rules: readonly string[] | null; readonly clauses: readonly string[] };

/**
 * Every case under a folder of policies but those of drafts, sorted by file. Each input is the default one with what the
 * case changes. A file or case that the schemas refuse is left out and told with its place.
 */
export function loadPolicyCases(root: string, known?: CaseWords): PolicyCases {
  const [cases, problems]: [PolicyCase[], CodedError[]] = [[], []];
  const paths = casesFiles(root);
  collect(problems, () => {
    const base = readSource(root, 'default_input.yaml').value;
    const isCases = schemaCheck(readSource(root, 'cases.schema.json').value as object);
    const isInput = schemaCheck(readSource(root, 'input.schema.json').value as object);
    for (const path of paths) {
      collect(problems, () => {
        const source = readSource(root, path);
        if (!isCases(source.value)) return schemaProblems(source, isCases);
        if (known) problems.push(...wordProblems(source, source.value as readonly RawCase[], known));
        return (source.value as readonly RawCase[]).flatMap((raw, index) => {
          const { note, shows = [], at, when, want } = raw;
          const input = mergeInput(base, when);
          if (!isInput(input)) return schemaProblems(within(source, [index, 'when']), isInput);
          const instant = at === undefined ? null : parseDate(at);
          if (at !== undefined && instant === null) return [noDate(source, [index, 'at'], at)];
          const line = source.place([index]).line ?? 1;
          const policy = dirname(path).split(sep).join('.');
          cases.push({ file: source.file, line, policy, note, at: instant, shows, input: input as PolicyInput, want });
          return [];
        });
      });
    }
    return [];
  });
  return { files: paths.map((path) => nameOf(root, path)), cases, problems };
}

/** The files of cases under a folder of policies, relative to it. */
function casesFiles(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === 'cases.yaml' && !file.startsWith(`drafts${sep}`))
    .sort();
}

function nameOf(root: string, path: string): string {
  return [basename(resolve(root)), ...path.split(sep)].join('/');
}

function readSource(root: string, path: string): DataSource {
  const text = readFileSync(join(root, path), 'utf8');
  const known = sources.get(join(root, path));
  if (known?.text === text) return known.source;
  const source = new DataSource(nameOf(root, path), text, 'policy');
  sources.set(join(root, path), { text, source });
  return source;
}
// Reading YAML with places takes longer than all else about cases, and between two saves all files but one are the same.
const sources = new Map<string, { readonly text: string; readonly source: DataSource }>();

/** Adds what is returned or thrown to the problems. */
function collect(problems: CodedError[], act: () => readonly CodedError[]): void {
  try {
    problems.push(...act());
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    problems.push(error);
  }
}

/** Rules that no policy has, and clauses that no standard has. */
function wordProblems(source: DataSource, cases: readonly RawCase[], known: CaseWords): readonly CodedError[] {
  return cases.flatMap(({ shows = [], want }, index) => [
    ...unknown(source, [index, 'shows'], shows, known.clauses, 'clause'),
    ...unknown(source, [index, 'want', 'clauses'], want.clauses, known.clauses, 'clause'),
    ...(known.rules ? unknown(source, [index, 'want', 'rules'], want.rules ?? [], known.rules, 'rule') : []),
  ]);
}

function unknown(
  source: DataSource,
  path: DataPath,
  words: readonly string[],
  known: readonly string[],
  what: 'clause' | 'rule',
): readonly CodedError[] {
  return words.flatMap((word, index) => {
    if (known.includes(word)) return [];
    const [guess] = nearest(word, known, 1);
    return new CodedError(`policy:${what}.unknown`, `no ${what} \`${word}\``, {
      place: source.place([...path, index]),
      ...(guess !== undefined && { hint: `did you mean \`${guess}\`?` }),
    });
  });
}

function noDate(source: DataSource, path: DataPath, text: string): CodedError {
  return new CodedError('policy:schema.invalid', `\`${text}\` is no date`, {
    place: source.place(path),
    hint: 'write one such as `2027-01-01` or `2027-01-01T08:00:00+08:00`',
  });
}

/** Where the values of an input stand that was made of one part of a document. */
function within(source: DataSource, part: DataPath): Places {
  return {
    area: source.area,
    place: (path) => source.place([...part, ...path]),
    placeOfKey: (path) => source.placeOfKey([...part, ...path]),
  };
}
