import type { Bundle, Bundles } from '../engine/Bundles.ts';
import { factSettings } from '../engine/facts/factSettings.ts';
import { noteContacts } from '../engine/noteContacts.ts';
import { type ActivationRecord, activationAt, runningStage } from '../trust/activations/ActivationRecord.ts';
import { CodedError } from '../twin/CodedError.ts';
import { type AtOptions, graphAt } from '../twin/graph/graphAt.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { TwinStore } from '../twin/TwinStore.ts';
import { shareOf } from './bundles/FolderRollout.ts';

/** A home as the twin knew it at an instant, and the bundle that decided then. */
export type PastHome = {
  /** Of homes it holds this one alone. */
  readonly graph: TwinGraph;
  /** Null when none decided yet. */
  readonly active: { readonly bundle: Bundle; readonly record: ActivationRecord } | null;
};

type Ports = {
  readonly store: TwinStore;
  readonly bundles: Pick<Bundles, 'find'>;
  readonly records: () => readonly ActivationRecord[];
  readonly checkpoint?: AtOptions['checkpoint'];
  readonly now: () => number;
};

/**
 * Makes what reads the past of a home from the logs of a folder (instants in milliseconds since 1970). One is read after
 * the other: each walks over the log of changes.
 *
 * Rejects with `twin:instant.too_early`, `twin:instant.to_come`, `twin:home.not_found` for a home that was not known then,
 * and `policy:bundle.missing` when the bundle of then is not in the folder any more.
 */
export function pastHomes({ store, bundles, records, checkpoint, now }: Ports) {
  let turn: Promise<unknown> = Promise.resolve();
  return (home: string, instant: number): Promise<PastHome> => {
    const past = turn.then(() => read(home, instant));
    turn = past.catch(() => undefined);
    return past;
  };

  async function read(home: string, instant: number): Promise<PastHome> {
    if (instant > now()) throw toCome(instant);
    const graph = await graphAt(store, instant, { home, values: [home], ...(checkpoint && { checkpoint }) });
    graph.home(home);
    noteContacts(graph, instant, factSettings.lastSeenStaleAfter);
    const known = records().filter(({ at }) => Date.parse(at) <= instant);
    const stage = runningStage(known);
    graph.rollOut(stage && shareOf(stage));
    // While a bundle was rolled out, it decided for the homes of its cohort.
    const record = stage && graph.cohortOf(home) === 'rollout' ? stage : activationAt(known, instant);
    if (!record) return { graph, active: null };
    const bundle = await bundles.find(record.bundle);
    if (!bundle) throw bundleGone(record);
    return { graph, active: { bundle, record } };
  }
}

function toCome(instant: number): CodedError {
  return new CodedError('twin:instant.to_come', `${new Date(instant).toISOString()} is still to come`, {
    hint: '`twinward forecast` plays what may become',
  });
}

function bundleGone({ bundle, manifest }: ActivationRecord): CodedError {
  return new CodedError('policy:bundle.missing', `the bundle ${bundle.slice(0, 12)}, which decided then, is not here`, {
    hint: `put \`bundles/${manifest}.twb\` back into the data folder`,
  });
}
