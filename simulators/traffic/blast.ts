import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { CodedError } from '../../twin/CodedError.ts';
import { METER_BYTES, METER_MODEL, meterMessages } from './meterMessages.ts';

export type BlastOptions = {
  readonly host: string;
  readonly port: number;
  /** Who the connections speak for, in turn; a null token comes without a name, for a broker that asks nobody. */
  readonly homes: readonly { readonly id: string; readonly token: string | null }[];
  readonly connections: number;
  /** Messages of one connection that may wait for their acknowledgement. */
  readonly window: number;
  /** Messages over all connections. */
  readonly messages: number;
  /** Messages a second over all connections; as fast as the broker takes them unless given. */
  readonly rate?: number;
  /** Meters of one home. */
  readonly meters?: number;
  /** Lists the meters as a bridge does before it starts, so that a twin knows them. */
  readonly announce?: boolean;
};

export type BlastResult = {
  readonly messages: number;
  readonly ms: number;
  readonly perSecond: number;
  /** From sending to acknowledgement, of every sixteenth message. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
};

const CONNACK_OK = '20020000';
const SAMPLED = 16;
const TICK_MS = 5;

/**
 * Publishes at QoS 1 as fast as a broker acknowledges, over bare sockets: a client library would be what is measured.
 * Messages are those of meters, 271 bytes of 11 properties.
 *
 * @throws CodedError `bus:client.refused` when a connection is not let in, `bus:stalled` when one ends early.
 */
export async function blast(options: BlastOptions): Promise<BlastResult> {
  const { connections, messages, homes } = options;
  const share = (index: number): number => Math.floor((messages + connections - 1 - index) / connections);
  const latencies: number[] = [];
  const publishers = Array.from({ length: connections }, (_, index) => {
    return new Publisher(options, homes[index % homes.length]!, { index, count: share(index), latencies });
  });
  try {
    await Promise.all(publishers.map((publisher) => publisher.open()));
    const began = performance.now();
    await Promise.all(publishers.map((publisher) => publisher.run()));
    const ms = performance.now() - began;
    return { messages, ms, perSecond: (messages / ms) * 1000, latencyMs: quantiles(latencies) };
  } finally {
    for (const publisher of publishers) publisher.close();
  }
}

type Part = { readonly index: number; readonly count: number; readonly latencies: number[] };

/** One connection. */
class Publisher {
  readonly #options: BlastOptions;
  readonly #home: BlastOptions['homes'][number];
  readonly #part: Part;
  readonly #socket: Socket;
  readonly #sentAt = new Float64Array(0x10000);
  readonly #meters: number;
  /** Packets of the meters of this connection: header and topic are fixed, identifier and payload are written over. */
  readonly #frames: readonly Buffer[];
  readonly #payloads: ReturnType<typeof meterMessages>;
  #sent = 0;
  #acknowledged = 0;
  #partial: Buffer = Buffer.alloc(0);
  #finish: (error?: Error) => void = () => {};

  constructor(options: BlastOptions, home: BlastOptions['homes'][number], part: Part) {
    this.#options = options;
    this.#home = home;
    this.#part = part;
    this.#meters = options.meters ?? 20;
    this.#frames = Array.from({ length: this.#meters }, (_, meter) =>
      publishFrame(this.#topic(`meter_${part.index}_${meter}`)),
    );
    this.#payloads = meterMessages(this.#meters);
    this.#socket = connect({ host: options.host, port: options.port, noDelay: true });
    // What goes wrong ends the connection, and that is noticed.
    this.#socket.on('error', () => {});
  }

  async open(): Promise<void> {
    const { id, token } = this.#home;
    this.#socket.write(connectFrame(`blast-${this.#part.index}`, token === null ? [] : [id, token]));
    const answer = await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]);
    if (!(answer[0] instanceof Buffer && answer[0].toString('hex') === CONNACK_OK)) {
      throw new CodedError(
        'bus:client.refused',
        `the broker at \`${this.#options.host}:${this.#options.port}\` refuses us`,
      );
    }
    if (this.#options.announce && this.#part.index < this.#options.homes.length) await this.#announce();
  }

  async run(): Promise<void> {
    if (this.#part.count === 0) return;
    const { rate, connections, window } = this.#options;
    const began = performance.now();
    const allowed = (): number =>
      rate === undefined
        ? this.#part.count
        : Math.floor(((performance.now() - began) / 1000) * (rate / connections)) + 1;
    const send = (): void => {
      const room = window - (this.#sent - this.#acknowledged);
      this.#send(Math.min(room, Math.min(allowed(), this.#part.count) - this.#sent));
    };
    const pacing = rate === undefined ? undefined : setInterval(send, TICK_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = (error) => (error === undefined ? resolve() : reject(error));
        this.#socket.on('data', (chunk: Buffer) => {
          this.#take(chunk);
          send();
        });
        this.#socket.once('close', () =>
          this.#finish(new CodedError('bus:stalled', 'the broker ended the connection')),
        );
        send();
      });
    } finally {
      clearInterval(pacing);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(count: number): void {
    if (count <= 0) return;
    const packets: Buffer[] = [];
    const now = performance.now();
    for (let index = 0; index < count; index++) {
      const meter = this.#sent % this.#meters;
      // MQTT's identifiers begin at 1.
      const id = (this.#sent % 0xffff) + 1;
      const packet = Buffer.from(this.#frames[meter]!);
      packet.writeUInt16BE(id, packet.length - METER_BYTES - 2);
      this.#payloads.write(packet, packet.length - METER_BYTES, meter);
      packets.push(packet);
      this.#sentAt[id] = now;
      this.#sent += 1;
    }
    this.#socket.write(Buffer.concat(packets));
  }

  /** Reads PUBACKs, of four bytes each. */
  #take(chunk: Buffer): void {
    const bytes = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    const now = performance.now();
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4) {
      this.#acknowledged += 1;
      if (this.#acknowledged % SAMPLED === 0)
        this.#part.latencies.push(now - this.#sentAt[bytes.readUInt16BE(at + 2)]!);
    }
    this.#partial = bytes.subarray(at);
    if (this.#acknowledged === this.#part.count) this.#finish();
  }

  /** Sends the list of all meters of this home, those of other connections too, and waits until it is taken. */
  async #announce(): Promise<void> {
    const { connections, homes } = this.#options;
    const own = Array.from({ length: connections }, (_, index) => index).filter(
      (index) => index % homes.length === this.#part.index,
    );
    const devices = own.flatMap((index) => Array.from({ length: this.#meters }, (_, meter) => listed(index, meter)));
    this.#socket.write(
      frame(0x33, text(this.#topic('bridge/devices')), Buffer.from([0, 1]), Buffer.from(JSON.stringify(devices))),
    );
    await once(this.#socket, 'data');
  }

  #topic(name: string): string {
    return `homes/${this.#home.id}/zigbee2mqtt/${name}`;
  }
}

function listed(connection: number, meter: number): object {
  const address = `0x${(0x00158d0000000000n + BigInt(connection * 0x10000 + meter)).toString(16).padStart(16, '0')}`;
  return {
    ieee_address: address,
    type: 'Router',
    network_address: connection * 1000 + meter,
    supported: true,
    friendly_name: `meter_${connection}_${meter}`,
    definition: { model: METER_MODEL, vendor: 'Aqara', description: 'Smart plug', exposes: [], options: [] },
    interview_completed: true,
  };
}

function publishFrame(topic: string): Buffer {
  return frame(0x32, text(topic), Buffer.alloc(2 + METER_BYTES));
}

function connectFrame(clientId: string, login: readonly string[]): Buffer {
  const flags = 0x02 | (login.length > 0 ? 0xc0 : 0);
  return frame(0x10, text('MQTT'), Buffer.from([4, flags, 0, 0]), ...[clientId, ...login].map(text));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

function frame(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = [type];
  for (let rest = body.length; ; rest >>= 7) {
    header.push(rest < 128 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 128) return Buffer.concat([Buffer.from(header), body]);
  }
}

function quantiles(latencies: number[]): BlastResult['latencyMs'] {
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(Math.floor(latencies.length * share), latencies.length - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Run as a process of its own: homes as JSON on standard input, the result as JSON on standard output. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '1883' },
      connections: { type: 'string', default: '8' },
      window: { type: 'string', default: '200' },
      messages: { type: 'string', default: '100000' },
      meters: { type: 'string', default: '20' },
      rate: { type: 'string' },
      announce: { type: 'boolean', default: false },
    },
  });
  const { rate, host, announce } = values;
  const result = await blast({
    host,
    announce,
    homes: JSON.parse(readFileSync(0, 'utf8')) as BlastOptions['homes'],
    port: Number(values.port),
    connections: Number(values.connections),
    window: Number(values.window),
    messages: Number(values.messages),
    meters: Number(values.meters),
    ...(rate === undefined ? {} : { rate: Number(rate) }),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

if (import.meta.main) await main();
