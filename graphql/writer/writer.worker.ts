/** The writer's thread: it owns the database of a data folder and answers the `Writer` on the main thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../twin/CodedError.ts';
import { FolderDatabase } from './FolderDatabase.ts';
import {
  type CallName,
  type Calls,
  type PortableError,
  type Request,
  type Response,
  toPortable,
  type WriterOptions,
} from './protocol.ts';

invariant(parentPort, 'the writer runs in a thread of its own');
const port = parentPort;
const send = (response: Response): void => port.postMessage(response);

/** A folder whose audit is broken is read, so that people are told of a danger to their life, and not written. */
function serve(database: FolderDatabase, failure: PortableError | null = null): void {
  const { store, decisions, trail, reactions } = database;
  let failed = failure !== null;
  const calls: { readonly [Name in CallName]: (...args: Parameters<Calls[Name]>) => ReturnType<Calls[Name]> } = {
    changesPage: (since, limit) => store.changesPage(since, limit),
    valuesPage: (after, limit) => store.valuesPage(after, limit),
    readingsPage: (home, from, until, after, limit) => store.readingsPage(home, from, until, after, limit),
    deadLetters: (options) => store.deadLetters(options),
    deadLetterCounts: () => store.deadLetterCounts(),
    dropReadings: (before) => store.dropReadings(before),
    findDecision: (id) => decisions.find(id),
    findFacts: (digest) => decisions.findFacts(digest),
    findAudit: (query) => trail.find(query),
    notices: (person, first) => trail.notices(person, first),
    hasReaction: (id) => reactions.has(id),
    findReaction: (id) => reactions.find(id),
    reactions: (query) => reactions.page(query),
    dropReactions: (before) => reactions.dropSome(before),
    verify: () => database.verify(),
    activations: () => database.activations.read(),
    saveCheckpoint: (snapshot) => database.checkpoints.save(snapshot, database.store.head.seq),
    loadCheckpoint: (below) => database.checkpoints.load(below),
    keepSimulation: (simulation, report) => database.simulations.keep(simulation, report),
    simulations: () => database.simulations.all(),
    simulationReport: (id) => database.simulations.report(id),
    dropSimulations: (ids) => database.simulations.drop(ids),
    destroyKey: (scope, by) => database.destroyKey(scope, by),
    backup: (path) => store.backup(path),
    close: () => (failed ? database.abandon() : database.close()),
  };

  const answer = async ({ id, name, args }: Extract<Request, { kind: 'call' }>): Promise<void> => {
    try {
      const call = calls[name] as (...args: readonly unknown[]) => unknown;
      send({ kind: 'answer', id, result: await call(...args) });
    } catch (error) {
      send({ kind: 'call_failed', id, error: toPortable(error) });
    }
    if (name === 'close') port.close();
  };

  port.on('message', (request: Request) => {
    if (request.kind === 'call') {
      void answer(request);
      return;
    }
    // After a failure the main thread sends nothing more; what was under way already must not be written.
    if (failed) return;
    try {
      send({ kind: 'group', results: database.commitGroup(request.batches) });
    } catch (error) {
      failed = true;
      send({ kind: 'failed', error: toPortable(error) });
    }
  });
  const { pseudonymKey, bundleKey, guardKey } = database;
  send({ kind: 'opened', revision: store.head.seq, pseudonymKey, bundleKey, guardKey, failure });
}

const options = workerData as WriterOptions;
try {
  serve(FolderDatabase.open(options));
} catch (error) {
  const failure = toPortable(error);
  if (failure.code === 'trust:audit.broken') serve(FolderDatabase.open(options, { brokenAudit: true }), failure);
  else {
    send({ kind: 'failed', error: failure });
    port.close();
  }
}
