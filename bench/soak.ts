import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import mqtt, { type MqttClient } from 'mqtt';
import { simulator } from '../cli/simulate/simulator.ts';
import type { DemoCity } from '../graphql/demo/populate.ts';
import { type RunningServer, startServer } from '../graphql/main.ts';
import { HeldClock } from '../graphql/testWorld.ts';
import { cityPopulation } from '../simulators/populations/city.ts';
import { Random } from '../simulators/populations/Random.ts';
import { type DeviceState, generateState } from '../simulators/traffic/generateState.ts';
import { Program, ROOT } from '../system/Program.ts';
import { type Benchmark, type Figure, median } from './Benchmark.ts';
import { heapVerdict } from './growthOf.ts';
import { activateHouseholdRules } from './loadedProgram.ts';

const HOURS = 8;
const MINUTE_MS = 60_000;
const SEED = 7;
const RULES = 200;
/** Messages an hour beside which what comes once does not count. */
const ENOUGH = 1_000;

/**
 * Eight hours of the whole server in this process, on a clock that is moved on: each minute every device of some homes
 * says what it would, over MQTT at QoS 1, some are asked for by GraphQL, and each hour water leaks somewhere. After each
 * hour the heap is measured once everything that can be collected has been.
 */
export const soakBenchmark: Benchmark = {
  name: 'soak',
  title: `${HOURS} hours of homes shortened by the clock: what of the heap is left after each`,
  async run({ smoke }) {
    const city = cityPopulation({ seed: SEED, homes: smoke ? 2 : 20 });
    // Not started: it asks a server of this folder, and runs the verbs on it.
    const program = new Program();
    const clock = new HeldClock();
    clock.advance(Date.now() - clock.now());
    const options = { host: '127.0.0.1', httpPort: 0, mqttPort: 0, version: 'bench', logLevel: 'error', simulator };
    const server = await startServer({ root: ROOT, folder: program.folder, demo: city, clock, ...options });
    try {
      if (!smoke) await activateHouseholdRules(program, RULES);
      return await soak({ city, clock, server, program, everyMinutes: smoke ? 30 : 1 });
    } finally {
      await server.close();
      await program.remove();
    }
  },
};

type Soaking = {
  readonly city: DemoCity;
  readonly clock: HeldClock;
  readonly server: RunningServer;
  readonly program: Program;
  readonly everyMinutes: number;
};

async function soak({ city, clock, server, program, everyMinutes }: Soaking): Promise<readonly Figure[]> {
  const homes = await Promise.all(Array.from({ length: city.size }, (_, index) => connectHome(city, index, server)));
  const token = server.roleTokens.get('resident')!.token;
  const heaps: number[] = [];
  const rates: number[] = [];
  let messages = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const before = messages;
    const began = performance.now();
    for (let minute = 0; minute < 60; minute += everyMinutes) {
      const sent = homes.map((home) => home.say(clock.now()));
      messages += (await Promise.all(sent)).reduce((sum, each) => sum + each, 0);
      await program.ask('{ home(id: "demo") { name devices { name } } alarms { id state } }', { token });
      clock.advance(everyMinutes * MINUTE_MS);
    }
    await homes[hour % homes.length]!.leak(clock.now());
    rates.push(((messages - before) / (performance.now() - began)) * 1000);
    heaps.push(await heapUsed());
  }
  for (const { client } of homes) await client.endAsync();
  const { growth, isFlat } = heapVerdict(heaps, messages / HOURS);
  const isLong = messages / HOURS > ENOUGH;
  const note = isFlat ? 'flat' : isLong ? 'A LEAK: more is left after each hour' : 'too few messages to say';
  return [
    ...heaps.map(
      (bytes, hour): Figure => ({ what: `heap after hour ${hour + 1}`, value: bytes / 2 ** 20, unit: 'MB' }),
    ),
    { what: 'left of each message since hour 3', value: growth, unit: 'bytes', note },
    { what: 'taken in', value: median(rates), unit: 'messages/s', note: `${messages} in all` },
  ];
}

type SoakedHome = {
  readonly client: MqttClient;
  /** Every device says what it would; how many messages that was. */
  say(at: number): Promise<number>;
  leak(at: number): Promise<void>;
};

async function connectHome(city: DemoCity, index: number, server: RunningServer): Promise<SoakedHome> {
  const changes = city.home(index);
  const id = changes.find((change) => change.kind === 'home_added')!.home.id;
  const devices = changes.flatMap((change) => (change.kind === 'device_registered' ? [change.device] : []));
  const random = new Random(SEED, index);
  const states = new Map<string, DeviceState>();
  const login = { username: id, password: server.deviceToken(id) };
  const client = await mqtt.connectAsync(server.mqtt, { protocolVersion: 4, reconnectPeriod: 0, ...login });
  const send = (name: string, state: DeviceState) =>
    client.publishAsync(`homes/${id}/zigbee2mqtt/${name}`, JSON.stringify(state), { qos: 1 });
  return {
    client,
    async say(at) {
      const sent = devices.map(({ name, model }) => {
        const state = generateState(model, random, at, states.get(name));
        states.set(name, state);
        return send(name, state);
      });
      await Promise.all(sent);
      return sent.length;
    },
    async leak(at) {
      const name = devices.find(({ name: each }) => 'water_leak' in (states.get(each) ?? {}))?.name;
      if (name) await send(name, { ...states.get(name), water_leak: true, last_seen: new Date(at).toISOString() });
    },
  };
}

/** Bytes of the heap that something still holds. */
async function heapUsed(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 4; turn += 1) {
    collect();
    // What is freed by a callback is collected the next time.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}
