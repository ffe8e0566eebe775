import { type ActivationRecord, lastActivation } from '../trust/activations/ActivationRecord.ts';
import type {
  Breach,
  ObservedImpact,
  PredictedImpact,
  RolloutPlan,
  RolloutRecord,
} from '../trust/activations/RolloutRecord.ts';
import { CodedError, type ErrorCode } from '../twin/CodedError.ts';
import type { ActivatePorts, Activation } from './activate.ts';
import { assertFits } from './bundle/assertFits.ts';
import { type BundleFile, manifestDigest } from './bundle/BundleFile.ts';
import { type BundleChanges, compareBundles } from './bundle/compareBundles.ts';
import type { OpenedBundle } from './bundle/openBundle.ts';
import { refused } from './bundle/parseBundle.ts';
import { verifyBundle } from './bundle/verifyBundle.ts';
import { breachesOf } from './rollout/breachesOf.ts';

/** The stage that somebody wants of a roll-out. */
export type WantedStage = {
  readonly bundle: BundleFile;
  readonly plan: RolloutPlan;
  /** From 1; and the number of the record of the first, null when this is it. */
  readonly stage: number;
  readonly rollout: number | null;
  /** What came of the stage before; null when this is the first. */
  readonly observed: ObservedImpact | null;
  readonly by: ActivationRecord['by'];
};

export type StagePorts = Pick<
  ActivatePorts,
  'active' | 'clock' | 'inputSchema' | 'keep' | 'open' | 'prove' | 'record' | 'records' | 'trustedKeys'
> & {
  /** Simulates the impact on this share of the homes, in percent. */
  readonly predict: (next: OpenedBundle, plan: RolloutPlan, percent: number) => Promise<PredictedImpact>;
  /** Lets the next decision use it: one assignment. */
  readonly use: (record: ActivationRecord, opened: OpenedBundle) => void;
};

/** What a stage would bring, and the bounds that it would break. */
type StageForecast = {
  readonly percent: number;
  readonly predicted: PredictedImpact;
  readonly breaches: readonly Breach[];
};

/** A roll-out that began, or what each of its stages would bring. */
export type RolloutStart = Pick<Activation, 'record' | 'signers' | 'changes' | 'proof'> & {
  readonly stages: readonly StageForecast[];
};

/**
 * Begins a stage of a roll-out: whoever stands for the bundle is verified, what it would bring to the homes of the stage
 * is simulated and held against the budget, the record is written, and only then the bundle decides for them. What throws
 * on the way leaves the stage before as it was.
 *
 * Throws as `activate` does, `policy:rollout.rules`, `.nothing` and `.over_budget`, and as `predictImpact` does.
 */
export async function beginStage(wanted: WantedStage, ports: StagePorts): Promise<RolloutStart> {
  const { bundle, plan, stage } = wanted;
  const { changes, signers } = assertStageable(wanted, ports);
  const proof = stage === 1 ? await ports.prove(bundle) : null;
  const opened = await ports.open(bundle, proof);
  const forecast = await forecastOf(opened, plan, stage, ports);
  if (forecast.breaches.length > 0) throw overBudget(forecast);
  ports.keep(bundle);
  const record = newRecord(wanted, ports, { signers, predicted: forecast.predicted });
  await ports.record(record);
  ports.use(record, opened);
  return { record, signers, changes, proof, stages: [forecast] };
}

/** Says what each stage would bring, and changes nothing. Throws as `beginStage` does, but for a broken budget. */
export async function forecastRollout(wanted: WantedStage, ports: StagePorts): Promise<RolloutStart> {
  const { bundle, plan } = wanted;
  const { changes, signers } = assertStageable(wanted, ports);
  const proof = await ports.prove(bundle);
  const opened = await ports.open(bundle, proof);
  const stages: StageForecast[] = [];
  for (const index of plan.stages.keys()) stages.push(await forecastOf(opened, plan, index + 1, ports));
  return { record: null, signers, changes, proof, stages };
}

function assertStageable({ bundle, plan }: WantedStage, { active, ...ports }: StagePorts) {
  // A clock that was set back makes nothing young again: it is at least as late as when something was activated last.
  const at = Math.max(ports.clock.now(), ...ports.records.map((record) => Date.parse(record.at)));
  const signers = verifyBundle(bundle, { keys: ports.trustedKeys(), at, inputSchema: ports.inputSchema });
  if (active && manifestDigest(active.manifest) === manifestDigest(bundle.manifest)) {
    throw refused('active_already', 'it is the active one');
  }
  assertFits(bundle);
  const changes = compareBundles(active, bundle);
  assertPoliciesAlone(changes, plan);
  return { signers, changes };
}

/** Rules raise alarms: which of them act does not differ from home to home, unless somebody says when they change. */
function assertPoliciesAlone({ policies, rules }: BundleChanges, { rulesLast }: RolloutPlan): void {
  const changed = [...rules.added, ...rules.changed, ...rules.removed];
  if (changed.length > 0 && !rulesLast) {
    throw rolloutError('rules', `it changes rules, which act for all homes at once: ${quoted(changed)}`, {
      hint: 'sign a bundle of its policies alone, or let the rules come with the end of the last stage: `--rules last`',
    });
  }
  if ([policies.added, policies.changed, policies.removed].every(({ length }) => length === 0)) {
    throw rolloutError('nothing', 'it changes no policy, so there is nothing to roll out in stages', {
      hint: 'activate it with `twinward activate`',
    });
  }
}

async function forecastOf(opened: OpenedBundle, plan: RolloutPlan, stage: number, ports: StagePorts) {
  const percent = plan.stages[stage - 1]!;
  const predicted = await ports.predict(opened, plan, percent);
  // How long decisions take is not simulated.
  return { percent, predicted, breaches: breachesOf(plan.budget, { total: predicted.total, p99Ms: null }) };
}

function newRecord(
  { bundle: { manifest }, plan, stage, rollout, observed, by }: WantedStage,
  { records, clock }: StagePorts,
  { signers, predicted }: Pick<ActivationRecord, 'signers'> & Pick<RolloutRecord, 'predicted'>,
): ActivationRecord {
  const number = records.length + 1;
  return {
    number,
    at: new Date(clock.now()).toISOString(),
    kind: 'staged',
    bundle: manifest.content,
    manifest: manifestDigest(manifest),
    name: manifest.name,
    revision: manifest.revision,
    previous: lastActivation(records)?.bundle ?? null,
    by,
    signers,
    due: null,
    schedule: null,
    because: null,
    rollout: { rollout: rollout ?? number, plan, stage, predicted, observed, breaches: [] },
  };
}

function overBudget({ percent, breaches }: StageForecast): CodedError {
  return rolloutError('over_budget', `at ${percent} % it would break the budget: ${breachText(breaches)}`, {
    hint: '`twinward rollout start --dry-run` tells what each stage brings; change the bundle, or the budget',
  });
}

/** Broken bounds in words. */
export function breachText(breaches: readonly Breach[]): string {
  return breaches.map(({ measure, most, found }) => `${measure} ${found}, at most ${most}`).join('; ');
}

/** A refusal of a roll-out, with its code and in words. */
export function rolloutError(code: string, why: string, { hint }: { readonly hint: string }): CodedError {
  return new CodedError(`policy:rollout.${code}` satisfies ErrorCode, `the roll-out is refused: ${why}`, { hint });
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
