import type { RolloutRecord } from './RolloutRecord.ts';

/** What happened to the bundles of a folder. The first three made the bundle active that they name. */
export const ACTIVATION_KINDS = [
  // The policies that came with the program, as long as nobody has activated a signed bundle.
  'built_in',
  'activated',
  'rolled_back',
  'scheduled',
  'cancelled',
  // A stage of a roll-out: the bundle decides for a share of the homes. The last one over, it is `activated`.
  'staged',
  // A roll-out ended before: all homes are back under the bundle before.
  'stopped',
] as const;
export type ActivationKind = (typeof ACTIVATION_KINDS)[number];

/** One record of the activation log. Instants are ISO 8601 in UTC. */
export type ActivationRecord = {
  /** Rises by one from 1. */
  readonly number: number;
  readonly at: string;
  readonly kind: ActivationKind;
  /** The digest of the bundle's content, and that of the manifest which was signed. */
  readonly bundle: string;
  readonly manifest: string;
  /** What the bundle's makers call it. */
  readonly name: string;
  readonly revision: string;
  /** The bundle that was active before. */
  readonly previous: string | null;
  readonly by: 'program' | 'administrator' | 'schedule';
  /** Whose signatures it bore; none for a built-in one. */
  readonly signers: readonly { readonly key: string; readonly holder: string }[];
  /** When a scheduled one is due. */
  readonly due: string | null;
  /** The number of the schedule that came due or was cancelled. */
  readonly schedule: number | null;
  /** Why a schedule was cancelled, or a roll-out stopped, that nobody cancelled or stopped: the code of the reason. */
  readonly because: string | null;
  /** What there is to tell of a roll-out; left out where none brought it. */
  readonly rollout?: RolloutRecord;
};

/** The record of a stage, or of the end of a roll-out. */
export type StageRecord = ActivationRecord & { readonly rollout: RolloutRecord };

/** The stage that a roll-out is in; null when none is under way. Whatever becomes active ends it. */
export function runningStage(records: readonly ActivationRecord[]): StageRecord | null {
  const last = records.findLast((record) => isStage(record) || record.kind === 'stopped' || isActivation(record));
  return last && isStage(last) ? last : null;
}

/** Whether a record is of a stage that began. */
function isStage(record: ActivationRecord): record is StageRecord {
  return record.kind === 'staged' && record.rollout !== undefined;
}

/** The record that made the present bundle active; null before the first. */
export function lastActivation(records: readonly ActivationRecord[]): ActivationRecord | null {
  return records.findLast(isActivation) ?? null;
}

/** The record that made the bundle active which decided at an instant (milliseconds since 1970); null when none did. */
export function activationAt(records: readonly ActivationRecord[], instant: number): ActivationRecord | null {
  const at = new Date(instant).toISOString();
  return records.findLast((record) => isActivation(record) && record.at <= at) ?? null;
}

/** Whether a record made its bundle the active one. */
export function isActivation({ kind }: ActivationRecord): boolean {
  return kind === 'built_in' || kind === 'activated' || kind === 'rolled_back';
}

/** The schedules that are still to come, by their instants. */
export function openSchedules(records: readonly ActivationRecord[]): readonly ActivationRecord[] {
  const settled = new Set(records.flatMap(({ schedule }) => schedule ?? []));
  return records
    .filter(({ kind, number }) => kind === 'scheduled' && !settled.has(number))
    .sort((a, b) => (a.due! < b.due! ? -1 : 1));
}
