import type { Condition } from '../../Rule.ts';
import type { NotTaken } from '../NotTaken.ts';

/** What is known before anything happens. */
export type Known = string | number | boolean | null | readonly Known[] | { readonly [key: string]: Known };

/** What an expression stands for when nothing has happened yet. */
export type Value =
  | { readonly kind: 'known'; readonly value: Known }
  | Reading
  /** A key of the message that set the automation off; null is the whole message. */
  | { readonly kind: 'payload'; readonly key: string | null }
  /** What the calendar or clock on the wall says. */
  | { readonly kind: 'clock'; readonly part: 'weekday' | 'weekday_name' | 'hour' }
  | { readonly kind: 'truth'; readonly condition: Condition }
  /** One value or another, by a condition. */
  | { readonly kind: 'either'; readonly condition: Condition; readonly chosen: Value; readonly otherwise: Value }
  /** Text that is put together from values, some of which are not known yet. */
  | { readonly kind: 'joined'; readonly parts: readonly Value[] }
  /** The state that an entity has come to, or had before. */
  | { readonly kind: 'state_object'; readonly moment: 'now' | 'before' }
  | { readonly kind: 'attributes'; readonly moment: 'now' | 'before' }
  | { readonly kind: 'trigger' | 'now' | 'payload_json' }
  /** What could not be evaluated: a problem only for who uses it. */
  | { readonly kind: 'not_taken'; readonly problem: NotTaken };

/** The state of an entity, or one of its attributes. */
export type Reading = {
  readonly kind: 'reading';
  readonly entity: string;
  readonly attribute: string | null;
  readonly moment: 'now' | 'before';
  /** As it is, as a number, or in small letters. */
  readonly as: 'is' | 'number' | 'lower';
  /** Of the number its whole part only. */
  readonly isWhole?: true;
  /** How long after the event a variable took it, in milliseconds: later it may be another. */
  readonly since?: number;
  /** What it stands for when it is not known, or no number. */
  readonly fallback?: string | number | null;
};

export const known = (value: Known): Value => ({ kind: 'known', value });
export const truth = (condition: Condition): Value => ({ kind: 'truth', condition });
