import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedBus, embeddedBus } from '../../twin/buses/embedded/embeddedBus.ts';
import type { CodedError } from '../../twin/CodedError.ts';
import type { BusMessage, BusRefusal, MessageHandler } from '../../twin/MessageBus.ts';
import { readRecording } from '../../twin/testdata/readRecording.ts';
import { type ReplayOptions, replay } from './replay.ts';

const recording = new URL('../../twin/testdata/zigbee2mqtt-home.recording.jsonl.br', import.meta.url).pathname;
const recorded = readRecording();
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
const buses: EmbeddedBus[] = [];

afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A real broker with the demo home, and what it took in. */
async function broker(handler?: MessageHandler, port = 0) {
  const messages: BusMessage[] = [];
  const refusals: BusRefusal[] = [];
  const bus = embeddedBus({
    host: '127.0.0.1',
    port,
    bareTopicsHome: 'demo',
    authenticate: ({ username, password }) => {
      if (username === null) return { kind: 'home', home: 'demo' };
      return password === 'token' ? { kind: 'home', home: username } : { kind: 'refused', reason: 'wrong token' };
    },
  });
  const keep: MessageHandler = async (message) => void messages.push(message);
  await bus.start(handler ?? keep, (refusal) => refusals.push(refusal));
  buses.push(bus);
  return { bus, messages, refusals, url: `mqtt://127.0.0.1:${bus.address.port}` };
}

function file(name: string, lines: readonly unknown[]): string {
  const path = join(folder, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

const line = (second: number, payload: unknown = { n: second }, topic = 'zigbee2mqtt/lamp') => {
  return { t: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(), topic, payload, retain: false };
};
const isCommand = (topic: string) => topic.endsWith('/set') || topic.includes('/bridge/request/');
const text = ({ payload }: { readonly payload: Uint8Array }) => Buffer.from(payload).toString();
const code = async (options: ReplayOptions): Promise<string> =>
  replay(options).then(
    () => 'none',
    (error: CodedError) => error.code,
  );

describe('replay', () => {
  it('plays two days of a home as they were recorded, byte for byte', async () => {
    const { messages, refusals, url } = await broker();
    const summary = await replay({ source: recording, url, speed: 1e9, asRecorded: true });
    expect(summary).toMatchObject({ sent: 4474, acknowledged: 4474, failed: 0 });
    const wanted = recorded.filter(({ topic }) => !isCommand(topic));
    expect(refusals.map((refusal) => [refusal.code, refusal.topic])).toEqual(
      recorded
        .filter(({ topic }) => isCommand(topic))
        .map(({ topic }) => [topic.includes('/bridge/request/') ? 'request.foreign' : 'command.foreign', topic]),
    );
    expect(refusals.filter(({ topic }) => topic.endsWith('/set'))).toHaveLength(37);
    expect(messages.map((message) => [message.topic, message.retain, text(message)])).toEqual(
      wanted.map((message) => [message.topic, message.retain, text(message)]),
    );
  });

  it('moves source times to the present, in the order of the recording', async () => {
    const { messages, url } = await broker();
    const before = Date.now();
    const speed = 1e6;
    await replay({ source: recording, url, speed });
    const lastSeen = (message: { readonly payload: Uint8Array }): number => {
      const found = /"last_seen":"([^"]+)"/.exec(text(message));
      return found === null ? Number.NaN : Date.parse(found[1]!);
    };
    const wanted = recorded.filter(({ topic }) => !isCommand(topic));
    let moved = 0;
    const latest = new Map<string, [recorded: number, moved: number]>();
    for (const [index, message] of messages.entries()) {
      const [then, now] = [lastSeen(wanted[index]!), lastSeen(message)];
      expect(Number.isNaN(now)).toBe(Number.isNaN(then));
      if (Number.isNaN(then)) continue;
      moved += 1;
      const [thenBefore, nowBefore] = latest.get(message.topic) ?? [then, now];
      expect(Math.sign(now - nowBefore)).toBe(Math.sign(then - thenBefore));
      // Seven minutes of age are less than a millisecond at this speed; steps of a millisecond keep times apart.
      expect(now).toBeGreaterThan(before - 1_000);
      expect(now).toBeLessThan(Date.now() + 60_000);
      if (then >= thenBefore) latest.set(message.topic, [then, now]);
    }
    expect(moved).toBeGreaterThan(4_000);
  });

  it('plays to a home by its token, at the speed it is told', async () => {
    const { messages, url } = await broker();
    const source = file('home.jsonl.gz', [line(0), line(1), line(2)]);
    const summary = await replay({ source, url, home: 'h1', username: 'h1', password: 'token', speed: 20 });
    expect(messages.map((message) => [message.home, message.topic, text(message)])).toEqual(
      [0, 1, 2].map((n) => ['h1', 'zigbee2mqtt/lamp', `{"n":${n}}`]),
    );
    expect(messages[2]!.receivedAt - messages[0]!.receivedAt).toBeGreaterThan(90);
    expect(summary.ms).toBeLessThan(5_000);
  });

  it('tells bad lines by number and plays the rest', async () => {
    const { messages, url } = await broker();
    const problems: CodedError[] = [];
    const bad = [
      '{"t":',
      'null',
      { ...line(1), t: 'noon' },
      { ...line(1), topic: 'a/#' },
      { t: line(1).t, topic: 'a' },
    ];
    const source = file('bad.jsonl', [line(0), ...bad, '', { ...line(2), retain: 1 }, line(3, 'cut off {')]);
    const summary = await replay({ source, url, speed: 1e6, onProblem: (problem) => problems.push(problem) });
    expect(summary).toMatchObject({ sent: 2, acknowledged: 2, failed: 6 });
    expect(messages.map(text)).toEqual(['{"n":0}', 'cut off {']);
    expect(problems.map(({ place }) => place?.line)).toEqual([2, 3, 4, 5, 6, 8]);
    expect(problems[0]).toMatchObject({
      code: 'command:recording.line',
      message: 'line 2 of the recording is no JSON',
    });
  });

  it('comes back to a broker that went away, and loses nothing', async () => {
    const seen = new Set<string>();
    const slowly: MessageHandler = async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.add(text(message));
    };
    const first = await broker(slowly);
    const { port } = first.bus.address;
    const sent = Array.from({ length: 600 }, (_, second) => line(second));
    const done = replay({ source: file('away.jsonl', sent), url: first.url, speed: 3_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await first.bus.close();
    const taken = seen.size;
    await broker(slowly, port);
    expect(await done).toMatchObject({ sent: 600, acknowledged: 600, failed: 0 });
    expect(taken).toBeLessThan(600);
    expect(seen.size).toBe(600);
  });

  it('gives up when nothing is acknowledged', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { url } = await broker(() => held);
    expect(await code({ source: file('stalled.jsonl', [line(0)]), url, patienceMs: 200 })).toBe('bus:stalled');
    release();
  });

  it('ends early when it is told to', async () => {
    const { messages, url } = await broker();
    const early = new AbortController();
    const source = file('early.jsonl', [line(0), line(50)]);
    const onProgress = () => early.abort();
    expect(await replay({ source, url, signal: early.signal, onProgress })).toMatchObject({ sent: 1, acknowledged: 1 });
    expect(messages).toHaveLength(1);
  });

  it('tells how far it is', async () => {
    const { url } = await broker();
    const steps: unknown[] = [];
    const onProgress = (step: unknown) => steps.push(step);
    await replay({ source: file('steps.jsonl', [line(0), 'x', line(1)]), url, speed: 1e6, onProgress });
    expect(steps).toEqual([1, 2, 3].map((done) => ({ done, total: 3 })));
  });

  it('says by code what kept it from starting', async () => {
    const { url, bus } = await broker();
    const source = file('one.jsonl', [line(0)]);
    expect(await code({ source: join(folder, 'none.jsonl'), url })).toBe('command:file.unreadable');
    expect(await code({ source: folder, url })).toBe('command:file.unreadable');
    writeFileSync(join(folder, 'cut.jsonl.gz'), gzipSync(JSON.stringify(line(0))).subarray(0, 40));
    expect(await code({ source: join(folder, 'cut.jsonl.gz'), url })).toBe('command:file.unreadable');
    expect(await code({ source, url, speed: 0 })).toBe('command:usage');
    expect(await code({ source, url: 'localhost' })).toBe('command:usage');
    expect(await code({ source, url, username: 'h1', password: 'wrong' })).toBe('bus:client.refused');
    await bus.close();
    expect(await code({ source, url })).toBe('bus:broker.unreachable');
  });
});
