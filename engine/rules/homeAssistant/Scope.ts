import type { Condition } from '../Rule.ts';
import type { EntityMap } from './EntityMap.ts';
import { NotTaken } from './NotTaken.ts';
import type { SaidValues } from './SaidValues.ts';
import type { Tally } from './Tally.ts';
import type { Value } from './template/Value.ts';

/** What set an automation off, as far as it is known before it happens: each trigger, and each entity of one, by itself. */
export type Trigger = {
  readonly platform: 'state' | 'numeric_state' | 'time' | 'time_pattern' | 'sun' | 'mqtt' | 'none';
  /** The id that it was given, or its number in the list. */
  readonly id: string;
  readonly entity: string | null;
  readonly attribute: string | null;
  /** The states that the entity can have come to, where the trigger names them. */
  readonly to: readonly string[] | null;
  /** The states that the entity can have left, where the trigger names them. */
  readonly from: readonly string[] | null;
  /** Whether it waits for something to last. */
  readonly lasts: boolean;
  readonly topic: string | null;
};

/** What a template is evaluated in. */
export type Scope = {
  readonly entities: EntityMap;
  readonly trigger: Trigger;
  readonly variables: ReadonlyMap<string, Value>;
  /** Conditions whose answer is settled, because a rule of its own is made for each. */
  readonly settled: ReadonlyMap<string, boolean>;
  /** What became of each construct. */
  readonly tally: Tally;
  /** Where values may stand that are known only when it happens: a name for one. */
  readonly said?: SaidValues;
  /** How long after the event it is that values are said, in milliseconds; 0 when left out. */
  readonly after?: number;
  /** Whether actions are looked at, which may have changed what the trigger saw. */
  readonly isActing?: true;
};

/** Thrown where what to do depends on a condition: one rule is made for when it holds and one for when it does not. */
export class DependsOn extends Error {
  readonly condition: Condition;

  constructor(condition: Condition) {
    super('what to do depends on a condition');
    this.name = 'DependsOn';
    this.condition = condition;
  }
}

/** By which a settled condition is found. */
export function keyOf(condition: Condition): string {
  return JSON.stringify(condition);
}

/** The scope with one more variable. */
export function withVariable(scope: Scope, name: string, value: Value): Scope {
  return { ...scope, variables: new Map(scope.variables).set(name, value) };
}

/** The scope where the answer to a condition is known. */
export function withAnswer(scope: Scope, condition: Condition, answer: boolean): Scope {
  return { ...scope, settled: new Map(scope.settled).set(keyOf(condition), answer) };
}

/** What was thrown as what is not taken; anything else is a bug and goes on. */
export function asNotTaken(error: unknown): NotTaken {
  if (error instanceof NotTaken) return error;
  if (error instanceof DependsOn) {
    return new NotTaken('template value', 'which value it is depends on a condition', {
      instead: 'use `choose` with a condition of Home Assistant',
    });
  }
  throw error;
}

/** A trigger of a kind; what is not given is not known. */
export function triggerOf(platform: Trigger['platform'], id: string, given: Partial<Trigger> = {}): Trigger {
  const nothing = { entity: null, attribute: null, to: null, from: null, lasts: false, topic: null };
  return { platform, id, ...nothing, ...given };
}
