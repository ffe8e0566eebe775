import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { migrationOf } from '../engine/bundle/migrationOf.ts';
import { type Clock, systemClock } from '../engine/Clock.ts';
import { LiveColumns } from '../engine/census/LiveColumns.ts';
import { clause, loadClauses } from '../engine/clauses/ClauseRegister.ts';
import { CommandDelivery } from '../engine/commands/CommandDelivery.ts';
import { BUILT_IN_PRECEDENCE } from '../engine/commands/Precedence.ts';
import { HouseholdRules } from '../engine/household/HouseholdRules.ts';
import { NO_RULES } from '../engine/household/RuleSet.ts';
import { rehearseRule } from '../engine/household/rehearseRule.ts';
import { Intake } from '../engine/intake/Intake.ts';
import { LiveTwin } from '../engine/LiveTwin.ts';
import { predictImpact } from '../engine/rollout/predictImpact.ts';
import { wakesRules } from '../engine/rules/homeEvents.ts';
import { RulesInForce } from '../engine/rules/RulesInForce.ts';
import { restoreTemporal } from '../engine/rules/restoreTemporal.ts';
import { HeartbeatWatch } from '../engine/safety/HeartbeatWatch.ts';
import { sweepWhenDue } from '../engine/sweepWhenDue.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import { firmwareKeysFile, readTrustedKeys } from '../trust/signing/trustedKeys.ts';
import { TokenStore } from '../trust/tokens/TokenStore.ts';
import { embeddedBus } from '../twin/buses/embedded/embeddedBus.ts';
import { CodedError } from '../twin/CodedError.ts';
import { type Change, homeOf } from '../twin/changes.ts';
import { foldGraph } from '../twin/graph/foldGraph.ts';
import type { RolloutShare } from '../twin/graph/isCovered.ts';
import { commandTopic } from '../twin/ingest/index.ts';
import type { Tier } from '../twin/words.ts';
import { alarmEntries } from './alarmEntries.ts';
import { bundleAdministration } from './bundles/bundleAdministration.ts';
import { FolderBundles } from './bundles/FolderBundles.ts';
import { clientsOf } from './clientsOf.ts';
import { lockFolder } from './dataFolder/lockFolder.ts';
import { CHECKPOINT_CHANGES, readCheckpoint, writeCheckpoint } from './dataFolder/writeCheckpoint.ts';
import { type DecisionLogOptions, openDecisionLog } from './decisionLog/openDecisionLog.ts';
import { decisionRecords } from './decisionRecords.ts';
import { DEMO_ROLES } from './demo/demoAccounts.ts';
import { DEMO_HOME } from './demo/demoWorld.ts';
import { type DemoCity, populate } from './demo/populate.ts';
import { dropOldReactions } from './dropOldReactions.ts';
import { effectDecider } from './effectDecider.ts';
import { effectEntry } from './effectEntry.ts';
import { createHttpServer } from './http/createHttpServer.ts';
import { countingRecords, createMetrics } from './http/createMetrics.ts';
import { instrumentEntries } from './instrumentEntries.ts';
import { pastHomes } from './pastHome.ts';
import { pastTwin } from './pastTwin.ts';
import { pendingEffects } from './pendingEffects.ts';
import { readHistory } from './readHistory.ts';
import { recordEntries } from './recordEntries.ts';
import { readTakenUntil, ringRules } from './ringRules.ts';
import type { ServerPorts } from './ServerPorts.ts';
import { GuardedTwin } from './simulations/GuardedTwin.ts';
import { Simulations } from './simulations/Simulations.ts';
import { unready } from './unready.ts';
import { watchAlarms } from './watchAlarms.ts';
import { verifyFolder } from './writer/FolderDatabase.ts';
import { openFolder } from './writer/openFolder.ts';

export type ServeOptions = {
  /** The repository's root, where policies and rules are. */
  readonly root: string;
  readonly folder: string;
  readonly host: string;
  readonly httpPort: number;
  readonly mqttPort: number;
  /** The city of a demo; null serves what is in the folder. */
  readonly demo: DemoCity | null;
  /** Plays scenarios. */
  readonly simulator: ServerPorts['simulator'];
  readonly version: string;
  readonly logLevel: string;
  /** Where decisions are told beside the audit; null tells them nowhere. */
  readonly decisionLog?: DecisionLogOptions | null;
  /** Where its time comes from; the machine's unless given. */
  readonly clock?: Clock;
};

export type RunningServer = {
  readonly http: string;
  readonly mqtt: string;
  readonly homes: number;
  readonly devices: number;
  /** Why it answers nothing though it runs; empty when all is well. */
  readonly problems: readonly string[];
  /** A token of each demo role, and the device token of a home; a server that is no demo gives none. */
  readonly roleTokens: ReadonlyMap<string, { readonly tier: Tier; readonly token: string }>;
  deviceToken(home: string): string;
  /** Resolves when it has failed in a way that needs a restart. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
};

/** How long it takes at most until what time makes due is looked for. */
const SWEEP_MS = 60_000;

/**
 * Starts everything on one data folder: the writer, the graph, policies and rules, the MQTT bus and the HTTP doors.
 * Without an active bundle, or with keys, audit or database broken, it raises alarms of life safety and answers nothing.
 *
 * Rejects with `config:folder.locked`, `config:port.taken`, `bus:port.taken`, `config:demo.not_loopback`, or what keeps
 * the folder from being opened.
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { root, folder, host, demo } = options;
  if (demo && !isLoopback(host)) throw notLoopback(host);
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const lock = lockFolder(folder);
    closers.push(() => lock.release());
    const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
    const clock = options.clock ?? systemClock;
    const failing = Promise.withResolvers<Error>();
    const { writer, failure, standIn, close } = await openFolder({
      folder,
      demo: demo !== null,
      onFailure: failing.resolve,
    });
    closers.push(close);
    if (failure) log.error({ err: failure }, 'the data folder is broken: nothing is answered, life safety goes on');
    const rules = new RulesInForce([], readTakenUntil(folder, clock.now()));
    let ruleSet = NO_RULES;
    let precedence = BUILT_IN_PRECEDENCE;
    let remember = () => undefined as unknown;
    let stage: (share: RolloutShare | null) => void = () => undefined;
    const bundles = new FolderBundles({
      root,
      folder,
      clock,
      cacheKey: writer.bundleKey,
      readActivations: () => writer.activations(),
      commit: ({ audit, ...batch }) => {
        const at = new Date(clock.now()).toISOString();
        const written = writer.commit({ ...batch, audit: audit.map((entry) => ({ at, entry })) });
        return written.catch((cause: unknown) => Promise.reject(notWritten(cause)));
      },
      onRules: (opened) => {
        ruleSet = opened;
        ({ precedence } = opened);
        rules.replace(opened.rules);
        remember();
      },
      migrationOf: (changes) => migrationOf(changes, { inForce: rules, graph }),
      onProblem: (error) => log.error({ err: error }, 'a bundle was not activated'),
      twin: {
        predict: (what) => predictImpact({ ...what, graph, now: clock.now() }),
        onStage: (share) => stage(share),
        onStopped: (reason) =>
          log.error({ err: reason }, 'a roll-out stopped: the active bundle decides for all homes'),
      },
    });
    closers.push(() => bundles.close());
    const starting = bundles.start();
    const graph = await foldGraph(writer, await readCheckpoint(writer));
    const foldedAt = graph.revision;
    const twin = new LiveTwin<AuditEntry>({
      graph,
      clock,
      onWiped: (home) => rules.temporal.forgetShown(graph.home(home)),
      onProblem: ({ what, cause }) => log.error({ err: cause }, what),
      ledger: {
        room: () => writer.room(),
        commit: ({ twin: batch = {}, audit = [], ...rest }) => {
          const at = new Date(clock.now()).toISOString();
          return writer.commit({ ...batch, ...rest, audit: audit.map((entry) => ({ at, entry })) });
        },
      },
    });
    closers.push(() => (twin.failure ? undefined : writeCheckpoint(writer, graph, foldedAt)));
    if (demo && graph.revision === 0 && writer.ready) await populate(twin, demo, clock.now());
    const takeIn = (home: string) => graph.apply(unknownHome(home));
    if (demo && standIn) takeIn(DEMO_HOME);
    if (graph.revision - foldedAt >= CHECKPOINT_CHANGES) await writeCheckpoint(writer, graph, foldedAt);

    const tokens = new TokenStore(join(folder, 'tokens.db'), () => clock.now());
    closers.push(() => tokens.close());
    const metrics = createMetrics();
    const decisionLog =
      options.decisionLog &&
      openDecisionLog(options.decisionLog, {
        labels: { app: 'twinward', version: options.version, id: randomUUID() },
        pseudonym: (text) => writer.pseudonym(text),
        clock,
        log,
        metrics,
      });
    closers.push(() => decisionLog?.close());
    const counted = countingRecords(decisionRecords(writer), metrics);
    const records = decisionLog ? decisionLog.wrap(counted) : counted;
    await starting;
    stage = (share) => graph.rollOut(share);
    stage(bundles.rollout.share);
    for (const problem of bundles.problems) log.error(problem);
    const problems = () => [...(failure ? [`${failure.message} (${failure.code})`] : []), ...bundles.problems];
    const households = new HouseholdRules({ graph, rules, set: () => ruleSet });
    twin.onChange((change) => households.hear(change));
    const restore = () => {
      households.followAll();
      const { takenUntil } = rules.timers;
      return restoreTemporal(rules.temporal, { graph, store: writer, now: clock.now(), takenUntil });
    };
    await restore();
    remember = () => restore().catch((error: unknown) => log.error({ err: error }, 'rules do not remember all'));

    const newId = () => randomUUID().replaceAll('-', '').slice(0, 20);
    const bus = embeddedBus({
      host,
      port: options.mqttPort,
      bareTopicsHome: demo ? DEMO_HOME : null,
      now: () => clock.now(),
      authenticate: clientsOf({ tokens, homes: graph.homes, demo: demo !== null, takeIn: standIn ? takeIn : null }),
    });
    const send = async (home: string, device: string, values: Readonly<Record<string, unknown>>) => {
      const node = graph.device(home, device);
      const topic = commandTopic({ ...node.device, name: node.name });
      await bus.send(home, topic, Buffer.from(JSON.stringify(values)));
    };
    const commands = new CommandDelivery<AuditEntry>({
      graph,
      clock,
      precedence: () => precedence,
      onChange: (listener) => twin.onChange(listener),
      commit: (changes, audit) => twin.commit({ changes, audit }),
      send,
      onProblem: ({ what, cause }) => log.error({ err: cause }, what),
    });
    const history = readHistory(graph, writer);
    const intake = new Intake<AuditEntry>({
      graph,
      twin,
      clock,
      get temporal() {
        return rules.temporal;
      },
      get precedence() {
        return precedence;
      },
      get book() {
        return rules.book;
      },
      decideEffect: effectDecider({
        graph,
        records,
        clock,
        newId,
        bundle: () => bundles.active(),
        history,
        pseudonym: (text) => writer.pseudonym(text),
        note: (audit) => twin.commit({ audit }),
      }),
      knownRun: (id) => writer.hasReaction(id),
      auditOf: effectEntry,
      auditOfTime: (changes) =>
        [instrumentEntries, alarmEntries, recordEntries].flatMap((entriesOf) => entriesOf(graph, changes)),
      onProblem: ({ what, cause }) => log.error({ err: cause }, what),
      onReacted: () => bell.look(),
      onDeadLetter: ({ code }) => metrics.deadLetters.inc({ code }),
    });

    const bell = ringRules({
      folder,
      rules,
      graph,
      clock,
      intake,
      onChange: (listener) => twin.onChange(listener),
      canKeep: () => writer.ready,
      log,
    });
    closers.push(() => bell.close());
    twin.onChange((change) => {
      if (change.kind !== 'alarm_raised') return;
      metrics.alarms.inc({ kind: change.alarm.kind, drill: String(change.alarm.drill !== undefined) });
    });
    const { watch, problem } = watchAlarms({
      root,
      graph,
      clock,
      send,
      onChange: (listener) => twin.onChange(listener),
      commit: (changes, audit) => twin.commit({ changes, audit }),
      issue: (requests, audit) => commands.issue(requests, audit),
      onProblem: ({ what, cause }) => log.error({ err: cause }, what),
    });
    if (problem) log.error({ err: problem }, 'alarms are escalated by the built-in plan');
    closers.push(() => watch.close());
    const simulations = new Simulations({
      kept: writer,
      simulator: options.simulator,
      stage: {
        folder,
        cacheKey: writer.bundleKey,
        active: () => bundles.activeFile(),
        records: () => bundles.history.records,
        live: new LiveColumns(graph),
        twinAt: (instant, options) => pastTwin(writer, instant, options),
      },
      clock,
      newId,
      log,
    });
    await simulations.open();
    closers.push(() => simulations.close());
    const commitChanges = (changes: readonly Change[]) => twin.commit({ changes, audit: [] });
    const guarded = new GuardedTwin({ graph, clock, commit: commitChanges, secret: writer.guardKey, newId });
    const past = pastHomes({ store: writer, bundles, records: () => bundles.history.records, now: () => clock.now() });
    const ports: ServerPorts = {
      graph,
      bundles,
      records,
      clock,
      newId,
      log,
      metrics,
      issueCommands: (requests, audit) => commands.issue(requests, audit),
      commit: (changes, audit) => commitOf({ twin, intake }, changes, audit),
      authenticate: (token) => tokens.authenticate(token),
      simulator: options.simulator,
      simulations,
      guarded,
      history,
      ruleSet: () => ruleSet,
      rehearse: (home, rule, days) => {
        const until = clock.now();
        const from = until - days * 86_400_000;
        return rehearseRule(
          rule,
          { home, from, until },
          { store: writer, past, bundle: bundles.active(), now: graph.home(home) },
        );
      },
      past,
      onChange: (listener) => twin.onChange(listener),
      alarms: {
        subscribe: (listener) =>
          twin.onChange((change) => {
            if (change.kind === 'alarm_raised') {
              listener({ home: change.alarm.home, alarm: change.alarm.id, state: 'raised' });
            } else if (change.kind === 'alarm_transitioned') {
              listener({ home: change.home, alarm: change.alarm, state: change.to });
            } else if (change.kind === 'alarm_escalated') {
              listener({ home: change.home, alarm: change.alarm, state: graph.alarm(change.home, change.alarm).state });
            }
          }),
      },
      reactions: {
        find: (id) => writer.findReaction(id),
        page: (query) => writer.reactions(query),
        subscribe: (listener) => twin.onReaction(listener),
      },
      deadLetters: (query) => writer.deadLetters(query),
      firmwareKeys: () => readTrustedKeys(firmwareKeysFile(folder)),
      notices: (person, first) => writer.notices(person, first),
      clause: clauseFinder(root),
      pseudonym: (text) => writer.pseudonym(text),
      unready: () => unready({ twin, writer, bundles, failure }),
      administration: {
        issueToken: async (account) => {
          const known = graph.accounts.get(account);
          if (!known) throw new CodedError('access:account.not_found', `no account \`${account}\``);
          await twin.commit({ audit: [{ kind: 'token', subject: account, event: 'issued', tier: known.tier }] });
          return tokens.issue(account, known.tier);
        },
        issueDeviceToken: async (home) => {
          graph.home(home);
          await twin.commit({ audit: [{ kind: 'token', subject: null, event: 'issued', tier: null }] });
          return tokens.issueDevice(home);
        },
        deadLetterCounts: () => (standIn ? Promise.reject(failure) : writer.deadLetterCounts()),
        verify: async () => (standIn ? verifyFolder(folder) : writer.verify()),
        bundles: bundleAdministration({ bundles, writer, problems }),
      },
    };
    const http = await createHttpServer(ports, { host, port: options.httpPort, demo: demo !== null });
    closers.push(() => http.close());
    closers.push(() => bus.close());
    await bus.start(
      async (message) => {
        metrics.messages.inc();
        await intake.take(message);
      },
      (refusal) => {
        intake.refuse(refusal).catch((error: unknown) => log.error({ err: error }, 'a refusal was not kept'));
      },
    );

    closers.push(() => commands.close());

    const sweep = () =>
      intake
        .sweep()
        .then(() => commands.free())
        .then(() => dropOldReactions(writer, clock.now()))
        .catch((error: unknown) => log.error({ err: error }, 'the sweep failed'));
    // What ended meanwhile has ended now; what rules make of silences, help that was called for does not wait for.
    const swept = sweep();
    commands.start();
    watch.start();
    await swept;
    const onChange = (listener: (change: Change) => void) => twin.onChange(listener);
    const heartbeats = new HeartbeatWatch({
      graph,
      clock,
      onChange,
      rules: () => rules,
      silent: (event) =>
        intake.happen(event).catch((error: unknown) => log.error({ err: error }, 'a silence was not looked into')),
    });
    closers.push(() => heartbeats.close());
    closers.push(sweepWhenDue({ graph, clock, onChange, sweep, atLeastEvery: SWEEP_MS }));
    closers.push(() => intake.close());
    await pendingEffects(writer)
      .then((pending) => intake.resume(pending))
      .catch((error: unknown) => log.error({ err: error }, 'what was to be done later is not known'));
    await bell.ring();
    heartbeats.start();
    if (writer.ready) await recordStart(twin, bundles, options.version);

    const mqtt = `mqtt://${host}:${bus.address.port}`;
    const file = join(folder, 'server.json');
    const admin = tokens.issueAdministrator();
    writeFileSync(file, JSON.stringify({ pid: process.pid, http: http.url, mqtt, token: admin }), { mode: 0o600 });
    closers.push(() => rmSync(file, { force: true }));

    return {
      http: http.url,
      mqtt,
      homes: graph.homes.size,
      devices: graph.homeOfDevice.size,
      problems: problems(),
      roleTokens: demo ? roleTokens(tokens) : new Map(),
      deviceToken: (home) => tokens.issueDevice(home),
      failed: failing.promise,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function recordStart(twin: LiveTwin<AuditEntry>, bundles: FolderBundles, version: string): Promise<void> {
  const bundle = bundles.problems.length === 0 ? bundles.active().id : null;
  await twin.commit({ audit: [{ kind: 'start', subject: null, version, bundle }] });
}

/** A home of which nothing can be read: what its devices say is enough to warn its people. */
function unknownHome(id: string): Change {
  return { kind: 'home_added', home: { id, area: 'unknown', name: id, occupancy: 'owner_occupied' } };
}

function notWritten(cause: unknown): CodedError {
  return new CodedError('engine:records.unavailable', 'nothing can be written down now, so nothing is activated', {
    hint: 'ask `/readyz` for the reasons',
    cause,
  });
}

function roleTokens(tokens: TokenStore): RunningServer['roleTokens'] {
  return new Map(Object.entries(DEMO_ROLES).map(([role, tier]) => [role, { tier, token: tokens.issue(role, tier) }]));
}

function clauseFinder(root: string): ServerPorts['clause'] {
  const register = loadClauses(root);
  return (id) => (register.byId.has(id) ? clause(register, id) : undefined);
}

/** What rules wait for goes in with what they make of it. */
function commitOf(
  { twin, intake }: { readonly twin: LiveTwin<AuditEntry>; readonly intake: Intake<AuditEntry> },
  changes: readonly Change[],
  audit: readonly AuditEntry[],
): Promise<void> {
  const home = changes.some(wakesRules) ? homeOf(changes[0]!) : null;
  return home === null ? twin.commit({ changes, audit }) : intake.change(home, changes, audit);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function notLoopback(host: string): CodedError {
  return new CodedError('config:demo.not_loopback', `a demo serves this machine alone, and \`${host}\` is wider`, {
    hint: 'leave out `--demo`, or use 127.0.0.1',
  });
}
