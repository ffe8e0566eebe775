import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { CodedError, invariant } from '../../CodedError.ts';
import type { BusRefusal, MessageBus, MessageHandler } from '../../MessageBus.ts';
import { InOrder } from '../InOrder.ts';
import { foreignCode, placeTopic } from '../placeTopic.ts';

export type MqttBusOptions = {
  /** Such as `mqtts://broker.example:8883`. */
  readonly url: string;
  /** Names the session at the broker: the same at every start, and used by one process at a time. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** How long the broker keeps messages for a bus that is away. */
  readonly sessionExpirySeconds?: number;
  /** Messages that may be in the hands of the handler at once. */
  readonly receiveMaximum?: number;
  readonly connectTimeoutMs?: number;
  readonly now?: () => number;
};

const FILTERS = ['homes/+/zigbee2mqtt/#', 'homes/+/homeassistant/#'];
const PACKET_BYTES = 4 * 1024 * 1024;

/**
 * A bus over any broker that speaks MQTT 5. It holds a session there, so that the broker keeps what comes while it is
 * away, and acknowledges what the handler has taken.
 *
 * Who may publish what is for the broker to say: give each home's clients rights below `homes/<home>/` only, and none
 * to publish on `/set`. A foreign command that comes through is reported, but by then devices have it.
 *
 * @throws CodedError `bus:broker.unreachable`, `bus:broker.refused` when it cannot start.
 */
export function mqttBus(options: MqttBusOptions): MessageBus {
  return new BrokerBus(options);
}

class BrokerBus implements MessageBus {
  readonly #options: MqttBusOptions;
  readonly #now: () => number;
  readonly #running = new Set<Promise<void>>();
  #client: MqttClient | undefined;
  #handler: MessageHandler | undefined;
  #onRefusal: (refusal: BusRefusal) => void = () => {};
  #replies = new InOrder();
  #isClosing = false;

  constructor(options: MqttBusOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async start(handler: MessageHandler, onRefusal: (refusal: BusRefusal) => void): Promise<void> {
    invariant(this.#client === undefined, 'a bus starts once');
    this.#handler = handler;
    this.#onRefusal = onRefusal;
    const client = mqtt.connect(this.#options.url, clientOptions(this.#options));
    this.#client = client;
    client.on('connect', () => {
      // What the last connection left unacknowledged is sent again on this one.
      this.#replies = new InOrder();
    });
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'publish') this.#take(client, packet);
    });
    try {
      await connected(client);
      // Own commands do not come back; retained states come at every start, as whoever has them may take them again.
      await client.subscribeAsync(FILTERS, { qos: 1, nl: true, rap: true, rh: 0 });
    } catch (cause) {
      client.end(true);
      throw startProblem(cause, this.#options.url);
    }
    // Without a listener a failed attempt to reconnect would end the process; the client tries again by itself.
    client.on('error', () => {});
  }

  async send(home: string, topic: string, payload: Uint8Array): Promise<void> {
    invariant(this.#client, 'a bus that sends is started');
    const named = `homes/${home}/${topic}`;
    invariant(placeTopic(named, null)?.home === home, `\`${named}\` is a topic of home \`${home}\``);
    await this.#client.publishAsync(named, Buffer.from(payload), { qos: 1 });
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    await Promise.allSettled(this.#running);
    // Acknowledgements follow their handler in the same turn; then the connection may go.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#client?.endAsync();
  }

  #take(client: MqttClient, packet: IPublishPacket): void {
    const { messageId, qos } = packet;
    const { stream } = client;
    // The client acknowledges by itself and one message at a time, so that a handler that takes 5 ms would allow 200
    // messages a second. At QoS 0 it lets go of the message, and the acknowledgement is written here.
    packet.qos = 0;
    if (this.#isClosing) return;
    const settle = this.#replies.reserve((error) => {
      if (error !== null) stream.destroy();
      else if (qos > 0 && messageId !== undefined && client.stream === stream) stream.write(puback(messageId));
    });
    this.#handle(packet).then(
      () => settle(null),
      (error: Error) => settle(error),
    );
  }

  async #handle({ topic, payload, retain, dup }: IPublishPacket): Promise<void> {
    const receivedAt = this.#now();
    const place = placeTopic(topic, null);
    if (place === null) return;
    const code = foreignCode(place.topic);
    if (code) {
      const detail = 'commands come from Twinward alone; the broker let this one through to the device';
      this.#onRefusal({ home: place.home, code, topic, detail, receivedAt });
      return;
    }
    invariant(this.#handler, 'a bus that takes messages is started');
    const bytes = Buffer.from(payload);
    const { home, topic: below } = place;
    const handled = this.#handler({ home, topic: below, payload: bytes, retain, duplicate: dup, receivedAt });
    this.#running.add(handled);
    try {
      await handled;
    } finally {
      this.#running.delete(handled);
    }
  }
}

function clientOptions(options: MqttBusOptions): IClientOptions {
  const { clientId, username, password } = options;
  return {
    protocolVersion: 5,
    clientId,
    clean: false,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    reconnectPeriod: 1_000,
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    properties: {
      sessionExpiryInterval: options.sessionExpirySeconds ?? 7 * 24 * 3600,
      receiveMaximum: options.receiveMaximum ?? 1_000,
      maximumPacketSize: PACKET_BYTES,
    },
  };
}

async function connected(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('the broker did not answer, or closed the connection')));
  });
}

function startProblem(cause: unknown, url: string): CodedError {
  const { host } = new URL(url);
  // The broker's own refusals carry a number, those of the network a name such as ECONNREFUSED.
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'number') {
    const hint = 'check user name, password and access list at the broker';
    return new CodedError('bus:broker.refused', `the broker at \`${host}\` refuses: ${cause.message}`, { cause, hint });
  }
  const hint = 'check that a broker for MQTT 5 runs there';
  return new CodedError('bus:broker.unreachable', `no broker answers at \`${host}\``, { cause, hint });
}

function puback(messageId: number): Buffer {
  return Buffer.of(0x40, 2, messageId >> 8, messageId & 0xff);
}
