import type { Reading } from '../../twin/TwinStore.ts';
import type { AlarmKind, AlarmState } from '../../twin/words.ts';

/** Something that happened to a device or in a home and may wake a rule. Instants are milliseconds since 1970. */
export type RuleEvent = DeviceEvent | HomeEvent;

/** Something that happened to a device. */
export type DeviceEvent =
  | {
      readonly kind: 'state_reported';
      readonly reading: Reading;
      /**
       * What each property was before whose present value this message changed; null when nothing was known of it. Left
       * out when it changed none.
       */
      readonly previous?: Readonly<Record<string, unknown>>;
    }
  /** The network's own word on whether it can reach the device. */
  | {
      readonly kind: 'device_online' | 'device_offline';
      readonly home: string;
      readonly device: string;
      readonly at: number;
    }
  /** A rule's limit of silence has passed; made by `sweep`, never by a device. */
  | {
      readonly kind: 'device_silent';
      readonly home: string;
      readonly device: string;
      readonly at: number;
      /** The limit that passed, in milliseconds. */
      readonly limit: number;
    }
  /** What a rule asks of `held_for` has lasted for as long as it asks; made by a timer, for that rule alone. */
  | {
      readonly kind: 'condition_held';
      readonly home: string;
      readonly device: string;
      readonly rule: string;
      readonly at: number;
      /** Whether it is a device that the condition names, which need not be one that the rule is for. */
      readonly named?: true;
    };

/** Something that happened in a home. */
type HomeEvent =
  /** An instant that a rule waits for; made by a timer, for that rule alone. */
  | {
      readonly kind: 'time_reached';
      readonly home: string;
      readonly rule: string;
      readonly at: number;
      /** One of the devices that the rule is for; left out for a rule that is for the home. */
      readonly device?: string;
    }
  | { readonly kind: 'mode_changed'; readonly home: string; readonly mode: string; readonly at: number }
  /** An alarm was raised or moved to another state. `device` is the one that the alarm is about. */
  | {
      readonly kind: 'alarm_changed';
      readonly home: string;
      readonly alarm: string;
      readonly alarmKind: AlarmKind;
      readonly device: string | null;
      readonly to: AlarmState;
      readonly at: number;
    };

/** What an event is about and when it happened, by the source's clock where it has one. */
type About = { readonly home: string; readonly device: string | null; readonly at: number };

export function aboutOf(event: DeviceEvent): About & { readonly device: string };
export function aboutOf(event: RuleEvent): About;
export function aboutOf(event: RuleEvent): About {
  if (event.kind === 'state_reported') return event.reading;
  if (event.kind === 'mode_changed') return { home: event.home, device: null, at: event.at };
  if (event.kind === 'time_reached') return { home: event.home, device: event.device ?? null, at: event.at };
  return event;
}

/** The kinds of event, as rules may ask for them. */
export const RULE_EVENT_KINDS = [
  'state_reported',
  'device_online',
  'device_offline',
  'device_silent',
  'condition_held',
  'time_reached',
  'mode_changed',
  'alarm_changed',
] as const satisfies readonly RuleEvent['kind'][];
