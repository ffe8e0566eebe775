import { NotTaken } from '../NotTaken.ts';
import { type Known, known, type Value } from './Value.ts';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A comparison of two values that are known. Python does not compare texts with numbers; neither do we. */
export function compareKnown(a: Known, operator: Comparison, b: Known): boolean {
  if (operator === '==' || operator === '!=') return (JSON.stringify(a) === JSON.stringify(b)) === (operator === '==');
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) {
    throw new NotTaken('template comparison', 'these two have no order');
  }
  const [x, y] = [a as number, b as number];
  if (operator === '<') return x < y;
  if (operator === '<=') return x <= y;
  return operator === '>' ? x > y : x >= y;
}

/** Whether a value that is known counts as true where a condition is wanted. */
export function isTrue(value: Known): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return /^(?:true|yes|on|enable|1)$/i.test(value.trim());
  return Array.isArray(value) && value.length > 0;
}

/** A value within a text, as Python writes it. */
export function joinKnown(value: Known): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function memberOfKnown(value: Known, key: Known): Value {
  // What is not there is written as nothing.
  if (Array.isArray(value) && typeof key === 'number') return known((value.at(key) as Known | undefined) ?? '');
  if (typeof value === 'string' && typeof key === 'number') return known(value.at(key) ?? '');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const record = value as { readonly [key: string]: Known };
    if (Object.hasOwn(record, String(key))) return known(record[String(key)]!);
  }
  throw new NotTaken(`template .${String(key)}`, `there is no \`${String(key)}\` in this`);
}

/** A method of a text or map that is known. */
export function callMethod(value: Known, method: string, args: readonly Known[]): Value {
  const [first, second] = args;
  if (typeof value === 'string') {
    switch (method) {
      case 'split':
        return known(split(value, first === undefined ? undefined : String(first), second));
      case 'startswith':
        return known(value.startsWith(String(first)));
      case 'endswith':
        return known(value.endsWith(String(first)));
      case 'replace':
        return known(value.replaceAll(String(first), String(second)));
      case 'lower':
        return known(value.toLowerCase());
      case 'upper':
        return known(value.toUpperCase());
      case 'title':
        return known(titled(value));
      case 'strip':
        return known(value.trim());
    }
  }
  if (method === 'get' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const record = value as { readonly [key: string]: Known };
    return known(Object.hasOwn(record, String(first)) ? record[String(first)]! : (second ?? null));
  }
  throw new NotTaken(`template .${method}()`, `\`.${method}()\` is beyond the templates that are taken`);
}

/** A filter on a value that is known. */
export function applyFilter(value: Known, name: string, args: readonly Known[]): Known {
  const [first, second] = args;
  switch (name) {
    case 'int':
      return numberOf(value, first, Math.trunc);
    case 'float':
      return numberOf(value, first, (number) => number);
    case 'round':
      return numberOf(value, undefined, (number) => roundTo(number, typeof first === 'number' ? first : 0));
    case 'abs':
      return numberOf(value, undefined, Math.abs);
    case 'lower':
      return joinKnown(value).toLowerCase();
    case 'upper':
      return joinKnown(value).toUpperCase();
    case 'title':
      return titled(joinKnown(value));
    case 'trim':
      return joinKnown(value).trim();
    case 'string':
      return joinKnown(value);
    case 'bool':
      return isTrue(value);
    case 'replace':
      return joinKnown(value).replaceAll(String(first), String(second));
    case 'length':
    case 'count':
      return Array.isArray(value) || typeof value === 'string' ? value.length : 0;
    case 'join':
      if (Array.isArray(value))
        return (value as readonly Known[]).map(joinKnown).join(first === undefined ? '' : String(first));
      break;
    case 'list':
      if (Array.isArray(value)) return value;
  }
  throw new NotTaken(`template filter ${name}`, `the filter \`${name}\` is beyond the templates that are taken`);
}

function numberOf(value: Known, fallback: Known | undefined, change: (number: number) => number): Known {
  const number =
    typeof value === 'number' ? value : Number(typeof value === 'string' && value.trim() !== '' ? value : Number.NaN);
  if (Number.isFinite(number)) return change(number);
  if (fallback !== undefined) return fallback;
  throw new NotTaken('template filter', `\`${joinKnown(value)}\` is no number`);
}

function roundTo(number: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(number * factor) / factor;
}

function split(text: string, separator: string | undefined, most: Known | undefined): Known {
  const parts = separator === undefined ? text.trim().split(/\s+/) : text.split(separator);
  if (typeof most !== 'number' || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(separator ?? ' ')];
}

function titled(text: string): string {
  return text.toLowerCase().replace(/\b\w/g, (letter) => letter.toUpperCase());
}
