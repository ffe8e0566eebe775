import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedBus, embeddedBus } from '../../twin/buses/embedded/embeddedBus.ts';
import type { BusMessage } from '../../twin/MessageBus.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-replay-'));
const messages: BusMessage[] = [];
let bus: EmbeddedBus;
let url: string;

beforeAll(async () => {
  bus = embeddedBus({
    host: '127.0.0.1',
    port: 0,
    bareTopicsHome: 'demo',
    authenticate: ({ username, password }) => {
      if (username === null) return { kind: 'home', home: 'demo' };
      return password === 'token' ? { kind: 'home', home: username } : { kind: 'refused', reason: 'wrong token' };
    },
  });
  await bus.start(
    async (message) => void messages.push(message),
    () => {},
  );
  url = `mqtt://127.0.0.1:${bus.address.port}`;
});
afterAll(async () => {
  await bus.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  messages.length = 0;
});

const lines = [0, 1, 2].map(
  (second) => `{"t":"2026-01-01T00:00:0${second}Z","topic":"zigbee2mqtt/lamp","payload":${second}}\n`,
);
const recording = join(folder, 'home.jsonl');
writeFileSync(recording, lines.join(''));

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const node = join(root, 'cli/main.ts');
  return spawn(process.execPath, [node, 'replay', ...args], { env: { ...process.env, TWINWARD_DATA: folder, ...env } });
}

async function twinward(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const child = start(args, env);
  child.stdin!.end(input);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
  return { status, stdout, stderr };
}
const payloads = () => messages.map(({ home, payload }) => `${home} ${Buffer.from(payload)}`);

describe('twinward replay', () => {
  it('plays a recording for the demo home, and says how it went', async () => {
    const { status, stdout } = await twinward([recording, '--speed', '100', '--url', url]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^3 messages sent, 3 acknowledged, in \d+\.\d s\n$/),
    });
    expect(payloads()).toEqual(['demo 0', 'demo 1', 'demo 2']);
  });

  it('plays standard input for a home by its token, to the server of the data folder', async () => {
    writeFileSync(
      join(folder, 'server.json'),
      JSON.stringify({ pid: 1, http: 'http://127.0.0.1:1', mqtt: url, token: '' }),
    );
    const env = { TWINWARD_MQTT_TOKEN: 'token' };
    const { status, stdout } = await twinward(['-', '--home', 'h1', '--speed', '1e6', '--json'], {
      input: lines.join(''),
      env,
    });
    rmSync(join(folder, 'server.json'));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ sent: 3, acknowledged: 3, failed: 0, ms: expect.any(Number), problems: [] });
    expect(payloads()).toEqual(['h1 0', 'h1 1', 'h1 2']);
  });

  it('exits 1 when lines were left out, and tells which', async () => {
    const { status, stdout } = await twinward(['-', '--url', url], { input: `${lines[0]}{"t"\n` });
    expect(status).toBe(1);
    expect(stdout).toContain('-:2: line 2 of the recording is no JSON');
    expect(stdout).toMatch(/1 messages? sent, .*; 1 line was left out\n$/);
  });

  it.each([
    [['nowhere.jsonl'], 3, 'there is no such file'],
    [['home.jsonl', '--home', 'h1'], 2, '`h1` needs its device token'],
    [['home.jsonl', '--home', 'h1', '--password', 'wrong'], 3, 'refuses us'],
    [['home.jsonl', '--speed', '0'], 2, 'is invalid'],
    [['home.jsonl', '--url', 'mqtt://127.0.0.1:1'], 3, 'no broker answers'],
    [[], 2, 'missing required argument'],
  ])('%j exits %i', async ([file, ...args], status, said) => {
    const path = file === undefined ? [] : [join(folder, file)];
    const result = await twinward([...path, ...(args.includes('--url') ? [] : ['--url', url]), ...args]);
    expect(result).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(said) });
  });

  it('exits 130 when it is interrupted, and says how far it came', async () => {
    const child = start([recording, '--speed', '0.01', '--url', url]);
    const told = text(child.stdout!);
    await expect.poll(() => messages.length).toBe(1);
    child.kill('SIGINT');
    expect((await once(child, 'exit'))[0]).toBe(130);
    expect(await told).toMatch(/^1 messages? sent, 1 acknowledged/);
  });
});
