import { CodedError } from '../../CodedError.ts';
import type { Sealer } from '../../Sealer.ts';
import { type Reading, RULE_MEMORY, type RuleMemory } from '../../TwinStore.ts';

/** A value, the source's time and ours. */
export type PresentValue = readonly [value: unknown, at: number, receivedAt: number];

/** The values of one device that one key seals, as its node holds them. */
export type PresentRow = {
  /** The other fields but key and body, as one text. */
  readonly id: string;
  readonly home: string;
  readonly device: string;
  /** Empty for none. */
  readonly tenancy: string;
  readonly group: 'open' | 'closed';
  readonly keyId: string;
  readonly body: Uint8Array;
};

type Part = {
  readonly tenancy: string | null;
  readonly group: 'open' | 'closed';
  readonly values: Map<string, PresentValue>;
  dirty: boolean;
};

/**
 * The last values of one device, in one part for each key, so that deleting a key erases what was learnt under it and
 * nothing else. A property stands in one part only, that of the key it was last told under.
 */
export class DevicePresent {
  readonly #home: string;
  readonly #device: string;
  readonly #parts = new Map<string, Part>();

  constructor(home: string, device: string) {
    this.#home = home;
    this.#device = device;
  }

  /** Adds the values of a stored row; an erased one has none. */
  load(sealer: Sealer, row: PresentRow): void {
    const part = this.#part(row.tenancy === '' ? null : row.tenancy, row.group);
    for (const [property, value] of openPresent(sealer, row)) part.values.set(property, value);
  }

  /** Takes in the values of a reading that are the present; what is known to be newer stays. */
  take({ tenancy, group, at, receivedAt, current, values }: Reading): void {
    const part = this.#part(tenancy, group);
    for (const [property, value] of Object.entries(values)) {
      if (current === false || (current !== true && !current[property])) continue;
      const known = [...this.#parts.values()].find((other) => other.values.has(property));
      if (known && known.values.get(property)![1] > at) continue;
      if (known && known !== part) {
        known.values.delete(property);
        known.dirty = true;
      }
      part.values.set(property, [value, at, receivedAt]);
      part.dirty = true;
    }
  }

  /** Takes in what rules remember of it, in the place of what they did. */
  remember({ tenancy, memory }: RuleMemory): void {
    for (const known of this.#parts.values()) if (known.values.delete(RULE_MEMORY)) known.dirty = true;
    const part = this.#part(tenancy, 'closed');
    part.values.set(RULE_MEMORY, [memory, 0, 0]);
    part.dirty = true;
  }

  /** What has to be written: the rows that changed, sealed, and the ids of those that ended. */
  sealChanged(sealer: Sealer): { readonly changed: PresentRow[]; readonly ended: string[] } {
    const changed: PresentRow[] = [];
    const ended: string[] = [];
    const [home, device] = [this.#home, this.#device];
    for (const { tenancy, group, values, dirty } of this.#parts.values()) {
      if (!dirty) continue;
      const id = JSON.stringify([home, device, tenancy, group]);
      if (values.size === 0) {
        ended.push(id);
        continue;
      }
      const plain = Buffer.from(JSON.stringify({ device, values: Object.fromEntries(values) }));
      const sealed = sealer.seal({ kind: 'home', home, tenancy, group }, plain);
      changed.push({ id, home, device, tenancy: tenancy ?? '', group, ...sealed });
    }
    return { changed, ended };
  }

  #part(tenancy: string | null, group: 'open' | 'closed'): Part {
    const name = `${group} ${tenancy ?? ''}`;
    const part = this.#parts.get(name) ?? { tenancy, group, values: new Map(), dirty: false };
    this.#parts.set(name, part);
    return part;
  }
}

/** The values of a row by property; none when its key was destroyed. */
export function openPresent(sealer: Sealer, { home, device, keyId, body }: PresentRow): [string, PresentValue][] {
  const plain = sealer.open({ keyId, body });
  if (plain === null) return [];
  const opened = JSON.parse(Buffer.from(plain).toString()) as { device: string; values: Record<string, PresentValue> };
  if (opened.device !== device) {
    throw new CodedError('store:corrupt', `the values of device \`${device}\` in home \`${home}\` are another's`, {
      hint: 'restore a backup',
    });
  }
  return Object.entries(opened.values);
}
