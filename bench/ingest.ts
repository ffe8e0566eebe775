import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { BlastResult } from '../simulators/traffic/blast.ts';
import { Program } from '../system/Program.ts';
import type { Benchmark, Figure } from './Benchmark.ts';

const CONNECTIONS = 8;
const BLAST = join(import.meta.dirname, '../simulators/traffic/blast.ts');

/**
 * Messages at QoS 1 into the running program, to durable, with rules, policies and sealing on; the generator runs on the
 * same machine as a process of its own. The peer is the bare broker that the program is built on.
 */
export const ingestBenchmark: Benchmark = {
  name: 'ingest',
  title: 'messages of 271 bytes with 11 properties at QoS 1, from the socket to durable',
  async run({ smoke }) {
    const messages = smoke ? 2_000 : 150_000;
    const bare = await bareBroker(messages);
    const program = new Program();
    try {
      await program.start();
      const homes = [];
      for (let index = 1; index <= CONNECTIONS; index += 1) {
        const id = `home-${index}`;
        homes.push({ id, token: await program.token('--mqtt', id) });
      }
      const port = Number(new URL(program.server.mqtt).port);
      await blast({ port, homes, messages: Math.ceil(messages / 20), announce: true });
      const full = await blast({ port, homes, messages, announce: true });
      const half = await blast({ port, homes, messages: Math.ceil(messages / 3), rate: 10_000, announce: true });
      const peer = { name: 'bare broker', value: bare.perSecond };
      const figures: Figure[] = [
        { what: 'as fast as it goes', value: full.perSecond, unit: 'messages/s', peer, note: latency(full) },
        { what: 'at 10,000 messages/s offered', value: half.perSecond, unit: 'messages/s', note: latency(half) },
      ];
      return figures;
    } finally {
      await program.remove();
    }
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

type Load = {
  readonly port: number;
  readonly homes: readonly { readonly id: string; readonly token: string | null }[];
  readonly messages: number;
  readonly rate?: number;
  readonly announce?: boolean;
};

/** Runs the generator as a process of its own. */
async function blast({ port, homes, messages, rate, announce }: Load): Promise<BlastResult> {
  const args = ['--port', String(port), '--connections', String(CONNECTIONS), '--messages', String(messages)];
  if (rate !== undefined) args.push('--rate', String(rate));
  if (announce) args.push('--announce');
  const generator = spawn(process.execPath, [BLAST, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  generator.stdin.end(JSON.stringify(homes));
  const [output, [code]] = await Promise.all([text(generator.stdout), once(generator, 'exit')]);
  if (code !== 0) throw new Error(`the generator ended with ${code}`);
  return JSON.parse(output) as BlastResult;
}

function latency({ latencyMs: { p50, p99 } }: BlastResult): string {
  return `acknowledged p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
}
