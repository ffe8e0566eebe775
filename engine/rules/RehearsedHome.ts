import type { Change } from '../../twin/changes.ts';
import type { AlarmNode } from '../../twin/graph/TwinGraph.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { decodeMessage, type IngestEvent } from '../../twin/ingest/index.ts';
import { isNewer } from '../../twin/ingest/isNewer.ts';
import type { Reading } from '../../twin/TwinStore.ts';
import { deviceChanges } from '../intake/deviceChanges.ts';
import { GraphDevices } from '../intake/GraphDevices.ts';
import { type Reaction, type ReactPorts, react, reactLater } from '../react.ts';
import { DueEffects } from '../runs/DueEffects.ts';
import type { Run } from '../runs/Run.ts';
import { sweep } from '../sweep.ts';
import { applyReading } from './applyReading.ts';
import type { CommandEffect, DecideEffect, NoticeEffect } from './Effect.ts';
import { homeEvents, LONGEST_CHAIN } from './homeEvents.ts';
import type { LoadedRule } from './Rule.ts';
import type { RuleBook } from './RuleBook.ts';
import type { RuleEvent } from './RuleEvent.ts';
import { timersOf } from './RulesInForce.ts';
import { TemporalState } from './TemporalState.ts';
import { dueUntil } from './time/dueUntil.ts';
import type { RuleTimers } from './time/RuleTimers.ts';

export type RehearsalMessage = { readonly topic: string; readonly payload: Uint8Array; readonly receivedAt: number };
export type RehearsalOptions = {
  readonly rules: readonly LoadedRule[];
  readonly book: RuleBook;
  readonly decideEffect?: DecideEffect;
};

const HOME = 'rehearsal';
const allowAll: DecideEffect = async () => ({ outcome: 'raw', decisionId: 'rehearsal' });

/**
 * A home without store, bus or clock, on which rules are tried: messages take the real way through decoder, graph and
 * `react`, and time is what they say. Its devices are those that `bridge/devices` lists, and the
 * entities of Home Assistant that tell their states.
 */
export class RehearsedHome {
  readonly graph = new TwinGraph();
  readonly commands: CommandEffect[] = [];
  readonly notices: NoticeEffect[] = [];
  /** Each rule that matched, with what came of it. */
  readonly runs: Run[] = [];
  readonly failures: string[] = [];
  readonly #devices: GraphDevices;
  readonly #ports: ReactPorts;
  readonly #rules: readonly LoadedRule[];
  readonly #due = new DueEffects();
  #timers: RuleTimers | null = null;
  #now = 0;

  constructor({ rules, book, decideEffect = allowAll }: RehearsalOptions) {
    this.graph.apply({
      kind: 'home_added',
      home: { id: HOME, area: 'rehearsal', name: 'Rehearsal', occupancy: 'owner_occupied' },
    });
    this.#devices = new GraphDevices(this.graph.home(HOME));
    // Nobody here is late with a decision: a clock that never rings.
    const clock = { now: () => this.#now, after: () => () => undefined };
    this.#rules = rules;
    this.#ports = { graph: this.graph, book, temporal: new TemporalState(rules), decideEffect, clock };
  }

  /** Every alarm there ever was, in the order they were raised. */
  get alarms(): readonly AlarmNode[] {
    return [...this.graph.home(HOME).alarms.values()];
  }

  get home(): string {
    return HOME;
  }

  /** The instant that it has come to, in milliseconds since 1970. */
  get now(): number {
    return this.#now;
  }

  async receive({ topic, payload, receivedAt }: RehearsalMessage): Promise<void> {
    await this.#pass(receivedAt);
    const message = { home: HOME, topic, payload, receivedAt, retain: false };
    const { events } = decodeMessage(message, this.#devices);
    for (const event of events) await this.#take(event);
    if (!events.some(({ kind }) => kind === 'device_found')) return;
    for (const event of decodeMessage(message, this.#devices).events) await this.#take(event);
  }

  /** Lets time pass until `now`. */
  async wait(now: number): Promise<void> {
    await this.#pass(now);
    const { changes, events } = sweep(now, this.#ports);
    this.apply(changes);
    for (const event of events) await this.#react(event);
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) this.graph.apply(change);
  }

  /** Applies what somebody of the home did, and lets rules react to it. */
  async change(changes: readonly Change[], depth = 0): Promise<void> {
    this.apply(changes);
    for (const event of [...homeEvents(changes, { graph: this.graph, now: this.#now })]) {
      if (depth < LONGEST_CHAIN) await this.#react(event, depth + 1);
      else this.failures.push(`rules wake one another without end by \`${event.kind}\``);
    }
  }

  /** Lets all happen that time alone brings about until `now`. */
  async #pass(now: number): Promise<void> {
    this.#timers ??= timersOf(this.#rules, now);
    const { graph, temporal } = this.#ports;
    for (const event of dueUntil({ graph, temporal, timers: this.#timers }, now)) {
      const at = event.kind === 'state_reported' ? event.reading.receivedAt : event.at;
      await this.#performDue(at);
      this.#now = at;
      await this.#react(event);
    }
    await this.#performDue(now);
    this.#now = now;
  }

  /** Lets happen what rules put off until `now`. */
  async #performDue(now: number): Promise<void> {
    for (let next = this.#due.next(now); next; next = this.#due.next(now)) {
      this.#now = next.dueAt;
      await this.#follow(await reactLater(next, this.#ports));
    }
  }

  async #take(event: IngestEvent): Promise<void> {
    if (event.kind === 'groups_listed') this.#devices.setGroups(event.names);
    const changes = deviceChanges(event, { graph: this.graph, home: HOME, devices: this.#devices });
    this.apply(changes);
    if (changes.length > 0) this.#devices.refresh(this.graph.home(HOME));
    if (event.kind === 'availability') await this.#reach(event);
    else if (event.kind === 'state_reported') await this.#report(event);
  }

  async #reach({ deviceId, state }: Extract<IngestEvent, { kind: 'availability' }>): Promise<void> {
    // A device that has just joined speaks before it is listed, and is nothing to the twin until then.
    if (deviceId === null || !this.graph.homeOfDevice.has(deviceId)) return;
    const kind = state === 'online' ? 'device_online' : 'device_offline';
    await this.#react({ kind, home: HOME, device: deviceId, at: this.#now });
  }

  async #report(event: Extract<IngestEvent, { kind: 'state_reported' }>): Promise<void> {
    const at = event.sourceTime ?? this.#now;
    const values = Object.fromEntries(event.values.map(({ ref, value }) => [ref.property, value]));
    const known = this.graph.device(HOME, event.deviceId).values;
    const current = Object.fromEntries(Object.keys(values).map((name) => [name, isNewer(known.get(name), { at })]));
    const about = { home: HOME, device: event.deviceId, at, receivedAt: this.#now };
    const reading: Reading = { ...about, values, tenancy: null, group: 'closed', current };
    await this.#react(applyReading(this.graph, reading));
  }

  async #react(event: RuleEvent, depth = 0): Promise<void> {
    const reaction = await react(event, this.#ports);
    this.runs.push(...reaction.runs);
    this.failures.push(...reaction.failures.map(({ rule, message }) => `${rule}: ${message}`));
    await this.#follow(reaction, depth);
  }

  async #follow(
    { changes, commands, effects, pending }: Pick<Reaction, 'changes' | 'commands' | 'effects' | 'pending'>,
    depth = 0,
  ): Promise<void> {
    this.commands.push(...commands);
    for (const { effect, result } of effects) {
      if (effect.kind === 'notice' && result === 'granted') this.notices.push(effect);
    }
    this.#due.take(pending);
    await this.change(changes, depth);
  }
}
