import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BusMessage, BusRefusal, MessageBus, MessageHandler } from '../MessageBus.ts';

/** A bus with what its devices connect to; `start` passes on to the bus, `stop` ends all of it. */
export type BusUnderTest = {
  readonly bus: MessageBus;
  start(handler: MessageHandler, onRefusal: (refusal: BusRefusal) => void): Promise<void>;
  /** Options with which a device of a home connects; known once started. */
  device(home: string): IClientOptions & { readonly host: string; readonly port: number };
  stop(): Promise<void>;
};

/** Connects a real client; it is up when this resolves. */
export async function connectDevice(options: IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect({ protocol: 'mqtt', reconnectPeriod: 50, ...options });
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  return client;
}

/** The messages that a client gets from now on, as `topic payload`. */
export function inbox(client: MqttClient): string[] {
  const got: string[] = [];
  client.on('message', (topic, payload) => got.push(`${topic} ${payload}`));
  return got;
}

/** What every adapter of the port `MessageBus` does. */
export function messageBusCases(name: string, make: () => Promise<BusUnderTest>): void {
  describe(name, () => {
    let under: BusUnderTest;
    const clients: MqttClient[] = [];
    const messages: BusMessage[] = [];
    const refusals: BusRefusal[] = [];

    beforeEach(async () => {
      messages.length = 0;
      refusals.length = 0;
      under = await make();
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) client.end(true);
      await under.stop();
    });

    const keep: MessageHandler = async (message) => {
      messages.push(message);
    };
    const start = (handler: MessageHandler = keep) => under.start(handler, (refusal) => refusals.push(refusal));
    const device = async (home: string, options: IClientOptions = {}): Promise<MqttClient> => {
      const client = await connectDevice({ ...under.device(home), ...options });
      clients.push(client);
      return client;
    };
    const payloads = () => messages.map(({ payload }) => Buffer.from(payload).toString());

    it('hands a message over with its home, the topic below it and its bytes', async () => {
      await start();
      const before = Date.now();
      const client = await device('h1');
      await client.publishAsync('homes/h1/zigbee2mqtt/hall/lock', Buffer.of(0, 255, 123), { qos: 1 });
      await vi.waitFor(() => expect(messages).toHaveLength(1));
      const { receivedAt, payload, ...rest } = messages[0]!;
      expect(rest).toEqual({ home: 'h1', topic: 'zigbee2mqtt/hall/lock', retain: false, duplicate: false });
      expect([...payload]).toEqual([0, 255, 123]);
      expect(receivedAt).toBeGreaterThanOrEqual(before);
    });

    it('hands over each message once at every quality of service', async () => {
      await start();
      const client = await device('h1');
      for (const qos of [0, 1, 2] as const) {
        await client.publishAsync('homes/h1/zigbee2mqtt/lamp', `at ${qos}`, { qos });
      }
      await vi.waitFor(() => expect(payloads()).toEqual(['at 0', 'at 1', 'at 2']));
    });

    it('keeps the order of a client, however long a handler takes', async () => {
      const seen: string[] = [];
      await start(async ({ payload }) => {
        seen.push(Buffer.from(payload).toString());
        await new Promise((resolve) => setTimeout(resolve, seen.length % 3));
      });
      const client = await device('h1');
      const sent = Array.from({ length: 200 }, (_, index) => String(index));
      await Promise.all(sent.map((text) => client.publishAsync('homes/h1/zigbee2mqtt/lamp', text, { qos: 1 })));
      await vi.waitFor(() => expect(seen).toEqual(sent));
    });

    it('hands a message over again when its handler failed', async () => {
      const seen: string[] = [];
      await start(async ({ payload }) => {
        seen.push(Buffer.from(payload).toString());
        if (seen.length === 1) throw new Error('disk full');
      });
      const client = await device('h1', { clean: false, clientId: 'sensor' });
      await client.publishAsync('homes/h1/zigbee2mqtt/lamp', '{}', { qos: 1 });
      await vi.waitFor(() => expect(seen).toEqual(['{}', '{}']), 5_000);
    });

    it('takes messages of one client while another one waits', async () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      await start(async (message) => {
        messages.push(message);
        if (message.home === 'h1') await held;
      });
      const [slow, quick] = [await device('h1'), await device('h2')];
      const first = slow.publishAsync('homes/h1/zigbee2mqtt/lamp', 'slow', { qos: 1 });
      await vi.waitFor(() => expect(payloads()).toEqual(['slow']));
      await quick.publishAsync('homes/h2/zigbee2mqtt/lamp', 'quick', { qos: 1 });
      await vi.waitFor(() => expect(payloads()).toEqual(['slow', 'quick']));
      release();
      await first;
    });

    it('sends to the devices of one home', async () => {
      await start();
      const [own, other] = [await device('h1'), await device('h2')];
      await own.subscribeAsync('homes/h1/zigbee2mqtt/+/set', { qos: 1 });
      await other.subscribeAsync('homes/h2/#', { qos: 1 });
      const [ownInbox, otherInbox] = [inbox(own), inbox(other)];
      await under.bus.send('h1', 'zigbee2mqtt/lamp/set', Buffer.from('{"state":"ON"}'));
      await under.bus.send('h2', 'zigbee2mqtt/lamp/set', Buffer.from('last'));
      await vi.waitFor(() => expect(otherInbox).toEqual(['homes/h2/zigbee2mqtt/lamp/set last']));
      await vi.waitFor(() => expect(ownInbox).toEqual(['homes/h1/zigbee2mqtt/lamp/set {"state":"ON"}']));
      expect(messages).toEqual([]);
      expect(refusals).toEqual([]);
    });

    it('reports a command that is not its own, and does not hand it over', async () => {
      await start();
      const client = await device('h1');
      await client.publishAsync('homes/h1/zigbee2mqtt/hall/lock/set', '{"state":"UNLOCK"}', { qos: 1 });
      await client.publishAsync('homes/h1/zigbee2mqtt/bridge/request/permit_join', '{}', { qos: 1 });
      await client.publishAsync('homes/h1/zigbee2mqtt/lamp', 'after', { qos: 1 });
      await vi.waitFor(() => expect(payloads()).toEqual(['after']));
      expect(refusals.map(({ code }) => code)).toEqual(['command.foreign', 'request.foreign']);
      expect(refusals[0]!.topic).toBe('homes/h1/zigbee2mqtt/hall/lock/set');
      expect(JSON.stringify(refusals)).not.toContain('UNLOCK');
    });

    it('closes when the handlers that run have ended, and not before', async () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      const ends: string[] = [];
      await start(async (message) => {
        messages.push(message);
        await held;
        ends.push('handler');
      });
      const client = await device('h1');
      client.publish('homes/h1/zigbee2mqtt/lamp', '{}', { qos: 1 });
      await vi.waitFor(() => expect(messages).toHaveLength(1));
      const closed = under.bus.close().then(() => ends.push('bus'));
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(ends).toEqual([]);
      release();
      await closed;
      expect(ends).toEqual(['handler', 'bus']);
    });
  });
}
