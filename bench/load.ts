import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { BlastResult } from '../simulators/traffic/blast.ts';
import type { Program } from '../system/Program.ts';

export const CONNECTIONS = 8;
const BLAST = join(import.meta.dirname, '../simulators/traffic/blast.ts');

export type Load = {
  readonly port: number;
  readonly homes: readonly { readonly id: string; readonly token: string | null }[];
  readonly messages: number;
  readonly rate?: number;
  readonly announce?: boolean;
};

/** Where the devices of eight homes of a program reach it. */
export async function loadOf(program: Program): Promise<Pick<Load, 'port' | 'homes'>> {
  const ids = Array.from({ length: CONNECTIONS }, (_, index) => `home-${index + 1}`);
  const homes = await Promise.all(ids.map(async (id) => ({ id, token: await program.token('--mqtt', id) })));
  return { port: Number(new URL(program.server.mqtt).port), homes };
}

/** Runs the generator as a process of its own. */
export async function blast({ port, homes, messages, rate, announce }: Load): Promise<BlastResult> {
  const args = ['--port', String(port), '--connections', String(CONNECTIONS), '--messages', String(messages)];
  if (rate !== undefined) args.push('--rate', String(rate));
  if (announce) args.push('--announce');
  const generator = spawn(process.execPath, [BLAST, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  generator.stdin.end(JSON.stringify(homes));
  const [output, [code]] = await Promise.all([text(generator.stdout), once(generator, 'exit')]);
  if (code !== 0) throw new Error(`the generator ended with ${code}`);
  return JSON.parse(output) as BlastResult;
}

export function latency({ latencyMs: { p50, p99 } }: BlastResult): string {
  return `acknowledged p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
}
