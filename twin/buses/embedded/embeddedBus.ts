import { createServer, type Server, type Socket } from 'node:net';
import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes';
import { CodedError, invariant } from '../../CodedError.ts';
import type { AuthenticateClient, BusRefusal, MessageBus, MessageHandler } from '../../MessageBus.ts';
import { placeTopic, type TopicPlace } from '../placeTopic.ts';
import { Admission, type Peer, scopedClientId, type Turned } from './Admission.ts';
import { BUS_LIMITS, type BusLimits } from './BusLimits.ts';
import { judgeMessage, judgeSubscription, mayReceive, type Refused } from './gate.ts';
import { HomeSessions } from './HomeSessions.ts';
import { type Address, listen } from './listen.ts';
import { PacketLengths } from './PacketLengths.ts';

export type EmbeddedBusOptions = {
  readonly host: string;
  /** 0 takes any free port; `address` tells which. */
  readonly port: number;
  readonly authenticate: AuthenticateClient;
  /** The home that the bare `zigbee2mqtt/` belongs to; with null it belongs to nobody. */
  readonly bareTopicsHome: string | null;
  /** What one client or home may take up; each has a default. */
  readonly limits?: Partial<BusLimits>;
  readonly now?: () => number;
};

/** What the bus counted since its start; `connections` is of now. */
type BusCounts = {
  readonly connections: number;
  readonly messagesIn: number;
  readonly refused: number;
  /** Messages that found their home's queue or retained store full. */
  readonly dropped: number;
};

/** A message bus in this process. */
export type EmbeddedBus = MessageBus & {
  /** Where it listens; known once started. */
  readonly address: Address;
  counts(): BusCounts;
};

/** CONNECT comes from somebody still unknown, and holds a name, a password and a will. */
const CONNECT_BYTES = 16 * 1024;
/** Where refused messages go on, so that the broker acknowledges them: nobody can subscribe to it. */
const NOWHERE = '$refused';
/** Ends of connections that mean nothing bad. */
const ORDINARY = new Set(['keep alive timeout', 'connection closed', 'drain timeout']);

/**
 * A broker for MQTT 3.1.1 in this process. A client speaks for one home: it publishes and subscribes below
 * `homes/<home>/` only, and what it publishes elsewhere, or to command a device, is acknowledged, reported as a refusal
 * and goes to nobody. Version 5 and shared subscriptions are refused with a reason.
 *
 * @example
 * const bus = embeddedBus({ host: '127.0.0.1', port: 1883, authenticate, bareTopicsHome: 'demo' });
 * await bus.start((message) => intake.take(message), (refusal) => deadLetters.add(refusal));
 */
export function embeddedBus(options: EmbeddedBusOptions): EmbeddedBus {
  return new AedesBus(options);
}

class AedesBus implements EmbeddedBus {
  readonly #options: EmbeddedBusOptions;
  readonly #limits: BusLimits;
  readonly #now: () => number;
  readonly #sessions: HomeSessions;
  readonly #admission: Admission;
  readonly #verdicts = new WeakMap<Client, Peer | Turned>();
  readonly #sockets = new Set<Socket>();
  readonly #running = new Set<Promise<void>>();
  /** Messages at QoS 2 that are being handled, by client and identifier: their repeats wait for the same end. */
  readonly #exactlyOnce = new Map<string, Promise<void>>();
  #broker: Aedes | undefined;
  #server: Server | undefined;
  #handler: MessageHandler | undefined;
  #onRefusal: (refusal: BusRefusal) => void = () => {};
  #address: Address | undefined;
  #messagesIn = 0;
  #refused = 0;
  #isClosing = false;

  constructor(options: EmbeddedBusOptions) {
    this.#options = options;
    this.#limits = { ...BUS_LIMITS, ...options.limits };
    this.#now = options.now ?? Date.now;
    this.#sessions = new HomeSessions(options.bareTopicsHome, this.#limits);
    this.#admission = new Admission({ ...this.#limits, authenticate: options.authenticate });
  }

  get address(): Address {
    invariant(this.#address, 'the bus has an address once it is started');
    return this.#address;
  }

  counts(): BusCounts {
    return {
      connections: this.#sockets.size,
      messagesIn: this.#messagesIn,
      refused: this.#refused,
      dropped: this.#sessions.dropped,
    };
  }

  async start(handler: MessageHandler, onRefusal: (refusal: BusRefusal) => void): Promise<void> {
    invariant(this.#broker === undefined, 'a bus starts once');
    this.#handler = handler;
    this.#onRefusal = onRefusal;
    const broker = await Aedes.createBroker({
      persistence: this.#sessions,
      // No ceiling shared by all clients: a slow reader holds up the publishers of its own home only.
      concurrency: 0,
      drainTimeout: this.#limits.slowClientMs,
      connectTimeout: 10_000,
      queueLimit: 1_000,
      preConnect: (client, packet, done) => this.#meet(client, packet, done),
      authenticate: (client, _username, _password, done) => this.#answerConnect(client, done),
      authorizePublish: (client, packet, done) => this.#take(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#grant(client, subscription)),
      authorizeForward: (client, packet) => {
        const peer = this.#peer(client);
        return peer !== undefined && mayReceive(peer, packet.topic, this.#options.bareTopicsHome) ? packet : null;
      },
    });
    broker.on('unsubscribe', (topics, client) => this.#forgetSubscriptions(client, topics));
    broker.on('clientError', (client, error) => this.#reportBroken(client, error));
    broker.on('connectionError', (client, error) => this.#reportBroken(client, error));
    this.#broker = broker;
    this.#server = createServer((socket) => this.#accept(broker, socket));
    this.#server.maxConnections = this.#limits.connections;
    this.#address = await listen(this.#server, this.#options);
  }

  async send(home: string, topic: string, payload: Uint8Array): Promise<void> {
    const named = `homes/${home}/${topic}`;
    invariant(placeTopic(named, null)?.home === home, `\`${named}\` is a topic of home \`${home}\``);
    const isBareToo = home === this.#options.bareTopicsHome && placeTopic(topic, home) !== null;
    for (const name of isBareToo ? [named, topic] : [named]) await this.#publish(name, payload);
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => {
      if (this.#server?.listening) this.#server.close(() => resolve());
      else resolve();
    });
    await Promise.allSettled(this.#running);
    // The acknowledgements of what just ended go out before the connections do.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => (this.#broker ? this.#broker.close(resolve) : resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(broker: Aedes, socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const lengths = new PacketLengths(CONNECT_BYTES, this.#limits.packetBytes);
    const read = socket.read.bind(socket);
    socket.read = (size?: number): unknown => {
      const chunk: Buffer | null = read(size);
      if (chunk === null || lengths.accept(chunk)) return chunk;
      const detail = `a packet is longer than ${this.#limits.packetBytes} bytes, or CONNECT than ${CONNECT_BYTES}`;
      this.#refuse('client.refused', null, '', detail);
      socket.destroy();
      return null;
    };
    broker.handle(socket);
  }

  #meet(client: Client, packet: ConnectPacket, done: (error: Error | null, isMet: boolean) => void): void {
    const verdict = this.#admission.admit(packet, client.conn as Socket);
    this.#verdicts.set(client, verdict);
    if (verdict.kind === 'turned') this.#refuse('client.refused', verdict.home, '', verdict.reason);
    packet.clientId = scopedClientId(verdict, packet.clientId);
    // The broker answers versions itself, and would take 3.1 for one it speaks.
    if (verdict.kind === 'turned' && verdict.returnCode === 1) Object.assign(packet, { protocolVersion: 0 });
    done(null, true);
  }

  #answerConnect(client: Client, done: (error: AuthenticateError | null, isIn: boolean) => void): void {
    const verdict = this.#verdicts.get(client);
    if (verdict?.kind === 'peer') {
      done(null, true);
      return;
    }
    const { reason, returnCode = 5 } = verdict ?? {};
    done(Object.assign(new Error(reason), { returnCode }) as AuthenticateError, false);
  }

  /** Takes a message in, or a will that comes due: both pass the same gate. */
  #take(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    if (this.#isClosing) return;
    const peer = this.#peer(client);
    if (client === null || peer === undefined || packet.topic.includes('\0')) {
      done(new Error('a message comes from a client, on a topic without null characters'));
      return;
    }
    this.#messagesIn += 1;
    const settle = peer.replies.reserve(done);
    const duplicate = packet.dup;
    packet.dup = false;
    const verdict = judgeMessage(peer, packet.topic, this.#options.bareTopicsHome);
    if (packet.qos === 2 && this.#sessions.hasIncoming(client.id, packet.messageId ?? 0)) {
      settle(null);
    } else if (verdict.kind === 'refused') {
      this.#withhold(packet, peer, verdict);
      settle(null);
    } else {
      this.#handle(client, packet, verdict.place, duplicate).then(
        () => settle(null),
        // At QoS 0 nothing is promised; and to close the connection would lose what comes behind, such as an alarm.
        (cause) => settle(packet.qos === 0 ? null : notTaken(cause)),
      );
    }
  }

  /** Refuses a message in a way that its sender takes for done: it would send it again for ever otherwise. */
  #withhold(packet: PublishPacket, { home }: Peer, { code, detail }: Refused): void {
    this.#refuse(code, home, packet.topic, detail);
    packet.topic = NOWHERE;
    packet.retain = false;
  }

  #handle(client: Client, packet: PublishPacket, place: TopicPlace, duplicate: boolean): Promise<void> {
    const { qos, retain, messageId } = packet;
    const key = qos === 2 ? `${client.id}\n${messageId}` : undefined;
    const earlier = key === undefined ? undefined : this.#exactlyOnce.get(key);
    if (earlier !== undefined) return earlier;
    invariant(this.#handler, 'a bus that takes messages is started');
    const payload = packet.payload as Buffer;
    const { home, topic } = place;
    const handled = this.#handler({ home, topic, payload, retain, duplicate, receivedAt: this.#now() });
    this.#running.add(handled);
    const forget = (): void => {
      this.#running.delete(handled);
      // The broker stores the identifier right after the reply; until then this is what knows of it.
      if (key !== undefined) setImmediate(() => this.#exactlyOnce.delete(key));
    };
    handled.then(forget, forget);
    if (key !== undefined) this.#exactlyOnce.set(key, handled);
    return handled;
  }

  #grant(client: Client, subscription: Subscription): Subscription | null {
    const peer = this.#peer(client);
    invariant(peer, 'who subscribes was let in');
    const { topic } = subscription;
    const { bareTopicsHome } = this.#options;
    const verdict = judgeSubscription(peer, topic, { bareTopicsHome, most: this.#limits.subscriptionsPerClient });
    if (verdict.kind === 'passed') {
      peer.subscriptions.add(topic);
      return subscription;
    }
    this.#refuse(verdict.code, peer.home, topic, verdict.detail);
    return null;
  }

  #forgetSubscriptions(client: Client, topics: readonly string[]): void {
    const peer = this.#peer(client);
    for (const topic of topics) peer?.subscriptions.delete(topic);
  }

  #peer(client: Client | null): Peer | undefined {
    const verdict = client === null ? undefined : this.#verdicts.get(client);
    return verdict?.kind === 'peer' ? verdict : undefined;
  }

  #publish(topic: string, payload: Uint8Array): Promise<void> {
    const broker = this.#broker;
    invariant(broker, 'a bus that sends is started');
    const packet: PublishPacket = {
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      retain: false,
      dup: false,
    };
    return new Promise((resolve, reject) => {
      broker.publish(packet, (cause) => {
        if (!cause) return resolve();
        reject(new CodedError('bus:not_sent', `\`${topic}\` could not be sent`, { cause }));
      });
    });
  }

  #reportBroken(client: Client, error: Error & { code?: unknown }): void {
    const verdict = this.#verdicts.get(client);
    // Those turned away are reported already; errors with a code are ours or the network's.
    if (verdict?.kind === 'turned' || error.code !== undefined || ORDINARY.has(error.message)) return;
    this.#refuse('client.refused', verdict?.home ?? null, '', error.message);
  }

  #refuse(code: BusRefusal['code'], home: string | null, topic: string, detail: string): void {
    this.#refused += 1;
    this.#onRefusal({ code, home, topic, detail, receivedAt: this.#now() });
  }
}

function notTaken(cause: unknown): CodedError {
  return new CodedError('bus:message.not_taken', 'the message could not be stored', { cause });
}
