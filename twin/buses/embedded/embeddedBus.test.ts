import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuthenticateClient, BusMessage, BusRefusal, MessageHandler } from '../../MessageBus.ts';
import { connectDevice, inbox, messageBusCases } from '../MessageBus.cases.ts';
import { type EmbeddedBus, type EmbeddedBusOptions, embeddedBus } from './embeddedBus.ts';

/** Every home's token is its id backwards; who has no name speaks for the demo home. */
const authenticate: AuthenticateClient = ({ username, password, loopback }) => {
  if (username === null) {
    return loopback ? { kind: 'home', home: 'demo' } : { kind: 'refused', reason: 'a name is needed' };
  }
  const isRight = password === [...username].reverse().join('');
  return isRight ? { kind: 'home', home: username } : { kind: 'refused', reason: `wrong token for \`${username}\`` };
};
const options: EmbeddedBusOptions = { host: '127.0.0.1', port: 0, authenticate, bareTopicsHome: 'demo' };
const credentials = (home: string) => ({ username: home, password: [...home].reverse().join('') });

messageBusCases('the embedded bus', async () => {
  const bus = embeddedBus(options);
  return {
    bus,
    start: (handler, onRefusal) => bus.start(handler, onRefusal),
    device: (home) => ({ ...bus.address, ...credentials(home), protocolVersion: 4 }),
    stop: () => bus.close(),
  };
});

describe('the embedded bus, by itself', () => {
  let bus: EmbeddedBus;
  const ends: (() => unknown)[] = [];
  const messages: BusMessage[] = [];
  const refusals: BusRefusal[] = [];

  const keep: MessageHandler = async (message) => {
    messages.push(message);
  };
  const start = async (handler: MessageHandler = keep, more: Partial<EmbeddedBusOptions> = {}): Promise<void> => {
    bus = embeddedBus({ ...options, ...more });
    await bus.start(handler, (refusal) => refusals.push(refusal));
  };
  const device = async (home: string | null, more: IClientOptions = {}): Promise<MqttClient> => {
    const named = home === null ? {} : credentials(home);
    const client = await connectDevice({ ...bus.address, ...named, protocolVersion: 4, reconnectPeriod: 0, ...more });
    ends.push(() => client.end(true));
    return client;
  };
  const socket = async (): Promise<Socket> => {
    const raw = connect(bus.address.port, bus.address.host);
    raw.on('error', () => {});
    ends.push(() => raw.destroy());
    await once(raw, 'connect');
    return raw;
  };
  /** Writes bytes and gives what comes back, in hexadecimal, until the broker closes or `length` bytes are there. */
  const exchange = async (raw: Socket, bytes: Buffer, length = Number.POSITIVE_INFINITY): Promise<string> => {
    const chunks: Buffer[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    raw.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= length) resolve();
    });
    raw.on('close', () => resolve());
    raw.write(bytes);
    await promise;
    return Buffer.concat(chunks).toString('hex');
  };
  const texts = () => messages.map(({ payload }) => Buffer.from(payload).toString());
  const codes = () => refusals.map(({ code }) => code);

  beforeEach(() => {
    messages.length = 0;
    refusals.length = 0;
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) end();
    await bus.close();
  });

  describe('lets in', () => {
    it.each([
      ['version 5', connectPacket({ version: 5 }), '20020001', 'MQTT 5 is not spoken here; connect with MQTT 3.1.1'],
      [
        'version 3.1',
        connectPacket({ version: 3 }),
        '20020001',
        'MQTT 3.1 is not spoken here; connect with MQTT 3.1.1',
      ],
      [
        'a kept session without a client id',
        connectPacket({ clean: false }),
        '20020002',
        'a session can only be kept for a client with an id',
      ],
      ['a wrong password', connectPacket({ id: 'a', user: ['h1', 'no'] }), '20020004', 'wrong token for `h1`'],
      [
        'a home that cannot stand in a topic',
        connectPacket({ id: 'a', user: ['a/#', '#/a'] }),
        '20020005',
        '`a/#` cannot name a home in a topic',
      ],
    ])('nobody with %s, and says why', async (_, bytes, connack, reason) => {
      await start();
      expect(await exchange(await socket(), bytes)).toBe(connack);
      expect(refusals).toMatchObject([{ code: 'client.refused', detail: reason }]);
    });

    it('a client without an id when its session is clean', async () => {
      await start();
      expect(await exchange(await socket(), connectPacket({ user: ['h1', '1h'] }), 4)).toBe('20020000');
    });

    it('no more connections of one home than its limit, and again when one has ended', async () => {
      await start(keep, { limits: { connectionsPerHome: 2 } });
      const [first] = [await device('h1'), await device('h1')];
      await expect(device('h1')).rejects.toMatchObject({ code: 3 });
      await device('h2');
      await first.endAsync();
      await vi.waitFor(() => device('h1'));
    });

    it('no client to take over the session of another home by its id', async () => {
      await start();
      const own = await device('h1', { clientId: 'gateway' });
      const got = inbox(own);
      await own.subscribeAsync('homes/h1/#', { qos: 1 });
      const stranger = await device('h2', { clientId: 'gateway' });
      await bus.send('h1', 'zigbee2mqtt/lamp/set', Buffer.from('on'));
      await vi.waitFor(() => expect(got).toHaveLength(1));
      expect([own.connected, stranger.connected]).toEqual([true, true]);
    });

    it('nobody who sends or listens before it has said who it is, or says so falsely [SH-7-a] [SC-6.2.4]', async () => {
      await start(keep, { authenticate: (client) => authenticate({ ...client, loopback: false }) });
      const publish = publishPacket('homes/h1/zigbee2mqtt/lamp', 7, { qos: 1 });
      const subscribe = Buffer.from([0x82, 14, 0, 8, 0, 9, ...Buffer.from('homes/h1/'), 0]);
      for (const bytes of [publish, subscribe]) {
        expect(await exchange(await socket(), bytes)).toBe('');
        const [nameless, wrong] = [connectPacket({ id: 'a' }), connectPacket({ id: 'a', user: ['h1', 'no'] })];
        expect(await exchange(await socket(), Buffer.concat([nameless, bytes]))).toBe('20020005');
        expect(await exchange(await socket(), Buffer.concat([wrong, bytes]))).toBe('20020004');
      }
      expect(messages).toEqual([]);
      expect(bus.counts()).toMatchObject({ connections: 0, messagesIn: 0 });
      await (await device('h1')).publishAsync('homes/h1/zigbee2mqtt/lamp', 'known', { qos: 1 });
      expect(texts()).toEqual(['known']);
    });

    it('no client that floods it before it says who it is', async () => {
      await start();
      expect(await exchange(await socket(), Buffer.from([0x10, 0xff, 0xff, 0x7f]))).toBe('');
      expect(codes()).toEqual(['client.refused']);
    });
  });

  describe('on the way in', () => {
    it('acknowledges when the handler has ended, and not before', async () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      await start(() => held);
      const client = await device('h1');
      const acknowledged = vi.fn();
      const sent = client.publishAsync('homes/h1/zigbee2mqtt/lamp', '{}', { qos: 1 }).then(acknowledged);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(acknowledged).not.toHaveBeenCalled();
      release();
      await sent;
    });

    it('acknowledges in the order of the messages', async () => {
      const releases: (() => void)[] = [];
      await start(() => new Promise((resolve) => releases.push(resolve)));
      const raw = await socket();
      await exchange(raw, connectPacket({ id: 'a', user: ['h1', '1h'] }), 4);
      const acknowledged = exchange(raw, Buffer.concat([1, 2, 3].map((id) => publishPacket('homes/h1/a/b', id))), 12);
      await vi.waitFor(() => expect(releases).toHaveLength(3));
      for (const release of releases.reverse()) release();
      expect(await acknowledged).toBe('400200014002000240020003');
    });

    it('keeps the connection when a message at QoS 0 could not be stored, and takes what comes behind', async () => {
      await start(async (message) => {
        await keep(message);
        if (Buffer.from(message.payload).toString() === 'lost') throw new Error('disk full');
      });
      const client = await device('h1');
      client.publish('homes/h1/zigbee2mqtt/lamp', 'lost', { qos: 0 });
      await client.publishAsync('homes/h1/zigbee2mqtt/gas', 'alarm', { qos: 1 });
      expect(texts()).toEqual(['lost', 'alarm']);
      expect(client.connected).toBe(true);
    });

    it('takes a message at QoS 2 once, though it is repeated over two connections', async () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      await start(async (message) => {
        messages.push(message);
        await held;
      });
      const hello = connectPacket({ id: 'meter', clean: false, user: ['h1', '1h'] });
      const first = await socket();
      await exchange(first, hello, 4);
      first.write(publishPacket('homes/h1/zigbee2mqtt/meter', 7, { qos: 2 }));
      await vi.waitFor(() => expect(messages).toHaveLength(1));
      first.destroy();
      const second = await socket();
      await exchange(second, hello, 4);
      const received = exchange(second, publishPacket('homes/h1/zigbee2mqtt/meter', 7, { qos: 2, dup: true }), 4);
      release();
      expect(await received).toBe('50020007');
      expect(await exchange(second, publishPacket('homes/h1/zigbee2mqtt/meter', 7, { qos: 2, dup: true }), 4)).toBe(
        '50020007',
      );
      expect(await exchange(second, Buffer.from([0x62, 2, 0, 7]), 4)).toBe('70020007');
      await exchange(second, publishPacket('homes/h1/zigbee2mqtt/meter', 7, { qos: 2 }), 4);
      expect(messages.map(({ duplicate }) => duplicate)).toEqual([false, false]);
    });

    it('takes the bare topics for those of their home', async () => {
      await start();
      const client = await device(null);
      await client.publishAsync('zigbee2mqtt/lamp', 'bare', { qos: 1 });
      await (await device('demo')).publishAsync('homes/demo/zigbee2mqtt/lamp', 'named', { qos: 1 });
      expect(messages).toMatchObject([
        { home: 'demo', topic: 'zigbee2mqtt/lamp' },
        { home: 'demo', topic: 'zigbee2mqtt/lamp' },
      ]);
    });

    it('takes nothing but bare topics from a client without a name', async () => {
      await start();
      const client = await device(null);
      await client.publishAsync('homes/demo/zigbee2mqtt/lamp', '{}', { qos: 1 });
      expect(messages).toEqual([]);
      expect(codes()).toEqual(['topic.foreign_home']);
    });

    it('acknowledges what lies outside the own home, and gives it to nobody', async () => {
      await start();
      const [client, victim, demo] = [await device('h1'), await device('h2'), await device('demo')];
      const inboxes = [inbox(victim), inbox(demo), inbox(client)];
      await victim.subscribeAsync('homes/h2/#');
      await demo.subscribeAsync(['zigbee2mqtt/#', 'homes/demo/#']);
      await client.subscribeAsync('homes/h1/#');
      const foreign = ['homes/h2/zigbee2mqtt/lamp', 'zigbee2mqtt/lamp', 'homes/h2', '$SYS/x', '$refused', 'elsewhere'];
      for (const topic of foreign) {
        for (const qos of [0, 1, 2] as const) await client.publishAsync(topic, 'x', { qos, retain: true });
      }
      await client.publishAsync('homes/h1/zigbee2mqtt/lamp', 'own', { qos: 1 });
      await vi.waitFor(() => expect(inboxes[2]).toEqual(['homes/h1/zigbee2mqtt/lamp own']));
      const late = await device('h2');
      const lateInbox = inbox(late);
      await late.subscribeAsync('homes/h2/#');
      await bus.send('h2', 'zigbee2mqtt/lamp/set', Buffer.from('end'));
      await vi.waitFor(() => expect(lateInbox).toEqual(['homes/h2/zigbee2mqtt/lamp/set end']));
      expect(inboxes[0]).toEqual(['homes/h2/zigbee2mqtt/lamp/set end']);
      expect(inboxes[1]).toEqual([]);
      expect(texts()).toEqual(['own']);
      expect(refusals).toHaveLength(18);
      expect(new Set(codes())).toEqual(new Set(['topic.foreign_home']));
    });

    it('gives a foreign command to nobody: not to who listens, not to who was away, not to who comes later', async () => {
      await start();
      const away = await device('h1', { clientId: 'away', clean: false });
      await away.subscribeAsync('homes/h1/#', { qos: 1 });
      await away.endAsync();
      const [sender, listener] = [await device('h1'), await device('h1')];
      await listener.subscribeAsync('homes/h1/#', { qos: 2 });
      const heard = inbox(listener);
      for (const qos of [0, 1, 2] as const) {
        await sender.publishAsync('homes/h1/zigbee2mqtt/lock/set', '{"state":"UNLOCK"}', { qos, retain: true });
      }
      const back = await connectDeviceWithInbox({ clientId: 'away', clean: false });
      const late = await connectDeviceWithInbox({});
      await late.client.subscribeAsync('homes/h1/#', { qos: 1 });
      await sender.publishAsync('homes/h1/zigbee2mqtt/lamp', 'end', { qos: 1 });
      for (const got of [heard, back.got, late.got]) {
        await vi.waitFor(() => expect(got).toEqual(['homes/h1/zigbee2mqtt/lamp end']));
      }
      expect(codes()).toEqual(['command.foreign', 'command.foreign', 'command.foreign']);
    });

    it.each([
      ['homes/h1/zigbee2mqtt/gateway', []],
      ['homes/h1/zigbee2mqtt/lock/set', ['command.foreign']],
      ['homes/h2/zigbee2mqtt/lamp', ['topic.foreign_home']],
    ])('treats a will on `%s` like a message', async (topic, expected) => {
      await start();
      const watcher = await connectDeviceWithInbox({});
      await watcher.client.subscribeAsync('homes/h1/#');
      const victim = await device('h2');
      const victimInbox = inbox(victim);
      await victim.subscribeAsync('homes/h2/#');
      const client = await device('h1', { will: { topic, payload: Buffer.from('gone'), qos: 1, retain: true } });
      client.stream.destroy();
      await vi.waitFor(() => expect(messages.length + refusals.length).toBe(1));
      await bus.send('h1', 'zigbee2mqtt/x', Buffer.from('end'));
      await bus.send('h2', 'zigbee2mqtt/x', Buffer.from('end'));
      await vi.waitFor(() => expect(victimInbox).toEqual(['homes/h2/zigbee2mqtt/x end']));
      const own = expected.length === 0 ? ['homes/h1/zigbee2mqtt/gateway gone'] : [];
      await vi.waitFor(() => expect(watcher.got).toEqual([...own, 'homes/h1/zigbee2mqtt/x end']));
      expect(codes()).toEqual(expected);
      expect(texts()).toEqual(own.length === 1 ? ['gone'] : []);
    });

    it('closes a connection that sends more than the limit in one packet', async () => {
      await start(keep, { limits: { packetBytes: 1_000 } });
      const client = await device('h1');
      await client.publishAsync('homes/h1/a/b', Buffer.alloc(900), { qos: 1 });
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
      client.publish('homes/h1/a/b', Buffer.alloc(1_100), { qos: 1 });
      await closed;
      expect(messages).toHaveLength(1);
      expect(codes()).toEqual(['client.refused']);
    });

    it('closes a connection that breaks the protocol, and serves the others', async () => {
      await start();
      const raw = await socket();
      await exchange(raw, connectPacket({ id: 'a', user: ['h1', '1h'] }), 4);
      await exchange(raw, Buffer.from([0x36, 5, 0, 1, 97, 0, 1]));
      expect(refusals).toMatchObject([{ code: 'client.refused', home: 'h1' }]);
      await (await device('h1')).publishAsync('homes/h1/a/b', 'still here', { qos: 1 });
      expect(texts()).toEqual(['still here']);
    });
  });

  describe('on the way out', () => {
    it('refuses subscriptions that reach beyond the own home, and shared ones, each with its reason', async () => {
      await start();
      const client = await device('h1');
      const filters = [
        '#',
        'homes/#',
        'homes/+/zigbee2mqtt/#',
        'homes/h2/#',
        '+/h1/#',
        'zigbee2mqtt/#',
        '$SYS/#',
        '$share/group/homes/h1/#',
        '$refused',
      ];
      const granted = await grants(client, [...filters, 'homes/h1/zigbee2mqtt/#']);
      expect(granted).toEqual([...filters.map(() => 128), 1]);
      expect(codes()).toEqual(filters.map(() => 'subscription.refused'));
      expect(refusals.find(({ topic }) => topic.startsWith('$share'))!.detail).toBe(
        'shared subscriptions are not served; subscribe without `$share`',
      );
    });

    it('limits the subscriptions of a client', async () => {
      await start(keep, { limits: { subscriptionsPerClient: 2 } });
      const client = await device('h1');
      expect(await grants(client, ['homes/h1/a', 'homes/h1/b', 'homes/h1/c'])).toEqual([1, 1, 128]);
      await client.unsubscribeAsync('homes/h1/a');
      expect(await grants(client, ['homes/h1/c'])).toEqual([1]);
    });

    it('keeps a refused subscription out of a kept session too', async () => {
      await start();
      const hello = { clientId: 'kept', clean: false };
      const spy = await device('h1', hello);
      expect(await grants(spy, ['homes/h2/#', 'homes/h1/#'])).toEqual([128, 1]);
      await spy.endAsync();
      await (await device('h2')).publishAsync('homes/h2/zigbee2mqtt/door', 'secret', { qos: 1, retain: true });
      const back = await connectDeviceWithInbox(hello);
      await bus.send('h1', 'zigbee2mqtt/x', Buffer.from('end'));
      await vi.waitFor(() => expect(back.got).toEqual(['homes/h1/zigbee2mqtt/x end']));
    });

    it('keeps what it sends for a client that is away and kept its session', async () => {
      await start();
      const hello = { clientId: 'gateway', clean: false };
      const client = await device('h1', hello);
      await client.subscribeAsync('homes/h1/zigbee2mqtt/+/set', { qos: 1 });
      await client.endAsync();
      await bus.send('h1', 'zigbee2mqtt/lamp/set', Buffer.from('1'));
      await bus.send('h1', 'zigbee2mqtt/lamp/set', Buffer.from('2'));
      const back = await connectDeviceWithInbox(hello);
      await vi.waitFor(() =>
        expect(back.got).toEqual(['homes/h1/zigbee2mqtt/lamp/set 1', 'homes/h1/zigbee2mqtt/lamp/set 2']),
      );
    });

    it('sends to the bare topics of their home as well', async () => {
      await start();
      const client = await device(null);
      await client.subscribeAsync('zigbee2mqtt/#');
      const got = inbox(client);
      await bus.send('demo', 'zigbee2mqtt/lamp/set', Buffer.from('on'));
      await vi.waitFor(() => expect(got).toEqual(['zigbee2mqtt/lamp/set on']));
    });

    it('passes states on within their home, without the mark of a repeat, and keeps retained ones', async () => {
      await start();
      const watcher = await device('h1');
      await watcher.subscribeAsync('homes/h1/#', { qos: 1 });
      const repeats: boolean[] = [];
      watcher.on('message', (_topic, _payload, packet) => repeats.push(packet.dup));
      const raw = await socket();
      await exchange(raw, connectPacket({ id: 'a', user: ['h1', '1h'] }), 4);
      await exchange(raw, publishPacket('homes/h1/zigbee2mqtt/bridge/state', 1, { dup: true, retain: true }), 4);
      await vi.waitFor(() => expect(repeats).toEqual([false]));
      expect(messages).toMatchObject([{ duplicate: true, retain: true }]);
      const late = await connectDeviceWithInbox({});
      await late.client.subscribeAsync('homes/h1/#', { qos: 1 });
      await vi.waitFor(() => expect(late.got).toEqual(['homes/h1/zigbee2mqtt/bridge/state {}']));
    });

    it('lets a client that does not read hold up nobody but its own home', async () => {
      await start(keep, { limits: { slowClientMs: 60_000 } });
      const raw = await socket();
      await exchange(raw, connectPacket({ id: 'stuck', user: ['h1', '1h'] }), 4);
      const topic = Buffer.from('homes/h1/#');
      const subscribe = [0x82, 5 + topic.length, 0, 9, 0, topic.length, ...topic, 0];
      await exchange(raw, Buffer.from(subscribe), 5);
      raw.removeAllListeners('data');
      raw.pause();
      const [flooder, chatter] = [await device('h1'), await device('h1')];
      for (let sent = 0; sent < 200; sent++) flooder.publish('homes/h1/a/b', Buffer.alloc(100_000), { qos: 0 });
      const isStuck = async (): Promise<void> => {
        const before = messages.length;
        await new Promise((resolve) => setTimeout(resolve, 30));
        expect(messages.length).toBe(before);
      };
      await vi.waitFor(isStuck, 10_000);
      for (let sent = 0; sent < 500; sent++) chatter.publish('homes/h1/a/b', 'small', { qos: 0 });
      await vi.waitFor(() => expect(texts()).toContain('small'));
      const other = await device('h2');
      const heard = inbox(other);
      await other.subscribeAsync('homes/h2/#');
      for (let sent = 0; sent < 300; sent++) await other.publishAsync('homes/h2/a/b', 'x', { qos: 1 });
      await vi.waitFor(() => expect(heard).toHaveLength(300));
      expect(texts().filter((text) => text === 'x')).toHaveLength(300);
    });
  });

  describe('as a whole', () => {
    it('says which port is taken and what to set', async () => {
      await start();
      const second = embeddedBus({ ...options, port: bus.address.port });
      await expect(second.start(keep, () => {})).rejects.toMatchObject({
        code: 'bus:port.taken',
        message: expect.stringContaining(`\`${bus.address.port}\``),
        hint: expect.stringContaining('TWINWARD_MQTT_PORT'),
      });
      await second.close();
    });

    it('counts connections, messages and refusals', async () => {
      await start();
      const client = await device('h1');
      await client.publishAsync('homes/h1/a/b', 'x', { qos: 1 });
      await client.publishAsync('homes/h2/a/b', 'x', { qos: 1 });
      expect(bus.counts()).toEqual({ connections: 1, messagesIn: 2, refused: 1, dropped: 0 });
      await client.endAsync();
      await vi.waitFor(() => expect(bus.counts().connections).toBe(0));
    });

    it('takes no wills for messages when it closes itself', async () => {
      await start();
      await device('h1', { will: { topic: 'homes/h1/a/b', payload: Buffer.from('gone'), qos: 1, retain: false } });
      await bus.close();
      expect(messages).toEqual([]);
    });
  });

  /** A client of home h1 that hears everything from its first message, which may come with the connection. */
  const connectDeviceWithInbox = async (more: IClientOptions): Promise<{ client: MqttClient; got: string[] }> => {
    const client = mqtt.connect({
      ...bus.address,
      ...credentials('h1'),
      protocol: 'mqtt',
      protocolVersion: 4,
      ...more,
    });
    ends.push(() => client.end(true));
    const got = inbox(client);
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    return { client, got };
  };
});

/** What the broker grants for each filter: a quality of service, or 128 for a refusal. */
async function grants(client: MqttClient, filters: string[]): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'suback') resolve(packet.granted);
  });
  client.subscribe(filters, { qos: 1 }, () => {});
  return await promise;
}

type Hello = { version?: number; clean?: boolean; id?: string; user?: readonly [string, string] };

function connectPacket({ version = 4, clean = true, id = '', user }: Hello): Buffer {
  const flags = (clean ? 2 : 0) | (user === undefined ? 0 : 0xc0);
  const body = [
    text(version === 3 ? 'MQIsdp' : 'MQTT'),
    Buffer.from([version, flags, 0, 60]),
    ...(version === 5 ? [Buffer.from([0])] : []),
    ...[id, ...(user ?? [])].map(text),
  ];
  return frame(0x10, Buffer.concat(body));
}

function publishPacket(topic: string, id: number, { qos = 1, dup = false, retain = false } = {}): Buffer {
  const flags = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return frame(flags, Buffer.concat([text(topic), Buffer.from([id >> 8, id & 0xff]), Buffer.from('{}')]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A packet whose body is shorter than 128 bytes. */
function frame(first: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([first, body.length]), body]);
}
