import type { PropertyType } from '../../twin/devices/index.ts';

/** How far a number may be off, as a share of the range of its property: lamps round brightness to their own steps. */
const ROUNDING = 0.01;

/**
 * Whether what a device reports of a property is what it was told: spellings of on and off, numbers that it rounds, and
 * parts of a composite that it leaves out are its dialect. `TOGGLE` and `STOP` are no states, so any report answers them.
 */
export function isReported(told: unknown, reported: unknown, type?: PropertyType): boolean {
  if (reported === undefined || reported === null) return false;
  if (typeof told === 'string' && NO_STATES.has(told.toUpperCase())) return true;
  if (typeof told === 'number' && typeof reported === 'number') {
    return Math.abs(told - reported) <= tolerance(told, type);
  }
  if (isObject(told) && isObject(reported)) {
    const parts = new Map(type?.parts?.map((part) => [part.name, part]));
    const shared = Object.keys(told).filter((part) => Object.hasOwn(reported, part));
    return shared.length > 0 && shared.every((part) => isReported(told[part], reported[part], parts.get(part)));
  }
  if (Array.isArray(told)) return JSON.stringify(told) === JSON.stringify(reported);
  return wordOf(told, type) === wordOf(reported, type);
}

function tolerance(told: number, { min, max }: Pick<PropertyType, 'min' | 'max'> = {}): number {
  const range = min !== undefined && max !== undefined ? max - min : Math.abs(told);
  return Math.max(range * ROUNDING, 1e-9);
}

const NO_STATES: ReadonlySet<string> = new Set(['TOGGLE', 'STOP']);

const SPELLINGS: Readonly<Record<string, string>> = {
  true: 'on',
  false: 'off',
  lock: 'locked',
  unlock: 'unlocked',
  close: 'closed',
  opened: 'open',
};

/** One word for each way of saying the same. */
function wordOf(value: unknown, { valueOn, valueOff }: Pick<PropertyType, 'valueOn' | 'valueOff'> = {}): string {
  const word = spelled(value);
  if (valueOn !== undefined && word === spelled(valueOn)) return 'on';
  return valueOff !== undefined && word === spelled(valueOff) ? 'off' : word;
}

function spelled(value: unknown): string {
  const word = String(value).toLowerCase();
  return SPELLINGS[word] ?? word;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
