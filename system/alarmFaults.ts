import { existsSync, globSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import mqtt from 'mqtt';
import { expect } from 'vitest';
import { Random } from '../simulators/populations/Random.ts';
import { AlarmListener } from './AlarmListener.ts';
import { Program, until } from './Program.ts';
import { Relay } from './Relay.ts';

/** A home that no simulated traffic speaks for. */
const HOME = 'demo-rented';

/** The kinds of danger that are told, each by a model that tells it. */
const DANGERS = [
  { model: 'HS1SA-E', property: 'smoke' },
  { model: 'HS1CG-E', property: 'gas' },
  { model: 'SJCGQ11LM', property: 'water_leak' },
] as const;

/** What goes wrong, and how often of a hundred times. */
const FAULTS = [
  ['cut', 34],
  ['answers_lost', 22],
  ['down', 10],
  ['told_again', 18],
  ['told_after_reset', 6],
  ['clock', 6],
  ['kill', 4],
] as const;
type Fault = (typeof FAULTS)[number][0];

type Sensor = { readonly name: string; readonly address: string; readonly danger: (typeof DANGERS)[number] };

/**
 * Lets sensors call while so many things go wrong: connections cut in a burst, answers lost so that messages come again,
 * the network down, messages told twice and after their alarm was reset, the program's clock set back and forth, and the
 * program killed. Expects that every call became one alarm, no more, that both subscribers heard of it under the same
 * id, and that the logs are whole. `seed` draws everything.
 */
export async function alarmFaults(faults: number, seed: number): Promise<void> {
  const clockFile = join(mkdtempSync(join(tmpdir(), 'twinward-clock-')), 'offset');
  writeFileSync(clockFile, '+0');
  const program = new Program({ env: settableClock(clockFile) });
  try {
    await program.start();
    const relay = await Relay.open(() => Number(new URL(program.server.mqtt).port));
    const storm = await Storm.begin({ program, relay, clockFile, faults, random: new Random(seed) });
    await storm.rage();
    await storm.expectEveryAlarmOnce();
    await storm.end();
    expect((await program.run(['verify'])).code).toBe(0);
  } finally {
    await program.remove();
  }
}

/** The environment in which a program's clock is set by a file: libfaketime, which leaves its timers alone. */
function settableClock(file: string): NodeJS.ProcessEnv {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined || !existsSync(library)) throw new Error('install the package `faketime` to set clocks');
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
}

type Scene = {
  readonly program: Program;
  readonly relay: Relay;
  readonly clockFile: string;
  readonly faults: number;
  readonly random: Random;
};

class Storm {
  readonly #scene: Scene;
  readonly #sensors: readonly Sensor[];
  readonly #client: MqttClient;
  readonly #listeners: readonly AlarmListener[];
  readonly #tenant: string;
  readonly #counts = new Map<Fault, number>();
  #used = 0;

  private constructor(
    scene: Scene,
    parts: { sensors: readonly Sensor[]; client: MqttClient; listeners: readonly AlarmListener[]; tenant: string },
  ) {
    this.#scene = scene;
    this.#sensors = parts.sensors;
    this.#client = parts.client;
    this.#listeners = parts.listeners;
    this.#tenant = parts.tenant;
  }

  static async begin(scene: Scene): Promise<Storm> {
    const { program, relay, faults, random } = scene;
    const sensors = Array.from({ length: faults * 2 + 8 }, (_, index): Sensor => {
      const address = `0x00158d00${(0x10_00_00 + index).toString(16).padStart(8, '0')}`;
      return { name: `sensor_${index}`, address, danger: random.pick(DANGERS) };
    });
    const password = await program.token('--mqtt', HOME);
    const client = mqtt.connect(relay.url, {
      protocolVersion: 4,
      clean: false,
      clientId: 'bridge',
      username: HOME,
      password,
      reconnectPeriod: 20,
      connectTimeout: 2_000,
    });
    client.on('error', () => undefined);
    await client.publishAsync(`homes/${HOME}/zigbee2mqtt/bridge/devices`, listing(sensors), { qos: 1, retain: true });
    const tenant = await program.token('--as', 'tenant');
    const officer = await program.token('--as', 'community_officer');
    const listeners = [tenant, officer].map((token) => new AlarmListener(program, { token, home: HOME }));
    await Promise.all(listeners.map(({ connected }) => connected));
    return new Storm(scene, { sensors, client, listeners, tenant });
  }

  /** One fault after the other, each while sensors call. */
  async rage(): Promise<void> {
    for (let count = 0; count < this.#scene.faults; count += 1) await this.#suffer(this.#draw());
    this.#setClock(0);
  }

  async expectEveryAlarmOnce(): Promise<void> {
    const called = this.#sensors.slice(0, this.#used);
    const { body } = await this.#ask('{ devices: home(id: "demo-rented") { devices { id name } } }');
    const names = new Map<string, string>(body['data'].devices.devices.map((each: any) => [each.id, each.name]));
    const alarms = async () =>
      (await this.#ask(`{ alarms(home: "${HOME}") { id deviceId kind state } }`)).body['data'].alarms;
    const raised: { id: string; deviceId: string; kind: string; state: string }[] = await until(
      alarms,
      (found) => found.length >= called.length,
    );
    const byName = Map.groupBy(raised, ({ deviceId }) => names.get(deviceId) ?? deviceId);
    const counts = called.map(({ name }) => [name, byName.get(name)?.length ?? 0]);
    expect(counts.filter(([, alarmsOf]) => alarmsOf !== 1)).toEqual([]);
    expect(new Set(raised.map(({ id }) => id)).size).toBe(raised.length);
    expect(raised.every(({ state }) => ['raised', 'acknowledged', 'handled', 'reset'].includes(state))).toBe(true);
    const standing = raised.filter(({ state }) => state !== 'reset').map(({ id }) => id);
    for (const listener of this.#listeners) {
      const missing = async () => standing.filter((id) => !listener.firstAt.has(id));
      expect(await until(missing, (left) => left.length === 0)).toEqual([]);
      const ids = new Set(raised.map(({ id }) => id));
      expect([...listener.firstAt.keys()].filter((id) => !ids.has(id))).toEqual([]);
    }
    const told = [...this.#counts].map(([fault, count]) => `${count} ${fault}`).join(', ');
    process.stdout.write(`${called.length} alarms, each once, over ${this.#scene.faults} faults: ${told}\n`);
  }

  async end(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#client.end(true);
    this.#scene.relay.close();
  }

  #draw(): Fault {
    return this.#scene.random.weighted<Fault>(FAULTS.map(([fault, weight]) => [weight, fault]));
  }

  async #suffer(fault: Fault): Promise<void> {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
    const { program, relay, random } = this.#scene;
    switch (fault) {
      case 'cut':
        return this.#during(async () => relay.cut());
      case 'answers_lost':
        relay.weather = 'answers_lost';
        return this.#during(async () => {
          await sleep(random.below(60));
          relay.weather = 'clear';
          relay.cut();
        });
      case 'down':
        return this.#during(async () => {
          relay.weather = 'down';
          relay.cut();
          await sleep(random.below(300));
          relay.weather = 'clear';
        });
      case 'told_again':
        return this.#during(async (told) => void (await Promise.all(told.map((each) => this.#tell(each, true)))));
      case 'told_after_reset':
        return this.#toldAfterReset();
      case 'clock':
        return this.#during(async () => this.#setClock(random.below(1_200) - 600));
      case 'kill':
        return this.#during(async () => {
          await program.kill();
          await program.start();
        });
    }
  }

  /** One to three sensors call, and a moment later it goes wrong; resolves when every call has been answered. */
  async #during(wrong: (told: readonly Told[]) => Promise<void>): Promise<void> {
    const { random } = this.#scene;
    const told = Array.from({ length: 1 + random.below(2) }, () => this.#call());
    const answers = told.map((each) => this.#tell(each));
    await sleep(random.below(15));
    await wrong(told);
    await Promise.all(answers);
  }

  async #toldAfterReset(): Promise<void> {
    this.#setClock(0);
    const told = this.#call();
    await this.#tell(told);
    const at = `home: "${HOME}"`;
    const { body } = await this.#ask(`{ alarms(${at}, state: raised) { id } }`);
    const id = body['data'].alarms.at(-1).id;
    await this.#ask(`mutation { handleAlarm(${at}, alarm: "${id}") { id } resetAlarm(${at}, alarm: "${id}") { id } }`);
    await this.#tell(told, true);
  }

  #call(): Told {
    const sensor = this.#sensors[this.#used]!;
    this.#used += 1;
    const payload = JSON.stringify({
      [sensor.danger.property]: true,
      battery: 90,
      last_seen: new Date().toISOString(),
    });
    return { topic: `homes/${HOME}/zigbee2mqtt/${sensor.name}`, payload };
  }

  async #tell({ topic, payload }: Told, dup = false): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1, dup });
  }

  #setClock(seconds: number): void {
    writeFileSync(this.#scene.clockFile, `${seconds < 0 ? '' : '+'}${seconds}`);
  }

  #ask(document: string) {
    return this.#scene.program.ask(document, { token: this.#tenant });
  }
}

type Told = { readonly topic: string; readonly payload: string };

/** What a bridge lists. */
function listing(sensors: readonly Sensor[]): string {
  return JSON.stringify(
    sensors.map(({ name, address, danger }) => ({
      ieee_address: address,
      type: 'EndDevice',
      friendly_name: name,
      supported: true,
      definition: { model: danger.model, vendor: 'any' },
    })),
  );
}
