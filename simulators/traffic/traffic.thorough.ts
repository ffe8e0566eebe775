import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedBus, embeddedBus } from '../../twin/buses/embedded/embeddedBus.ts';
import type { BusMessage, BusRefusal } from '../../twin/MessageBus.ts';
import { startTraffic, type Traffic, type TrafficHome } from './traffic.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function broker(handler?: () => Promise<void>) {
  const messages: BusMessage[] = [];
  const refusals: BusRefusal[] = [];
  const bus: EmbeddedBus = embeddedBus({
    host: '127.0.0.1',
    port: 0,
    bareTopicsHome: 'demo',
    authenticate: ({ username, password }) => {
      if (username === null) return { kind: 'home', home: 'demo' };
      return password === `token of ${username}`
        ? { kind: 'home', home: username }
        : { kind: 'refused', reason: 'wrong' };
    },
  });
  await bus.start(
    async (message) => {
      messages.push(message);
      await handler?.();
    },
    (refusal) => refusals.push(refusal),
  );
  ends.push(() => bus.close());
  return { bus, messages, refusals, url: `mqtt://127.0.0.1:${bus.address.port}` };
}

function start(options: Parameters<typeof startTraffic>[0]): Traffic {
  const traffic = startTraffic(options);
  ends.push(() => traffic.stop());
  return traffic;
}

const devices = [
  { name: 'hall/climate', model: 'WSDCGQ11LM' },
  { name: 'hall/lock', model: 'YRD226/246 TSDB' },
];
const homes = (count: number): TrafficHome[] =>
  Array.from({ length: count }, (_, index) => ({ id: `h${index}`, token: `token of h${index}`, devices }));

describe('traffic', () => {
  it('sends states of many homes at its rate, all acknowledged', async () => {
    const { messages, refusals, url } = await broker();
    const demo = { id: 'demo', token: null, devices };
    const traffic = start({ url, homes: [...homes(10), demo], rate: 200, seed: 1 });
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThan(300);
    const stats = await traffic.stop();
    expect(stats).toEqual({ sent: messages.length, acknowledged: messages.length, failed: 0 });
    const span = (messages.at(-1)!.receivedAt - messages[0]!.receivedAt) / 1000;
    expect(messages.length / span).toBeGreaterThan(100);
    expect(messages.length / span).toBeLessThan(300);
    expect(new Set(messages.map(({ home }) => home)).size).toBe(11);
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(
      new Set(['zigbee2mqtt/hall/climate', 'zigbee2mqtt/hall/lock']),
    );
    const climate = messages.find(({ topic }) => topic.endsWith('climate'))!;
    expect(JSON.parse(Buffer.from(climate.payload).toString())).toMatchObject({
      temperature: expect.any(Number),
      humidity: expect.any(Number),
      last_seen: expect.any(String),
    });
    expect(refusals).toEqual([]);
  });

  it('keeps few connections, which wander from home to home', async () => {
    const { bus, messages, url } = await broker();
    start({ url, homes: homes(40), rate: 200, seed: 2, connections: 3 });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, bus.counts().connections);
    }, 5);
    await expect.poll(() => new Set(messages.map(({ home }) => home)).size, { timeout: 10_000 }).toBe(5);
    clearInterval(watch);
    // One comes before the oldest has gone.
    expect(most).toBeLessThanOrEqual(4);
  });

  it('goes on when a home is refused', async () => {
    const { messages, url } = await broker();
    const traffic = start({ url, homes: [...homes(1), { id: 'h9', token: 'wrong', devices }], rate: 500, seed: 3 });
    await expect.poll(() => traffic.stats().failed, { timeout: 10_000 }).toBeGreaterThan(0);
    const before = messages.length;
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThan(before + 20);
  });

  it('stops within a second though the broker answers nothing', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { messages, url } = await broker(() => held);
    const traffic = start({ url, homes: homes(2), rate: 100, seed: 4 });
    await expect.poll(() => messages.length).toBeGreaterThan(5);
    const began = performance.now();
    const stats = await traffic.stop();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(stats.acknowledged).toBe(0);
    expect(stats.failed).toBe(stats.sent);
    release();
  });
});
