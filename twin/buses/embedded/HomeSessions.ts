import { Readable } from 'node:stream';
import type { AedesPublishPacket, Subscription } from 'aedes';
import { matchesFilter, placeTopic } from '../placeTopic.ts';

/** How much the sessions and the retained messages of one home may hold. */
export type SessionLimits = {
  readonly sessionsPerHome: number;
  /** Messages waiting for one client that is away or slow; what comes on top is dropped. */
  readonly queuePerSession: number;
  readonly retainedPerHome: number;
  readonly retainedBytesPerHome: number;
};

/** A client as the broker names it here: its id opens with its home, as `<home>/<id>`. */
type SessionClient = { readonly id: string; readonly clean?: boolean; readonly closed?: boolean };
type Filter = { readonly topic: string; readonly levels: readonly string[]; readonly qos: number };
/** A message, or the PUBREL that took its place, waiting for a client's acknowledgement. */
type Outgoing = {
  readonly cmd?: string;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  messageId?: number | undefined;
};
/** `epoch` is the connection in which it was queued. */
type Waiting = { packet: Outgoing; readonly epoch: number };
type Session = {
  readonly id: string;
  readonly filters: Map<string, Filter>;
  outgoing: Waiting[];
  /** Counts the connections of the client. */
  epoch: number;
  /** Identifiers of messages at QoS 2 that are stored and not yet released. */
  readonly incoming: Set<number>;
};
type Home = {
  readonly sessions: Map<string, Session>;
  readonly retained: Map<string, AedesPublishPacket>;
  retainedBytes: number;
};

const NOBODY: readonly Session[] = [];

/**
 * Sessions and retained messages in memory, kept apart by home: the broker's persistence, in the shape that aedes asks
 * for. What a home holds is bounded, a message finds its sessions without looking at other homes, and no
 * subscription, granted or not, can reach across.
 */
export class HomeSessions {
  readonly #homes = new Map<string, Home>();
  readonly #bareTopicsHome: string | null;
  readonly #limits: SessionLimits;
  #isConnected: (clientId: string) => boolean = () => false;
  /** Messages that went into no queue and no retained store because their home was full. */
  dropped = 0;

  constructor(bareTopicsHome: string | null, limits: SessionLimits) {
    this.#bareTopicsHome = bareTopicsHome;
    this.#limits = limits;
  }

  async setup(broker: { readonly clients: Readonly<Record<string, unknown>> }): Promise<void> {
    this.#isConnected = (clientId) => broker.clients[clientId] !== undefined;
  }

  /** Whether a message at QoS 2 is here already, so that this one is its repeat. */
  hasIncoming(clientId: string, messageId: number): boolean {
    return this.#find(clientId)?.incoming.has(messageId) ?? false;
  }

  // Retained messages

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    const place = placeTopic(packet.topic, this.#bareTopicsHome);
    if (place === null) return;
    const home = this.#home(place.home);
    const bytes = packet.payload.length;
    const freed = home.retained.get(packet.topic)?.payload.length ?? 0;
    home.retained.delete(packet.topic);
    home.retainedBytes -= freed;
    if (bytes === 0) return this.#forgetIfEmpty(place.home);
    const { retainedPerHome, retainedBytesPerHome } = this.#limits;
    if (home.retained.size >= retainedPerHome || home.retainedBytes + bytes > retainedBytesPerHome) {
      this.dropped += 1;
      return;
    }
    home.retained.set(packet.topic, kept(packet));
    home.retainedBytes += bytes;
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(filters.flatMap((filter) => this.#retained(filter)));
  }

  #retained(filter: string): AedesPublishPacket[] {
    const place = placeTopic(filter, this.#bareTopicsHome);
    const retained = place === null ? undefined : this.#homes.get(place.home)?.retained;
    if (retained === undefined) return [];
    const levels = filter.split('/');
    return [...retained.values()].filter((packet) => matchesFilter(levels, packet.topic.split('/')));
  }

  // Subscriptions of kept sessions

  async addSubscriptions(client: SessionClient, subscriptions: readonly Subscription[]): Promise<void> {
    const session = this.#session(client.id);
    for (const { topic, qos } of subscriptions) {
      // The broker hands over the refused ones of the same packet too.
      if (placeTopic(topic, this.#bareTopicsHome)?.home !== homeOf(client.id)) continue;
      session.filters.set(topic, { topic, qos, levels: topic.split('/') });
    }
  }

  async removeSubscriptions(client: SessionClient, topics: readonly string[]): Promise<void> {
    const session = this.#find(client.id);
    for (const topic of topics) session?.filters.delete(topic);
  }

  async subscriptionsByClient(client: SessionClient): Promise<Subscription[]> {
    const filters = this.#find(client.id)?.filters.values() ?? [];
    return Array.from(filters, ({ topic, qos }) => ({ topic, qos }) as Subscription);
  }

  async subscriptionsByTopic(topic: string): Promise<readonly Session[]> {
    const place = placeTopic(topic, this.#bareTopicsHome);
    const home = place === null ? undefined : this.#homes.get(place.home);
    if (home === undefined || home.sessions.size === 0) return NOBODY;
    const levels = topic.split('/');
    const wants = (filter: Filter): boolean => filter.qos > 0 && matchesFilter(filter.levels, levels);
    return [...home.sessions.values()].filter((session) => session.filters.values().some(wants));
  }

  async cleanSubscriptions(client: SessionClient): Promise<void> {
    const session = this.#find(client.id);
    session?.filters.clear();
    // A clean session ends the kept one of the same name, with all that waited in it (MQTT-3.1.2-6).
    if (session !== undefined) session.outgoing = [];
  }

  // Messages on their way to clients

  async outgoingEnqueue({ clientId }: { readonly clientId: string }, packet: AedesPublishPacket): Promise<void> {
    this.#enqueue(this.#session(clientId), packet);
  }

  async outgoingEnqueueCombi(sessions: readonly Session[], packet: AedesPublishPacket): Promise<void> {
    for (const session of sessions) this.#enqueue(session, packet);
  }

  #enqueue(session: Session, packet: AedesPublishPacket): void {
    if (session.outgoing.length >= this.#limits.queuePerSession) this.dropped += 1;
    else session.outgoing.push({ packet: kept(packet), epoch: session.epoch });
  }

  async outgoingUpdate(client: SessionClient, packet: Outgoing): Promise<void> {
    const outgoing = this.#find(client.id)?.outgoing ?? [];
    const { brokerId, brokerCounter, messageId } = packet;
    const same = outgoing.find(
      ({ packet: waiting }) =>
        waiting.brokerId !== undefined && waiting.brokerId === brokerId && waiting.brokerCounter === brokerCounter,
    );
    if (same !== undefined) {
      same.packet.messageId = messageId;
      return;
    }
    const released = outgoing.find((waiting) => waiting.packet.messageId === messageId);
    if (released === undefined) throw new Error('the message is no longer in the queue of its client');
    released.packet = packet;
  }

  async outgoingClearMessageId(
    client: SessionClient,
    { messageId }: { readonly messageId?: number },
  ): Promise<Outgoing | undefined> {
    const outgoing = this.#find(client.id)?.outgoing;
    // A message without an identifier is a second match of one that waits: the first is to stay.
    if (outgoing === undefined || messageId === undefined) return undefined;
    const index = outgoing.findIndex(({ packet }) => packet.messageId === messageId);
    return index < 0 ? undefined : outgoing.splice(index, 1)[0]?.packet;
  }

  /** What waited while the client was away; what came since its subscriptions are in place reaches it by them. */
  outgoingStream(client: SessionClient): Readable {
    const { outgoing, epoch } = this.#find(client.id) ?? { outgoing: [], epoch: 0 };
    const earlier = outgoing.filter((waiting) => waiting.epoch < epoch);
    // What has an identifier went out before: it goes out again as a repeat (MQTT-3.3.1-1).
    return Readable.from(earlier.map(({ packet }) => ({ ...packet, dup: packet.messageId !== undefined })));
  }

  // Messages at QoS 2 on their way in

  async incomingStorePacket(client: SessionClient, { messageId }: { readonly messageId?: number }): Promise<void> {
    const isGone = client.clean === true && client.closed === true;
    if (messageId !== undefined && !isGone) this.#session(client.id).incoming.add(messageId);
  }

  async incomingGetPacket(client: SessionClient, { messageId = 0 }: { readonly messageId?: number }): Promise<object> {
    if (!this.hasIncoming(client.id, messageId)) throw new Error('no such message');
    return { messageId };
  }

  async incomingDelPacket(client: SessionClient, { messageId = 0 }: { readonly messageId?: number }): Promise<void> {
    this.#find(client.id)?.incoming.delete(messageId);
  }

  async cleanIncoming(client: SessionClient): Promise<void> {
    const session = this.#find(client.id);
    session?.incoming.clear();
    if (session === undefined || session.filters.size > 0 || session.outgoing.length > 0) return;
    const home = homeOf(client.id);
    this.#homes.get(home)?.sessions.delete(client.id);
    this.#forgetIfEmpty(home);
  }

  // Wills live and die with their connection, since all of this is in memory.

  async putWill(client: SessionClient, will: { clientId?: string }): Promise<void> {
    will.clientId = client.id;
  }

  /** Called when a client connects, as soon as its subscriptions are in place; and when it goes. */
  async delWill(client: SessionClient): Promise<void> {
    const session = this.#find(client.id);
    if (session !== undefined) session.epoch += 1;
  }

  streamWill(): Readable {
    return Readable.from([]);
  }

  #find(clientId: string): Session | undefined {
    return this.#homes.get(homeOf(clientId))?.sessions.get(clientId);
  }

  #session(clientId: string): Session {
    const { sessions } = this.#home(homeOf(clientId));
    let session = sessions.get(clientId);
    if (session === undefined) {
      if (sessions.size >= this.#limits.sessionsPerHome) this.#endOldest(sessions);
      session = { id: clientId, filters: new Map(), outgoing: [], epoch: 0, incoming: new Set() };
      sessions.set(clientId, session);
    }
    return session;
  }

  /** Ends the oldest session whose client is away: those of clients that never come back must not pile up. */
  #endOldest(sessions: Map<string, Session>): void {
    const oldest = sessions.keys().find((id) => !this.#isConnected(id));
    if (oldest !== undefined) sessions.delete(oldest);
  }

  #home(id: string): Home {
    let home = this.#homes.get(id);
    if (home === undefined) {
      home = { sessions: new Map(), retained: new Map(), retainedBytes: 0 };
      this.#homes.set(id, home);
    }
    return home;
  }

  #forgetIfEmpty(id: string): void {
    const home = this.#homes.get(id);
    if (home?.sessions.size === 0 && home.retained.size === 0) this.#homes.delete(id);
  }
}

/** The home of a client, by its id. */
function homeOf(clientId: string): string {
  return clientId.slice(0, Math.max(clientId.indexOf('/'), 0));
}

/** A copy that may stay: the payload that comes in is a piece of the much larger block that was read with it. */
function kept({ cmd, brokerId, brokerCounter, topic, payload, qos, retain }: AedesPublishPacket): AedesPublishPacket {
  return { cmd, brokerId, brokerCounter, topic, payload: Buffer.from(payload), qos, retain, dup: false };
}
