import { canonicalJson } from '../../canonicalJson.ts';
import type { DataPath } from '../../documents/DataSource.ts';
import { duration } from '../duration.ts';
import { factConditions, type Rule } from '../Rule.ts';
import { type Asked, logicOf } from './askedOf.ts';
import { ANY_SITUATION, meet, type Situation, situationsOf } from './Situation.ts';

/** One thing that wakes a rule. */
export type Wake = {
  readonly kind: 'property' | 'network' | 'silence' | 'mode' | 'alarm' | 'time' | 'other';
  /** Equal for wakes by one event; for properties, which may come in one message, the name. */
  readonly key: string;
  /** Whether the event is one of a device. */
  readonly ofDevice: boolean;
  /** What holds whenever it wakes. */
  readonly implies: Situation;
  /** Whether only another value than before wakes. */
  readonly changed: boolean;
  readonly path: DataPath;
};

/** The devices whose messages wake a rule; undefined leaves it open. */
export type Waking = {
  readonly kind?: string;
  readonly model?: string;
  readonly name?: string;
  readonly room?: string;
};

/** Everything that wakes a rule. */
export function wakesOf(rule: Rule): readonly Wake[] {
  const on = rule.on as Readonly<Record<string, unknown>>;
  const wakes = Object.entries(on).flatMap(([name, value]) => wakesBy(name, value));
  // What must have held for a while wakes the rule when the while is over.
  const hold = [...factConditions(rule.conditions)].some(({ fact }) => (fact as string) === 'held_for');
  return hold ? [...wakes, wake('other', 'held', ['conditions'])] : wakes;
}

export function wakingOf(rule: Rule): Waking {
  return ((rule.on as { readonly devices?: Waking }).devices ?? {}) as Waking;
}

function wakesBy(name: string, value: unknown): readonly Wake[] {
  const at = (index: number): DataPath => ['on', name, index];
  const each = (make: (item: unknown, path: DataPath) => Wake) =>
    Array.isArray(value) ? value.map((item, index) => make(item, at(index))) : [];
  switch (name) {
    case 'properties':
    case 'changes':
      return each((property, path) => ({
        ...wake('property', String(property), path, saying(String(property))),
        changed: name === 'changes',
        ofDevice: true,
      }));
    case 'events':
      return each((event, path) => ({ ...wake('network', String(event), path, happened(event)), ofDevice: true }));
    case 'silence':
      return [{ ...silence(String(value)), ofDevice: true }];
    case 'modes':
      return each((mode, path) =>
        wake('mode', String(mode), path, together(happened('mode_changed'), equal('home_mode', {}, mode))),
      );
    case 'alarms':
      return each((alarm, path) => wake('alarm', alarmKey(alarm), path, happened('alarm_changed')));
    case 'times':
      return each((time, path) => wake('time', String(time), path, happened('time_reached')));
    case 'every':
      return [wake('time', `every ${String(value)}`, ['on', 'every'], happened('time_reached'))];
    case 'sun':
      return each((sun, path) => wake('time', canonicalJson(sun), path, happened('time_reached')));
    case 'devices':
      return [];
    default:
      return [wake('other', name, ['on', name])];
  }
}

/** An alarm that wakes, by its kind and the state that it comes to: raised, unless told otherwise. */
export function alarmKey(alarm: unknown): string {
  if (typeof alarm === 'string') return `${alarm} raised`;
  const { kind, to = 'raised' } = (alarm ?? {}) as { readonly kind?: unknown; readonly to?: unknown };
  return `${String(kind)} ${String(to)}`;
}

function wake(kind: Wake['kind'], key: string, path: DataPath, implied: Situation = ANY_SITUATION): Wake {
  return { kind, key, path, implies: implied, ofDevice: false, changed: false };
}

function silence(limit: string): Wake {
  const longEnough = { fact: 'absent_for', params: { unit: 'hours' } };
  const hours = hoursOf(limit);
  const least =
    hours === null ? ANY_SITUATION : asks(longEnough.fact, longEnough.params, 'greaterThanInclusive', hours);
  return wake('silence', limit, ['on', 'silence'], together(happened('device_silent'), least));
}

function hoursOf(text: string): number | null {
  try {
    return duration(text) / 3_600_000;
  } catch {
    return null;
  }
}

const saying = (property: string): Situation =>
  together(happened('state_reported'), asks('property', { name: property }, 'notEqual', null));
const happened = (event: unknown): Situation => equal('event', {}, event);
const equal = (fact: string, params: Asked['params'], value: unknown): Situation => asks(fact, params, 'equal', value);

function asks(fact: string, params: Asked['params'], operator: string, value: unknown): Situation {
  const logic = logicOf({ fact, params, operator, value } as never);
  return situationsOf(logic)?.[0] ?? ANY_SITUATION;
}

function together(a: Situation, b: Situation): Situation {
  return meet(a, b) ?? ANY_SITUATION;
}
