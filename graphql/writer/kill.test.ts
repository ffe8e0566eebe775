import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { Writer } from './Writer.ts';

const ROUNDS = Number(process.env['TWINWARD_KILL_ROUNDS'] ?? 5);

const folder = mkdtempSync(join(tmpdir(), 'twinward-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Lets a process commit from a number on, kills it after a while, and gives the numbers it was told are durable. */
async function commitUntilKilled(first: number, ms: number): Promise<number[]> {
  const program = fileURLToPath(new URL('./commitForever.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(child.stdout, 'data');
  await delay(ms);
  child.kill('SIGKILL');
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  // A line without its end was cut off by the kill.
  return printed.split('\n').slice(0, -1).map(Number);
}

it('keeps all that was acknowledged when the process is killed', async () => {
  const acknowledged: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    acknowledged.push(...(await commitUntilKilled(round * 1_000_000, Math.random() * 300)));
    const writer = await Writer.open({ folder, demo: false });

    const rooms = new Set<string>();
    for await (const { change } of writer.changes(0)) if (change.kind === 'room_added') rooms.add(change.room.id);
    const readings = new Set<number>();
    for (let home = 0; home < 7; home++) {
      for await (const { at } of writer.readings(`h${home}`, 0, Number.MAX_SAFE_INTEGER)) readings.add(at);
    }
    const audited = new Set(
      (await writer.findAudit({ first: 1e9 })).map(({ entry }) => 'decision' in entry && entry.decision),
    );
    const lost = acknowledged.filter((n) => !rooms.has(`r${n}`) || !readings.has(n) || !audited.has(`d${n}`));
    expect(lost).toEqual([]);
    // Whole or not at all: what was written without being acknowledged in time has all its parts too.
    expect([rooms.size, readings.size]).toEqual([audited.size, audited.size]);
    expect(await writer.findDecision(`d${acknowledged.at(-1)}`)).not.toBeNull();
    expect(await writer.verify()).toMatchObject({ intact: true });
    await writer.close();
  }
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * 20);
}, 120_000);
