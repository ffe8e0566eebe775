import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { CodedError, type Place } from '../../twin/CodedError.ts';
import { nearest } from '../clauses/nearest.ts';
import type { DataPath, DataSource } from './DataSource.ts';

/** Where the values are that a schema speaks of: a document, or what was made of one. */
export type Places = Pick<DataSource, 'area' | 'place' | 'placeOfKey'>;

/** The check of documents against a JSON Schema, in the manner that `schemaProblems` needs. Each schema is compiled once. */
export function schemaCheck(schema: object): ValidateFunction {
  const text = JSON.stringify(schema);
  const check = compiled.get(text) ?? new Ajv({ allErrors: true, strict: false, verbose: true }).compile(schema);
  compiled.set(text, check);
  return check;
}
const compiled = new Map<string, ValidateFunction>();

/** So much of a wrong value is told: it may be a whole file. */
const MOST_TOLD = 80;

/** So many problems are told: whoever has more has written something else, and each is looked for in the text. */
const MOST_PROBLEMS = 200;

/** What a schema finds wrong with a document, each with its place and what to do about it; the first ones of very many. */
export function schemaProblems(source: Places, fits: ValidateFunction): readonly CodedError[] {
  const problems = new Map<string, CodedError>();
  for (const error of (fits.errors ?? []).filter(isOwn).slice(0, MOST_PROBLEMS)) {
    const problem = problemOf(error, source);
    problems.set(`${pathOf(error).join('/')} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

// What stands beside `if`, and around the choices of `anyOf`, says that one of its parts failed, which the part says
// better itself; that the value is no null either helps nobody.
function isOwn({ keyword, params }: ErrorObject): boolean {
  return keyword !== 'if' && keyword !== 'anyOf' && !(keyword === 'type' && params['type'] === 'null');
}

function problemOf(error: ErrorObject, source: Places): CodedError {
  const { keyword, params, parentSchema, message, data } = error;
  const path = pathOf(error);
  const found = told(data);
  const [code, place] = [`${source.area}:schema.invalid` as const, source.place(path)];
  const invalid = (text: string, hint?: string, at: Place = place) =>
    new CodedError(code, text, { place: at, ...(hint !== undefined && { hint }) });
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
      const at = source.placeOfKey([...path, name]);
      return invalid(`\`${name}\` has no meaning here`, hintOf(name, known) ?? listOf('known', known), at);
    }
    case 'required':
      return invalid(`\`${params['missingProperty']}\` is missing`, descriptionOf(parentSchema, params));
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      return invalid(
        `${found} is none of the words allowed here`,
        hintOf(String(data), allowed) ?? listOf('allowed', allowed),
      );
    }
    case 'type':
      return invalid(`${found} stands where ${KINDS[String(params['type'])] ?? String(params['type'])} belongs`);
    case 'minLength':
      return invalid(`${found} is shorter than ${params['limit']} characters`);
    case 'minItems':
      return invalid(`the list needs ${params['limit']} or more`);
    case 'uniqueItems':
      return invalid('the list names something twice', 'each stands once');
    case 'minimum':
      return invalid(`${found} is less than ${params['limit']}`);
    case 'maximum':
      return invalid(`${found} is more than ${params['limit']}`);
    case 'pattern':
      return invalid(`${found} is not written as it should be`, `it matches \`${params['pattern']}\``);
    case 'not':
      return invalid('conditions start with `all`, `any` or `not`');
    default:
      return invalid(`${found} does not fit: it ${message ?? 'does not follow the schema'}`);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'an object',
  null: '`null`',
};

function told(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (value === undefined) return 'nothing';
  if (value === '') return 'empty text';
  const text = String(value);
  return `\`${text.length > MOST_TOLD ? `${text.slice(0, MOST_TOLD)}…` : text}\``;
}

function hintOf(word: string, known: readonly string[]): string | undefined {
  const [guess] = nearest(word, known, 1);
  return guess === undefined ? undefined : `did you mean \`${guess}\`?`;
}

function listOf(what: string, words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : `${what} are ${words.map((each) => `\`${each}\``).join(', ')}`;
}

/** What the schema says about a member that is missing. */
function descriptionOf(schema: ErrorObject['parentSchema'], params: ErrorObject['params']): string | undefined {
  const properties = (schema?.['properties'] ?? {}) as Readonly<Record<string, { readonly description?: string }>>;
  return properties[String(params['missingProperty'])]?.description;
}

/** The path of the value that an error is about. */
function pathOf(error: ErrorObject): DataPath {
  return error.instancePath.split('/').slice(1).map(segmentOf);
}

function segmentOf(segment: string): string | number {
  const text = segment.replaceAll('~1', '/').replaceAll('~0', '~');
  return /^\d+$/.test(text) ? Number(text) : text;
}
