import { parseAllDocuments, stringify } from 'yaml';
import { isObject, isSet, type RegoValue, sortedEntriesOf, toJson } from '../../RegoValue.ts';
import { EvaluationFault } from '../EvaluationFault.ts';
import type { Builtins } from './Builtin.ts';
import { weight } from './collections.ts';

/** JSON, YAML and base64. */
export const encodings: Builtins = {
  'json.marshal': { cost: weight, run: goJson },
  'json.unmarshal': (a) => (typeof a === 'string' ? parseJson(a) : undefined),
  'json.is_valid': (a) => typeof a === 'string' && isJson(a),
  'yaml.marshal': {
    cost: weight,
    run: (a) => stringify(toJson(a), { lineWidth: 0, sortMapEntries: true, version: '1.1' }),
  },
  'yaml.unmarshal': (a) => (typeof a === 'string' ? parseYaml(a) : undefined),
  'yaml.is_valid': (a) => typeof a === 'string' && parseYaml(a) !== undefined,
  'base64.encode': (a) => (typeof a === 'string' ? Buffer.from(a).toString('base64') : undefined),
  'base64.decode': (a) => decode(a, STANDARD, 'base64'),
  'base64.is_valid': (a) => typeof a === 'string' && STANDARD.test(a.replace(/[\r\n]/g, '')),
  'base64url.encode': (a) => {
    if (typeof a !== 'string') return undefined;
    const encoded = Buffer.from(a).toString('base64url');
    return encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '=');
  },
  'base64url.decode': (a) => {
    if (typeof a !== 'string') return undefined;
    return decode(a.endsWith('=') ? a : a.padEnd(Math.ceil(a.length / 4) * 4, '='), URL_SAFE, 'base64url');
  },
};

const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const URL_SAFE = /^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/;

function decode(value: RegoValue, form: RegExp, encoding: 'base64' | 'base64url'): RegoValue {
  if (typeof value !== 'string') return undefined;
  // Go skips line breaks in what it decodes.
  const bare = value.replace(/[\r\n]/g, '');
  return form.test(bare) ? Buffer.from(bare, encoding).toString() : undefined;
}

/** JSON as Go writes it: keys sorted, and safe to stand in HTML. */
function goJson(value: RegoValue): string {
  if (typeof value === 'string') return goString(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isObject(value)) {
    const members = sortedEntriesOf(value).map(([key, member]) => {
      return `${goString(typeof key === 'string' ? key : goJson(key))}:${goJson(member)}`;
    });
    return `{${members.join(',')}}`;
  }
  const items = isSet(value) ? value.sorted() : (value as readonly RegoValue[]);
  return `[${items.map(goJson).join(',')}]`;
}

function goString(value: string): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Undefined for what is no JSON, as OPA has it; a number that would be another one here is no answer. */
function parseJson(value: string): RegoValue {
  if (!isJson(value)) return undefined;
  for (const [number] of value.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(/-?\d[\d.eE+-]*/g)) {
    const read = Number(number);
    if (!Number.isFinite(read) || (Number.isInteger(read) && !Number.isSafeInteger(read))) {
      throw new EvaluationFault('policy:evaluation.failed', 'a whole number in a JSON text is beyond 2^53');
    }
  }
  return JSON.parse(value) as RegoValue;
}

function parseYaml(value: string): RegoValue {
  try {
    const documents = parseAllDocuments(value, { version: '1.1', merge: true, logLevel: 'silent' });
    if (!Array.isArray(documents)) return null;
    const [first] = documents;
    if (!first) return null;
    if (documents.some(({ errors }) => errors.length > 0)) return undefined;
    return JSON.parse(JSON.stringify(first.toJS({ mapAsMap: false }) ?? null)) as RegoValue;
  } catch {
    return undefined;
  }
}
