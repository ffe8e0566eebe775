import type { SirenSignal } from '../../twin/devices/index.ts';
import type { AlarmKind, DeviceKind } from '../../twin/words.ts';
import type { FactName } from './FactName.ts';

/** How much a rule's alarm matters. What is `life_safety` is never refused; the others are decided like any request. */
export type Severity = 'life_safety' | 'security' | 'fault';

/** An event rule, as its JSON file says it: conditions and event are those of json-rules-engine. */
export type Rule = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly clauses: readonly string[];
  /** The pack that it belongs to: it acts only in homes that switched the pack on. */
  readonly pack?: string;
  readonly on: Wakes;
  readonly conditions: Condition;
  readonly event: RaiseAlarm;
};

/** What wakes a rule: one of these properties in a message, one of these events, or silence for this long. */
export type Wakes = {
  readonly properties?: readonly string[];
  readonly events?: readonly ('device_online' | 'device_offline')[];
  /** An ISO 8601 duration. */
  readonly silence?: string;
};

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | FactCondition;

export type FactCondition = {
  readonly fact: FactName;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly operator: string;
  readonly value: unknown;
};

/** The effect of a rule: one alarm about the device, and commands to others in the home when the alarm is new. */
type RaiseAlarm = {
  readonly type: 'raise_alarm';
  readonly params: { readonly alarm: AlarmKind; readonly commands?: readonly LinkedCommand[] };
};

/** A command to every device of a kind in the home whose model lets this property be set; a signal to every siren. */
export type LinkedCommand =
  | { readonly devices: DeviceKind; readonly property: string; readonly value: unknown }
  | { readonly devices: 'siren'; readonly signal: SirenSignal };

/** A rule and the file it was read from, relative to the repository. */
export type LoadedRule = { readonly rule: Rule; readonly file: string };

/** Every condition on a fact, wherever it stands in the tree. */
export function* factConditions(condition: Condition): Generator<FactCondition> {
  if ('fact' in condition) yield condition;
  else if ('not' in condition) yield* factConditions(condition.not);
  else for (const each of 'all' in condition ? condition.all : condition.any) yield* factConditions(each);
}
