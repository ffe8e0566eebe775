import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { duration } from './duration.ts';
import type { LoadedRule, Rule } from './Rule.ts';
import { aboutOf, type RuleEvent } from './RuleEvent.ts';
import { DeviceAspects } from './shelves/DeviceAspects.ts';
import { MergedLists } from './shelves/MergedLists.ts';
import type { RuleList } from './shelves/RuleList.ts';
import { RuleShelves } from './shelves/RuleShelves.ts';

const NONE: readonly string[] = [];
type Kept = { readonly rule: Rule; readonly home: string | null; readonly place: number };

/**
 * Which rules an event can matter to, those of a higher priority first and else in the order they were set. It finds them
 * by what wakes them, and further by what their conditions want of device and value in constants (`pinsOf`): rules that it
 * leaves out could not have held. Rules of another home, and of packs that a home has not switched on, cost it nothing. A
 * rule is set and taken away without a look at the others.
 */
export class RuleIndex {
  readonly #everywhere = new RuleShelves();
  /** Rules of a home alone, by its id. */
  readonly #ofHome = new Map<string, RuleShelves>();
  /** Rules of packs, which act in homes that switched the pack on. */
  readonly #ofPack = new Map<string, RuleShelves>();
  readonly #rules = new Map<string, Kept>();
  readonly #silences = new Map<number, number>();
  #merged = new MergedLists();
  #places = 0;

  constructor(rules: readonly LoadedRule[] = []) {
    for (const { rule } of rules) this.set(rule);
  }

  /** Adds a rule, or puts it in the place of the one with its id; with a home, for that home alone. */
  set(rule: Rule, home: string | null = null): void {
    const place = this.#rules.get(rule.id)?.place ?? this.#places++;
    this.delete(rule.id);
    this.#rules.set(rule.id, { rule, home, place });
    this.#shelves(rule, home).add({ id: rule.id, priority: rule.priority ?? 1, place }, rule);
    this.#countSilence(rule, 1);
    this.#merged = new MergedLists();
  }

  delete(id: string): void {
    const kept = this.#rules.get(id);
    if (!kept) return;
    this.#rules.delete(id);
    const shelves = this.#shelves(kept.rule, kept.home);
    shelves.delete(kept.rule);
    if (kept.home !== null && shelves.size === 0) this.#ofHome.delete(kept.home);
    this.#countSilence(kept.rule, -1);
    this.#merged = new MergedLists();
  }

  /** The limits of silence that some rule wakes on, in milliseconds, shortest first. */
  get silences(): readonly number[] {
    return [...this.#silences.keys()].sort((a, b) => a - b);
  }

  /** The ids of the rules that the event wakes, each once. */
  wokenBy(event: RuleEvent, { homes }: Pick<TwinGraph, 'homes'>): readonly string[] {
    if (event.kind === 'time_reached' || event.kind === 'condition_held') {
      const kept = this.#rules.get(event.rule);
      return kept && (kept.home === null || kept.home === event.home) ? [event.rule] : NONE;
    }
    const about = aboutOf(event);
    const home = homes.get(about.home);
    const device = deviceIn(home, about.device);
    const found: RuleList[] = [];
    this.#everywhere.find(event, device, found);
    this.#ofHome.get(about.home)?.find(event, device, found);
    const household = home?.household;
    if (!household) return this.#merged.idsOf(found);
    for (const [pack, { on }] of household.packs) if (on) this.#ofPack.get(pack)?.find(event, device, found);
    return this.#merged.idsOf(found);
  }

  #shelves({ pack }: Rule, home: string | null): RuleShelves {
    if (home !== null) return shelvesOf(this.#ofHome, home);
    return pack === undefined ? this.#everywhere : shelvesOf(this.#ofPack, pack);
  }

  #countSilence({ on }: Rule, more: number): void {
    if (!on.silence) return;
    const limit = duration(on.silence);
    const count = (this.#silences.get(limit) ?? 0) + more;
    if (count > 0) this.#silences.set(limit, count);
    else this.#silences.delete(limit);
  }
}

function shelvesOf(map: Map<string, RuleShelves>, key: string): RuleShelves {
  let shelves = map.get(key);
  if (!shelves) {
    shelves = new RuleShelves();
    map.set(key, shelves);
  }
  return shelves;
}

function deviceIn(home: HomeNode | undefined, id: string | null): DeviceAspects | null {
  const node = id === null ? undefined : home?.devices.get(id);
  return home && node ? new DeviceAspects(home, node) : null;
}
