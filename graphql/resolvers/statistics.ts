import type { AskedDecision } from '../../engine/Decision.ts';
import { allowsWhole, isSound, windowStart } from '../../engine/fulfil.ts';
import { TIME_GRAINS, type TimeGrain } from '../../engine/obligations/coarsenTime.ts';
import { areaLevelOf } from '../../engine/obligations/hiddenPlaces.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import { AREA_LEVELS, type AreaLevel, OUTCOMES, type Outcome, type Purpose } from '../../twin/words.ts';
import { WINDOWS, type Window } from '../schema/enums.ts';
import { HeldNumbers, type SaidNumber } from './HeldNumbers.ts';
import type { Session } from './Session.ts';
import { decideProperty, type PropertyView, propertyOf, refOf } from './views.ts';
import { visibleHomes } from './visibility.ts';

export type StatisticsArgs = {
  readonly area: string;
  readonly property: string;
  readonly window: Window;
  readonly purpose?: Purpose | null;
};

/** The fewest homes that a statistic rests on where no obligation says how many. */
const LEAST_HOMES = 10;
const LENGTHS: Readonly<Record<Window, number>> = { quarter_hour: 900_000, hour: 3_600_000, day: 86_400_000 };
const GRAINS: Readonly<Record<TimeGrain, Window>> = { PT15M: 'quarter_hour', PT1H: 'hour', P1D: 'day' };

type Decided = { readonly view: PropertyView; readonly decision: AskedDecision };
/** A home with something that is not refused; its outcome is the lowest of its devices'. */
type Candidate = {
  readonly home: HomeNode;
  readonly decided: readonly Decided[];
  readonly outcome: Outcome;
  /** Whether all of it may be read as it is. */
  readonly open: boolean;
};
/** The mean over its devices, so that no home weighs more than another, and when the last of them spoke. */
type Counted = Candidate & SaidNumber;

/** What the obligations of all decisions ask for together; without a level, the area that is asked about is one group. */
type Terms = { readonly k: number; readonly level: AreaLevel | null; readonly window: TimeGrain };

/**
 * Count and mean of a property over the homes of an area; true counts as 1, values older than the window are left out.
 * Each home is decided, those refused are left out.
 *
 * Nothing about one home is to follow from answers taken together. So homes that the caller may not read as they are
 * come in by whole groups, the areas of the level that the obligation names, or not at all: a group with fewer than `k`
 * of them is left out, also of the figures of wider areas and longer windows, and within a window it brings what it
 * brought first. Least and greatest are one home's own values, told only where each may be read as it is.
 */
export function statistics(session: Session, args: StatisticsArgs) {
  const { area, property, window } = args;
  const candidates = candidatesIn(session, args);
  const terms = termsOf(candidates);
  const recent = candidates.flatMap((each) => countedOf(session, each, terms, window));
  const counted = publishable(session, recent, terms, window);
  const withheld = counted.length < terms.k || isFiner(session, terms, args);
  if (!withheld) noteAll(session, counted);
  const values = counted.map(({ value }) => value);
  const open = !withheld && counted.every((each) => each.open);
  return {
    area,
    property,
    window,
    count: withheld ? null : counted.length,
    mean: withheld ? null : round(mean(values)),
    min: open ? values.reduce((least, value) => Math.min(least, value)) : null,
    max: open ? values.reduce((most, value) => Math.max(most, value)) : null,
    withheld,
    k: terms.k,
    outcome: lowest(recent.map(({ outcome }) => outcome)),
    decisionIds: [...new Set(recent.flatMap(({ decided }) => decided.map(({ decision }) => decision.id)))],
  };
}

function candidatesIn(session: Session, { area, property, purpose }: StatisticsArgs): Candidate[] {
  const asked = session.purpose(purpose);
  return visibleHomes(session.ports.graph, session.caller, area).flatMap((home) => {
    const decided = [...home.devices.values()].flatMap((device): Decided[] => {
      const view = propertyOf(session, { home, device, purpose: asked }, property);
      if (!view || !numberOf(view)) return [];
      const decision = decideProperty(session, view);
      return counts(session, view, decision) ? [{ view, decision }] : [];
    });
    if (decided.length === 0) return [];
    const decisions = decided.map(({ decision }) => decision);
    return [
      { home, decided, outcome: lowest(decisions.map(({ outcome }) => outcome)), open: decisions.every(allowsWhole) },
    ];
  });
}

/** Whether a value may come into a figure: what it asks for can be done, and it is not to be left out. */
function counts(session: Session, view: PropertyView, decision: AskedDecision): boolean {
  if (decision.outcome === 'denied' || !isSound(decision)) return false;
  if (decision.obligations.some((each) => each.type === 'mask' && each.method === 'suppress')) return false;
  return session.duties(decision, refOf(view)) !== null;
}

function termsOf(candidates: readonly Candidate[]): Terms {
  const decisions = candidates.flatMap(({ decided }) => decided.map(({ decision }) => decision));
  const obligations = decisions.flatMap((decision) => decision.obligations);
  const rules = obligations.filter((each) => each.type === 'aggregate');
  const grains = obligations.flatMap((each) =>
    each.type === 'aggregate' || each.type === 'coarsen_time' ? [TIME_GRAINS.indexOf(each.window)] : [],
  );
  const window = TIME_GRAINS[grains.reduce((most, grain) => Math.max(most, grain), 0)]!;
  const areas = [...rules.map(({ area }) => area), ...decisions.flatMap((decision) => areaLevelOf(decision) ?? [])];
  return {
    k: rules.length === 0 ? LEAST_HOMES : rules.reduce((most, rule) => Math.max(most, rule.k), 0),
    level: AREA_LEVELS.find((level) => areas.includes(level)) ?? null,
    window,
  };
}

/** What a home brings into the figure, when one of its devices spoke within the window. */
function countedOf(session: Session, candidate: Candidate, terms: Terms, window: Window): Counted[] {
  const { graph, clock } = session.ports;
  const now = clock.now();
  const isOpen = candidate.open;
  const since = (isOpen ? now : windowStart(now, terms.window)) - LENGTHS[window];
  const said = candidate.decided.flatMap(({ view }) => {
    const asked = { device: view.device.device.id, property: view.property.name, window: terms.window, now };
    const number = isOpen ? numberOf(view) : HeldNumbers.of(graph).get(asked, () => numberOf(view));
    return number && number.at >= since ? [number] : [];
  });
  if (said.length === 0) return [];
  const at = said.reduce((last, number) => Math.max(last, number.at), 0);
  return [{ ...candidate, value: mean(said.map(({ value }) => value)), at }];
}

/** The homes that count: those that may be read as they are, and of the others those whose group is large enough. */
function publishable(session: Session, recent: readonly Counted[], terms: Terms, window: Window): Counted[] {
  const closed = recent.filter(({ open }) => !open);
  const groups = Map.groupBy(closed, ({ home }) => groupOf(session, home, terms));
  const began = windowStart(session.ports.clock.now(), terms.window);
  const starts = WINDOWS.filter((each) => LENGTHS[each] < LENGTHS[window] && !isShorter(each, terms.window)).map(
    (each) => began - LENGTHS[each],
  );
  const large = [...groups.values()].filter((group) => isLarge(group, terms, starts));
  return [...recent.filter(({ open }) => open), ...large.flat()];
}

/** Whether a group may come into a figure. `starts` are the beginnings of the shorter windows that may be asked for. */
function isLarge(group: readonly Counted[], { k }: Terms, starts: readonly number[]): boolean {
  const statisticsOnly = group.filter(({ outcome }) => outcome === 'aggregate').length;
  // The answer for a shorter window, taken from this one, must leave as many homes as any answer.
  const leavesFew = (start: number) => {
    const inside = group.filter(({ at }) => at >= start).length;
    return inside >= k && inside < group.length && group.length - inside < k;
  };
  return group.length >= k && (statisticsOnly === 0 || statisticsOnly >= k) && !starts.some(leavesFew);
}

function groupOf({ ports }: Session, { home }: HomeNode, { level }: Terms): string {
  if (level === null) return 'all';
  return ports.graph.areaPath(home.area).find((area) => area.level === level)?.id ?? home.area;
}

function numberOf({ device, property }: PropertyView): SaidNumber | null {
  const held = device.values.get(property.name);
  if (!held) return null;
  const { value, at } = held;
  if (property.valueOn !== undefined) return { value: value === property.valueOn ? 1 : 0, at };
  if (typeof value === 'boolean') return { value: value ? 1 : 0, at };
  return typeof value === 'number' ? { value, at } : null;
}

/** Whether a question is about a smaller area or a shorter time than the obligations allow. */
function isFiner({ ports }: Session, terms: Terms, { area, window }: StatisticsArgs): boolean {
  if (terms.level === null) return false;
  const level = ports.graph.areas.get(area)?.level;
  if (level === undefined || AREA_LEVELS.indexOf(level) > AREA_LEVELS.indexOf(terms.level)) return true;
  return isShorter(window, terms.window);
}

function isShorter(window: Window, grain: TimeGrain): boolean {
  return LENGTHS[window] < LENGTHS[GRAINS[grain]];
}

function noteAll(session: Session, counted: readonly Counted[]): void {
  for (const { decided } of counted) for (const { view, decision } of decided) session.settle(decision, refOf(view));
}

function lowest(outcomes: readonly Outcome[]): Outcome {
  return OUTCOMES.find((outcome) => outcomes.includes(outcome)) ?? 'denied';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
