import type { SirenSignal } from '../../twin/devices/index.ts';
import type { AlarmKind, AlarmState, Claimant, DeviceKind, Purpose, Tier } from '../../twin/words.ts';
import type { FactName } from './facts/index.ts';

/**
 * How much a rule matters. What is `life_safety` is never refused; the others are decided like any request. `comfort` is
 * for conveniences, which raise no alarm.
 */
export type Severity = 'life_safety' | 'security' | 'fault' | 'comfort';

/** An event rule, as its JSON file says it: conditions and event are those of json-rules-engine. */
export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly clauses: readonly string[];
  /** Of the rules that one event wakes, those of a higher priority come first; 1 when left out. */
  readonly priority?: number;
  /** On whose behalf it commands: `resident` when left out, or what its severity gives it, than which it may not be stronger. */
  readonly claimant?: Claimant;
  /** The pack that the rule belongs to: it acts only in homes that switched the pack on. */
  readonly pack?: string;
  readonly on: Wakes;
  readonly conditions: Condition;
  readonly event: Consequence;
};

/** What wakes a rule: any one of these. */
export type Wakes = {
  /** One of these properties stands in a message. */
  readonly properties?: readonly string[];
  /** A message gives one of these properties another value than it had. */
  readonly changes?: readonly string[];
  readonly events?: readonly ('device_online' | 'device_offline')[];
  /** Nothing came from a device for this long: an ISO 8601 duration. */
  readonly silence?: string;
  /** The clock on the home's wall shows one of these: `07:00`, `22:30`. */
  readonly times?: readonly string[];
  /** So much time passed again since the home's midnight: an ISO 8601 duration. */
  readonly every?: string;
  readonly sun?: readonly SunWake[];
  /** The home's mode became one of these. */
  readonly modes?: readonly string[];
  /** An alarm of one of these kinds was raised, or moved to a state. */
  readonly alarms?: readonly (AlarmKind | AlarmWake)[];
  /** The only devices whose messages, events and silence wake the rule; times and the sun wake it once for each of them. */
  readonly devices?: DeviceFilter;
};

/** Sunrise or sunset where the home stands, or that much later: an ISO 8601 duration, with a minus for earlier. */
export type SunWake = { readonly event: SunEvent; readonly offset?: string };
export type SunEvent = 'sunrise' | 'sunset';
type AlarmWake = { readonly kind: AlarmKind; readonly to: AlarmState };

/** Devices that are all of this. */
export type DeviceFilter = {
  readonly kind?: DeviceKind;
  readonly model?: string;
  readonly name?: string;
  readonly room?: string;
};

/** What json-rules-engine lets stand beside every condition: the ones of a higher priority are looked at first. */
type Beside = { readonly name?: string; readonly priority?: number };

export type Condition =
  | ({ readonly all: readonly Condition[] } & Beside)
  | ({ readonly any: readonly Condition[] } & Beside)
  | ({ readonly not: Condition } & Beside)
  | FactCondition
  | ConditionReference;

export type FactCondition = Beside & {
  readonly fact: FactName;
  readonly params?: Readonly<Record<string, unknown>>;
  /** A JSONPath into the value of the fact. */
  readonly path?: string;
  /** One of the operators, with decorators before it: `not:someFact:in`. */
  readonly operator: string;
  /** A value, or the value of another fact (`FactValue`). */
  readonly value: unknown;
};

/** The value of a fact, where a condition compares two. */
export type FactValue = Pick<FactCondition, 'fact' | 'params' | 'path'>;

/** A condition that stands in `rules/shared_conditions.json` under this name. `loadRules` puts it in its place. */
export type ConditionReference = Beside & { readonly condition: string };

/** Conditions that rules refer to by name. */
export type SharedConditions = Readonly<Record<string, Condition>>;

/** What a rule wants: one alarm, or some effects. */
export type Consequence = RaiseAlarm | Act;

/** One alarm about the device, and commands to others in the home when the alarm is new. */
export type RaiseAlarm = {
  readonly type: 'raise_alarm';
  readonly params: { readonly alarm: AlarmKind; readonly commands?: readonly LinkedCommand[] };
};

/** Each of the effects, in the order given. */
type Act = { readonly type: 'act'; readonly params: { readonly effects: readonly RuleEffect[] } };

/**
 * One thing that a rule does, at once or after an ISO 8601 duration. Texts of a notice and values of a command may hold
 * names in braces (`{level}`), which stand for the values of the facts in `with`.
 */
export type RuleEffect = { readonly after?: string; readonly with?: Readonly<Record<string, FactValue>> } & (
  | ({ readonly kind: 'command'; readonly property: string; readonly value: unknown; readonly room?: string } & (
      | { readonly devices: DeviceKind }
      | { readonly device: string }
    ))
  | { readonly kind: 'notice'; readonly to: NoticeReceiver; readonly text: string }
  | ({ readonly kind: 'share'; readonly tier: Tier; readonly purpose: Purpose } & (
      | { readonly property: string }
      | { readonly alarm: AlarmKind }
    ))
  | { readonly kind: 'alarm'; readonly alarm: AlarmKind }
  | { readonly kind: 'set_mode'; readonly mode: string }
  | { readonly kind: 'run_scene'; readonly scene: string }
);

/** Who is told by a notice. */
export type NoticeReceiver = 'residents' | 'owner' | 'property' | 'community' | 'responders';

/** A command to every device of a kind in the home whose model lets this property be set; a signal to every siren. */
export type LinkedCommand =
  | { readonly devices: DeviceKind; readonly property: string; readonly value: unknown }
  | { readonly devices: 'siren'; readonly signal: SirenSignal };

/** A rule and the file it was read from, relative to the repository. */
export type LoadedRule = { readonly rule: Rule; readonly file: string };

/** Every condition on a fact, wherever it stands in the tree; none of a reference that nobody has put in its place. */
export function* factConditions(condition: Condition): Generator<FactCondition> {
  if ('fact' in condition) yield condition;
  else if ('not' in condition) yield* factConditions(condition.not);
  else if ('condition' in condition) return;
  else for (const each of 'all' in condition ? condition.all : condition.any) yield* factConditions(each);
}

/** Every fact that conditions ask, those that they compare with among them. */
export function* factsAsked(condition: Condition): Generator<FactValue> {
  for (const each of factConditions(condition)) {
    yield each;
    const other = factValueOf(each);
    if (other) yield other;
  }
}

/** The kinds of alarm that a rule can raise. */
export function alarmsOf({ event }: Rule): readonly AlarmKind[] {
  if (event.type === 'raise_alarm') return [event.params.alarm];
  return event.params.effects.flatMap((effect) => (effect.kind === 'alarm' ? [effect.alarm] : []));
}

/** The fact that a condition compares with, when its value is one. */
export function factValueOf({ value }: FactCondition): FactValue | null {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'fact') ? (value as FactValue) : null;
}
