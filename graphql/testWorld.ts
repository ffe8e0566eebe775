import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import type { Bundle, Bundles, StagedBundle } from '../engine/Bundles.ts';
import { BUILT_IN, packBundle } from '../engine/bundle/packBundle.ts';
import type { Clock } from '../engine/Clock.ts';
import { LiveColumns } from '../engine/census/LiveColumns.ts';
import { clause, loadClauses } from '../engine/clauses/ClauseRegister.ts';
import { CommandDelivery } from '../engine/commands/CommandDelivery.ts';
import { loadPrecedence } from '../engine/commands/loadPrecedence.ts';
import type { DecisionRecord, DecisionRecords } from '../engine/Decision.ts';
import type { PastValue } from '../engine/fulfil.ts';
import { loadPacks } from '../engine/household/loadPacks.ts';
import { rehearseRule } from '../engine/household/rehearseRule.ts';
import { type Reaction, react } from '../engine/react.ts';
import { loadValidPolicies } from '../engine/rego/loadPolicies.ts';
import { loadRules, ruleGrammar } from '../engine/rules/loadRules.ts';
import type { LoadedRule } from '../engine/rules/Rule.ts';
import { ruleBook } from '../engine/rules/RuleBook.ts';
import type { RuleEvent } from '../engine/rules/RuleEvent.ts';
import { TemporalState } from '../engine/rules/TemporalState.ts';
import { reactionRows } from '../engine/runs/reactionRows.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import { ReactionLog, type ReactionRow } from '../trust/reactions/ReactionLog.ts';
import type { TrustedKey } from '../trust/signing/trustedKeys.ts';
import { sm3 } from '../trust/sm3.ts';
import { CodedError } from '../twin/CodedError.ts';
import type { Change } from '../twin/changes.ts';
import { forkGraph } from '../twin/graph/forkGraph.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { EphemeralSealer } from '../twin/stores/EphemeralSealer.ts';
import type { TwinStore } from '../twin/TwinStore.ts';
import type { Tier } from '../twin/words.ts';
import { demoWorld } from './demo/demoWorld.ts';
import { effectDecider } from './effectDecider.ts';
import { effectEntry } from './effectEntry.ts';
import { countingRecords, createMetrics } from './http/createMetrics.ts';
import type { PastHome } from './pastHome.ts';
import type { AlarmEvent, BundleAdministration, Identity, ServerPorts } from './ServerPorts.ts';
import { GuardedTwin } from './simulations/GuardedTwin.ts';
import type { Simulation } from './simulations/Simulation.ts';
import { type KeptSimulations, Simulations } from './simulations/Simulations.ts';
import type { Stage } from './simulations/Simulator.ts';
import { HandSimulator } from './testSimulator.ts';

const ROOT = join(import.meta.dirname, '..');
const register = loadClauses(ROOT);
const { precedence } = loadPrecedence(ROOT);
const { rules } = loadRules(ROOT);
const { packs } = loadPacks(ROOT, rules);
const ruleSet = { rules, packs, grammar: ruleGrammar(ROOT) };

/** A moment at midday in the zone of the deployment, when the policies are in force. */
export const NOW = Date.parse('2026-11-04T05:20:00.000Z');

/** The policies of the repository, compiled once for a test file. */
export async function repositoryPolicies(): Promise<Bundle> {
  return loadValidPolicies(join(ROOT, 'policies'));
}

/** A clock that stands still until it is moved. */
export class HeldClock implements Clock {
  #now = NOW;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
}

/**
 * A world in memory for tests of the doors: a real graph and the real policies, with what is durable elsewhere kept in
 * lists. `demoWorld` stands in one building beside homes of strangers.
 */
export class TestWorld {
  readonly graph = new TwinGraph();
  readonly clock = new HeldClock();
  readonly metrics = createMetrics();
  readonly records = new Map<string, DecisionRecord>();
  readonly audit: AuditEntry[] = [];
  readonly commands: { readonly home: string; readonly device: string; readonly values: unknown }[] = [];
  readonly past: (PastValue & { readonly home: string; readonly device: string; readonly property: string })[] = [];
  readonly tokens = new Map<string, Identity>();
  readonly firmwareKeys: TrustedKey[] = [];
  readonly simulator = new HandSimulator();
  /** Simulations as they are kept, with their reports. */
  readonly kept = new Map<string, { readonly simulation: Simulation; readonly report: Uint8Array | null }>();
  readonly simulations: Simulations;
  readonly guarded = new GuardedTwin({
    graph: this.graph,
    clock: this.clock,
    commit: async (changes) => this.apply(changes),
    secret: new Uint8Array(32),
    newId: () => 'state',
  });
  readonly #changed = new Set<(change: Change) => void>();
  readonly delivery = new CommandDelivery<AuditEntry>({
    graph: this.graph,
    clock: this.clock,
    precedence: () => precedence,
    onChange: (listener) => this.#listen(listener),
    commit: (changes, audit) => this.#commit(changes, audit),
    send: async (home, device, values) => {
      this.commands.push({ home, device, values });
    },
    onProblem: ({ what, cause }) => {
      throw new Error(what, { cause });
    },
  });
  /** All changes that made it. */
  readonly made: Change[] = [];
  /** Set to make the writing of records fail. */
  recordsFail = false;
  /** Set to make the writing of the audit fail. */
  auditFails = false;
  bundle: Bundle | null;
  staged: StagedBundle | null = null;
  /** Bundles that were active once, by their ids. */
  readonly retired = new Map<string, Bundle>();
  readonly #remembered: (PastHome & { readonly at: number })[] = [];
  /** What was kept of reactions, in a database of its own. */
  readonly reactions = new ReactionLog(new DatabaseSync(':memory:'), KEYS, new EphemeralSealer());
  readonly #reactionListeners = new Set<(row: ReactionRow) => void>();
  readonly #listeners = new Set<(event: AlarmEvent) => void>();
  #ids = 0;
  readonly #common = {
    newId: () => {
      this.#ids += 1;
      return `id${this.#ids}`;
    },
    log: pino({ level: 'silent' }),
  };

  constructor(bundle: Bundle | null) {
    this.bundle = bundle;
    this.simulations = this.openSimulations();
    this.apply(AREAS);
    this.apply(demoWorld({ graph: this.graph, building: 'building-1', now: NOW }));
    this.apply(NEIGHBOURS);
    for (const { id, tier } of this.graph.accounts.values()) this.issue(id, tier);
    this.tokens.set('tw_admin', { kind: 'administrator', expiresAt: NOW + 86_400_000 });
  }

  /** Simulations as another start of the program would have them. */
  openSimulations(): Simulations {
    const { clock, simulator } = this;
    const { log, newId } = this.#common;
    const stage: Stage = {
      folder: '',
      cacheKey: new Uint8Array(),
      active: () => packBundle(ROOT, BUILT_IN),
      records: () => [],
      live: new LiveColumns(this.graph),
      twinAt: async () => this.graph,
    };
    return new Simulations({ kept: this.#kept(), simulator, stage, clock, newId, log });
  }

  /** The token of an account is `tw_` and its id. */
  issue(account: string, tier: Tier): void {
    this.tokens.set(`tw_${account}`, { kind: 'account', account, tier, expiresAt: NOW + 86_400_000 });
  }

  /** Lets what is so now be asked about later. */
  remember(): void {
    this.#remembered.push({ at: this.clock.now(), graph: forkGraph(this.graph), active: null });
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) this.graph.apply(change);
    this.made.push(...changes);
    for (const change of changes) this.#tell(change);
    for (const change of changes) for (const listener of this.#changed) listener(change);
  }

  #listen(listener: (change: Change) => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  async #commit(changes: readonly Change[], audit: readonly AuditEntry[]): Promise<void> {
    if (this.auditFails) throw new Error('the disk is full');
    this.apply(changes);
    this.audit.push(...audit);
  }

  /** Lets rules react to an event as a running server does, and keeps what comes of it. */
  async react(event: RuleEvent, rules: readonly LoadedRule[]): Promise<Reaction> {
    const { graph, records, bundles, clock, newId, history, pseudonym, commit } = this.ports;
    const note = (entries: readonly AuditEntry[]) => commit([], entries);
    const ports = { graph, records, clock, newId, history, pseudonym, note };
    const reaction = await react(event, {
      graph,
      clock,
      book: ruleBook(rules),
      temporal: new TemporalState(rules),
      decideEffect: effectDecider({ ...ports, bundle: () => bundles.active() }),
      knownRun: async (id) => this.reactions.has(id),
    });
    this.apply(reaction.changes);
    this.audit.push(...reaction.effects.map(effectEntry));
    this.keep(reactionRows(reaction, { graph, now: clock.now() }));
    return reaction;
  }

  /** Keeps rows of reactions, and tells of them. */
  keep(rows: readonly ReactionRow[]): void {
    this.reactions.prepare({ rows }, this.clock.now())();
    for (const row of rows) for (const listener of this.#reactionListeners) listener(row);
  }

  report(home: string, device: string, values: Readonly<Record<string, unknown>>, at = NOW - 60_000): void {
    for (const [property, value] of Object.entries(values)) {
      this.graph.setValue(home, device, property, { value, at, receivedAt: at });
      this.past.push({ home, device, property, value, at });
    }
  }

  get ports(): ServerPorts {
    return {
      graph: this.graph,
      bundles: this.#bundles(),
      records: countingRecords(this.#records(), this.metrics),
      commit: (changes, audit) => this.#commit(changes, audit),
      authenticate: (token) => {
        const identity = this.tokens.get(token);
        return identity && identity.expiresAt > this.clock.now() ? identity : null;
      },
      issueCommands: (requests, audit) => this.delivery.issue(requests, audit),
      simulator: this.simulator,
      simulations: this.simulations,
      guarded: this.guarded,
      ruleSet: () => ruleSet,
      rehearse: (home, rule, days) => {
        const until = this.clock.now();
        const period = { home, from: until - days * 86_400_000, until };
        const past = async () => ({ graph: this.#remembered.at(0)?.graph ?? this.graph });
        return rehearseRule(rule, period, {
          store: this.#log,
          past,
          bundle: this.#bundles().active(),
          now: this.graph.home(home),
        });
      },
      past: async (_home, instant) => {
        const then = this.#remembered.findLast(({ at }) => at <= instant);
        if (!then) throw new CodedError('twin:instant.too_early', 'this world began later');
        return then;
      },
      history: async ({ home, device, property, from, until }) =>
        this.past.filter(
          (each) =>
            each.home === home &&
            each.device === device &&
            each.property === property &&
            each.at >= from &&
            each.at < until,
        ),
      onChange: (listener) => this.#listen(listener),
      alarms: {
        subscribe: (listener) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
      },
      reactions: {
        find: async (id) => this.reactions.find(id),
        page: async (query) => this.reactions.page(query),
        subscribe: (listener) => {
          this.#reactionListeners.add(listener);
          return () => this.#reactionListeners.delete(listener);
        },
      },
      firmwareKeys: () => this.firmwareKeys,
      deadLetters: async ({ home, first }) =>
        [
          {
            code: 'payload.not_json',
            home: 'demo',
            topic: 'zigbee2mqtt/hall',
            property: null,
            detail: 'cut off',
            at: NOW,
          },
        ]
          .filter((letter) => home === undefined || letter.home === home)
          .slice(0, first),
      notices: async (person, first) =>
        this.audit
          .flatMap((entry) =>
            entry.kind === 'obligation' && entry.home !== null && entry.told?.includes(person)
              ? [{ at: new Date(NOW).toISOString(), home: entry.home, decision: entry.decision, who: entry.who! }]
              : [],
          )
          .reverse()
          .slice(0, first),
      administration: {
        issueToken: async (account) => `tw_fresh_${account}`,
        issueDeviceToken: async (home) => `twd_fresh_${home}`,
        deadLetterCounts: async () => [{ code: 'payload.not_json', count: 1 }],
        verify: async () => ({ intact: true, logs: [], problems: [] }),
        bundles: this.#bundleAdministration(),
      },
      clause: (id) => (register.byId.has(id) ? clause(register, id) : undefined),
      pseudonym: (text) => `p_${sm3(text).toString('hex')}`,
      unready: () => (this.bundle ? [] : ['no bundle is active']),
      metrics: this.metrics,
      clock: this.clock,
      ...this.#common,
    };
  }

  /** How many streams listen to alarms now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** This world has one bundle for ever: `graphql/bundles` has tests on real folders. */
  #bundleAdministration(): BundleAdministration {
    const refuse = async () => {
      throw new CodedError('policy:bundle.unsigned', 'this world has one bundle for ever');
    };
    const history = async () => ({ active: null, problems: [], records: [], refused: [] });
    const rollouts = { startRollout: refuse, advanceRollout: refuse, stopRollout: refuse, rollout: async () => null };
    return { activate: refuse, rollBack: refuse, cancel: refuse, history, ...rollouts };
  }

  #kept(): KeptSimulations {
    return {
      keepSimulation: async (simulation, report) => {
        if (this.recordsFail) throw new Error('the disk is full');
        this.kept.set(simulation.id, { simulation, report });
      },
      simulations: async () => [...this.kept.values()].map(({ simulation }) => simulation),
      simulationReport: async (id) => this.kept.get(id)?.report ?? null,
      dropSimulations: async (ids) => {
        for (const id of ids) this.kept.delete(id);
      },
    };
  }

  #records(): DecisionRecords {
    return {
      append: async (records) => {
        if (this.recordsFail) throw new Error('the disk is full');
        for (const record of records) {
          if (this.records.has(record.id)) throw new Error(`decision \`${record.id}\` is recorded already`);
          this.records.set(record.id, record);
        }
      },
      find: async (id) => this.records.get(id) ?? null,
    };
  }

  /** What was reported, as the log has it. */
  get #log(): Pick<TwinStore, 'changes' | 'readings'> {
    const reported = this.past;
    return {
      changes: async function* () {},
      readings: async function* (home, from, until) {
        for (const { device, property, value, at, home: of } of reported) {
          if (of !== home || at < from || at >= until) continue;
          const about = { home, device, at, receivedAt: at, tenancy: null, group: 'closed', current: true } as const;
          yield { ...about, values: { [property]: value } };
        }
      },
    };
  }

  #bundles(): Bundles {
    return {
      staged: () => this.staged,
      active: () => {
        if (!this.bundle) throw new CodedError('policy:bundle.missing', 'no bundle is active');
        return this.bundle;
      },
      find: async (id) => (this.bundle?.id === id ? this.bundle : (this.retired.get(id) ?? null)),
    };
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) {
      if (change.kind === 'alarm_raised')
        listener({ home: change.alarm.home, alarm: change.alarm.id, state: 'raised' });
      if (change.kind === 'alarm_transitioned') {
        listener({ home: change.home, alarm: change.alarm, state: change.to });
      }
    }
  }
}

const KEYS = { secret: () => new Uint8Array(32) };

const AREAS: readonly Change[] = [
  { kind: 'area_added', area: { id: 'province', level: 'province', name: 'Province', parent: null } },
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: 'province' } },
  { kind: 'area_added', area: { id: 'district-1', level: 'district', name: 'Lakeside', parent: 'city' } },
  { kind: 'area_added', area: { id: 'street-1', level: 'street', name: 'First street', parent: 'district-1' } },
  { kind: 'area_added', area: { id: 'community-1', level: 'community', name: 'Lake', parent: 'street-1' } },
  { kind: 'area_added', area: { id: 'community-2', level: 'community', name: 'Hill', parent: 'street-1' } },
  { kind: 'area_added', area: { id: 'building-1', level: 'building', name: 'building 1', parent: 'community-1' } },
  { kind: 'area_added', area: { id: 'building-2', level: 'building', name: 'building 2', parent: 'community-1' } },
  { kind: 'area_added', area: { id: 'building-3', level: 'building', name: 'building 3', parent: 'community-2' } },
];

/** Homes of strangers: twelve in another building of the same community, and one in another community. */
const NEIGHBOURS: readonly Change[] = [
  ...Array.from({ length: 12 }, (_, index) => neighbour(`home-${index + 1}`, 'building-2')).flat(),
  ...neighbour('home-far', 'building-3'),
  {
    kind: 'account_added',
    account: {
      id: 'stranger',
      person: 'person-of-home-far',
      organisation: null,
      area: null,
      tier: 'home',
      roles: ['resident'],
      assurance: 'substantial',
      multiFactor: false,
    },
  },
];

function neighbour(id: string, area: string): readonly Change[] {
  const person = `person-of-${id}`;
  const [address, name] = ['0x01', 'living_room/climate'];
  return [
    { kind: 'person_added', person: { id: person, ageBand: 'adult' } },
    { kind: 'home_added', home: { id, area, name: id, occupancy: 'owner_occupied' } },
    { kind: 'relation_added', subject: person, relation: 'owner', object: id },
    { kind: 'relation_added', subject: person, relation: 'resident', object: id },
    {
      kind: 'device_registered',
      device: {
        id: `${id}:${address}`,
        home: id,
        room: null,
        address,
        name,
        vendor: 'Aqara',
        model: 'WSDCGQ11LM',
        trust: 'normal',
      },
    },
  ];
}
