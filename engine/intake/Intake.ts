import type { ReactionRow } from '../../trust/reactions/ReactionLog.ts';
import type { Change } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import { decodeMessage, type IngestEvent } from '../../twin/ingest/index.ts';
import { refuseOvertaken } from '../../twin/lifecycles/moveAlarm.ts';
import type { BusMessage, BusRefusal } from '../../twin/MessageBus.ts';
import type { Reading, RuleMemory, DeadLetter as StoredDeadLetter } from '../../twin/TwinStore.ts';
import { acknowledged, openCommands, refusedByDevice } from '../commands/commandsOf.ts';
import { factSettings } from '../facts/factSettings.ts';
import type { LiveTwin } from '../LiveTwin.ts';
import { noteContacts } from '../noteContacts.ts';
import { type Reaction, type ReactPorts, react, reactLater } from '../react.ts';
import { applyReading } from '../rules/applyReading.ts';
import type { EffectRecord } from '../rules/Effect.ts';
import { homeEvents, LONGEST_CHAIN, wakesRules } from '../rules/homeEvents.ts';
import { InTurn } from '../rules/InTurn.ts';
import { aboutOf, type DeviceEvent, type RuleEvent } from '../rules/RuleEvent.ts';
import { Outbox } from '../runs/Outbox.ts';
import type { PendingEffect } from '../runs/PendingEffect.ts';
import { pendingRowId, reactionRows } from '../runs/reactionRows.ts';
import { sweep } from '../sweep.ts';
import { deviceChanges } from './deviceChanges.ts';
import { GraphDevices } from './GraphDevices.ts';
import { toReading } from './toReading.ts';

export type IntakePorts<AuditEntry> = ReactPorts & {
  readonly twin: LiveTwin<AuditEntry>;
  /** What the audit is to hold of an effect. */
  readonly auditOf: (effect: EffectRecord) => AuditEntry;
  /** What the audit is to hold of changes that time alone brought about. */
  readonly auditOfTime: (changes: readonly Change[]) => readonly AuditEntry[];
  /** Told when rules have reacted: something may be due sooner than before. */
  readonly onReacted?: () => void;
  readonly onDeadLetter: (letter: StoredDeadLetter) => void;
  readonly onProblem: (problem: { readonly what: string; readonly cause: unknown }) => void;
};

/** What one message brought about, applied to the graph and on its way to the ledger. */
type Taken = { readonly durable: Promise<void>; readonly pending: readonly PendingEffect[] };
/** What has come together for one commit. */
type Gathered = {
  readonly changes: Change[];
  readonly readings: Reading[];
  readonly deadLetters: StoredDeadLetter[];
  readonly effects: EffectRecord[];
  /** What is kept of reactions, and what is no longer pending. */
  readonly rows: ReactionRow[];
  readonly done: string[];
  readonly pending: PendingEffect[];
};

/** Kinds of device at which a stranger's command is worth a finding and not only a line in a list. */
const GUARDED = new Set(['lock', 'valve', 'siren']);
/** So much of what rules remember anew is kept with one message; the rest with the next ones. */
const MEMORIES_AT_ONCE = 1_000;

/** So many silences are reacted to side by side: after an outage there may be one of each device. */
const SIDE_BY_SIDE = 200;

/**
 * Takes messages in: decodes, applies to the twin, reacts, and keeps all of it together, commands among it, which
 * `CommandDelivery` then sends. Messages of one home are taken in one after another; a promise resolves when its message
 * is durable.
 */
export class Intake<AuditEntry> {
  readonly #ports: IntakePorts<AuditEntry>;
  readonly #turns = new InTurn();
  readonly #devices = new Map<string, GraphDevices>();
  readonly #outbox: Outbox;
  /** Runs that are not durable yet, which nobody who asks the store would hear of. */
  readonly #running = new Set<string>();

  #copied: ReactPorts | null = null;

  constructor(ports: IntakePorts<AuditEntry>) {
    this.#ports = ports;
    this.#outbox = new Outbox({
      clock: ports.clock,
      perform: (pending) => this.#perform(pending),
      expire: (pending) => this.#expire(pending),
      onProblem: ports.onProblem,
    });
  }

  async take(message: BusMessage): Promise<void> {
    await this.#finish(await this.#turns.run(message.home, () => this.#apply(message)));
  }

  /** Keeps what the bus refused: a dead letter, and a finding for a stranger's command to a lock, valve or siren. */
  async refuse(refusal: BusRefusal): Promise<void> {
    const { home, code, topic, detail, receivedAt: at } = refusal;
    const letter = { code, home, topic, property: null, detail, at };
    if (home === null || code !== 'command.foreign') return this.#keepLetter(letter);
    await this.#turns
      .run(home, async () => {
        const node = this.#ports.graph.homes.get(home);
        const device = node ? this.#guardedTarget(node, refusal) : null;
        const finding: Change[] = device
          ? [
              {
                kind: 'finding_raised',
                finding: { id: `${device}:${code}:${at}`, home, kind: 'foreign_command', device },
              },
            ]
          : [];
        return { durable: this.#ports.twin.commit({ changes: finding, deadLetters: [letter] }) };
      })
      .then(({ durable }) => durable);
    this.#ports.onDeadLetter(letter);
  }

  /**
   * Brings about what time alone makes due: leases, terms of consents, silent devices. What has ended has ended in the graph
   * when this returns, before it resolves.
   */
  async sweep(): Promise<void> {
    const { graph, book, temporal, clock, twin } = this.#ports;
    noteContacts(graph, clock.now(), factSettings.lastSeenStaleAfter);
    const { changes, events } = sweep(clock.now(), { graph, book, temporal });
    if (changes.length > 0) await twin.commit({ changes, audit: this.#ports.auditOfTime(changes) });
    const failures: unknown[] = [];
    for (let from = 0; from < events.length; from += SIDE_BY_SIDE) {
      const some = await Promise.allSettled(events.slice(from, from + SIDE_BY_SIDE).map((event) => this.happen(event)));
      failures.push(...some.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])));
    }
    // What could not be kept of one device is no reason to leave the others alone.
    if (failures.length > 0) throw failures[0];
  }

  /** Lets rules react to what no message told: time, and what people did. Resolves when what came of it is durable. */
  async happen(event: RuleEvent): Promise<void> {
    const { home } = aboutOf(event);
    const taken = await this.#turns.run(home, async () => {
      const gathered = emptyGathered();
      await this.#react(event, gathered);
      return this.#keep(gathered);
    });
    await this.#finish(taken);
  }

  /**
   * Brings about changes of a home, and in the same commit what rules make of those that they wait for. Rejects before
   * anything happened when the graph refuses the first of them.
   */
  async change(home: string, changes: readonly Change[], audit: readonly AuditEntry[]): Promise<void> {
    const taken = await this.#turns.run(home, async () => {
      const gathered = emptyGathered();
      // They were made before it was their turn.
      for (const change of changes)
        if (change.kind === 'alarm_transitioned') refuseOvertaken(this.#ports.graph, change);
      this.#applyChanges(changes, gathered);
      await this.#reactToChanges(changes, gathered);
      return this.#keep(gathered, audit);
    });
    await this.#finish(taken);
  }

  /** Takes up what was to be done later when the program ended. */
  resume(pending: readonly PendingEffect[]): Promise<void> {
    return this.#outbox.resume(pending);
  }

  /** Does nothing more by itself. */
  close(): void {
    this.#outbox.close();
  }

  /** Homes whose messages have not all been applied. */
  get waiting(): number {
    return this.#turns.waiting;
  }

  async #apply(message: BusMessage): Promise<Taken> {
    await this.#ports.twin.room();
    const home = this.#ports.graph.home(message.home);
    const devices = this.#devicesOf(home);
    const decoded = decodeMessage(message, devices);
    const gathered = emptyGathered();
    gathered.deadLetters.push(...decoded.deadLetters);
    for (const event of decoded.events) await this.#follow(event, { home, message, gathered });
    if (decoded.events.some(({ kind }) => kind === 'device_found')) {
      // It is known from here on, and what it told of itself is read.
      const told = decodeMessage(message, devices);
      gathered.deadLetters.push(...told.deadLetters);
      for (const event of told.events) await this.#follow(event, { home, message, gathered });
    }
    return this.#keep(gathered);
  }

  async #follow(
    event: IngestEvent,
    { home, message, gathered }: { home: HomeNode; message: BusMessage; gathered: Gathered },
  ): Promise<void> {
    const devices = this.#devicesOf(home);
    if (event.kind === 'groups_listed') devices.setGroups(event.names);
    const changes = deviceChanges(event, { graph: this.#ports.graph, home: home.home.id, devices });
    if (changes.length > 0) {
      this.#applyChanges(changes, gathered);
      devices.refresh(home);
    }
    if (event.kind === 'command_failed') {
      const { deviceId: device, property, detail } = event;
      const about = { home: home.home.id, device, property, detail, now: message.receivedAt };
      this.#applyChanges(refusedByDevice(this.#ports.graph, about), gathered);
    }
    const deviceEvent = this.#deviceEvent(event, home, message, gathered);
    if (!deviceEvent) return;
    if (deviceEvent.kind === 'state_reported') this.#acknowledge(deviceEvent.reading, gathered);
    await this.#react(deviceEvent, gathered);
  }

  /** What rules hear of an event; a reading is applied to the graph on the way. */
  #deviceEvent(event: IngestEvent, home: HomeNode, { receivedAt }: BusMessage, gathered: Gathered): DeviceEvent | null {
    if (event.kind === 'availability') {
      if (event.deviceId === null) return null;
      const kind = event.state === 'online' ? 'device_online' : 'device_offline';
      return { kind, home: home.home.id, device: event.deviceId, at: receivedAt };
    }
    if (event.kind !== 'state_reported') return null;
    const reading = toReading(event, home, receivedAt);
    if (!reading) return null;
    gathered.readings.push(reading);
    return applyReading(this.#ports.graph, reading);
  }

  #acknowledge({ home, device, receivedAt, values, current }: Reading, gathered: Gathered): void {
    if (openCommands(this.#ports.graph, { home, device }).length === 0) return;
    const names = Object.keys(values).filter((name) => (typeof current === 'boolean' ? current : current[name]));
    const about = { home, device, now: receivedAt, reported: new Set(names) };
    this.#applyChanges(acknowledged(this.#ports.graph, about), gathered);
  }

  /** What rules wait for in what rules did. Rules that wake one another without end are told of, and stopped. */
  async #reactToChanges(changes: readonly Change[], gathered: Gathered, depth = 0): Promise<void> {
    if (!changes.some(wakesRules)) return;
    const { graph, clock, onProblem } = this.#ports;
    for (const event of [...homeEvents(changes, { graph, now: clock.now() })]) {
      if (depth < LONGEST_CHAIN) await this.#react(event, gathered, depth + 1);
      else onProblem({ what: 'rules wake one another without end', cause: event });
    }
  }

  async #react(event: RuleEvent, gathered: Gathered, depth = 0): Promise<void> {
    const reaction: Reaction = await react(event, this.#reactPorts());
    for (const failure of reaction.failures)
      this.#ports.onProblem({ what: 'a rule could not be evaluated', cause: failure });
    if (reaction.changes.length > 0 || reaction.runs.length > 0) {
      this.#applyChanges(reaction.changes, gathered);
      gathered.effects.push(...reaction.effects);
      this.#gather(reaction, gathered);
      await this.#reactToChanges(reaction.changes, gathered, depth);
    }
    this.#ports.onReacted?.();
  }

  /** A copy: an event ends with the rules that it began with, though others take over meanwhile. */
  #reactPorts(): ReactPorts {
    const { book, temporal, precedence } = this.#ports;
    const known = this.#copied;
    if (known?.book === book && known.temporal === temporal && known.precedence === precedence) return known;
    const copy = { ...this.#ports, ...this.#knowing() };
    this.#copied = copy;
    return copy;
  }

  #applyChanges(changes: readonly Change[], gathered: Gathered): void {
    for (const change of changes) this.#ports.graph.apply(change);
    gathered.changes.push(...changes);
  }

  /** What is to be kept of a reaction beside the changes of the twin. */
  #gather(reaction: Parameters<typeof reactionRows>[0], gathered: Gathered): void {
    const { graph, clock } = this.#ports;
    gathered.rows.push(...reactionRows(reaction, { graph, now: clock.now() }));
    gathered.pending.push(...reaction.pending);
  }

  /** Whether a run was there before, durable or on its way to be. */
  #knowing(): Pick<ReactPorts, 'knownRun'> {
    const { knownRun } = this.#ports;
    return knownRun ? { knownRun: async (id) => this.#running.has(id) || knownRun(id) } : {};
  }

  /** Does what is due: in its turn, in one commit with the note that it is done. */
  async #perform(pending: PendingEffect): Promise<void> {
    const taken = await this.#turns.run(pending.home, async () => {
      const gathered = emptyGathered();
      const { result, ...reaction } = await reactLater(pending, { ...this.#ports });
      this.#applyChanges(reaction.changes, gathered);
      gathered.effects.push(...reaction.effects);
      this.#gather({ ...reaction, results: [result] }, gathered);
      await this.#reactToChanges(reaction.changes, gathered);
      gathered.done.push(pendingRowId(pending));
      return this.#keep(gathered);
    });
    await this.#finish(taken);
  }

  async #expire(pending: readonly PendingEffect[]): Promise<void> {
    const { graph, clock, twin } = this.#ports;
    const results = pending.map(({ id: effect, home, occasion: { run } }) => {
      return { effect, run, home, at: clock.now(), result: 'expired', effects: [] } as const;
    });
    const rows = reactionRows({ results, effects: [], pending: [] }, { graph, now: clock.now() });
    await twin.commit({ reactions: { rows, done: pending.map(pendingRowId) } });
  }

  #keep(
    { changes, readings, deadLetters, effects, rows, done, pending }: Gathered,
    alongside: readonly AuditEntry[] = [],
  ): Taken {
    const audit = [...alongside, ...effects.map(this.#ports.auditOf)];
    for (const letter of deadLetters) this.#ports.onDeadLetter(letter);
    const reactions = rows.length > 0 || done.length > 0 ? { reactions: { rows, done } } : {};
    // A message that brings nothing may be the repeat of one that is not durable yet: it too waits for its turn.
    const kept = this.#ports.twin.keep({
      changes,
      readings: readings.map(this.#ofNow),
      memories: this.#memories(),
      deadLetters,
      audit,
      ...reactions,
    });
    return { durable: this.#whileRunning(rows, kept), pending };
  }

  /** What rules remember anew of devices, whichever they are: it is kept with the next that is kept. */
  #memories(): RuleMemory[] {
    const { graph, temporal } = this.#ports;
    const memories: RuleMemory[] = [];
    for (const { home, device, memory } of temporal.takeChanged(MEMORIES_AT_ONCE)) {
      const node = graph.homes.get(home);
      if (node?.devices.has(device)) memories.push({ home, device, tenancy: tenancyOf(node), memory });
    }
    return memories;
  }

  async #whileRunning(rows: readonly ReactionRow[], durable: Promise<void>): Promise<void> {
    if (rows.length === 0) return durable;
    const runs = rows.flatMap(({ kind, id }) => (kind === 'run' ? [id] : []));
    for (const id of runs) this.#running.add(id);
    try {
      await durable;
    } finally {
      for (const id of runs) this.#running.delete(id);
    }
  }

  /** What is due later waits when it is durable; what threatens lives is done in any case. */
  async #finish({ durable, pending }: Taken): Promise<void> {
    try {
      await durable;
    } catch (error) {
      this.#outbox.take(pending.filter(({ expiresAt }) => expiresAt === null));
      throw error;
    }
    this.#outbox.take(pending);
  }

  /** While rules were decided a lease may have ended, and with it what the reading shows of the present. */
  readonly #ofNow = (reading: Reading): Reading =>
    reading.tenancy === tenancyOf(this.#ports.graph.home(reading.home)) ? reading : { ...reading, current: false };

  async #keepLetter(letter: StoredDeadLetter): Promise<void> {
    this.#ports.onDeadLetter(letter);
    await this.#ports.twin.commit({ deadLetters: [letter] });
  }

  #guardedTarget(home: HomeNode, { topic, receivedAt }: BusRefusal): string | null {
    const below = topic.replace(/^homes\/[^/]+\//, '');
    const message = { home: home.home.id, topic: below, payload: new Uint8Array(), retain: false, receivedAt };
    for (const event of decodeMessage(message, this.#devicesOf(home)).events) {
      if (event.kind !== 'command_seen' || event.deviceId === null) continue;
      const type = deviceType(home.devices.get(event.deviceId)?.device.model ?? '');
      if (type && GUARDED.has(type.kind)) return event.deviceId;
    }
    return null;
  }

  #devicesOf(home: HomeNode): GraphDevices {
    const id = home.home.id;
    let devices = this.#devices.get(id);
    if (!devices) {
      devices = new GraphDevices(home);
      this.#devices.set(id, devices);
    }
    return devices;
  }
}

function emptyGathered(): Gathered {
  return { changes: [], readings: [], deadLetters: [], effects: [], rows: [], done: [], pending: [] };
}
