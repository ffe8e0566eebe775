import { type ActivationKind, type ActivationRecord, lastActivation } from '../trust/activations/ActivationRecord.ts';
import type { RolloutRecord } from '../trust/activations/RolloutRecord.ts';
import type { TrustedKey } from '../trust/signing/trustedKeys.ts';
import { assertFits } from './bundle/assertFits.ts';
import { type BundleFile, manifestDigest } from './bundle/BundleFile.ts';
import { type BundleChanges, compareBundles } from './bundle/compareBundles.ts';
import { assertNothingStranded, type Migration } from './bundle/migrationOf.ts';
import type { OpenedBundle } from './bundle/openBundle.ts';
import { refused } from './bundle/parseBundle.ts';
import type { Proof } from './bundle/proveBundle.ts';
import { type Signer, verifyBundle } from './bundle/verifyBundle.ts';
import type { Clock } from './Clock.ts';

/** What somebody wants of a bundle. */
export type Wanted = {
  readonly bundle: BundleFile;
  readonly kind: Extract<ActivationKind, 'activated' | 'rolled_back'>;
  readonly by: ActivationRecord['by'];
  /** When it is to become active, in milliseconds since 1970; now when it is null. */
  readonly due: number | null;
  /** The number of the schedule that brings it. */
  readonly schedule: number | null;
  /** The roll-out whose last stage is over. */
  readonly rollout?: RolloutRecord;
  /** Only says what would happen. */
  readonly dryRun: boolean;
};

export type ActivatePorts = {
  /** The records so far, oldest first. */
  readonly records: readonly ActivationRecord[];
  readonly active: BundleFile | null;
  /** The highest version of the policies' input that this program gives. */
  readonly inputSchema: number;
  readonly clock: Clock;
  /** Whose signatures are believed now. */
  readonly trustedKeys: () => readonly TrustedKey[];
  /** What goes on otherwise in the twin; null where no twin runs. */
  readonly migrationOf: (changes: BundleChanges) => Migration | null;
  /** Compiles a bundle and replays its cases, off the main thread. */
  readonly prove: (bundle: BundleFile) => Promise<Proof>;
  /** Makes the bundle's file durable. */
  readonly keep: (bundle: BundleFile) => void;
  /** Opens a bundle; one with a proof from the compilation that the proof names. */
  readonly open: (bundle: BundleFile, proof: Proof | null) => Promise<OpenedBundle>;
  /** Makes a record durable, with its line in the audit; rejects and nothing has happened. */
  readonly record: (record: ActivationRecord) => Promise<void>;
  /** Lets the next decision use it: one assignment. */
  readonly use: (bundle: BundleFile, opened: OpenedBundle) => void;
};

/** What came of it, or would come of it. */
export type Activation = {
  /** Null after a dry run. */
  readonly record: ActivationRecord | null;
  readonly signers: readonly Signer[];
  readonly changes: BundleChanges;
  readonly migrates: Migration | null;
  /** Null where it was tried before: when it was scheduled, or its roll-out began. */
  readonly proof: Proof | null;
};

/**
 * Makes a bundle the active one, now or at an instant: whoever stands for it is verified, its cases are replayed, the
 * record is written, and only then the pointer is moved. What throws on the way leaves the active bundle as it was.
 *
 * Throws as `verifyBundle` and `proveBundle` do, and `policy:bundle.states_removed`, `.lifecycle_other`, `.facts_other`
 * and `.active_already`.
 */
export async function activate(wanted: Wanted, ports: ActivatePorts): Promise<Activation> {
  const { bundle, due, dryRun } = wanted;
  const { active, records } = ports;
  // A clock that was set back makes nothing young again: it is at least as late as when something was activated last.
  const at = Math.max(ports.clock.now(), ...records.map((record) => Date.parse(record.at)));
  const signers = verify(wanted, ports, Math.max(at, due ?? at));
  const last = lastActivation(records);
  if (last && active && last.manifest === manifestDigest(bundle.manifest) && due === null && !dryRun) {
    throw refused('active_already', 'it is the active one');
  }
  const isTried = wanted.schedule !== null || wanted.rollout !== undefined;
  const proof = isTried ? null : await ports.prove(bundle);
  const changes = compareBundles(active, bundle);
  const told = { signers, changes, migrates: ports.migrationOf(changes), proof };
  if (dryRun) return { record: null, ...told };
  assertNothingStranded(told.migrates);
  assertFits(bundle);
  ports.keep(bundle);
  const opened = due === null ? await ports.open(bundle, proof) : null;
  const record = newRecord(wanted, { signers, records, at: ports.clock.now() });
  await ports.record(record);
  if (opened) ports.use(bundle, opened);
  return { record, ...told };
}

/** The built-in one is known by the folder's own record of it, and comes back by a rollback alone. */
function verify({ bundle, kind }: Wanted, ports: ActivatePorts, at: number): readonly Signer[] {
  const { records, inputSchema } = ports;
  const isBuiltIn = (record: ActivationRecord) =>
    record.kind === 'built_in' && record.manifest === manifestDigest(bundle.manifest);
  if (kind === 'rolled_back' && records.some(isBuiltIn)) return [];
  return verifyBundle(bundle, { keys: ports.trustedKeys(), at, inputSchema });
}

type Circumstances = {
  readonly signers: readonly Signer[];
  readonly records: readonly ActivationRecord[];
  readonly at: number;
};

function newRecord(
  { bundle: { manifest }, kind, by, due, schedule, rollout }: Wanted,
  { signers, records, at }: Circumstances,
): ActivationRecord {
  return {
    number: records.length + 1,
    at: new Date(at).toISOString(),
    kind: due === null ? kind : 'scheduled',
    bundle: manifest.content,
    manifest: manifestDigest(manifest),
    name: manifest.name,
    revision: manifest.revision,
    previous: lastActivation(records)?.bundle ?? null,
    by,
    signers,
    due: due === null ? null : new Date(due).toISOString(),
    schedule,
    because: null,
    ...(rollout && { rollout }),
  };
}
