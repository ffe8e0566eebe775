import type { Change } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Clock } from '../Clock.ts';
import type { RuleBook } from '../rules/RuleBook.ts';
import type { DeviceEvent } from '../rules/RuleEvent.ts';
import type { TemporalState } from '../rules/TemporalState.ts';

type Silence = Extract<DeviceEvent, { kind: 'device_silent' }>;
export type HeartbeatPorts = {
  readonly graph: TwinGraph;
  readonly clock: Clock;
  /** The rules that act now, and what they remember. */
  readonly rules: () => { readonly book: RuleBook; readonly temporal: TemporalState };
  readonly onChange: (listener: (change: Change) => void) => () => void;
  /** Lets rules react to a silence; it deals with its own failures. */
  readonly silent: (event: Silence) => Promise<void>;
};

/** Limits of silence up to this length are looked after here; the sweep, once a minute, is soon enough for longer ones. */
const SHORT_MS = 60_000;
/** How often it looks: a silence is noticed so much late at most. */
const LOOK_MS = 5_000;

/** Since how many looks a device has said nothing new, and whether that was told. */
type Beat = { readonly home: string; readonly limit: number; heardAt: number | null; looks: number; told: boolean };

/**
 * Notices within seconds that a monitor has stopped: devices for which some rule wakes on a silence of less than a minute,
 * so that a fault is told within 60 s (RA-6.2.2-c). It counts its own looks, so a clock that is set forward makes nobody silent;
 * one that is set back makes beats look old, and rather a fault too many is told.
 */
export class HeartbeatWatch {
  readonly #ports: HeartbeatPorts;
  readonly #beats = new Map<string, Beat>();
  readonly #forget: () => void;
  #book: RuleBook | null = null;
  #cancel = () => {};
  #closed = false;

  constructor(ports: HeartbeatPorts) {
    this.#ports = ports;
    this.#forget = ports.onChange((change) => {
      if (change.kind === 'device_registered') this.#consider(change.device.home, change.device.id);
    });
  }

  start(): void {
    if (this.#closed) return;
    this.#cancel = this.#ports.clock.after(LOOK_MS, () => {
      this.#look();
      this.start();
    });
  }

  close(): void {
    this.#forget();
    this.#cancel();
    this.#closed = true;
  }

  #look(): void {
    const { rules, graph } = this.#ports;
    const { book, temporal } = rules();
    if (book !== this.#book) this.#considerAll(book);
    for (const [device, beat] of this.#beats) {
      const heardAt = temporal.heardAt(device);
      if (heardAt !== beat.heardAt) Object.assign(beat, { heardAt, looks: 0, told: false });
      else beat.looks += 1;
      if (heardAt === null || beat.told || beat.looks * LOOK_MS < beat.limit) continue;
      beat.told = true;
      const state = graph.homes.get(beat.home)?.devices.get(device)?.state;
      if (state === undefined || state === 'offline' || state === 'retired') continue;
      // Not waited for: a thousand may fall silent at once, and one that hangs must not hide the others.
      void this.#ports.silent(this.#silence(beat.home, device, beat.limit));
    }
  }

  #considerAll(book: RuleBook): void {
    this.#book = book;
    this.#beats.clear();
    if (this.#limits().length === 0) return;
    for (const [device, home] of this.#ports.graph.homeOfDevice) this.#consider(home, device);
  }

  #consider(home: string, device: string): void {
    const { graph, rules } = this.#ports;
    const { index } = rules().book;
    const limit = this.#limits().find((each) => index.wokenBy(this.#silence(home, device, each), graph).length > 0);
    if (limit !== undefined) this.#beats.set(device, { home, limit, heardAt: null, looks: 0, told: false });
  }

  #limits(): readonly number[] {
    return this.#ports.rules().book.index.silences.filter((limit) => limit < SHORT_MS);
  }

  #silence(home: string, device: string, limit: number): Silence {
    return { kind: 'device_silent', home, device, at: this.#ports.clock.now(), limit };
  }
}
