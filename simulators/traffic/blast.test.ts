import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedBus, embeddedBus } from '../../twin/buses/embedded/embeddedBus.ts';
import type { BusMessage } from '../../twin/MessageBus.ts';
import { type BlastOptions, blast } from './blast.ts';

const buses: EmbeddedBus[] = [];
afterEach(async () => {
  for (const bus of buses.splice(0)) await bus.close();
});

async function broker() {
  const messages: BusMessage[] = [];
  const bus = embeddedBus({
    host: '127.0.0.1',
    port: 0,
    bareTopicsHome: null,
    authenticate: ({ username, password }) =>
      username !== null && password === 'token' ? { kind: 'home', home: username } : { kind: 'refused', reason: 'no' },
  });
  await bus.start(
    async (message) => void messages.push(message),
    () => {},
  );
  buses.push(bus);
  return { messages, ...bus.address };
}
const homes = [
  { id: 'h1', token: 'token' },
  { id: 'h2', token: 'token' },
];
const options: Omit<BlastOptions, 'host' | 'port'> = { homes, connections: 3, window: 50, messages: 1_000 };

describe('blast', () => {
  it('gets every message acknowledged once, over all connections and homes', async () => {
    const { messages, host, port } = await broker();
    const { latencyMs, ms, ...result } = await blast({ ...options, host, port });
    expect(result).toEqual({ messages: 1_000, perSecond: (1_000 / ms) * 1000 });
    expect(latencyMs.p50).toBeGreaterThan(0);
    expect(latencyMs.p99).toBeGreaterThanOrEqual(latencyMs.p50);
    expect(messages).toHaveLength(1_000);
    expect(new Set(messages.map(({ payload }) => payload.length))).toEqual(new Set([271]));
    expect(new Set(messages.map(({ home, topic, payload }) => `${home}${topic}${Buffer.from(payload)}`)).size).toBe(
      1_000,
    );
    expect(new Set(messages.map(({ topic }) => topic)).size).toBe(60);
    expect(messages.filter(({ home }) => home === 'h1')).toHaveLength(667);
  });

  it('lists the meters of each home first when it is told to', async () => {
    const { messages, host, port } = await broker();
    await blast({ ...options, host, port, meters: 5, announce: true });
    const listings = messages.filter(({ topic }) => topic === 'zigbee2mqtt/bridge/devices');
    const listed = new Set(
      listings.flatMap(({ home, payload }) =>
        (JSON.parse(Buffer.from(payload).toString()) as { friendly_name: string }[]).map(
          ({ friendly_name: name }) => `${home} zigbee2mqtt/${name}`,
        ),
      ),
    );
    const reporting = messages.filter((message) => !listings.includes(message));
    expect(new Set(reporting.map(({ home, topic }) => `${home} ${topic}`))).toEqual(listed);
    expect(listings.every(({ retain }) => retain)).toBe(true);
  });

  it('keeps to a rate', async () => {
    const { host, port } = await broker();
    const { perSecond } = await blast({ ...options, host, port, messages: 600, rate: 2_000 });
    expect(perSecond).toBeGreaterThan(1_000);
    expect(perSecond).toBeLessThan(2_500);
  });

  it('says when it is refused', async () => {
    const { host, port } = await broker();
    await expect(blast({ ...options, host, port, homes: [{ id: 'h1', token: 'x' }] })).rejects.toMatchObject({
      code: 'bus:client.refused',
    });
  });
});
