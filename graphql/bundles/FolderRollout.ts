import type { ActivatePorts, Activation, Wanted } from '../../engine/activate.ts';
import type { Bundle, StagedBundle } from '../../engine/Bundles.ts';
import type { BundleFile } from '../../engine/bundle/BundleFile.ts';
import type { OpenedBundle } from '../../engine/bundle/openBundle.ts';
import { verifyBundle } from '../../engine/bundle/verifyBundle.ts';
import type { Clock } from '../../engine/Clock.ts';
import {
  beginStage,
  breachText,
  forecastRollout,
  type RolloutStart,
  rolloutError,
  type StagePorts,
  type WantedStage,
} from '../../engine/rollOut.ts';
import type { PredictOptions } from '../../engine/rollout/predictImpact.ts';
import { RolloutWatch } from '../../engine/rollout/RolloutWatch.ts';
import { type RolloutStatus, rolloutStatus } from '../../engine/rollout/rolloutStatus.ts';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import { type ActivationRecord, runningStage, type StageRecord } from '../../trust/activations/ActivationRecord.ts';
import type { Breach, ObservedImpact, PredictedImpact, RolloutPlan } from '../../trust/activations/RolloutRecord.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { RolloutShare } from '../../twin/graph/isCovered.ts';
import type { ObservedFile } from './ObservedFile.ts';

/** What a roll-out asks of the twin; a folder on which no server runs has none. */
export type RolloutTwin = {
  readonly predict: (what: Pick<PredictOptions, 'former' | 'next' | 'scenario' | 'share'>) => Promise<PredictedImpact>;
  /** Told of each share of the homes for which another bundle decides, in the same step; null when there is none. */
  readonly onStage: (share: RolloutShare | null) => void;
  /** Told why a roll-out stopped by itself. */
  readonly onStopped: (reason: CodedError) => void;
};

/** What a roll-out needs of the bundles that it is one of. */
export type RolloutHost = {
  readonly clock: Clock;
  readonly twin: RolloutTwin | null;
  readonly observed: ObservedFile;
  readonly records: () => readonly ActivationRecord[];
  readonly active: () => Bundle;
  /** Throws where the records are older than they were: what they say of a roll-out may be over. */
  readonly assertNotSetBack: () => void;
  readonly activatePorts: () => ActivatePorts;
  readonly fileOf: (record: ActivationRecord) => BundleFile;
  readonly remember: (file: BundleFile, opened: OpenedBundle) => Bundle;
  readonly activate: (file: BundleFile, how: Omit<Wanted, 'bundle'>) => Promise<Activation>;
  /** One after the other with all else that is done with bundles. */
  readonly inTurn: <Result>(work: () => Result | Promise<Result>) => Promise<Result>;
  /** Tells the audit of a refusal. */
  readonly refusing: <Result>(file: string, work: () => Promise<Result>) => Promise<Result>;
  readonly onProblem: (error: unknown) => void;
};

type Staged = StagedBundle & {
  readonly record: StageRecord;
  readonly file: BundleFile;
  readonly opened: OpenedBundle;
  readonly counts: RolloutWatch;
};

/** How often what was observed is kept for a restart. */
const KEEP_MS = 60_000;

/**
 * The roll-out of a folder: the bundle that decides for a cohort of homes, and what it brings. Every step of it is a
 * record, so that it goes on where it was after a restart. When its budget is broken, all homes are back under the active
 * bundle in that step, and the record follows.
 */
export class FolderRollout {
  readonly #host: RolloutHost;
  #staged: Staged | null = null;
  #held: string | null = null;
  #stopWaiting: () => void = () => undefined;
  #stopKeeping: () => void = () => undefined;

  constructor(host: RolloutHost) {
    this.#host = host;
  }

  get staged(): StagedBundle | null {
    return this.#staged;
  }

  /** The share of the homes for which the staged bundle decides. */
  get share(): RolloutShare | null {
    return this.#staged && shareOf(this.#staged.record);
  }

  get status(): RolloutStatus | null {
    const observed = this.#staged?.counts.observed ?? null;
    return rolloutStatus(this.#host.records(), { observed, next: this.#next(), held: this.#held });
  }

  /** Goes on with the stage that the records are in. With any doubt about its bundle it stops. */
  async resume(): Promise<void> {
    const { records, fileOf, activatePorts, observed } = this.#host;
    const stage = runningStage(records());
    if (!stage) return;
    try {
      const file = fileOf(stage);
      const { trustedKeys, inputSchema, open } = activatePorts();
      verifyBundle(file, { keys: trustedKeys(), at: Date.parse(stage.at), inputSchema });
      this.#enter(stage, file, await open(file, null), observed.read(stage.number));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      await this.#recordStop(stage, { by: 'program', because: error.code, breaches: [], observed: null });
      this.#host.twin?.onStopped(error);
    }
  }

  /** Begins the first stage, or with `dryRun` says what each stage would bring. Rejects as `beginStage` does. */
  start(file: string, read: () => BundleFile, plan: RolloutPlan, dryRun: boolean): Promise<RolloutStart> {
    return this.#host.inTurn(async () => {
      this.#host.assertNotSetBack();
      const work = async () => {
        const bundle = read();
        const wanted: WantedStage = { bundle, plan, stage: 1, rollout: null, observed: null, by: 'administrator' };
        if (dryRun) return forecastRollout(wanted, this.#stagePorts(wanted));
        if (runningStage(this.#host.records())) throw alreadyRunning();
        return beginStage(wanted, this.#stagePorts(wanted));
      };
      return dryRun ? work() : this.#host.refusing(file, work);
    });
  }

  /** Begins the next stage; after the last one, the bundle becomes the active one. */
  advance(): Promise<RolloutStatus> {
    return this.#host.inTurn(() => this.#advance('administrator'));
  }

  /** Gives all homes back to the active bundle. */
  stop(): Promise<RolloutStatus> {
    return this.#host.inTurn(async () => {
      this.#host.assertNotSetBack();
      const record = runningStage(this.#host.records()) ?? noneRunning();
      const observed = this.#staged?.counts.observed ?? null;
      this.leave();
      await this.#recordStop(record, { by: 'administrator', because: null, breaches: [], observed });
      return this.status!;
    });
  }

  /** Lets the active bundle decide for all homes: one assignment. */
  leave(): void {
    if (this.#staged === null) return;
    this.#end();
    this.#host.twin?.onStage(null);
  }

  /** Waits for nothing any more, and keeps what was observed for the next start. */
  close(): void {
    this.#stopWaiting();
    this.#stopKeeping();
    this.#keep();
  }

  #end(): void {
    this.#stopWaiting();
    this.#stopKeeping();
    this.#staged?.counts.close();
    this.#staged = null;
    this.#held = null;
  }

  async #advance(by: ActivationRecord['by']): Promise<RolloutStatus> {
    const staged = this.#staged ?? noneRunning();
    const { rollout, plan, stage } = staged.record.rollout;
    const observed = staged.counts.observed;
    const { file, record } = staged;
    if (stage === plan.stages.length) {
      const about = { rollout, plan, stage, predicted: null, observed, breaches: [] };
      const how = { kind: 'activated', by, due: null, schedule: null, rollout: about, dryRun: false } as const;
      await this.#host.activate(file, how);
    } else {
      const wanted: WantedStage = { bundle: file, plan, stage: stage + 1, rollout, observed, by };
      await this.#host.refusing(record.bundle, () => beginStage(wanted, this.#stagePorts(wanted)));
    }
    return this.status!;
  }

  #stagePorts({ bundle, stage }: WantedStage): StagePorts {
    const { twin, activatePorts, active } = this.#host;
    if (!twin) throw noTwin();
    const ports = activatePorts();
    const assertGoingOn = () => {
      if (stage > 1 && this.#staged === null) throw noneRunning();
    };
    return {
      ...ports,
      predict: (next, { salt, scenario }, percent) =>
        twin.predict({
          share: { salt, percent },
          former: active(),
          next: next.policies,
          scenario: scenario === null ? null : parseScenario(scenario, 'scenario'),
        }),
      record: async (record) => {
        assertGoingOn();
        await ports.record(record);
      },
      use: (record, opened) => {
        // Stopped by itself while its next stage was written down: it stays so, and the next record says it.
        if (stage === 1 || this.#staged !== null) this.#enter(record as StageRecord, bundle, opened, null);
      },
    };
  }

  #enter(record: StageRecord, file: BundleFile, opened: OpenedBundle, before: ObservedImpact | null): void {
    const { twin, clock, active, remember } = this.#host;
    this.#end();
    const counts = new RolloutWatch({
      plan: record.rollout.plan,
      former: active(),
      clock,
      before,
      onBreach: (breaches) => this.#stopBySelf(breaches),
    });
    const bundle = remember(file, opened);
    this.#staged = { bundle, watch: (decided) => counts.note(decided), record, file, opened, counts };
    twin?.onStage(shareOf(record));
    this.#wait();
    this.#keepOn();
  }

  /** All homes are back at once; the record waits for its turn. */
  #stopBySelf(breaches: readonly Breach[]): void {
    const { inTurn, onProblem, records, twin } = this.#host;
    const staged = this.#staged;
    if (staged === null) return;
    const { name, rollout } = staged.record;
    const { observed } = staged.counts;
    this.leave();
    const because = `policy:rollout.${breaches[0]!.measure}` as const;
    const at = rollout.plan.stages[rollout.stage - 1];
    twin?.onStopped(
      new CodedError(because, `the roll-out of \`${name}\` at ${at} % broke its budget: ${breachText(breaches)}`),
    );
    // A stage may have been written down meanwhile.
    const stop = () =>
      this.#recordStop(runningStage(records()) ?? staged.record, { by: 'program', because, breaches, observed });
    inTurn(stop).catch(onProblem);
  }

  async #recordStop(
    record: StageRecord,
    why: Pick<ActivationRecord, 'by' | 'because'> & Pick<StageRecord['rollout'], 'breaches' | 'observed'>,
  ): Promise<void> {
    const { records, clock, activatePorts } = this.#host;
    const { by, because, breaches, observed } = why;
    const number = records().length + 1;
    const at = new Date(clock.now()).toISOString();
    const rollout = { ...record.rollout, predicted: null, observed, breaches };
    await activatePorts().record({ ...record, number, at, kind: 'stopped', by, because, rollout });
  }

  /** When the stage is over by itself. */
  #next(): string | null {
    if (this.#staged === null || this.#held !== null) return null;
    const { at, rollout } = this.#staged.record;
    const { waitMs } = rollout.plan;
    return waitMs === null ? null : new Date(Date.parse(at) + waitMs).toISOString();
  }

  #wait(): void {
    const next = this.#next();
    if (next === null) return;
    const { clock, inTurn } = this.#host;
    const goOn = () => void inTurn(() => this.#advanceByTime()).catch(this.#host.onProblem);
    this.#stopWaiting = clock.after(Math.max(0, Date.parse(next) - clock.now()), goOn);
  }

  /** A stage that is refused keeps the one before: somebody has to look. */
  async #advanceByTime(): Promise<void> {
    const next = this.#next();
    // A long wait comes in parts, and somebody may have moved on or stopped.
    if (next === null) return;
    if (Date.parse(next) > this.#host.clock.now()) return this.#wait();
    try {
      await this.#advance('schedule');
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      if (this.#staged) this.#held = `${error.message} (${error.code})`;
      this.#host.onProblem(error);
    }
  }

  #keepOn(): void {
    this.#stopKeeping = this.#host.clock.after(KEEP_MS, () => {
      this.#keep();
      this.#keepOn();
    });
  }

  #keep(): void {
    if (this.#staged === null) return;
    const { record, counts } = this.#staged;
    try {
      this.#host.observed.write(record.number, counts.observed);
    } catch (error) {
      this.#host.onProblem(error);
    }
  }
}

/** The share of the homes for which a stage decides. */
export function shareOf({ rollout: { plan, stage } }: StageRecord): RolloutShare {
  return { salt: plan.salt, percent: plan.stages[stage - 1]! };
}

function alreadyRunning(): CodedError {
  return rolloutError('running', 'another one is under way', {
    hint: '`twinward rollout status` tells of it; stop it with `twinward rollout stop`',
  });
}

function noneRunning(): never {
  throw rolloutError('none', 'none is under way', {
    hint: 'one that stopped does not go on: begin anew with `twinward rollout start`',
  });
}

function noTwin(): CodedError {
  return rolloutError('no_server', 'its impact is simulated on the twin, and no server runs on this folder', {
    hint: 'start one with `twinward serve`',
  });
}
