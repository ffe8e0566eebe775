import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const RULE = 'policies/sharing/residency/residency.rego';
let copy: string;
let running: ChildProcess | undefined;

// A clone of its own, so that its files can be saved.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'twinward-watch-'));
  for (const folder of ['cli', 'engine', 'policies', 'rules', 'simulators', 'trust', 'twin', 'package.json'])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterEach(() => {
  running?.kill('SIGKILL');
  cpSync(join(root, 'policies'), join(copy, 'policies'), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

// Each starts a process and waits for it several times, on a machine that may be busy.
describe('check --watch', { timeout: 180_000 }, () => {
  it('answers each save with one line of JSON, whether a file is written, replaced, new, half there or gone', async () => {
    const reports = watch('--format', 'json');
    expect(await reports.next()).toMatchObject({ problems: [] });

    const good = readFileSync(join(copy, RULE), 'utf8');
    const bad = good.replace('input.context.residency', 'input.context.residence');
    save(RULE, bad);
    expect(await reports.next()).toMatchObject({
      problems: [{ place: { file: RULE, line: lineOf(bad, 'residence') } }],
    });

    // Editors write beside the file and put that in its place.
    save('policies/sharing/residency/.tmp', good);
    renameSync(join(copy, 'policies/sharing/residency/.tmp'), join(copy, RULE));
    expect(await reports.until(({ problems }) => problems.length === 0)).toBeDefined();

    save(RULE, good.slice(0, good.length - 30));
    expect(await reports.next()).toMatchObject({ problems: [{ place: { file: RULE } }] });
    save(RULE, good);
    expect(await reports.next()).toMatchObject({ problems: [] });

    save('policies/sharing/brand_new/brand_new.rego', 'package sharing.other\n\npermit contains 1 if input.x\n');
    expect((await reports.until(({ problems }) => problems.length > 0)).problems[0]?.place?.file).toBe(
      'policies/sharing/brand_new/brand_new.rego',
    );
    rmSync(join(copy, 'policies/sharing/brand_new'), { recursive: true });
    expect(await reports.until(({ problems }) => problems.length === 0)).toBeDefined();

    save('policies/input.schema.json', '{');
    expect((await reports.next()).problems.map(({ code }) => code)).toContain('policy:schema.invalid');
    save('policies/input.schema.json', readFileSync(join(root, 'policies/input.schema.json'), 'utf8'));
    expect(await reports.next()).toMatchObject({ problems: [] });
    expect(await end('SIGINT')).toBe(0);
  });

  it('takes many saves in a row for one, and answers the last of them', async () => {
    const reports = watch('policies/drafts/heat_wave', '--json');
    await reports.next();
    const draft = 'policies/drafts/heat_wave/heat_wave.rego';
    const good = readFileSync(join(copy, draft), 'utf8');
    for (let at = 0; at < 20; at++) save(draft, good.slice(0, good.length - 20 + at));
    const bad = good.replace('"elder_alone" in', '"elder_alone" inn');
    save(draft, bad);
    expect(await reports.next()).toMatchObject({ problems: [{ place: { file: draft, line: lineOf(bad, ' inn ') } }] });
    save(draft, good);
    expect(await reports.next()).toMatchObject({ problems: [] });
    expect(await end('SIGTERM')).toBe(0);
  });

  it('tells people when it checked and how long that took', async () => {
    const lines = linesOf(start());
    for await (const line of lines) {
      if (line.startsWith('checked at')) {
        expect(line).toMatch(/^checked at \d\d:\d\d:\d\d in \d+ ms; saving checks again, Ctrl-C ends$/);
        break;
      }
    }
    expect(await end('SIGINT')).toBe(0);
  });
});

type Told = { readonly problems: readonly { readonly code: string; readonly place?: { readonly file: string } }[] };

function watch(...args: readonly string[]) {
  const lines = linesOf(start(...args))[Symbol.asyncIterator]();
  const next = async (): Promise<Told> => JSON.parse((await lines.next()).value as string) as Told;
  return {
    next,
    /** The first report that is so, where a change may be seen in parts. */
    async until(wanted: (told: Told) => boolean): Promise<Told> {
      for (;;) {
        const told = await next();
        if (wanted(told)) return told;
      }
    },
  };
}

function start(...args: readonly string[]): ChildProcess {
  running = spawn(process.execPath, ['cli/bin/twinward.js', 'check', '--watch', ...args], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return running;
}

function linesOf({ stdout }: ChildProcess): AsyncIterable<string> {
  return createInterface({ input: stdout! });
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(running!, 'exit') as Promise<[number | null]>;
  running!.kill(signal);
  return (await ended)[0];
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

function save(file: string, text: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
}
