import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { nearest } from './nearest.ts';

/** The five standards by their short ids. */
export const CLAUSE_SOURCES = ['DH', 'RA', 'SH', 'CC', 'SC'] as const;
export type ClauseSource = (typeof CLAUSE_SOURCES)[number];

/** One requirement of a standard, as `policies/clauses/<source>.json` writes it. */
export type Clause = {
  readonly id: string;
  readonly source: ClauseSource;
  readonly level: 'must' | 'should' | 'may';
  readonly kind: 'requirement' | 'definition' | 'scope' | 'table' | 'commentary' | 'rollup' | 'evaluation-index';
  readonly title_zh: string;
  readonly requirement: string;
  /** What shows that it is met. */
  readonly evidence: string;
  readonly thresholds: Readonly<Record<string, string>>;
  /** The id of a system of the same source. */
  readonly system: string;
  readonly enforced_by: readonly string[];
  /** For a line of the evaluation index: the clauses it is made of. */
  readonly aggregates?: readonly string[];
  readonly note?: string;
  /** The day from which on it is law no more, `2027-03-01`. */
  readonly repealed?: string;
};

/** A part of a home, community or city that a standard speaks of; ids are unique within a source. */
type ClauseSystem = {
  readonly source: ClauseSource;
  readonly id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly role: string;
  readonly clauses: readonly string[];
};

/** What the product does where clauses clash. */
type Resolution = {
  readonly number: string;
  /** The clashing clauses as one reads them, the two sides apart. */
  readonly between: string;
  readonly clauses: readonly string[];
  readonly clash: string;
  readonly resolution: string;
};

type Standard = { readonly id: ClauseSource; readonly title_zh: string; readonly title_en: string };

/** All clauses of the five standards, in the order of the standards. */
export type ClauseRegister = {
  readonly standards: readonly Standard[];
  readonly clauses: readonly Clause[];
  readonly systems: readonly ClauseSystem[];
  readonly resolutions: readonly Resolution[];
  readonly byId: ReadonlyMap<string, Clause>;
};

type SourceFile = { readonly source: Standard; readonly clauses: readonly Omit<Clause, 'source'>[] };

/**
 * Reads the register from `policies/clauses/` under the repository's root.
 *
 * @example
 * clause(loadClauses(root), 'DH-5.4.6-s3').requirement; // 'Public data marked not shared is not shared.'
 */
export function loadClauses(root: string): ClauseRegister {
  const folder = join(root, 'policies', 'clauses');
  const files = CLAUSE_SOURCES.map((source) => readJson<SourceFile>(join(folder, `${source}.json`)));
  const clauses = files.flatMap((file) => file.clauses.map((entry): Clause => ({ ...entry, source: file.source.id })));
  return {
    standards: files.map(({ source: { id, title_zh, title_en } }) => ({ id, title_zh, title_en })),
    clauses,
    systems: readJson<ClauseSystem[]>(join(folder, 'systems.json')),
    resolutions: readJson<Resolution[]>(join(folder, 'resolutions.json')),
    byId: new Map(clauses.map((entry) => [entry.id, entry])),
  };
}

/** The clause with this id; `engine:clause.not_found` with a suggestion when there is none. */
export function clause(register: ClauseRegister, id: string): Clause {
  const found = register.byId.get(id);
  if (found) return found;
  const guess = suggestClauses(register, id).map((each) => `\`${each}\``);
  throw new CodedError('engine:clause.not_found', `no clause \`${id}\``, {
    hint:
      guess.length > 0
        ? `did you mean ${guess.join(' or ')}?`
        : `ids look like \`DH-6.2.4-5\`; sources are ${CLAUSE_SOURCES.join(', ')}`,
  });
}

/** Up to three ids that a mistyped one may have meant, best first. */
export function suggestClauses(register: ClauseRegister, id: string): readonly string[] {
  return nearest(id, [...register.byId.keys()], 3);
}

/** The clauses that stand under this one by number: `DH-5.4.6` has `DH-5.4.6-s1`, `-s2` and `-s3`. */
export function partsOf(register: ClauseRegister, id: string): readonly Clause[] {
  return register.clauses.filter((each) => each.id.startsWith(`${id}-`));
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new CodedError('engine:register.unreadable', 'the clause register cannot be read', {
      place: { file },
      hint: 'the register is part of the repository: restore `policies/clauses/` from git',
      cause,
    });
  }
}
