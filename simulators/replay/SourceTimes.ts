type Latest = { readonly recorded: number; readonly rewritten: number };

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/**
 * Moves the source times of a recording to the present: the recording starts when the replay does, and its time passes
 * `speed` times as fast. What was late in the recording stays late, what was equal stays equal, and two times of one
 * topic that differ stay apart by a millisecond at least, for a twin tells messages by them.
 */
export class SourceTimes {
  readonly #recordedStart: number;
  readonly #start: number;
  readonly #speed: number;
  readonly #latest = new Map<string, Latest>();

  constructor({ recordedStart, start, speed }: { recordedStart: number; start: number; speed: number }) {
    this.#recordedStart = recordedStart;
    this.#start = start;
    this.#speed = speed;
  }

  /** The instant of the replay at which a message of the recording is due. */
  due(at: number): number {
    return this.#start + (at - this.#recordedStart) / this.#speed;
  }

  /** A payload with its `last_seen` moved, in the form in which it was written; any other payload is as it was. */
  rewrite(topic: string, payload: unknown): unknown {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload;
    if (!('last_seen' in payload)) return payload;
    const { last_seen: lastSeen } = payload;
    const recorded = typeof lastSeen === 'number' ? lastSeen : parseIso(lastSeen);
    if (!Number.isFinite(recorded)) return payload;
    return { ...payload, last_seen: inFormOf(lastSeen, this.#move(topic, recorded)) };
  }

  #move(topic: string, recorded: number): number {
    const moved = Math.round(this.due(recorded));
    const latest = this.#latest.get(topic);
    if (latest?.recorded === recorded) return latest.rewritten;
    if (latest !== undefined && recorded < latest.recorded) return Math.min(moved, latest.rewritten - 1);
    const rewritten = latest === undefined ? moved : Math.max(moved, latest.rewritten + 1);
    this.#latest.set(topic, { recorded, rewritten });
    return rewritten;
  }
}

function parseIso(value: unknown): number {
  return typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN;
}

/** An instant as a number, or as ISO 8601 with the offset of the example. */
function inFormOf(example: unknown, instant: number): string | number {
  if (typeof example !== 'string') return instant;
  const zone = ISO.exec(example)?.[1] ?? 'Z';
  if (zone === 'Z') return new Date(instant).toISOString();
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  const offset = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return new Date(instant + offset).toISOString().replace('Z', zone);
}
