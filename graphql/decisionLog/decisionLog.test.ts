import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Bundle } from '../../engine/Bundles.ts';
import { systemClock } from '../../engine/Clock.ts';
import { createHttpServer } from '../http/createHttpServer.ts';
import { clientOf } from '../testClient.ts';
import { repositoryPolicies, TestWorld } from '../testWorld.ts';
import type { DecisionEvent } from './decisionEvent.ts';
import { EventQueue, Refused } from './EventQueue.ts';
import { readMasks } from './eventMasks.ts';
import { type DecisionLogOptions, openDecisionLog } from './openDecisionLog.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-decision-log-'));
afterAll(() => rmSync(root, { recursive: true }));
let bundle: Bundle;
beforeAll(async () => {
  bundle = await repositoryPolicies();
});

/** A server of GraphQL whose decisions are logged, and what closes the log. */
async function serving(options: Partial<DecisionLogOptions>) {
  const world = new TestWorld(bundle);
  const { pseudonym, metrics, log } = world.ports;
  const labels = { app: 'twinward', version: '0', id: 'one' };
  const opened = openDecisionLog(
    { target: join(root, 'none'), masks: null, token: null, ...options },
    { labels, pseudonym, metrics, log, clock: systemClock },
  );
  const ports = { ...world.ports, records: opened.wrap(world.ports.records) };
  const server = await createHttpServer(ports, { host: '127.0.0.1', port: 0, demo: false });
  onTestFinished(() => server.close());
  const counted = async (what: string) => {
    const { values } = await metrics.decisionLog.get();
    return values.find(({ labels: { what: each } }) => each === what)?.value ?? 0;
  };
  return { world, ask: clientOf(server), close: opened.close, counted };
}

/** Decides one property of a home for the hospital's account. */
const DECIDE =
  '{ decide(requests: [{ home: "demo-rented", device: "demo-rented:0x00158d00045c0001", property: "temperature" }]) { id outcome } }';

/** A server of a decision log that answers with the statuses in turn, the last of them for ever. */
async function collector(...statuses: readonly number[]) {
  const taken: { readonly events: DecisionEvent[]; readonly headers: IncomingMessage['headers'] }[] = [];
  let asked = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = statuses[Math.min(asked, statuses.length - 1)]!;
    asked += 1;
    if (status === 200) {
      taken.push({ events: JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()), headers: request.headers });
    }
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/logs`, taken, asked: () => asked };
}

const read = (file: string): DecisionEvent[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as DecisionEvent);

describe('the decision log', () => {
  it('adds each decision to a file, in the shape of OPA, without the names of those it is about', async () => {
    const target = join(root, 'decisions.jsonl');
    const { ask, close, world } = await serving({ target });
    const { data } = await ask('property_manager', DECIDE);
    await close();
    const { id } = (data as unknown as { decide: { id: string }[] }).decide[0]!;
    const [event] = read(target);
    expect(event).toMatchObject({
      labels: { app: 'twinward' },
      decision_id: id,
      bundles: { twinward: { revision: bundle.id } },
      path: 'main/verdict',
      input: {
        subject: { tier: 'property' },
        action: 'read',
        resource: { type: 'property', home: { occupancy: 'rented' } },
      },
      result: { outcome: world.records.get(id)!.outcome, reasons: [{ file: expect.stringMatching(/\.rego$/) }] },
      erased: ['/input/resource/owners', '/input/resource/home/flags'],
      masked: ['/custom/resources/0/home', '/custom/resources/0/device', '/requested_by'],
      timestamp: world.records.get(id)!.at,
      metrics: { counter_twinward_cells: 1 },
      custom: { resources: [{ type: 'property', property: 'temperature' }] },
    });
    const text = readFileSync(target, 'utf8');
    expect(text).not.toMatch(/"owners"|"flags"|demo-rented|0x00158d|"requested_by":"property_manager"/);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('sends batches in gzip to a server, again when it could not take them, with a token', async () => {
    const { url, taken, asked } = await collector(503, 200);
    const { ask, close, counted } = await serving({ target: url, token: 'secret' });
    await ask('property_manager', DECIDE);
    await ask('tenant', DECIDE);
    await expect.poll(() => taken.length, { timeout: 5_000 }).toBe(1);
    await close();
    expect(asked()).toBe(2);
    expect(taken[0]!.events).toHaveLength(2);
    expect(taken[0]!.headers).toMatchObject({ 'content-encoding': 'gzip', authorization: 'Bearer secret' });
    expect(await counted('delivered')).toBe(2);
    expect(await counted('dropped')).toBe(0);
  });

  it('drops and counts what will never be taken, and answers all the same', async () => {
    const { url, taken } = await collector(400);
    const { ask, close, counted } = await serving({ target: url });
    const { data } = await ask('tenant', DECIDE);
    expect(data).toMatchObject({ decide: [{ outcome: 'raw' }] });
    await expect.poll(() => counted('dropped'), { timeout: 5_000 }).toBe(1);
    await close();
    expect(taken).toEqual([]);
  });

  it('goes on without a server, and holds no answer up', async () => {
    const { ask, close, counted } = await serving({ target: 'http://127.0.0.1:1/logs' });
    const started = performance.now();
    expect((await ask('tenant', DECIDE)).data).toMatchObject({ decide: [{ outcome: 'raw' }] });
    expect(performance.now() - started).toBeLessThan(2_000);
    await close();
    expect(await counted('dropped')).toBe(1);
  });

  it('logs nothing that was not recorded', async () => {
    const target = join(root, 'unrecorded.jsonl');
    const { ask, close, world } = await serving({ target });
    world.recordsFail = true;
    await ask('tenant', DECIDE);
    await close();
    expect(statSync(target, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('masks what a file says in the place of the standard masks', async () => {
    const masks = join(root, 'masks.yaml');
    writeFileSync(
      masks,
      '- /input/relations\n- { op: upsert, path: /input/subject/organisation, value: hidden }\n- /input/no/such\n',
    );
    const target = join(root, 'masked.jsonl');
    const { ask, close } = await serving({ target, masks });
    await ask('property_manager', DECIDE);
    await close();
    const [event] = read(target);
    expect(event).toMatchObject({
      erased: ['/input/relations'],
      masked: expect.arrayContaining(['/requested_by', '/input/subject/organisation']),
      input: { subject: { organisation: 'hidden' }, resource: { owners: [expect.anything()] } },
    });
    expect(event!.input).not.toHaveProperty('relations');
  });

  it.each([
    ['not a list', 'path: /input'],
    ['a pointer elsewhere', '- /requested_by'],
    ['no pointer', '- input.relations'],
    ['an operation that is not known', '- { op: hash, path: /input/relations }'],
    ['no value', '- { op: upsert, path: /input/relations }'],
  ])('refuses masks that are %s', (_what, text) => {
    const file = join(root, 'wrong.yaml');
    writeFileSync(file, text);
    expect(() => readMasks(file)).toThrow(expect.objectContaining({ code: 'config:decision_log.masks_invalid' }));
  });

  it.each(['ftp://host/logs', 'http://user:secret@host/logs', 'https://'])('refuses to log to %s', async (target) => {
    await expect(serving({ target })).rejects.toThrow(expect.objectContaining({ code: 'config:decision_log.invalid' }));
  });
});

describe('EventQueue', () => {
  const event = (id: number) => ({ decision_id: String(id) }) as DecisionEvent;

  it('keeps the order, holds a bounded number, and counts what it drops', async () => {
    const taken: string[] = [];
    const counts = { delivered: 0, dropped: 0 };
    let failing = true;
    const queue = new EventQueue({
      target: {
        deliver: async (events) => {
          if (failing) throw new Error('not now');
          taken.push(...events.map(({ decision_id }) => decision_id));
        },
        close: async () => {},
      },
      clock: systemClock,
      log: pino({ level: 'silent' }),
      count: (what, events) => {
        counts[what] += events;
      },
      limit: 600,
    });
    queue.offer(Array.from({ length: 650 }, (_, index) => event(index)));
    expect(counts).toEqual({ delivered: 0, dropped: 50 });
    failing = false;
    await queue.close();
    expect(taken).toEqual(Array.from({ length: 600 }, (_, index) => String(index)));
    expect(counts).toEqual({ delivered: 600, dropped: 50 });
  });

  it('goes on with the next after what was refused', async () => {
    const taken: string[] = [];
    const queue = new EventQueue({
      target: {
        deliver: async (events) => {
          if (events[0]!.decision_id === '0') throw new Refused('never');
          taken.push(...events.map(({ decision_id }) => decision_id));
        },
        close: async () => {},
      },
      clock: systemClock,
      log: pino({ level: 'silent' }),
      count: () => {},
    });
    queue.offer(Array.from({ length: 501 }, (_, index) => event(index)));
    await queue.close();
    expect(taken).toEqual(['500']);
  });
});
