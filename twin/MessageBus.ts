/** A message as the bus hands it over. */
export type BusMessage = {
  /** The home that the client speaks for. */
  readonly home: string;
  /** The topic below `homes/<home>/`, such as `zigbee2mqtt/hall/motion`. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly duplicate: boolean;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
};

/** Takes a message in. The bus acknowledges it to its sender when the promise resolves, and not before. */
export type MessageHandler = (message: BusMessage) => Promise<void>;

export type BusRefusal = {
  readonly home: string | null;
  readonly code:
    | 'command.foreign'
    | 'request.foreign'
    | 'topic.foreign_home'
    | 'client.refused'
    | 'subscription.refused';
  /** As the client wrote it. */
  readonly topic: string;
  readonly detail: string;
  readonly receivedAt: number;
};

/**
 * Messages between devices and the twin.
 *
 * Every adapter promises: messages of one client arrive in their order; a message at QoS 1 is acknowledged only after
 * the handler's promise resolved; a handler that rejects leaves the message unacknowledged; commands reach devices only
 * through `send`; `close` waits for handlers that run.
 */
export interface MessageBus {
  start(handler: MessageHandler, onRefusal: (refusal: BusRefusal) => void): Promise<void>;
  /** Sends to the devices of one home, at QoS 1; resolves when the bus has taken it. */
  send(home: string, topic: string, payload: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Who a client of the bus is, by its user name and password. */
type BusIdentity =
  | { readonly kind: 'home'; readonly home: string }
  | { readonly kind: 'refused'; readonly reason: string };
export type AuthenticateClient = (client: {
  readonly username: string | null;
  readonly password: string | null;
  readonly loopback: boolean;
}) => BusIdentity;
