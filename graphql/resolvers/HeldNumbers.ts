import { windowStart } from '../../engine/fulfil.ts';
import type { TimeGrain } from '../../engine/obligations/coarsenTime.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';

/** A number that a device said; `at` is the source's time in milliseconds since 1970. */
export type SaidNumber = { readonly value: number; readonly at: number };

type Held = { readonly start: number; readonly byDevice: Map<string, SaidNumber | null> };

const ofGraph = new WeakMap<TwinGraph, HeldNumbers>();

/**
 * What devices had said when statistics first asked for it within a window of time. It stays the same until the window
 * ends: two answers within one window then differ by whole groups of homes, and never by what one home said in between.
 */
export class HeldNumbers {
  readonly #held = new Map<string, Held>();

  static of(graph: TwinGraph): HeldNumbers {
    const known = ofGraph.get(graph) ?? new HeldNumbers();
    ofGraph.set(graph, known);
    return known;
  }

  /** What was read first in the window that `now` lies in; `read` is called once in it. */
  get(
    { device, property, window, now }: { device: string; property: string; window: TimeGrain; now: number },
    read: () => SaidNumber | null,
  ): SaidNumber | null {
    const start = windowStart(now, window);
    const key = `${window} ${property}`;
    let held = this.#held.get(key);
    if (held?.start !== start) {
      held = { start, byDevice: new Map() };
      this.#held.set(key, held);
    }
    let said = held.byDevice.get(device);
    if (said === undefined) {
      said = read();
      held.byDevice.set(device, said);
    }
    return said;
  }
}
