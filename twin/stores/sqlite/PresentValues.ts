import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../CodedError.ts';
import type { KeyScope, Sealer } from '../../Sealer.ts';
import { type DeviceValues, type Reading, RULE_MEMORY, type RuleMemory } from '../../TwinStore.ts';

/** Devices whose values are held open, so that a message costs no reading; some 2 KB each. */
const HELD_DEVICES = 20_000;

/** A value, the source's time and ours. */
type Present = readonly [value: unknown, at: number, receivedAt: number];

/** The values of one device under one key, as its row seals them. */
type Row = {
  readonly tenancy: string | null;
  readonly group: 'open' | 'closed';
  readonly values: Map<string, Present>;
  dirty: boolean;
};

type HeldDevice = { readonly home: string; readonly device: string; readonly rows: Map<string, Row> };

type StoredRow = {
  readonly home: string;
  readonly device: string;
  readonly tenancy: string;
  readonly group: 'open' | 'closed';
  readonly keyId: string;
  readonly body: Uint8Array;
};

/** Rows as their texts: they cross between threads, and are parsed where they are used. */
export type ValuePage = { readonly texts: readonly string[]; readonly next: ValueCursor | null };

export const parseValues = (text: string): DeviceValues => JSON.parse(text) as DeviceValues;

/** Where a page of values ended. */
export type ValueCursor = readonly [home: string, device: string, tenancy: string, group: string];

const COLUMNS = 'home, device, tenancy, grade_group AS "group", key_id AS keyId, body';

/**
 * The last value of every property: one row for each device and key, sealed, so that deleting a key erases what was
 * learnt under it and nothing else. A property stands in one row only, that of the key it was last told under.
 */
export class PresentValues {
  readonly #sealer: Sealer;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #delete: StatementSync;
  readonly #wipe: StatementSync;
  readonly #page: StatementSync;
  readonly #held = new Map<string, HeldDevice>();
  readonly #dirty = new Set<HeldDevice>();

  constructor(db: DatabaseSync, sealer: Sealer) {
    this.#sealer = sealer;
    this.#select = db.prepare(`SELECT ${COLUMNS} FROM device_values WHERE home = ? AND device = ?`);
    this.#upsert = db.prepare(
      'INSERT INTO device_values VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET key_id = excluded.key_id, body = excluded.body',
    );
    this.#delete = db.prepare(
      'DELETE FROM device_values WHERE home = ? AND device = ? AND tenancy = ? AND grade_group = ?',
    );
    this.#wipe = db.prepare('DELETE FROM device_values WHERE home = ?');
    this.#page = db.prepare(
      `SELECT ${COLUMNS} FROM device_values WHERE (home, device, tenancy, grade_group) > (?, ?, ?, ?)
       ORDER BY home, device, tenancy, grade_group LIMIT ?`,
    );
  }

  /** Opens the values of a device, so that `take` cannot fail on them. */
  load(home: string, device: string): HeldDevice {
    const name = `${home}\n${device}`;
    const held = this.#held.get(name);
    // Least recently used first: a map keeps the order of insertion.
    if (held) this.#held.delete(name);
    const values = held ?? this.#read(home, device);
    this.#held.set(name, values);
    return values;
  }

  /** Takes in the values of a reading that are the present; what is known to be newer stays. */
  take(reading: Reading): void {
    const { home, device, tenancy, group, at, receivedAt, current } = reading;
    if (current === false) return;
    const values = this.load(home, device);
    const row = rowOf(values, tenancy, group);
    for (const [property, value] of Object.entries(reading.values)) {
      if (current !== true && !current[property]) continue;
      const known = findRow(values, property);
      if (known && known.values.get(property)![1] > at) continue;
      if (known && known !== row) {
        known.values.delete(property);
        known.dirty = true;
      }
      row.values.set(property, [value, at, receivedAt]);
      row.dirty = true;
    }
    this.#dirty.add(values);
  }

  /** Takes in what rules remember of a device, in the place of what they did. */
  remember({ home, device, tenancy, memory }: RuleMemory): void {
    const values = this.load(home, device);
    for (const known of values.rows.values()) if (known.values.delete(RULE_MEMORY)) known.dirty = true;
    const row = rowOf(values, tenancy, 'closed');
    row.values.set(RULE_MEMORY, [memory, 0, 0]);
    row.dirty = true;
    this.#dirty.add(values);
  }

  wipe(home: string): void {
    this.#wipe.run(home);
    for (const [name, values] of this.#held) {
      if (values.home !== home) continue;
      this.#held.delete(name);
      this.#dirty.delete(values);
    }
  }

  /** Writes what was taken in, each device once however often it spoke. */
  flush(): void {
    for (const { home, device, rows } of this.#dirty) {
      for (const [name, row] of rows) {
        if (!row.dirty) continue;
        row.dirty = false;
        if (row.values.size === 0) {
          this.#delete.run(home, device, row.tenancy ?? '', row.group);
          rows.delete(name);
          continue;
        }
        const scope: KeyScope = { kind: 'home', home, tenancy: row.tenancy, group: row.group };
        const plain = Buffer.from(JSON.stringify({ home, device, values: Object.fromEntries(row.values) }));
        const { keyId, body } = this.#sealer.seal(scope, plain);
        this.#upsert.run(home, device, row.tenancy ?? '', row.group, keyId, body);
      }
    }
    this.#dirty.clear();
    for (const name of this.#held.keys()) {
      if (this.#held.size <= HELD_DEVICES) break;
      this.#held.delete(name);
    }
  }

  /** Forgets what is held open, after a transaction was undone or a key destroyed. */
  forget(): void {
    this.#held.clear();
    this.#dirty.clear();
  }

  /** Up to `limit` rows after the cursor, opened; `next` is null at the end. Erased rows are left out. */
  page(after: ValueCursor | null, limit: number): ValuePage {
    const rows = this.#page.all(...(after ?? ['', '', '', '']), limit) as unknown as StoredRow[];
    const texts = rows.map((row) => this.#open(row)).filter((text) => text !== null);
    const last = rows.at(-1);
    const next = last && rows.length === limit ? ([last.home, last.device, last.tenancy, last.group] as const) : null;
    return { texts, next };
  }

  #read(home: string, device: string): HeldDevice {
    const values: HeldDevice = { home, device, rows: new Map() };
    for (const stored of this.#select.all(home, device) as unknown as StoredRow[]) {
      const row = rowOf(values, stored.tenancy === '' ? null : stored.tenancy, stored.group);
      const text = this.#open(stored);
      if (text === null) continue;
      for (const [property, present] of Object.entries(parseValues(text).values)) row.values.set(property, present);
    }
    return values;
  }

  /** The text of a row, with the home of its columns; null when it was erased. */
  #open({ home, device, keyId, body }: StoredRow): string | null {
    const plain = this.#sealer.open({ keyId, body });
    if (plain === null) return null;
    const text = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength).toString();
    if (!text.startsWith(opening(home, device))) {
      throw new CodedError('store:corrupt', `the values of device \`${device}\` in home \`${home}\` are another's`, {
        hint: 'restore a backup',
      });
    }
    return text;
  }
}

/** How the sealed text of a row begins: it names its device, so that two rows cannot be exchanged. */
function opening(home: string, device: string): string {
  return `{"home":${JSON.stringify(home)},"device":${JSON.stringify(device)},`;
}

function rowOf({ rows }: HeldDevice, tenancy: string | null, group: 'open' | 'closed'): Row {
  const name = `${group} ${tenancy ?? ''}`;
  let row = rows.get(name);
  if (!row) {
    row = { tenancy, group, values: new Map(), dirty: false };
    rows.set(name, row);
  }
  return row;
}

function findRow({ rows }: HeldDevice, property: string): Row | undefined {
  for (const row of rows.values()) if (row.values.has(property)) return row;
  return undefined;
}
