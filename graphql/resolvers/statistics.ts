import type { Decision } from '../../engine/Decision.ts';
import type { Aggregate } from '../../engine/obligations/aggregate.ts';
import { AREA_LEVELS, OUTCOMES, type Outcome, type Purpose } from '../../twin/words.ts';
import type { Window } from '../schema/enums.ts';
import type { Session } from './Session.ts';
import { decideProperty, type PropertyView, propertyOf } from './views.ts';
import { visibleHomes } from './visibility.ts';

export type StatisticsArgs = {
  readonly area: string;
  readonly property: string;
  readonly window: Window;
  readonly purpose?: Purpose | null;
};

/** The fewest homes that any statistic rests on, when no obligation says more. */
const LEAST_HOMES = 10;
const LENGTHS: Readonly<Record<Window, number>> = { quarter_hour: 900_000, hour: 3_600_000, day: 86_400_000 };
const GRAINS = { PT15M: 900_000, PT1H: 3_600_000, P1D: 86_400_000 } as const;

type Counted = { readonly home: string; readonly value: number; readonly decision: Decision };

/**
 * Count, mean, least and greatest of a property over the homes of an area. Each home is decided; those refused are left
 * out; the rest is told only when as many homes are left as the strictest obligation asks for, over an area and a window
 * no smaller than it asks for. Values older than the window are left out; true counts as 1.
 */
export function statistics(session: Session, { area, property, window, purpose }: StatisticsArgs) {
  const counted = countedIn(session, { area, property, window, ...(purpose ? { purpose } : {}) });
  const rules = counted.flatMap(({ decision }) => decision.obligations.filter((each) => each.type === 'aggregate'));
  const k = Math.max(LEAST_HOMES, ...rules.map((rule) => rule.k));
  const homes = new Set(counted.map(({ home }) => home)).size;
  const withheld = homes < k || rules.some((rule) => isFiner(session, rule, area, window));
  const values = counted.map(({ value }) => value);
  return {
    area,
    property,
    window,
    count: withheld ? null : homes,
    mean: withheld ? null : round(values.reduce((sum, value) => sum + value, 0) / values.length),
    min: withheld ? null : values.reduce((least, value) => Math.min(least, value)),
    max: withheld ? null : values.reduce((most, value) => Math.max(most, value)),
    withheld,
    k,
    outcome: lowest(counted),
    decisionIds: [...new Set(counted.map(({ decision }) => decision.id))],
  };
}

function countedIn(session: Session, { area, property, window, purpose }: StatisticsArgs): Counted[] {
  const { graph, clock } = session.ports;
  const since = clock.now() - LENGTHS[window];
  const asked = session.purpose(purpose);
  const counted: Counted[] = [];
  for (const home of visibleHomes(graph, session.caller, area)) {
    for (const device of home.devices.values()) {
      const view = propertyOf(session, { home, device, purpose: asked }, property);
      const value = view && numberOf(view, since);
      if (value === null) continue;
      const decision = decideProperty(session, view!);
      if (decision.outcome !== 'denied') counted.push({ home: home.home.id, value, decision });
    }
  }
  return counted;
}

function numberOf({ device, property }: PropertyView, since: number): number | null {
  const held = device.values.get(property.name);
  if (!held || held.at < since) return null;
  if (property.valueOn !== undefined) return held.value === property.valueOn ? 1 : 0;
  if (typeof held.value === 'boolean') return held.value ? 1 : 0;
  return typeof held.value === 'number' ? held.value : null;
}

/** Whether a question is about a smaller area or a shorter time than the obligation allows. */
function isFiner(session: Session, rule: Aggregate, area: string, window: Window): boolean {
  const level = session.ports.graph.areas.get(area)?.level;
  if (level === undefined || AREA_LEVELS.indexOf(level) > AREA_LEVELS.indexOf(rule.area)) return true;
  return LENGTHS[window] < GRAINS[rule.window];
}

function lowest(counted: readonly Counted[]): Outcome {
  if (counted.length === 0) return 'denied';
  return OUTCOMES[Math.min(...counted.map(({ decision }) => OUTCOMES.indexOf(decision.outcome)))]!;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
