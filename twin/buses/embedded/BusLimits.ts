/** What one client or one home may take up of the embedded bus. */
export type BusLimits = {
  /** Bytes of one packet; `bridge/devices` of a large home takes about 2 MB. */
  readonly packetBytes: number;
  readonly connections: number;
  readonly connectionsPerHome: number;
  readonly subscriptionsPerClient: number;
  readonly sessionsPerHome: number;
  readonly queuePerSession: number;
  readonly retainedPerHome: number;
  readonly retainedBytesPerHome: number;
  readonly clientIdLength: number;
  /** How long a client that does not read may hold up what its home sends it. */
  readonly slowClientMs: number;
};

/** Generous for a home, and far below what would hurt the others. */
export const BUS_LIMITS: BusLimits = {
  packetBytes: 4 * 1024 * 1024,
  connections: 20_000,
  connectionsPerHome: 50,
  subscriptionsPerClient: 100,
  sessionsPerHome: 50,
  queuePerSession: 1_000,
  retainedPerHome: 2_000,
  retainedBytesPerHome: 8 * 1024 * 1024,
  clientIdLength: 256,
  slowClientMs: 20_000,
};
