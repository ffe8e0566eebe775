import type { Alarm, Change } from '../../twin/changes.ts';
import { deviceType, type SirenSignal, SOUNDING_SECONDS, sirenSettings } from '../../twin/devices/index.ts';
import type { AlarmNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Clock } from '../Clock.ts';
import type { CommandRequest } from '../commands/CommandRequest.ts';
import { classOf, signalOf } from './alarmClass.ts';

import type { EscalationPlan } from './escalationPlan.ts';
import { nextTelling, untilEscalation } from './escalations.ts';
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

type Watched = { readonly home: string; readonly id: string; calls: number; stop: (() => void)[] };

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
      for (const { alarm, state } of alarms.values()) if (state === 'raised') this.#watch(alarm, 0);
    }
  }

  close(): void {
    this.#forget();
    for (const watched of this.#watched.values()) for (const stop of watched.stop) stop();
    this.#watched.clear();
  }

  #hear(change: Change): void {
    if (change.kind === 'alarm_raised') this.#watch(change.alarm, 1);
    if (change.kind !== 'alarm_transitioned') return;
    const watched = this.#watched.get(change.alarm);
    for (const stop of watched?.stop.splice(0) ?? []) stop();
    this.#watched.delete(change.alarm);
    if (change.to === 'reset') this.#silence(change.home, change.alarm);
  }

  #watch({ id, home }: Alarm, calls: number): void {
    if (this.#watched.has(id)) return;
    const watched: Watched = { home, id, calls, stop: [] };
    this.#watched.set(id, watched);
    this.#awaitEscalation(watched);
    this.#awaitCall(watched);
  }

  #node({ home, id }: Pick<Watched, 'home' | 'id'>): AlarmNode | undefined {
    return this.#ports.graph.homes.get(home)?.alarms.get(id);
  }

  #awaitEscalation(watched: Watched): void {
    const { clock, plan } = this.#ports;
    const node = this.#node(watched);
    const wait = node ? untilEscalation(node, plan, clock.now()) : null;
    if (wait === null) return;
    watched.stop[0] = clock.after(wait, () => void this.#escalate(watched));
  }

  async #escalate(watched: Watched): Promise<void> {
    const { clock, plan, commit, onProblem } = this.#ports;
    const node = this.#node(watched);
    if (!node || !this.#watched.has(watched.id)) return;
    const telling = nextTelling(node, plan, clock.now());
    try {
      if (telling) await commit([telling]);
    } catch (cause) {
      onProblem({ what: `nobody else was told of the alarm \`${watched.id}\``, cause });
      watched.stop[0] = clock.after(AGAIN_MS, () => void this.#escalate(watched));
      return;
    }
    this.#awaitEscalation(watched);
  }

  #awaitCall(watched: Watched): void {
    const { clock } = this.#ports;
    const node = this.#node(watched);
    if (!node || signalOf(node.alarm.kind) !== 'alarm') return;
    if (clock.now() - Date.parse(node.alarm.raisedAt) >= LOUDEST_MS) return;
    const silent = sirensOf(this.#ports.graph, node.alarm).some(({ state }) => state !== 'sounding');
    const wait = watched.calls === 0 ? 0 : silent && watched.calls <= AGAIN_TIMES ? AGAIN_MS : GO_ON_MS;
    watched.stop[1] = clock.after(wait, () => void this.#call(watched));
  }

  /** Tells sirens again: all to go on, and those that have not answered once more. */
  async #call(watched: Watched): Promise<void> {
    const node = this.#node(watched);
    if (!node || !this.#watched.has(watched.id)) return;
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
  #silence(home: string, id: string): void {
    const { graph } = this.#ports;
    const alarm = this.#node({ home, id })?.alarm;
    const standing = [...(graph.homes.get(home)?.alarms.values() ?? [])].filter(({ state }) => state !== 'reset');
    if (!alarm || signalOf(alarm.kind) !== 'alarm') return;
    if (standing.some((each) => signalOf(each.alarm.kind) === 'alarm')) return;
    const devices = sirensOf(graph, alarm).map(({ device }) => device);
    void this.#signal(alarm, devices, { signal: 'silence', turn: 'reset' });
  }

  async #signal(
    alarm: Alarm,
    devices: readonly string[],
    { signal, turn }: { readonly signal: SirenSignal; readonly turn: string },
  ): Promise<void> {
    const { graph, command, send, onProblem } = this.#ports;
    const requests = devices.flatMap((device): readonly CommandRequest[] => {
      const settings = sirenSettings(deviceType(graph.device(alarm.home, device).device.model)!, signal);
      return settings.map(({ property, value }): CommandRequest => {
        const claimant = classOf(alarm.kind) === 'life_safety' ? 'life_safety' : 'security';
        const by = { kind: 'rule', rule: `built_in.siren_${signal}`, run: null } as const;
        const id = `${alarm.id}:${device}:${property}:${signal}:${turn}`;
        return { id, home: alarm.home, device, values: { [property]: value }, claimant, by, alarm };
      });
    });
    try {
      if (requests.length > 0) await command(requests);
    } catch (cause) {
      onProblem({ what: `what sirens were told of the alarm \`${alarm.id}\` was not kept`, cause });
      for (const { home, device, values } of requests) await send(home, device, values).catch(() => undefined);
    }
  }
}
