import type { Program } from '../system/Program.ts';
import { type Benchmark, type Figure, median, quantile } from './Benchmark.ts';
import { blast, latency, loadOf } from './load.ts';
import { withProgram } from './loadedProgram.ts';

/** What else comes in meanwhile: messages a second. */
const RATE = 10_000;
const DEVICE = 'zigbee2mqtt/living_room/climate';
const QUESTION = '{ readings(home: "demo", property: "voltage") { reading { value } } }';
/** A write that is not to be seen by then never will be. */
const LOST_MS = 5_000;

/**
 * How long it takes from the moment that a device begins to send a message until a query answers with its value, asked
 * again and again by one client, while other homes send ten thousand messages a second. The generator runs on the same
 * machine as a process of its own.
 */
export const visibleBenchmark: Benchmark = {
  name: 'visible',
  title: `from a message of a device to a query by GraphQL that shows its value, at ${RATE.toLocaleString('en-GB')} messages/s`,
  async run({ smoke }) {
    return withProgram(async (program) => {
      const load = await loadOf(program);
      await blast({ ...load, messages: smoke ? 500 : 10_000, announce: true });
      const quiet = await probe(program, { count: smoke ? 5 : 100 });
      const seconds = smoke ? 1 : 20;
      const sending = blast({ ...load, messages: RATE * seconds, rate: RATE, announce: true });
      let goesOn = true;
      void sending.finally(() => (goesOn = false)).catch(() => undefined);
      const busy = await probe(program, { count: 10_000, while: () => goesOn });
      const sent = await sending;
      const peer = { name: 'while nothing else comes in', value: quantile(quiet, 0.99) };
      const note = `p50 ${median(busy).toFixed(1)} ms, of ${busy.length} writes; ${latency(sent)}`;
      const figures: Figure[] = [
        { what: 'p99', value: quantile(busy, 0.99), unit: 'ms', peer, note },
        { what: 'messages meanwhile', value: sent.perSecond, unit: 'messages/s' },
      ];
      return figures;
    });
  },
};

type Probing = { readonly count: number; readonly while?: () => boolean };

/** The times in milliseconds until each of some writes was to be seen. */
async function probe(program: Program, { count, while: goesOn = () => true }: Probing): Promise<readonly number[]> {
  const token = await program.token('--as', 'resident');
  const client = await program.connect();
  const times: number[] = [];
  try {
    while (times.length < count && goesOn()) {
      // No other message says so: the next one differs.
      const voltage = 2_000 + (Math.floor(performance.now()) % 1_000) + Math.random();
      const began = performance.now();
      const sent = client.publishAsync(DEVICE, JSON.stringify({ voltage, last_seen: Date.now() }), { qos: 1 });
      while (!(await isVisible(program, token, voltage))) {
        if (performance.now() - began > LOST_MS) throw new Error(`a write was not to be seen in ${LOST_MS} ms`);
      }
      times.push(performance.now() - began);
      await sent;
    }
  } finally {
    await client.endAsync();
  }
  return times;
}

async function isVisible(program: Program, token: string, value: number): Promise<boolean> {
  const { body } = await program.ask(QUESTION, { token });
  const readings = body['data']?.readings as readonly { readonly reading: { readonly value: unknown } }[] | undefined;
  if (!readings) throw new Error(`no answer: ${JSON.stringify(body)}`);
  return readings.some(({ reading }) => reading.value === value);
}
