import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectDevice, messageBusCases } from '../twin/buses/MessageBus.cases.ts';
import { type MqttBusOptions, mqttBus } from '../twin/buses/mqtt/mqttBus.ts';
import type { BusMessage, MessageBus, MessageHandler } from '../twin/MessageBus.ts';

const mosquitto = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/opt/homebrew/sbin']
  .map((folder) => join(folder, 'mosquitto'))
  .find((path) => existsSync(path));

if (mosquitto === undefined) {
  throw new Error('mosquitto is not installed: `apt-get install mosquitto`');
}
brokerCases(mosquitto);

function brokerCases(binary: string): void {
  messageBusCases('the bus over mosquitto', async () => {
    const broker = await startBroker(binary);
    const bus = mqttBus(busOptions(broker.port));
    return {
      bus,
      start: (handler, onRefusal) => bus.start(handler, onRefusal),
      device: () => ({ host: '127.0.0.1', port: broker.port }),
      stop: async () => {
        await bus.close();
        await broker.stop();
      },
    };
  });

  describe('the bus over mosquitto, by itself', () => {
    const ends: (() => unknown)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0).reverse()) await end();
    });

    const broker = async (port?: number): Promise<Broker> => {
      const started = await startBroker(binary, port);
      ends.push(() => started.stop());
      return started;
    };
    const startBus = async (port: number, handler: MessageHandler, more: Partial<MqttBusOptions> = {}) => {
      const bus: MessageBus = mqttBus({ ...busOptions(port), ...more });
      await bus.start(handler, () => {});
      ends.push(() => bus.close());
      return bus;
    };
    const device = async (port: number) => {
      const client = await connectDevice({ host: '127.0.0.1', port });
      ends.push(() => client.end(true));
      return client;
    };
    const text = ({ payload }: BusMessage) => Buffer.from(payload).toString();

    it('gets what was sent while it was away', async () => {
      const { port } = await broker();
      const seen: string[] = [];
      const handler: MessageHandler = async (message) => void seen.push(text(message));
      await (await startBus(port, handler)).close();
      await (await device(port)).publishAsync('homes/h1/zigbee2mqtt/lamp', 'meanwhile', { qos: 1 });
      await startBus(port, handler);
      await vi.waitFor(() => expect(seen).toEqual(['meanwhile']));
    });

    it('gets a message again, as a duplicate, whose handler failed', async () => {
      const { port } = await broker();
      const seen: boolean[] = [];
      await startBus(port, async ({ duplicate }) => {
        seen.push(duplicate);
        if (seen.length === 1) throw new Error('disk full');
      });
      await (await device(port)).publishAsync('homes/h1/zigbee2mqtt/lamp', '{}', { qos: 1 });
      await vi.waitFor(() => expect(seen).toEqual([false, true]), 5_000);
    });

    it('has as many messages in the hands of its handler as it allows, and no more', async () => {
      const { port } = await broker();
      const releases: (() => void)[] = [];
      await startBus(port, () => new Promise((resolve) => releases.push(resolve)), { receiveMaximum: 10 });
      const client = await device(port);
      for (let sent = 0; sent < 30; sent++) client.publish('homes/h1/zigbee2mqtt/lamp', String(sent), { qos: 1 });
      await vi.waitFor(() => expect(releases).toHaveLength(10));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(releases).toHaveLength(10);
      for (let released = 0; released < 30; released++) {
        await vi.waitFor(() => expect(releases.length).toBeGreaterThan(released));
        releases[released]!();
      }
      expect(releases).toHaveLength(30);
    });

    it('goes on when the broker comes back after a restart', async () => {
      const first = await broker();
      const seen: string[] = [];
      const bus = await startBus(first.port, async (message) => void seen.push(text(message)));
      await first.stop();
      await broker(first.port);
      const client = await device(first.port);
      // The broker has forgotten the session: until the bus subscribes anew, messages go to nobody.
      await vi.waitFor(async () => {
        await client.publishAsync('homes/h1/zigbee2mqtt/lamp', 'after', { qos: 1 });
        expect(seen).toContain('after');
      }, 10_000);
      await bus.send('h1', 'zigbee2mqtt/lamp/set', Buffer.from('{}'));
    });

    it('takes retained messages, and says that they are', async () => {
      const { port } = await broker();
      const client = await device(port);
      await client.publishAsync('homes/h1/zigbee2mqtt/bridge/state', 'online', { qos: 1, retain: true });
      const seen: BusMessage[] = [];
      await startBus(port, async (message) => void seen.push(message));
      await vi.waitFor(() => expect(seen).toMatchObject([{ topic: 'zigbee2mqtt/bridge/state', retain: true }]));
    });
  });
}

describe('the bus over a broker that is not there', () => {
  it('says where it looked', async () => {
    const bus = mqttBus(busOptions(await freePort()));
    await expect(
      bus.start(
        async () => {},
        () => {},
      ),
    ).rejects.toMatchObject({
      code: 'bus:broker.unreachable',
      message: expect.stringContaining('127.0.0.1'),
    });
    await bus.close();
  });
});

function busOptions(port: number): MqttBusOptions {
  return { url: `mqtt://127.0.0.1:${port}`, clientId: 'twinward', connectTimeoutMs: 3_000 };
}

type Broker = { readonly port: number; stop(): Promise<void> };

/** Starts a real mosquitto in an empty folder, on a port that is free. */
async function startBroker(binary: string, wanted?: number): Promise<Broker> {
  const port = wanted ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const child = spawn(binary, ['-c', config], { stdio: 'ignore' });
  await vi.waitFor(() => answers(port, child), { timeout: 5_000, interval: 10 });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  return { port, stop };
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  expect(child.exitCode, 'mosquitto runs').toBeNull();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect').finally(() => socket.destroy());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
