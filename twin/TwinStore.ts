import type { Change, ChangeRecord } from './changes.ts';

/** One message of a device, as it was taken in: what it said and when. One row in the log of readings. */
export type Reading = {
  readonly home: string;
  readonly device: string;
  /** The source's time and ours, in milliseconds since 1970. */
  readonly at: number;
  readonly receivedAt: number;
  /** Value by property id; only what passed the checks of the device's type. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The tenancy (lease id) in which it was taken in, or null: each has a key of its own. */
  readonly tenancy: string | null;
  /** `closed` when any property of it is personal or sensitive; open bodies are sealed under another key. */
  readonly group: 'open' | 'closed';
  /** Whether the values are also the present: false for a late message, which is history only. */
  readonly current: Readonly<Record<string, boolean>> | boolean;
};

/** A message, or a part of one, that could not be taken in. It holds no value of the message. */
export type DeadLetter = {
  readonly code: string;
  readonly home: string | null;
  readonly topic: string;
  readonly property: string | null;
  readonly detail: string;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** What rules remember of a device beside its last values; it replaces what was kept of it before. */
export type RuleMemory = {
  readonly home: string;
  readonly device: string;
  readonly tenancy: string | null;
  readonly memory: unknown;
};

/** The name under which `values` tells what rules remember of a device, among its properties: no device has such a one. */
export const RULE_MEMORY = '#rules';

export type TwinBatch = {
  readonly changes?: readonly { readonly at: string; readonly change: Change }[];
  readonly readings?: readonly Reading[];
  readonly deadLetters?: readonly DeadLetter[];
  /** It is wiped with the present values of its home, and gone with the key of its tenancy. */
  readonly memories?: readonly RuleMemory[];
  /** Homes whose present values are wiped, such as those of a lease that ended; it happens after the batch's readings. */
  readonly wipedHomes?: readonly string[];
  /** When given, the batch is refused with `store:revision.conflict` unless the last change has this number. */
  readonly expectedRevision?: number;
};

export type StoredValue = {
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly value: unknown;
  readonly at: number;
  readonly receivedAt: number;
};

/** The last values of a device that lie under one key: by property the value, the source's time and ours. */
export type DeviceValues = {
  readonly home: string;
  readonly device: string;
  readonly values: Readonly<Record<string, readonly [value: unknown, at: number, receivedAt: number]>>;
};

export type DeadLetterCount = { readonly code: string; readonly count: number };

/**
 * Where the twin is durable: the log of changes, which is kept for ever, the log of readings, which retention drops,
 * and the last value of each property.
 *
 * Every adapter promises: `commit` applies a batch whole or not at all and resolves only when it would survive the
 * process being killed; numbers of changes rise by one without a gap; a reading told twice (same device, source time
 * and values) is kept once; iterations give rows in the order they were committed; bodies of homes and persons are sealed.
 */
export interface TwinStore {
  commit(batch: TwinBatch): Promise<{ readonly revision: number }>;
  /** The number of the last change, counting those whose bodies were erased. */
  revision(): Promise<number>;
  /** Changes after the number `since`, oldest first; erased ones are left out, so their numbers are missing. */
  changes(since: number): AsyncIterable<ChangeRecord>;
  /** The last value of every property of every home; erased ones are left out. */
  values(): AsyncIterable<StoredValue>;
  /** The same in pages of devices, from adapters to which that comes cheaper: a start reads a million values. */
  valuePages?(): AsyncIterable<readonly DeviceValues[]>;
  /** Readings of a home by source time, oldest first; `until` is left out of the range. */
  readings(home: string, from: number, until: number): AsyncIterable<Reading>;
  deadLetters(options: { readonly home?: string; readonly first: number }): Promise<DeadLetter[]>;
  deadLetterCounts(): Promise<DeadLetterCount[]>;
  /** Drops readings whose source time is before `instant`. Returns how many. */
  dropReadings(before: number): Promise<number>;
  backup(path: string): Promise<void>;
  close(): Promise<void>;
}
