import { join } from 'node:path';
import { type ActivatePorts, type Activation, activate, type Wanted } from '../../engine/activate.ts';
import type { Bundle, Bundles, StagedBundle } from '../../engine/Bundles.ts';
import { type BundleFile, digestOf, manifestDigest } from '../../engine/bundle/BundleFile.ts';
import type { OpenedBundle } from '../../engine/bundle/openBundle.ts';
import { BUILT_IN, packBundle } from '../../engine/bundle/packBundle.ts';
import { parseBundle, refused } from '../../engine/bundle/parseBundle.ts';
import { verifyBundle } from '../../engine/bundle/verifyBundle.ts';
import type { Clock } from '../../engine/Clock.ts';
import { readInputSchema } from '../../engine/rego/policyFiles.ts';
import { type RolloutStart, rolloutError } from '../../engine/rollOut.ts';
import { parsePlan } from '../../engine/rollout/parsePlan.ts';
import type { Activations } from '../../trust/activations/ActivationLog.ts';
import {
  type ActivationRecord,
  isActivation,
  lastActivation,
  openSchedules,
} from '../../trust/activations/ActivationRecord.ts';
import type { RolloutPlan } from '../../trust/activations/RolloutRecord.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import { readTrustedKeys, type TrustedKey, trustedKeysFile } from '../../trust/signing/trustedKeys.ts';
import { hmacSm3 } from '../../trust/sm3.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { BundleFiles } from './BundleFiles.ts';
import { FolderRollout, type RolloutTwin } from './FolderRollout.ts';
import { ObservedFile } from './ObservedFile.ts';
import { setBackBefore } from './setBackBefore.ts';

export type FolderBundlesPorts = {
  /** The repository's root: its policies are the built-in ones. */
  readonly root: string;
  readonly folder: string;
  readonly clock: Clock;
  /** Codes what was compiled here, so that nobody else's code is run. */
  readonly cacheKey: Uint8Array;
  readonly readActivations: () => Promise<Activations>;
  /** Makes a record and lines of the audit durable, whole or not at all. */
  readonly commit: (batch: {
    readonly activation?: ActivationRecord;
    readonly audit: readonly AuditEntry[];
  }) => Promise<unknown>;
  readonly migrationOf: ActivatePorts['migrationOf'];
  /** Told of the rules of each bundle that becomes active, in the same step. */
  readonly onRules: (opened: Omit<OpenedBundle, 'policies'>) => void;
  /** Told why a bundle that was due did not become active. */
  readonly onProblem: (error: unknown) => void;
  /** What a roll-out asks of the twin; null where none runs. */
  readonly twin: RolloutTwin | null;
};

export type ActivationOptions = {
  /** When it is to become active, in milliseconds since 1970; null is now. */
  readonly due?: number | null;
  /** Only says what would happen. */
  readonly dryRun?: boolean;
};

type How = Omit<Wanted, 'bundle'>;

/** Why schedules are cancelled of records that were set back. */
const SUSPECT = { by: 'program', because: 'policy:bundle.set_back' } as const;

/**
 * The bundles of a data folder: which one decides, which did and will. A folder begins with the policies that came with
 * the program, and takes theirs anew at each start, until somebody activates a signed bundle: from then on nothing but
 * another activation changes what decides.
 */
export class FolderBundles implements Bundles {
  readonly #ports: FolderBundlesPorts;
  readonly #files: BundleFiles;
  readonly #known = new Map<string, Bundle>();
  #records: readonly ActivationRecord[] = [];
  #active: { readonly file: BundleFile; readonly bundle: Bundle } | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #stopWaiting: () => void = () => undefined;
  /** Whether the records are older than the keys remember, until somebody activates a bundle all the same. */
  #isSetBack = false;
  /** Why there is no active bundle; empty when there is one. */
  problems: readonly string[] = ['the policies are being loaded'];
  readonly rollout: FolderRollout;

  constructor(ports: FolderBundlesPorts) {
    this.#ports = ports;
    this.#files = new BundleFiles(ports);
    this.rollout = new FolderRollout({
      clock: ports.clock,
      twin: ports.twin,
      observed: new ObservedFile(ports.folder),
      records: () => this.#records,
      active: () => this.active(),
      assertNotSetBack: () => {
        if (this.#isSetBack) throw setBackBefore(this.#records.length);
      },
      activatePorts: () => this.#activatePorts(),
      fileOf: (record) => this.#fileOf(record),
      remember: (file, opened) => this.#remember(file, opened),
      activate: (file, how) => this.#attempt(file.manifest.content, () => file, how),
      inTurn: (work) => this.#inTurn(work),
      refusing: (file, work) => this.#refusing(file, work),
      onProblem: ports.onProblem,
    });
  }

  /** Takes up the active bundle of the folder. With any doubt about it there is none, and `problems` says why. */
  async start(): Promise<void> {
    try {
      const { records, setBack } = await this.#ports.readActivations();
      this.#records = records;
      this.#isSetBack = setBack;
      if (setBack) throw setBackBefore(records.length);
      const isBuiltIn = records.filter(isActivation).every(({ kind }) => kind === 'built_in');
      await (isBuiltIn ? this.#takeBuiltIn() : this.#resume(lastActivation(records)!));
      await this.rollout.resume();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.problems = [error.hint === undefined ? error.message : `${error.message} (${error.hint})`];
    }
    this.#wait();
  }

  active(): Bundle {
    if (this.#active) return this.#active.bundle;
    throw new CodedError('policy:bundle.missing', 'no policies are active, so nothing is answered', {
      hint: 'see `/readyz`, and `twinward bundles`',
    });
  }

  staged(): StagedBundle | null {
    return this.rollout.staged;
  }

  /** The file of the active bundle. Throws `policy:bundle.missing`. */
  activeFile(): BundleFile {
    this.active();
    return this.#active!.file;
  }

  async find(id: string): Promise<Bundle | null> {
    const known = this.#known.get(id);
    if (known) return known;
    const record = this.#records.findLast(({ bundle }) => bundle === id);
    const file = record ? this.#files.read(record.manifest) : null;
    return file && this.#remember(file, await this.#files.open(file));
  }

  /** All records, oldest first, and the number of the one in force. */
  get history(): { readonly records: readonly ActivationRecord[]; readonly active: number | null } {
    return { records: this.#records, active: this.#active && (lastActivation(this.#records)?.number ?? null) };
  }

  /** Activates the bundle that these bytes are. Rejects as `activate` does; the audit has the reason. */
  activate(bytes: Uint8Array, { due = null, dryRun = false }: ActivationOptions = {}): Promise<Activation> {
    if (due !== null && due <= this.#ports.clock.now()) return Promise.reject(duePast());
    if (due !== null && this.#isSetBack) return Promise.reject(setBackBefore(this.#records.length));
    const how: How = { kind: 'activated', by: 'administrator', due, schedule: null, dryRun };
    return this.#inTurn(() => this.#attempt(digestOf(bytes), () => parseBundle(bytes), how));
  }

  /** Activates anew what was active here, by the number of its record or its id. */
  rollBack(to: string, { dryRun = false }: ActivationOptions = {}): Promise<Activation> {
    const how: How = { kind: 'rolled_back', by: 'administrator', due: null, schedule: null, dryRun };
    return this.#inTurn(() => {
      const record = this.#records.filter(isActivation).findLast(({ number, bundle }) => {
        return String(number) === to || (to.length >= 8 && bundle.startsWith(to));
      });
      return this.#attempt(record?.bundle ?? '', () => this.#fileOf(record ?? neverActive(to)), how);
    });
  }

  /** Rolls out the bundle that these bytes are, or says what each stage would bring. Rejects as `beginStage` does. */
  async startRollout(
    bytes: Uint8Array,
    plan: unknown,
    { dryRun = false }: Pick<ActivationOptions, 'dryRun'> = {},
  ): Promise<RolloutStart> {
    const read = () => parseBundle(bytes);
    return this.rollout.start(digestOf(bytes), read, this.#planOf(bytes, plan), dryRun);
  }

  /** Takes a schedule back. Throws `command:activation.not_scheduled`. */
  cancel(number: number): Promise<ActivationRecord> {
    return this.#inTurn(() => {
      if (this.#isSetBack) throw setBackBefore(this.#records.length);
      const schedule = openSchedules(this.#records).find((each) => each.number === number);
      if (!schedule) {
        throw new CodedError('command:activation.not_scheduled', `nothing is scheduled under number ${number}`, {
          hint: '`twinward bundles` lists what is',
        });
      }
      return this.#settle(schedule, { by: 'administrator', because: null });
    });
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#stopWaiting();
    this.rollout.close();
  }

  async #takeBuiltIn(): Promise<void> {
    const file = packBundle(this.#ports.root, BUILT_IN);
    const opened = await this.#files.open(file);
    const { content, name, revision } = file.manifest;
    const previous = lastActivation(this.#records)?.bundle ?? null;
    if (previous !== content) {
      this.#files.keep(file);
      const what = { kind: 'built_in', by: 'program', signers: [], due: null, schedule: null, because: null } as const;
      const which = { bundle: content, manifest: manifestDigest(file.manifest), name, revision, previous };
      await this.#record({ ...this.#next(), ...which, ...what });
    }
    this.#use(file, opened);
  }

  /** What was activated is believed only as it was then: the same file, and signers who are trusted still. */
  async #resume(record: ActivationRecord): Promise<void> {
    const file = this.#fileOf(record);
    if (record.signers.length > 0) {
      const inputSchema = inputSchemaOf(this.#ports.root);
      verifyBundle(file, { keys: trustedKeysOf(this.#ports), at: Date.parse(record.at), inputSchema });
    }
    this.#use(file, await this.#files.open(file));
  }

  #fileOf({ manifest }: ActivationRecord): BundleFile {
    const file = this.#files.read(manifest);
    if (file) return file;
    const hint = `put \`bundles/${manifest}.twb\` back, or activate another`;
    throw refused('missing', 'its file is not in the data folder', hint);
  }

  async #attempt(file: string, read: () => BundleFile, how: How): Promise<Activation> {
    return this.#refusing(how.dryRun ? null : file, async () => {
      const isOther = how.rollout === undefined && !how.dryRun && how.due === null;
      if (isOther && this.rollout.staged) throw rollingOut();
      const suspect = this.#isSetBack ? openSchedules(this.#records) : [];
      const activation = await activate({ ...how, bundle: read() }, this.#activatePorts());
      if (!how.dryRun) this.#isSetBack = false;
      for (const schedule of suspect) if (!how.dryRun) await this.#settle(schedule, SUSPECT);
      this.#wait();
      return activation;
    });
  }

  /** Tells the audit of a refusal, unless nothing was to happen. */
  async #refusing<Result>(file: string | null, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CodedError && file !== null) {
        const entry = { kind: 'activation_refused', subject: null, file, code: error.code } as const;
        await this.#ports.commit({ audit: [entry] }).catch(this.#ports.onProblem);
      }
      throw error;
    }
  }

  #activatePorts(): ActivatePorts {
    return {
      records: this.#records,
      active: this.#active?.file ?? null,
      inputSchema: inputSchemaOf(this.#ports.root),
      clock: this.#ports.clock,
      migrationOf: this.#ports.migrationOf,
      trustedKeys: () => trustedKeysOf(this.#ports),
      prove: (bundle) => this.#files.prove(bundle),
      keep: (bundle) => this.#files.keep(bundle),
      open: (bundle, proof) => this.#files.open(bundle, proof),
      record: (record) => this.#record(record),
      use: (bundle, opened) => this.#use(bundle, opened),
    };
  }

  async #record(record: ActivationRecord): Promise<void> {
    const { number, kind: what, bundle, previous, because } = record;
    const why = what === 'stopped' && because !== null ? { because } : {};
    const entry = { kind: 'activation', subject: null, number, what, bundle, previous, ...why } as const;
    await this.#ports.commit({ activation: record, audit: [entry] });
    this.#records = [...this.#records, record];
  }

  /** The same bundle comes to the same homes first, in a dry run too; which those are is for nobody to choose. */
  #planOf(bytes: Uint8Array, words: unknown): RolloutPlan {
    const salt = hmacSm3(this.#ports.cacheKey, `twinward rollout\n${digestOf(bytes)}`)
      .toString('hex')
      .slice(0, 32);
    return { ...parsePlan(words), salt };
  }

  #next(): Pick<ActivationRecord, 'number' | 'at'> {
    return { number: this.#records.length + 1, at: new Date(this.#ports.clock.now()).toISOString() };
  }

  /** Requests that are under way end with the bundle that they began with. */
  #use(file: BundleFile, opened: OpenedBundle): void {
    const bundle = this.#remember(file, opened);
    this.#ports.onRules(opened);
    this.#active = { file, bundle };
    // What becomes active decides for all homes: whatever was rolled out before has ended.
    this.rollout.leave();
    this.problems = [];
  }

  #remember({ manifest }: BundleFile, { policies }: OpenedBundle): Bundle {
    const bundle: Bundle = { id: manifest.content, rules: policies.rules, at: policies.at };
    // What is made at the first question is made now: nobody waits for it.
    bundle.at(this.#ports.clock.now());
    this.#known.set(bundle.id, bundle);
    return bundle;
  }

  /** Waits for the next schedule, also across restarts: schedules are records. */
  #wait(): void {
    this.#stopWaiting();
    // What is scheduled in older records may have been cancelled since.
    if (this.#isSetBack) return;
    const [next] = openSchedules(this.#records);
    if (!next) return;
    const { clock, onProblem } = this.#ports;
    const ms = Math.max(0, Date.parse(next.due!) - clock.now());
    this.#stopWaiting = clock.after(ms, () => void this.#inTurn(() => this.#bringDue()).catch(onProblem));
  }

  async #bringDue(): Promise<void> {
    for (const schedule of openSchedules(this.#records)) {
      if (Date.parse(schedule.due!) > this.#ports.clock.now()) break;
      const how: How = { kind: 'activated', by: 'schedule', due: null, schedule: schedule.number, dryRun: false };
      try {
        await this.#attempt(schedule.bundle, () => this.#fileOf(schedule), how);
      } catch (error) {
        this.#ports.onProblem(error);
        const because = error instanceof CodedError ? error.code : 'engine:internal';
        await this.#settle(schedule, { by: 'schedule', because });
      }
    }
    this.#wait();
  }

  async #settle(schedule: ActivationRecord, why: Pick<ActivationRecord, 'by' | 'because'>): Promise<ActivationRecord> {
    const record: ActivationRecord = {
      ...schedule,
      ...this.#next(),
      ...why,
      kind: 'cancelled',
      schedule: schedule.number,
    };
    await this.#record(record);
    this.#wait();
    return record;
  }

  /** One after the other, so that numbers rise and each sees what the one before did. */
  #inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function inputSchemaOf(root: string): number {
  return (readInputSchema(join(root, 'policies')) as { readonly version: number }).version;
}

/** The keys whose signatures are believed now. What is wrong with their file is a reason to refuse like any other. */
function trustedKeysOf({ folder }: FolderBundlesPorts): readonly TrustedKey[] {
  try {
    return readTrustedKeys(trustedKeysFile(folder));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const code = error.code.slice(error.code.lastIndexOf('.') + 1);
    throw refused(`keys_${code}`, error.message, error.hint);
  }
}

function neverActive(to: string): never {
  throw refused(
    'never_active',
    `nothing that was active here is called \`${to}\``,
    '`twinward bundles` lists what was',
  );
}

function rollingOut(): CodedError {
  return rolloutError('running', 'a roll-out is under way, and ends before anything else becomes active', {
    hint: 'stop it with `twinward rollout stop`, or let it go on with `twinward rollout advance`',
  });
}

function duePast(): CodedError {
  return new CodedError('command:activation.due_past', 'a bundle is scheduled for an instant that is still to come');
}
