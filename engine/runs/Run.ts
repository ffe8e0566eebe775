import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonicalJson.ts';
import type { Delivery, Effect } from '../rules/Effect.ts';
import type { Condition, Rule, RuleEffect, Severity } from '../rules/Rule.ts';
import type { ConditionResult } from '../rules/RuleEvaluator.ts';
import { aboutOf, type RuleEvent } from '../rules/RuleEvent.ts';

/** A rule that an event matched: what happened, why the rule holds, and what came of each of its effects. */
export type Run = {
  readonly id: string;
  readonly rule: string;
  /** Names the text of the rule as it was; `built_in` for a rule without a file. */
  readonly ruleDigest: string;
  readonly title: string | null;
  readonly clauses: readonly string[];
  readonly severity: Severity;
  readonly home: string;
  readonly device: string | null;
  /** When it happened by the source's clock, and when the rule held, in milliseconds since 1970. */
  readonly at: number;
  readonly ranAt: number;
  readonly event: RunEvent;
  /** The conditions of the rule; null for a built-in one. */
  readonly conditions: Condition | null;
  /** Each that was looked at, with the value of its fact. */
  readonly because: readonly ConditionResult[];
  readonly effects: readonly RunEffect[];
};

/** The event as a run keeps it: of a message only what the rule read. */
export type RunEvent = Readonly<Record<string, unknown>> & { readonly kind: RuleEvent['kind'] };

/**
 * One effect of a run. `later` is decided when it is due; of `nothing` the home had nothing to do it to, or it had been
 * told already. What became of it after that is kept apart, as its `EffectResult`.
 */
export type RunEffect = {
  readonly id: string;
  /** As the rule writes it. */
  readonly wanted: RuleEffect;
  readonly result: 'granted' | 'refused' | 'failed' | 'later' | 'nothing';
  /** What it is in this home; null while that is open. */
  readonly effect: Effect | null;
  readonly decision: string | null;
  readonly error: string | null;
  readonly deliveries: readonly Delivery[];
  /** When it is to be done, in milliseconds since 1970; null for at once. */
  readonly due: number | null;
};

/** What became of an effect that was due later. `at` is in milliseconds since 1970. */
export type EffectResult = {
  /** The effect of the run. */
  readonly effect: string;
  readonly run: string;
  readonly home: string;
  readonly at: number;
  /** `expired` for what came too late to be done. */
  readonly result: 'done' | 'expired';
  /** What it came to, decided then. */
  readonly effects: readonly RunEffect[];
};

const digests = new WeakMap<Rule, string>();

/** Names the text of a rule: equal for equal rules, whatever the order of their keys. */
export function ruleDigest(rule: Rule): string {
  let digest = digests.get(rule);
  if (digest === undefined) {
    digest = sha256(canonicalJson(rule)).slice(0, 16);
    digests.set(rule, digest);
  }
  return digest;
}

/**
 * The id of a run follows from the rule as it is written and from the event, so that a message which is sent again after
 * a crash gives the same run.
 */
export function runId(rule: string, digest: string, event: RuleEvent): string {
  const { home, device, at } = aboutOf(event);
  return `run-${sha256(JSON.stringify([rule, digest, home, device, at, identityOf(event)])).slice(0, 24)}`;
}

/** What tells an event from others of the same device and instant. */
function identityOf(event: RuleEvent): readonly unknown[] {
  switch (event.kind) {
    case 'state_reported':
      return [event.kind, sha256(canonicalJson(event.reading.values))];
    case 'device_silent':
      return [event.kind, event.limit];
    case 'mode_changed':
      return [event.kind, event.mode];
    case 'alarm_changed':
      return [event.kind, event.alarm, event.to];
    default:
      return [event.kind];
  }
}

/** An event as its run keeps it: without what of a message the rule did not read. */
export function runEvent(event: RuleEvent, rule: Rule | undefined, because: readonly ConditionResult[]): RunEvent {
  if (event.kind !== 'state_reported') return event;
  const { device, at, receivedAt, values } = event.reading;
  const read = new Set([...(rule?.on.properties ?? []), ...(rule?.on.changes ?? []), ...because.flatMap(namedBy)]);
  const kept = Object.fromEntries(Object.entries(values).filter(([property]) => read.has(property)));
  return { kind: event.kind, device, at, receivedAt, values: kept };
}

/** The properties that a condition names. */
export function namedBy({ params }: Pick<ConditionResult, 'params'>): readonly string[] {
  return [params['name'], params['property']].filter((name) => typeof name === 'string');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
