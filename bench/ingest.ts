import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BlastResult } from '../simulators/traffic/blast.ts';
import type { Benchmark, Figure } from './Benchmark.ts';
import { blast, CONNECTIONS, latency, loadOf } from './load.ts';
import { activateHouseholdRules, withProgram } from './loadedProgram.ts';

/** Rules beside the built-in ones. */
const RULES = 200;
/** What is asked of it: messages a second. */
const WANTED = 12_500;
/**
 * Messages at QoS 1 into the running program, to durable, with rules, policies, sealing and audit on; the generator runs on
 * the same machine as a process of its own. Two hundred rules more are in force, by a signed bundle. The peer is the bare
 * broker that the program is built on.
 */
export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  title: `messages of 271 bytes with 11 properties at QoS 1, from the socket to durable, with ${RULES} more rules`,
  async run({ smoke }) {
    const messages = smoke ? 2_000 : 150_000;
    const bare = await bareBroker(messages);
    return withProgram(async (program) => {
      const load = await loadOf(program);
      await blast({ ...load, messages: Math.ceil(messages / 20), announce: true });
      const builtIn = await blast({ ...load, messages, announce: true });
      await activateHouseholdRules(program, RULES);
      await blast({ ...load, messages: Math.ceil(messages / 20), announce: true });
      const full = await blast({ ...load, messages, announce: true });
      const wanted = await blast({ ...load, messages: Math.ceil(messages / 2), rate: WANTED, announce: true });
      const peer = { name: 'bare broker', value: bare.perSecond };
      const unit = 'messages/s';
      const figures: Figure[] = [
        { what: 'built-in rules alone', value: builtIn.perSecond, unit, peer, note: latency(builtIn) },
        { what: 'as fast as it goes', value: full.perSecond, unit, peer, note: latency(full) },
        { what: 'at 12,500 messages/s offered', value: wanted.perSecond, unit, note: latency(wanted) },
      ];
      return figures;
    });
  },
};

async function bareBroker(messages: number): Promise<BlastResult> {
  const broker: ChildProcess = fork(join(import.meta.dirname, 'bareBroker.ts'));
  try {
    const [{ port }] = (await once(broker, 'message')) as [{ port: number }];
    const homes = Array.from({ length: CONNECTIONS }, (_, index) => ({ id: `home-${index + 1}`, token: null }));
    await blast({ port, homes, messages: Math.ceil(messages / 20) });
    return await blast({ port, homes, messages });
  } finally {
    broker.kill();
  }
}
