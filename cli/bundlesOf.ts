import { brotliCompressSync } from 'node:zlib';
import type { Activation } from '../engine/activate.ts';
import type { RolloutStart } from '../engine/rollOut.ts';
import type { RolloutStatus } from '../engine/rollout/rolloutStatus.ts';
import type { BundleAdministration, BundleHistory } from '../graphql/ServerPorts.ts';
import type { ActivationRecord } from '../trust/activations/ActivationRecord.ts';
import { CodedError } from '../twin/CodedError.ts';
import { dataFolder } from './dataFolder.ts';
import { repositoryRoot } from './repositoryRoot.ts';
import { connectServer, findServer, type ServerClient } from './serverClient.ts';

const RECORD = `number at kind bundle manifest name revision previous by due schedule because rollout signers { key holder }`;
const ACTIVATION = `record { ${RECORD} } signers { key holder } changes migrates proof`;
const ROLLOUT = `rollout state bundle name revision plan stages next held because breaches`;

/** Does something with the bundles of a server, or of the data folder itself where no server runs on it. */
export async function withBundles<Result>(
  url: string | undefined,
  work: (bundles: BundleAdministration) => Promise<Result>,
): Promise<Result> {
  const server = url === undefined ? await findServer() : await connectServer({ url });
  if (server) return work(ofServer(server));
  const { withClosedFolder } = await import('../graphql/bundles/withClosedFolder.ts');
  return withClosedFolder({ root: repositoryRoot, folder: dataFolder() }, ({ administration }) => work(administration));
}

/** The records of a data folder's activations, by its server where one runs; the folder is only read. */
export async function readActivations(folder: string): Promise<readonly ActivationRecord[]> {
  const server = await findServer();
  if (server) return activeHistory(await ofServer(server).history());
  const { readClosedFolder } = await import('../graphql/dataFolder/readClosedFolder.ts');
  const { setBackBefore } = await import('../graphql/bundles/setBackBefore.ts');
  return readClosedFolder(folder, async ({ activations }) => {
    const { records, setBack } = activations.read();
    if (setBack) throw setBackBefore(records.length);
    return records;
  });
}

function activeHistory({ active, records, problems }: BundleHistory): readonly ActivationRecord[] {
  if (active !== null) return records;
  throw new CodedError('policy:bundle.missing', 'no policies are active on the server', { hint: problems.join('\n') });
}

function ofServer(server: ServerClient): BundleAdministration {
  const ask = async (document: string, variables: Readonly<Record<string, unknown>>) =>
    (await server.query(document, variables))['done'];
  return {
    activate: async (bytes, { due = null, dryRun = false }) => {
      const document = `mutation ($bundle: String!, $at: String, $dryRun: Boolean!) {
        done: activateBundle(bundle: $bundle, at: $at, dryRun: $dryRun) { ${ACTIVATION} }
      }`;
      const at = due === null ? null : new Date(due).toISOString();
      return (await ask(document, { bundle: packed(bytes), at, dryRun })) as Activation;
    },
    rollBack: async (to, { dryRun = false }) => {
      const document = `mutation ($to: String!, $dryRun: Boolean!) {
        done: rollBackBundle(to: $to, dryRun: $dryRun) { ${ACTIVATION} }
      }`;
      return (await ask(document, { to, dryRun })) as Activation;
    },
    cancel: async (number) => {
      const document = `mutation ($number: Int!) { done: cancelActivation(number: $number) { ${RECORD} } }`;
      return (await ask(document, { number })) as ActivationRecord;
    },
    startRollout: async (bytes, plan, { dryRun = false }) => {
      const document = `mutation ($bundle: String!, $plan: JSON!, $dryRun: Boolean!) {
        done: startRollout(bundle: $bundle, plan: $plan, dryRun: $dryRun) {
          record { ${RECORD} } signers { key holder } changes proof stages
        }
      }`;
      return (await ask(document, { bundle: packed(bytes), plan, dryRun })) as RolloutStart;
    },
    advanceRollout: async () => (await ask(`mutation { done: advanceRollout { ${ROLLOUT} } }`, {})) as RolloutStatus,
    stopRollout: async () => (await ask(`mutation { done: stopRollout { ${ROLLOUT} } }`, {})) as RolloutStatus,
    rollout: async () => (await ask(`{ done: rollout { ${ROLLOUT} } }`, {})) as RolloutStatus | null,
    history: async () => {
      const document = `{ done: bundles { active problems records { ${RECORD} } refused { at file code } } }`;
      return (await ask(document, {})) as BundleHistory;
    },
  };
}

/** A bundle as the server takes it. */
function packed(bytes: Uint8Array): string {
  return brotliCompressSync(bytes).toString('base64');
}
