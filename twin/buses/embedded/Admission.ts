import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectPacket } from 'aedes';
import type { AuthenticateClient } from '../../MessageBus.ts';
import { InOrder } from '../InOrder.ts';
import { isHomeId } from '../placeTopic.ts';

/** A client that was let in. */
export type Peer = {
  readonly kind: 'peer';
  readonly home: string;
  /** Came without a name, and so speaks for the bare topics alone. */
  readonly isAnonymous: boolean;
  readonly subscriptions: Set<string>;
  readonly replies: InOrder;
};

/** A client that was not, with what CONNACK says: 1 version, 2 identifier, 3 server, 4 name or password, 5 not allowed. */
export type Turned = {
  readonly kind: 'turned';
  readonly returnCode: 1 | 2 | 3 | 4 | 5;
  readonly home: string | null;
  readonly reason: string;
};

export type AdmissionOptions = {
  readonly authenticate: AuthenticateClient;
  readonly connectionsPerHome: number;
  readonly clientIdLength: number;
};

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/** Decides who may connect, and counts the connections of each home. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #connections = new Map<string, number>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Lets a client in or turns it away. A connection let in counts until its socket closes. */
  admit(packet: ConnectPacket, socket: Socket): Peer | Turned {
    const verdict = this.#judge(packet, socket);
    if (verdict.kind === 'peer') this.#count(verdict.home, socket);
    return verdict;
  }

  #judge(packet: ConnectPacket, socket: Socket): Peer | Turned {
    const { clientId, clean } = packet;
    const version = protocolName(packet.protocolVersion);
    if (version !== '3.1.1') return turned(1, null, `MQTT ${version} is not spoken here; connect with MQTT 3.1.1`);
    if (clientId === '' && clean === false)
      return turned(2, null, 'a session can only be kept for a client with an id');
    if (clientId.length > this.#options.clientIdLength) {
      return turned(2, null, `the client id is longer than ${this.#options.clientIdLength} characters`);
    }
    const { username = null } = packet;
    const password = packet.password === undefined ? null : packet.password.toString();
    const loopback = LOOPBACK.test(socket.remoteAddress ?? '');
    const identity = this.#options.authenticate({ username, password, loopback });
    if (identity.kind === 'refused') return turned(username === null ? 5 : 4, null, identity.reason);
    const { home } = identity;
    if (!isHomeId(home)) return turned(5, null, `\`${home}\` cannot name a home in a topic`);
    if ((this.#connections.get(home) ?? 0) >= this.#options.connectionsPerHome) {
      return turned(3, home, `the home has ${this.#options.connectionsPerHome} connections already`);
    }
    return { kind: 'peer', home, isAnonymous: username === null, subscriptions: new Set(), replies: new InOrder() };
  }

  #count(home: string, socket: Socket): void {
    this.#connections.set(home, (this.#connections.get(home) ?? 0) + 1);
    socket.once('close', () => {
      const left = (this.#connections.get(home) ?? 1) - 1;
      if (left > 0) this.#connections.set(home, left);
      else this.#connections.delete(home);
    });
  }
}

/**
 * The name by which the broker knows a client: its id within its home, so that no client can take over, or end, the
 * session of another home's by taking its id.
 */
export function scopedClientId(verdict: Peer | Turned, clientId: string): string {
  if (verdict.kind === 'turned') return `/${randomUUID()}`;
  return `${verdict.home}/${clientId === '' ? `~${randomUUID()}` : clientId}`;
}

function turned(returnCode: Turned['returnCode'], home: string | null, reason: string): Turned {
  return { kind: 'turned', returnCode, home, reason };
}

function protocolName(version: number | undefined): string {
  if (version === 4) return '3.1.1';
  return version === 3 ? '3.1' : String(version ?? 'without a version');
}
