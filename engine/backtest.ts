import { createHash } from 'node:crypto';
import { invariant } from '../twin/CodedError.ts';
import type { Alarm } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { TwinStore } from '../twin/TwinStore.ts';
import type { Bundle } from './Bundles.ts';
import type { Backtest, DecisionDifference, Difference, EffectCounts, EffectDifference } from './backtest/Backtest.ts';
import { Playback, type PlaybackSide, type PlayedEffect } from './backtest/Playback.ts';
import { type RecordedEvent, recordedEvents } from './backtest/recordedEvents.ts';
import { toldEffect } from './backtest/toldEffect.ts';
import { canonicalJson } from './canonicalJson.ts';
import { combine } from './combine.ts';
import type { DecisionRecord } from './Decision.ts';
import type { Reason } from './rego/Verdict.ts';

export type BacktestPorts = {
  /** The twin as it was at the beginning of the period, with the values of its homes; it stays as it is. */
  readonly graph: TwinGraph;
  readonly store: Pick<TwinStore, 'changes' | 'readings'>;
  /** The decisions of the period, oldest first; null for one whose body was erased. */
  readonly decisions: Iterable<DecisionRecord | null>;
  /** What was active then, and what is tried in its place. */
  readonly before: PlaybackSide;
  readonly after: PlaybackSide & { readonly bundle: Bundle };
  readonly onProgress?: (done: number, total: number) => void;
};

/** Milliseconds since 1970; `until` is left out. */
export type Period = { readonly from: number; readonly until: number };

const SWEEP_MS = 60_000;

/**
 * Plays the recorded events of a period under other policies and rules: which alarms and commands would have come about or
 * not, and which answers would have been other ones. The same logs give the same bytes.
 *
 * Rejects with `engine:backtest.too_large` for a period that holds too much.
 */
export async function backtest(
  { from, until }: Period,
  { graph, store, decisions, before, after, onProgress }: BacktestPorts,
): Promise<Backtest> {
  const recorded = await recordedEvents(store, { from, until, since: graph.revision }, graph.homes.keys());
  const sides = await Promise.all([before, after].map((side) => Playback.start(graph, side, { store, from })));
  const [played, other] = sides as [Playback, Playback];
  let swept = from;
  for (const [number, event] of recorded.events.entries()) {
    for (; swept + SWEEP_MS <= event.at; swept += SWEEP_MS) {
      for (const side of sides) await side.sweep(swept + SWEEP_MS);
    }
    for (const side of sides) await side.take(event);
    onProgress?.(number + 1, recorded.events.length);
  }
  for (; swept + SWEEP_MS < until; swept += SWEEP_MS) for (const side of sides) await side.sweep(swept + SWEEP_MS);
  const answers = redecide(decisions, after.bundle);
  const told: Omit<Backtest, 'digest'> = {
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    played: { changes: recorded.changes, readings: recorded.readings, decisions: answers.decisions },
    erased: recorded.erased + answers.erased,
    withoutObject: other.withoutObject,
    reproduced: reproduced(recorded.events, played),
    effects: { before: countOf(played), after: countOf(other) },
    differences: inOrder([...effectDifferences(played, other), ...answers.differences]),
  };
  return { ...told, digest: createHash('sha256').update(canonicalJson(told)).digest('hex') };
}

/** People raise the alarms of a drill, and no rule. */
function isOfDrill({ drill }: Alarm): boolean {
  return drill !== undefined;
}

/** The silence of a device is noticed by the next sweep, and sweeps need not fall on the same seconds. */
function reproduced(events: readonly RecordedEvent[], { effects }: Playback): Backtest['reproduced'] {
  const recorded = events.flatMap((event) =>
    event.kind === 'change' && event.change.kind === 'alarm_raised' && !isOfDrill(event.change.alarm)
      ? [event.change.alarm]
      : [],
  );
  const left = new Set(
    [...effects.values()].flatMap(({ record: { effect, result } }) =>
      effect.kind === 'raise_alarm' && result === 'granted' ? [effect.alarm] : [],
    ),
  );
  const isSame = (one: Alarm) => (other: Alarm) =>
    one.home === other.home &&
    one.kind === other.kind &&
    one.device === other.device &&
    Math.abs(Date.parse(one.raisedAt) - Date.parse(other.raisedAt)) <= 2 * SWEEP_MS;
  let alarms = 0;
  for (const alarm of recorded) {
    const again = [...left].find(isSame(alarm));
    if (!again) continue;
    alarms += 1;
    left.delete(again);
  }
  return { alarms, missing: recorded.length - alarms, extra: left.size };
}

function countOf({ effects }: Playback): EffectCounts {
  const counts = { granted: 0, refused: 0, failed: 0 };
  for (const { record } of effects.values()) counts[record.result] += 1;
  return counts;
}

function* effectDifferences(before: Playback, after: Playback): Generator<EffectDifference> {
  for (const key of new Set([...before.effects.keys(), ...after.effects.keys()])) {
    const [was, is] = [before.effects.get(key), after.effects.get(key)];
    if (was?.record.result === is?.record.result) continue;
    const one = was ?? is;
    invariant(one, 'one of the two sides has it');
    yield {
      at: new Date(one.at).toISOString(),
      home: one.record.effect.home,
      ...toldEffect(one.record),
      before: was?.record.result ?? 'none',
      after: is?.record.result ?? 'none',
      rules: { before: ruleOf(was), after: ruleOf(is) },
    };
  }
}

function ruleOf(played: PlayedEffect | undefined): readonly string[] {
  return played ? [played.record.effect.rule] : [];
}

/** Answers as they would have been given about the same facts; what rules wanted is played, and not asked again. */
function redecide(records: Iterable<DecisionRecord | null>, bundle: Bundle) {
  const differences: DecisionDifference[] = [];
  const known = new Map<string, ReturnType<typeof combine>>();
  let [decisions, erased] = [0, 0];
  for (const record of records) {
    if (record === null) {
      erased += 1;
      continue;
    }
    if (record.asking.subject.home !== undefined) continue;
    decisions += 1;
    const { evaluator } = bundle.at(Date.parse(record.at));
    const key = `${evaluator.digest ?? ''} ${canonicalJson(record.input)}`;
    const decided = (evaluator.digest && known.get(key)) || combine(evaluator.evaluate(record.input));
    known.set(key, decided);
    const changed = canonicalJson(record.obligations) !== canonicalJson(decided.obligations);
    if (record.outcome === decided.outcome && !changed) continue;
    const [resource] = record.resources;
    const { subject, action, purpose } = record.asking;
    differences.push({
      kind: 'decision',
      at: record.at,
      home: resource && 'home' in resource ? resource.home : null,
      decision: record.id,
      tier: subject.tier,
      account: subject.account,
      action,
      purpose,
      resources: record.resourceCount,
      before: record.outcome,
      after: decided.outcome,
      obligations: changed ? 'changed' : 'unchanged',
      rules: { before: record.reasons.map(nameOf), after: decided.reasons.map(nameOf) },
    });
  }
  return { decisions, erased, differences };
}

function nameOf({ policy, rule }: Reason): string {
  return `${policy}/${rule}`;
}

function inOrder(differences: readonly Difference[]): readonly Difference[] {
  const keys = new Map(differences.map((one) => [one, `${one.at} ${canonicalJson(one)}`]));
  return [...differences].sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1));
}
