import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { connectStranger } from '../connectStranger.ts';
import { Random } from '../populations/Random.ts';
import { type DeviceState, generateState } from './generateState.ts';

export type TrafficHome = {
  readonly id: string;
  /** Its device token; with null it comes without a name and speaks on the bare topics, as the demo home may. */
  readonly token: string | null;
  /** Devices by their names on the bus. */
  readonly devices: readonly { readonly name: string; readonly model: string }[];
};

export type TrafficOptions = {
  readonly url: string;
  readonly homes: readonly TrafficHome[];
  /** Messages a second over all homes. */
  readonly rate: number;
  readonly seed: number;
  /** Homes that are connected at once; each second another home takes the place of the oldest. */
  readonly connections?: number;
};

type TrafficStats = {
  readonly sent: number;
  readonly acknowledged: number;
  /** Connections that were refused, and messages that the broker never acknowledged. */
  readonly failed: number;
};

export type Traffic = {
  stats(): TrafficStats;
  /** Ends it within a second, whatever the broker does. */
  stop(): Promise<TrafficStats>;
};

type Connection = { readonly home: TrafficHome; readonly client: MqttClient };

const TICK_MS = 50;
const STOP_MS = 500;
const REPLACE_MS = 1_000;
/** Messages under way at most: what a broker that hangs does not take is not made either. */
const UNDER_WAY = 1_000;

/**
 * Sends what the devices of many homes would, at a rate, over MQTT at QoS 1. Each home has a connection of its own, whose
 * client id begins with `simulated-`. The seed draws homes, devices and values.
 *
 * @example
 * const traffic = startTraffic({ url: 'mqtt://127.0.0.1:1883', homes, rate: 5, seed: 1 });
 * // ... and later
 * await traffic.stop(); // { sent: 600, acknowledged: 600, failed: 0 }
 */
export function startTraffic(options: TrafficOptions): Traffic {
  return new RunningTraffic(options);
}

class RunningTraffic implements Traffic {
  readonly #options: TrafficOptions;
  readonly #homes: TrafficHome[];
  readonly #random: Random;
  readonly #connections: Connection[] = [];
  readonly #states = new Map<string, DeviceState>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout;
  #connecting: Promise<void> | undefined;
  #due = 0;
  #turns = 0;
  #replaced = 0;
  #sent = 0;
  #acknowledged = 0;
  #failed = 0;
  #isStopped = false;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#homes = options.homes.filter(({ devices }) => devices.length > 0);
    this.#random = new Random(options.seed);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stats(): TrafficStats {
    return { sent: this.#sent, acknowledged: this.#acknowledged, failed: this.#failed };
  }

  async stop(): Promise<TrafficStats> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await Promise.race([Promise.allSettled([...this.#underWay, this.#connecting]), sleep(STOP_MS)]);
    const stats = { ...this.stats(), failed: this.#failed + this.#underWay.size };
    for (const { client } of this.#connections.splice(0)) client.end(true);
    return stats;
  }

  #tick(): void {
    const soFar = ((performance.now() - this.#began) / 1000) * this.#options.rate;
    // After a pause of the process a second's worth is made up for, and no more.
    this.#due = Math.max(this.#due, soFar - this.#options.rate);
    for (; this.#due < soFar && this.#homes.length > 0; this.#due += 1) this.#next();
  }

  #next(): void {
    const places = Math.min(this.#options.connections ?? 50, this.#homes.length);
    const isFull = this.#connections.length >= places;
    const isTime = places < this.#homes.length && performance.now() - this.#replaced > REPLACE_MS;
    if (this.#connecting === undefined && (!isFull || isTime)) {
      this.#replaced = performance.now();
      this.#connecting = this.#connect(this.#turn(), isFull).finally(() => {
        this.#connecting = undefined;
      });
    }
    if (this.#connections.length > 0 && this.#underWay.size < UNDER_WAY)
      this.#send(this.#random.pick(this.#connections));
  }

  /** The home whose turn it is to connect: each once before any comes again. */
  #turn(): TrafficHome {
    const last = this.#homes.length - 1;
    const index = this.#turns % this.#homes.length;
    this.#turns += 1;
    // One step of a shuffle, so that a large city is not shuffled whole before the first message.
    const other = index + this.#random.below(last - index + 1);
    const home = this.#homes[other]!;
    this.#homes[other] = this.#homes[index]!;
    this.#homes[index] = home;
    return home;
  }

  async #connect(home: TrafficHome, isFull: boolean): Promise<void> {
    if (this.#connections.some((connection) => connection.home === home)) return;
    const login = home.token === null ? {} : { username: home.id, password: home.token };
    try {
      const client = await connectStranger({ url: this.#options.url, name: `simulated-${home.id}`, ...login });
      if (this.#isStopped) return void client.end(true);
      const oldest = isFull ? this.#connections.shift() : undefined;
      this.#connections.push({ home, client });
      oldest?.client.end();
    } catch {
      // Whether a home may connect is for the broker to say; the others go on.
      this.#failed += 1;
    }
  }

  #send({ home, client }: Connection): void {
    const { name, model } = this.#random.pick(home.devices);
    const key = `${home.id}/${name}`;
    const state = generateState(model, this.#random, Date.now(), this.#states.get(key));
    this.#states.set(key, state);
    this.#sent += 1;
    const topic = home.token === null ? `zigbee2mqtt/${name}` : `homes/${home.id}/zigbee2mqtt/${name}`;
    const sending = client.publishAsync(topic, JSON.stringify(state), { qos: 1 }).then(
      () => {
        this.#acknowledged += 1;
        this.#underWay.delete(sending);
      },
      () => {
        this.#failed += 1;
        this.#underWay.delete(sending);
      },
    );
    this.#underWay.add(sending);
  }
}
