import type { Alarm, Change } from '../../twin/changes.ts';
import { deviceType, type SirenSignal, SOUNDING_SECONDS, sirenSettings } from '../../twin/devices/index.ts';
import type { AlarmNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import { FIRE_KINDS } from '../../twin/words.ts';
import type { Clock } from '../Clock.ts';
import type { CommandRequest } from '../commands/CommandRequest.ts';
import { classOf, signalOf } from './alarmClass.ts';

import type { EscalationPlan } from './escalationPlan.ts';
import { nextTelling, untilEscalation, waitedBefore } from './escalations.ts';
import { exitsOf, holdingOpen } from './exitsOf.ts';
import { sirensOf } from './sirensOf.ts';

export type AlarmWatchPorts = {
  readonly graph: TwinGraph;
  readonly clock: Clock;
  readonly plan: EscalationPlan;
  /** Tells every change once it is durable, in order; the answer ends it. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  /** Resolves when changes are durable and in the graph. */
  readonly commit: (changes: readonly Change[]) => Promise<unknown>;
  readonly command: (requests: readonly CommandRequest[]) => Promise<unknown>;
  /** Hands values to a device when nothing can be kept any more. */
  readonly send: (home: string, device: string, values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onProblem: (problem: { readonly what: string; readonly cause: unknown }) => void;
};

/** A siren that has not said that it sounds is told again after this long, and so often. */
const AGAIN_MS = 5_000;
const AGAIN_TIMES = 3;
/** One command sounds for so long; a little earlier it is told to go on. */
const GO_ON_MS = (SOUNDING_SECONDS - 10) * 1_000;
/** Sirens go on for an hour at most: by then who can hear them has. */
const LOUDEST_MS = 3_600_000;

type Watched = {
  readonly home: string;
  readonly id: string;
  /** How often sirens were told. */
  calls: number;
  /** For how long it has waited to be told on, and its sirens have sounded, in milliseconds by our timers. */
  waited: number;
  sounded: number;
  stopEscalation: () => void;
  stopCall: () => void;
};

const NOTHING = () => undefined;

/**
 * Watches the alarms that stand: tells them to one after the other while nobody acknowledges them, makes sirens go on
 * until then, and silences them at the reset. Timers run from when an alarm is heard of, so a clock that is set meanwhile
 * puts nothing off; after a restart they go on from what is kept.
 */
export class AlarmWatch {
  readonly #ports: AlarmWatchPorts;
  readonly #watched = new Map<string, Watched>();
  readonly #forget: () => void;

  constructor(ports: AlarmWatchPorts) {
    this.#ports = ports;
    this.#forget = ports.onChange((change) => this.#hear(change));
  }

  /** Takes up what stood before a restart. */
  start(): void {
    for (const { alarms } of this.#ports.graph.homes.values()) {
      for (const node of alarms.values()) {
        const { alarm, state } = node;
        const waited = state === 'raised' ? waitedBefore(node, this.#ports.plan, this.#ports.clock.now()) : null;
        if (waited !== null) this.#watch(alarm, { calls: 0, waited });
        // The program may have ended between a reset and what follows it.
        if (!FIRE_KINDS.includes(alarm.kind)) continue;
        if (state === 'reset') void this.#closeExits(alarm);
        else void this.#openExits(alarm);
      }
    }
  }

  close(): void {
    this.#forget();
    for (const id of [...this.#watched.keys()]) this.#let(id);
  }

  #hear(change: Change): void {
    if (change.kind === 'alarm_raised') {
      // Its instant is by the clock of the device, which may be days off.
      this.#watch(change.alarm, { calls: 1, waited: 0 });
      void this.#openExits(change.alarm);
    }
    if (change.kind !== 'alarm_transitioned') return;
    this.#let(change.alarm);
    const alarm = change.to === 'reset' ? this.#node({ home: change.home, id: change.alarm })?.alarm : undefined;
    if (!alarm) return;
    this.#silence(alarm);
    void this.#closeExits(alarm);
  }

  #watch({ id, home }: Alarm, { calls, waited }: Pick<Watched, 'calls' | 'waited'>): void {
    if (this.#watched.has(id)) return;
    const watched: Watched = {
      home,
      id,
      calls,
      waited,
      sounded: waited,
      stopEscalation: NOTHING,
      stopCall: NOTHING,
    };
    this.#watched.set(id, watched);
    this.#awaitEscalation(watched);
    this.#awaitCall(watched);
  }

  /** Watches an alarm no longer. */
  #let(id: string): void {
    const watched = this.#watched.get(id);
    watched?.stopEscalation();
    watched?.stopCall();
    this.#watched.delete(id);
  }

  #node({ home, id }: Pick<Watched, 'home' | 'id'>): AlarmNode | undefined {
    return this.#ports.graph.homes.get(home)?.alarms.get(id);
  }

  #awaitEscalation(watched: Watched): void {
    const node = this.#node(watched);
    const wait = node ? untilEscalation(node, this.#ports.plan, watched.waited) : null;
    if (wait !== null) this.#escalateAfter(wait, watched);
  }

  #escalateAfter(wait: number, watched: Watched): void {
    watched.stopEscalation = this.#ports.clock.after(wait, () => {
      watched.waited += wait;
      void this.#escalate(watched);
    });
  }

  async #escalate(watched: Watched): Promise<void> {
    const { clock, plan, commit, onProblem } = this.#ports;
    const node = this.#node(watched);
    if (!node || this.#watched.get(watched.id) !== watched) return;
    const telling = nextTelling(node, plan, clock.now());
    try {
      if (telling) await commit([telling]);
    } catch (cause) {
      onProblem({ what: `nobody else was told of the alarm \`${watched.id}\``, cause });
      this.#escalateAfter(AGAIN_MS, watched);
      return;
    }
    this.#awaitEscalation(watched);
  }

  #awaitCall(watched: Watched): void {
    const { clock } = this.#ports;
    const node = this.#node(watched);
    if (!node || signalOf(node.alarm.kind) !== 'alarm') return;
    if (watched.sounded >= LOUDEST_MS) return;
    const silent = sirensOf(this.#ports.graph, node.alarm).some(({ state }) => state !== 'sounding');
    const wait = watched.calls === 0 ? 0 : silent && watched.calls <= AGAIN_TIMES ? AGAIN_MS : GO_ON_MS;
    watched.stopCall = clock.after(wait, () => {
      watched.sounded += wait;
      void this.#call(watched);
    });
  }

  /** Tells sirens again: all to go on, and those that have not answered once more. */
  async #call(watched: Watched): Promise<void> {
    const node = this.#node(watched);
    if (!node || this.#watched.get(watched.id) !== watched) return;
    const all = watched.calls === 0 || watched.calls > AGAIN_TIMES;
    watched.calls += 1;
    const sirens = sirensOf(this.#ports.graph, node.alarm).filter(({ state }) => all || state !== 'sounding');
    await this.#signal(
      node.alarm,
      sirens.map(({ device }) => device),
      { signal: 'alarm', turn: `${watched.calls}@${this.#ports.clock.now()}` },
    );
    this.#awaitCall(watched);
  }

  /** Sirens fall silent with the last alarm of which they tell. */
  #silence(alarm: Alarm): void {
    const { graph } = this.#ports;
    if (signalOf(alarm.kind) !== 'alarm') return;
    const standing = [...graph.home(alarm.home).alarms.values()].filter(({ state }) => state !== 'reset');
    if (standing.some((each) => signalOf(each.alarm.kind) === 'alarm')) return;
    const devices = sirensOf(graph, alarm).map(({ device }) => device);
    void this.#signal(alarm, devices, { signal: 'silence', turn: 'reset' });
  }

  async #signal(
    alarm: Alarm,
    devices: readonly string[],
    { signal, turn }: { readonly signal: SirenSignal; readonly turn: string },
  ): Promise<void> {
    const { graph } = this.#ports;
    const requests = devices.flatMap((device): readonly CommandRequest[] => {
      const settings = sirenSettings(deviceType(graph.device(alarm.home, device).device.model)!, signal);
      return settings.map(({ property, value }): CommandRequest => {
        const claimant = classOf(alarm.kind) === 'life_safety' ? 'life_safety' : 'security';
        const by = { kind: 'rule', rule: `built_in.siren_${signal}`, run: null } as const;
        const id = `${alarm.id}:${device}:${property}:${signal}:${turn}`;
        return { id, home: alarm.home, device, values: { [property]: value }, claimant, by, alarm };
      });
    });
    await this.#command(requests);
  }

  /** A fire opens the exits of its building, which no weaker claim may close while it stands (RA-6.7.1-s1). */
  async #openExits(alarm: Alarm): Promise<void> {
    const requests = exitsOf(this.#ports.graph, alarm).map(({ home, device }): CommandRequest => {
      const by = { kind: 'rule', rule: 'built_in.exits', run: null } as const;
      const id = `${alarm.id}:${device}:exit`;
      return { id, home, device, values: { state: 'UNLOCK' }, claimant: 'life_safety', by, alarm };
    });
    await this.#command(requests);
  }

  /** At the reset the exits are free again: who has them locked is for others to say. */
  async #closeExits(alarm: Alarm): Promise<void> {
    const { graph, clock, commit, onProblem } = this.#ports;
    const now = clock.now();
    const changes = holdingOpen(graph, alarm).flatMap((node) =>
      node.state === 'cancelled' ? [] : moveCommand(node, 'cancel', { reason: 'withdrawn', now }),
    );
    try {
      if (changes.length > 0) await commit(changes);
    } catch (cause) {
      onProblem({ what: `the exits that the alarm \`${alarm.id}\` opened are held open still`, cause });
    }
  }

  /** What cannot be kept is sent all the same: it saves lives. */
  async #command(requests: readonly CommandRequest[]): Promise<void> {
    const { command, send, onProblem } = this.#ports;
    try {
      if (requests.length > 0) await command(requests);
    } catch (cause) {
      onProblem({ what: 'what an alarm commands could not be kept', cause });
      for (const { home, device, values } of requests) await send(home, device, values).catch(() => undefined);
    }
  }
}
