import { NotTaken } from './NotTaken.ts';
import { named } from './named.ts';
import type { Scope } from './Scope.ts';
import { evaluateTemplate } from './template/evaluate.ts';
import { mustBeKnown } from './template/mustBeKnown.ts';
import { type Known, known, type Value } from './template/Value.ts';
import { listed, textOf, type YamlMap, type YamlTree } from './YamlTree.ts';

/** Whether text is a template. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/** What a value of an automation stands for: templates are evaluated as far as that goes before anything happens. */
export function evaluated(tree: YamlTree, scope: Scope): Value {
  return within(tree, () => {
    if (tree.kind === 'list') return known(tree.items.map((item) => knownOf(item, scope)));
    if (tree.kind === 'map') {
      return known(Object.fromEntries([...tree.entries].map(([key, item]) => [key, knownOf(item, scope)])));
    }
    if (tree.tag !== null) throw tagged(tree.tag);
    return typeof tree.value === 'string' && isTemplate(tree.value)
      ? evaluateTemplate(tree.value, scope)
      : known(tree.value);
  });
}

/** A value that must be known before anything happens. */
export function knownOf(tree: YamlTree, scope: Scope): Known {
  return within(tree, () => mustBeKnown(evaluated(tree, scope), 'this', scope));
}

/** Entities by their ids: a list, or text with commas between. A template may say which, when it is known before. */
export function entitiesOf(tree: YamlTree | undefined, scope: Scope): readonly string[] {
  return listed(tree).flatMap((item) =>
    within(item, () => {
      const value = knownOf(item, scope);
      const texts = Array.isArray(value) ? (value as readonly Known[]).map(String) : String(value).split(',');
      return texts.map((text) => entityId(text.trim())).filter((text) => text !== '');
    }),
  );
}

/** Home Assistant takes ids of entities in any letters and means small ones. */
function entityId(text: string): string {
  const id = text.toLowerCase();
  if (id === '' || /^[a-z0-9_]+\.[a-z0-9_]+$/.test(id)) return id;
  if (id === 'all') {
    throw new NotTaken('entity all', '`all` means whatever entities there are when it happens', {
      instead: 'name the entities, or a group of Home Assistant',
    });
  }
  throw new NotTaken('entity', `\`${text}\` is no id of an entity`);
}

const UNITS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, milliseconds: 1 } as const;

/** A length of time in milliseconds: `00:05:00`, a number of seconds (in quotes or not), or `{minutes: 5}`. */
export function durationOf(tree: YamlTree, scope: Scope): number {
  return within(tree, () => {
    const value = knownOf(tree, scope);
    if (typeof value === 'number') return value * 1_000;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return Object.entries(value).reduce((sum, [unit, count]) => sum + lengthOf(unit, count as Known), 0);
    }
    if (typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1_000;
    const match = /^([+-])?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?$/.exec(String(value).trim());
    if (!match)
      throw new NotTaken('duration', `\`${String(value)}\` is no length of time`, { instead: 'write `00:05:00`' });
    const [, sign, hours, minutes, seconds = '0'] = match;
    const length = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
    return sign === '-' ? -length : length;
  });
}

function lengthOf(unit: string, count: Known): number {
  const length = named<number>(UNITS, unit);
  const number = typeof count === 'string' ? Number(count) : count;
  if (length === undefined || typeof number !== 'number' || !Number.isFinite(number)) {
    throw new NotTaken('duration', `\`${unit}: ${String(count)}\` is no length of time`, {
      instead: 'write `minutes: 5`',
    });
  }
  return number * length;
}

/** A length of time as rules write it. */
export function isoDuration(ms: number): string {
  const seconds = Math.abs(ms) / 1_000;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const text = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${rest ? `${rest}S` : ''}`;
  return `${ms < 0 ? '-' : ''}PT${text === '' ? '0S' : text}`;
}

/**
 * A time of day as rules write it: `07:00`. Where it is the end of something, `23:59:59` means the end of the minute, as those
 * write it who mean the end of the day.
 */
export function timeOf(tree: YamlTree, scope: Scope, construct: string, isEnd = false): string {
  return within(tree, () => {
    const value = knownOf(tree, scope);
    // Unquoted, YAML 1.1 reads `22:00:00` as a number of seconds.
    const exact = typeof value === 'number' ? value : secondsOf(String(value), construct);
    const seconds = isEnd && exact % 60 === 59 ? (exact + 1) % 86_400 : exact;
    if (seconds % 60 !== 0) {
      throw new NotTaken(construct, 'rules know times of day to the minute', { instead: 'write a whole minute' });
    }
    const minutes = seconds / 60;
    if (minutes >= 24 * 60) throw new NotTaken(construct, `\`${String(value)}\` is no time of day`);
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  });
}

function secondsOf(text: string, construct: string): number {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (match) return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (/^\w+\.\w+$/.test(text.trim())) {
    throw new NotTaken(
      `${construct} of an entity`,
      `the time is what \`${text.trim()}\` says on the day, and rules have fixed times`,
      {
        instead: 'write the time itself',
      },
    );
  }
  throw new NotTaken(construct, `\`${text}\` is no time of day`, { instead: 'write `07:00`' });
}

/** Whether a part of an automation is switched off by `enabled: false`. */
export function isOff(tree: YamlTree): boolean {
  return tree.kind === 'map' && textOf(tree.entries.get('enabled')) === 'false';
}

/** Does something with a part of an automation; what is not taken stands in its line, unless a closer one is known. */
export function within<Result>(tree: YamlTree, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof NotTaken) error.line ??= tree.line;
    throw error;
  }
}

function tagged(tag: string): NotTaken {
  return new NotTaken(tag, `\`${tag}\` takes the value from another file, which is not read`, {
    instead: 'write the value, when it is no secret',
  });
}

/** The keys of a map that nobody reads. */
export function strangers(map: YamlMap, read: readonly string[]): readonly string[] {
  return [...map.entries.keys()].filter((key) => !read.includes(key));
}
