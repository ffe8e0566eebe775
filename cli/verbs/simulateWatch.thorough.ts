import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-simulate-watch-'));
const draft = join(folder, 'tiered.rego');
const good = readFileSync(join(root, 'policies/drafts/quick_fix/tiered.rego'), 'utf8');
const args = ['simulate', draft, '--scenario', 'property_manager', '--json'];
const SMALL = ['--homes', '300'];
let running: ChildProcess | undefined;
afterEach(() => running?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

type Told =
  | { readonly kind: 'counted'; readonly report: ImpactReport; readonly took: Readonly<Record<string, number>> }
  | { readonly kind: 'failed'; readonly problem: { readonly code: string; readonly hint: string } };

// Starts a process and waits for it several times, on a machine that may be busy.
describe('simulate --watch', { timeout: 180_000 }, () => {
  it('counts again after each save, tells what does not compile, and gives what a run from nothing gives', async () => {
    writeFileSync(draft, `${good}\ndeny contains x if y\n`);
    const { stdout } = start('--watch', ...SMALL);
    const lines = createInterface({ input: stdout! })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value as string) as Told;
    const counted = async () => {
      const told = await next();
      return told.kind === 'counted' ? told : expect.unreachable(JSON.stringify(told));
    };

    expect(await next()).toMatchObject({ kind: 'failed', problem: { code: 'policy:draft.invalid' } });
    writeFileSync(draft, good);
    const first = await counted();
    expect(first.report.changes.some(({ to }) => to === 'raw')).toBe(true);

    const edited = good.replace('"outcome": "raw"', '"outcome": "reduced"');
    writeFileSync(draft, `${edited}\npermit contains x if y\n`);
    expect(await next()).toMatchObject({
      kind: 'failed',
      problem: { code: 'policy:draft.invalid', hint: expect.stringMatching(/tiered\.rego:\d+:\d+: /) },
    });

    writeFileSync(draft, edited);
    const { report, took } = await counted();
    expect(report.changes.some(({ to }) => to === 'raw')).toBe(false);
    expect(Object.keys(took)).toEqual(['compile', 'decide', 'count', 'all']);
    const fresh = spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...args, ...SMALL], options());
    expect(report).toEqual(JSON.parse(fresh.stdout));

    const ended = once(running!, 'exit') as Promise<[number | null]>;
    running!.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
  });

  it.each([
    [['--population', 'live'], 1, 'watched on generated homes'],
    [['--format', 'html'], 2, 'do not go together'],
    [['--output', 'x'], 2, '`--output` does not go with it'],
  ])('refuses %j', (more, code, said) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'cli/main.ts'), ...args, '--watch', ...more],
      options(),
    );
    expect([status, stderr]).toEqual([code, expect.stringContaining(said)]);
  });
});

function options() {
  return { encoding: 'utf8', env: { ...process.env, TWINWARD_DATA: folder } } as const;
}

function start(...more: readonly string[]): ChildProcess {
  running = spawn(process.execPath, [join(root, 'cli/main.ts'), ...args, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: options().env,
  });
  return running;
}
