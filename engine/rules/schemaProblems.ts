import type { ErrorObject, ValidateFunction } from 'ajv';
import { CodedError } from '../../twin/CodedError.ts';
import { nearest } from '../clauses/nearest.ts';
import type { DataPath, DataSource } from './DataSource.ts';

/** What a schema finds wrong with a document, each with its place and what to do about it. */
export function schemaProblems(source: DataSource, fits: ValidateFunction): readonly CodedError[] {
  const problems = new Map<string, CodedError>();
  // What stands beside `if` says that one of its parts failed, which the part says better itself.
  for (const error of fits.errors ?? []) {
    if (error.keyword === 'if') continue;
    const path = pathOf(error);
    const problem = problemOf(error, source, path);
    problems.set(`${path.join('/')} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

function problemOf(error: ErrorObject, source: DataSource, path: DataPath): CodedError {
  const params = error.params as Record<string, unknown>;
  const options = { place: source.place(path) };
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      return invalid(`\`${name}\` has no meaning here`, { ...options, ...hintOf(name, known) });
    }
    case 'required':
      return invalid(`\`${params['missingProperty']}\` is missing`, options);
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const found = String(valueAt(source.value, path));
      return invalid(`\`${found}\` is none of the words allowed here`, { ...options, ...hintOf(found, allowed, true) });
    }
    case 'not':
      return invalid('conditions start with `all`, `any` or `not`', options);
    default:
      return invalid(`this ${error.message ?? 'does not fit the schema'}`, options);
  }
}

type Options = { readonly place: CodedError['place'] & object; readonly hint?: string };

function invalid(message: string, options: Options): CodedError {
  return new CodedError('rule:schema.invalid', message, options);
}

function hintOf(word: string, known: readonly string[], listAll = false): { hint?: string } {
  const [guess] = nearest(word, known, 1);
  if (guess) return { hint: `did you mean \`${guess}\`?` };
  return listAll ? { hint: `allowed are ${known.map((each) => `\`${each}\``).join(', ')}` } : {};
}

/** The path of the value that an error is about; for an unknown key, of that key's value. */
function pathOf(error: ErrorObject): DataPath {
  const path = error.instancePath.split('/').slice(1).map(segmentOf);
  const extra = error.keyword === 'additionalProperties' ? [String(error.params['additionalProperty'])] : [];
  return [...path, ...extra];
}

function segmentOf(segment: string): string | number {
  const text = segment.replaceAll('~1', '/').replaceAll('~0', '~');
  return /^\d+$/.test(text) ? Number(text) : text;
}

function valueAt(value: unknown, path: DataPath): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
}
