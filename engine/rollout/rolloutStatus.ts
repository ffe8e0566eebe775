import { type ActivationRecord, isActivation } from '../../trust/activations/ActivationRecord.ts';
import type { Breach, ObservedImpact, PredictedImpact, RolloutPlan } from '../../trust/activations/RolloutRecord.ts';
import { compareImpact, type ImpactComparison } from './compareImpact.ts';

/** Where a roll-out stands. Instants are ISO 8601 in UTC. */
export type RolloutStatus = {
  /** The number of the record of its first stage. */
  readonly rollout: number;
  readonly state: 'running' | 'stopped' | 'completed';
  readonly bundle: string;
  readonly name: string;
  readonly revision: string;
  readonly plan: RolloutPlan;
  readonly stages: readonly StageStatus[];
  /** When the next stage begins by itself, or the last one ends; null when it waits for somebody. */
  readonly next: string | null;
  /** Why it waits although its time had come: the code and the words of the refusal. */
  readonly held: string | null;
  /** Why it stopped: null when somebody stopped it, or it did not. */
  readonly because: string | null;
  readonly breaches: readonly Breach[];
};

export type StageStatus = {
  readonly stage: number;
  readonly percent: number;
  readonly began: string;
  readonly ended: string | null;
  readonly predicted: PredictedImpact;
  /** What has happened so far; null when nothing was kept of it. */
  readonly observed: ObservedImpact | null;
  readonly compared: readonly ImpactComparison[];
};

/** What only the running program knows. */
export type Live = {
  readonly observed: ObservedImpact | null;
  readonly next: string | null;
  readonly held: string | null;
};

/** The last roll-out that the records tell of; null when there never was one. */
export function rolloutStatus(records: readonly ActivationRecord[], live: Live): RolloutStatus | null {
  const last = records.findLast(({ rollout }) => rollout !== undefined);
  if (!last?.rollout) return null;
  const { rollout, plan } = last.rollout;
  const own = records.filter((record) => record.rollout?.rollout === rollout);
  const isOver =
    last.kind !== 'staged' || records.some((record) => record.number > last.number && isActivation(record));
  const stages = own.flatMap((record, at): StageStatus[] => {
    const { stage, predicted } = record.rollout!;
    if (record.kind !== 'staged' || predicted === null) return [];
    const next = own[at + 1];
    const observed = next ? next.rollout!.observed : isOver ? null : live.observed;
    const compared = observed ? compareImpact(predicted, observed) : [];
    const percent = plan.stages[stage - 1]!;
    return [{ stage, percent, began: record.at, ended: next?.at ?? null, predicted, observed, compared }];
  });
  const { bundle, name, revision } = last;
  return {
    rollout,
    state: last.kind === 'activated' ? 'completed' : isOver ? 'stopped' : 'running',
    bundle,
    name,
    revision,
    plan,
    stages,
    next: isOver ? null : live.next,
    held: isOver ? null : live.held,
    because: last.because,
    breaches: last.rollout.breaches,
  };
}
