import { CodedError } from '../../twin/CodedError.ts';
import { homeOf } from '../../twin/changes.ts';
import { forkGraph } from '../../twin/graph/forkGraph.ts';
import { NO_HOUSEHOLD } from '../../twin/graph/Household.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import type { TwinStore } from '../../twin/TwinStore.ts';
import type { Bundle } from '../Bundles.ts';
import { Playback } from '../backtest/Playback.ts';
import { type RecordedEvent, recordedEvents } from '../backtest/recordedEvents.ts';
import { toldEffect } from '../backtest/toldEffect.ts';
import type { EffectRecord } from '../rules/Effect.ts';
import type { LoadedRule } from '../rules/Rule.ts';

/** What a rule would have done in its home in a period that is over. Instants are ISO 8601 in UTC. */
export type Rehearsal = {
  readonly from: string;
  readonly until: string;
  /** How many messages of the home were played. */
  readonly readings: number;
  /** The first of them, in their order. */
  readonly effects: readonly RehearsedEffect[];
  /** How many more there were. */
  readonly more: number;
};
type RehearsedEffect = {
  readonly at: string;
  readonly kind: string;
  /** The kind of alarm, the property, the receiver, the mode or the scene. */
  readonly what: string;
  readonly deviceId: string | null;
  readonly result: EffectRecord['result'];
};

export type RehearsalPorts = {
  readonly store: Pick<TwinStore, 'changes' | 'readings'>;
  /** The home as it was known at an instant, on a graph of its own; rejects with `twin:instant.too_early`. */
  readonly past: (home: string, instant: number) => Promise<{ readonly graph: TwinGraph }>;
  readonly bundle: Pick<Bundle, 'at'>;
  /** The home as it is now: it is tried on the life of those who live there, and with their scenes. */
  readonly now: HomeNode;
};

const MOST_EFFECTS = 200;

/**
 * Plays what a home's own devices said in a period, and what its people did, to one rule alone, and tells what would have
 * come of it by the policies that decide now. Nothing of it happens. It begins with the log where that is younger.
 *
 * Rejects with `twin:home.not_found` for a home that was not there yet, and `engine:backtest.too_large`.
 */
export async function rehearseRule(
  rule: LoadedRule,
  period: { readonly home: string; readonly from: number; readonly until: number },
  ports: RehearsalPorts,
): Promise<Rehearsal> {
  const { home, until } = period;
  const { graph: past, from } = await begin(period, ports);
  const store = ofTenancy(ports);
  const recorded = await recordedEvents(store, { from, until, since: past.revision }, [home]);
  const side = { bundle: ports.bundle, rules: [rule] };
  const playback = await Playback.start(aloneWith(past, ports), side, { store, from });
  for (const event of recorded.events) if (isTold(event, playback, ports)) await playback.take(event);
  await playback.sweep(until);
  // A built-in rule stands in where none raises what threatens lives: it is not the one that is tried.
  const own = [...playback.effects.values()].filter(({ record }) => record.effect.rule === rule.rule.id);
  const effects = own.map(({ at, record }): RehearsedEffect => {
    const { device: deviceId, ...told } = toldEffect(record);
    return { at: new Date(at).toISOString(), ...told, deviceId, result: record.result };
  });
  return {
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    readings: recorded.readings,
    effects: effects.slice(0, MOST_EFFECTS),
    more: Math.max(0, effects.length - MOST_EFFECTS),
  };
}

async function begin(
  { home, from }: { readonly home: string; readonly from: number },
  { past, store }: RehearsalPorts,
): Promise<{ readonly graph: TwinGraph; readonly from: number }> {
  try {
    return { ...(await past(home, from)), from };
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'twin:instant.too_early') throw error;
    for await (const { at } of store.changes(0)) {
      const first = Date.parse(at);
      return { ...(await past(home, first)), from: first };
    }
    throw error;
  }
}

/** What a former tenant's life showed is nobody's any more. */
function ofTenancy({ store, now }: RehearsalPorts): RehearsalPorts['store'] {
  const tenancy = tenancyOf(now);
  return {
    changes: (after) => store.changes(after),
    async *readings(home, from, until) {
      for await (const reading of store.readings(home, from, until)) if (reading.tenancy === tenancy) yield reading;
    },
  };
}

/** The home without other rules of its own, so that only the one that is tried acts. */
function aloneWith(past: TwinGraph, { now }: RehearsalPorts): TwinGraph {
  const { id } = now.home;
  const { occupancy } = past.home(id);
  // A change that changes nothing makes the home the fork's own.
  const graph = forkGraph(past, [{ kind: 'occupancy_changed', home: id, occupancy }]);
  const home = graph.home(id);
  const { scenes } = now.household ?? NO_HOUSEHOLD;
  const before = isSameTenancy(home, now) ? home.household : null;
  home.household = { ...(before ?? NO_HOUSEHOLD), scenes, rules: new Map(), packs: new Map() };
  if (!isSameTenancy(home, now)) for (const device of home.devices.values()) device.values.clear();
  return graph;
}

/** Whether something is of the home and of those who live there; what it changed of its rules is left out, too. */
function isTold(event: RecordedEvent, { graph }: Playback, { now }: RehearsalPorts): boolean {
  if (event.kind === 'reading') return true;
  const { kind } = event.change;
  if (homeOf(event.change) !== now.home.id || kind === 'home_rule_changed' || kind === 'pack_switched') return false;
  return isSameTenancy(graph.home(now.home.id), now) || !OF_PEOPLE.has(kind);
}

/** What people did, and how others live by it. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['mode_changed', 'scene_run', 'scene_undone', 'alarm_transitioned']);

function isSameTenancy(then: HomeNode, now: HomeNode): boolean {
  return tenancyOf(then) === tenancyOf(now);
}
