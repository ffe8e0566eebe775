import type { PropertyType } from '../twin/devices/DeviceType.ts';
import type { PropertyValue } from '../twin/graph/TwinGraph.ts';
import type { Outcome } from '../twin/words.ts';
import type { Clock } from './Clock.ts';
import type { Decision } from './Decision.ts';
import type { TimeGrain } from './obligations/coarsenTime.ts';
import { hidesHome } from './obligations/hiddenPlaces.ts';
import { parseObligation } from './obligations/index.ts';
import type { Mask } from './obligations/mask.ts';
import { maskValue } from './obligations/maskValue.ts';
import type { Obligation } from './obligations/Obligation.ts';

/** A value of the past; `at` is the source's time in milliseconds since 1970. */
export type PastValue = { readonly value: unknown; readonly at: number };

/**
 * The values of one property in the present tenancy of its home, by source time, oldest first; `until` is left out of
 * the range.
 */
export type History = (query: {
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly from: number;
  readonly until: number;
}) => Promise<readonly PastValue[]>;

/** What is held of a property before anything is done to it. */
export type HeldValue = {
  readonly home: string;
  readonly device: string;
  readonly property: string;
  readonly type: PropertyType;
  readonly value: PropertyValue | undefined;
};

/** What is shown of it. Its outcome is the decision's, unless an obligation could not be carried out: then `denied`. */
export type Shown = { readonly outcome: Outcome; readonly value: unknown; readonly at: number | null };

export type FulfilPorts = {
  readonly history: History;
  readonly clock: Clock;
  /** A name for a text that is equal for equal texts and tells nothing of it. */
  readonly pseudonym: (text: string) => string;
};

/**
 * Carries out a decision about one property: what its obligations leave of the value. It is the only way by which a
 * value that is not allowed as it was reported becomes an answer.
 *
 * Answers at once where it can and by a promise where the past is needed. Secrets are never shown. What may not be tied
 * to a home (pseudonymous values, and those of which no place as fine may be named) is null unless the answer is
 * `unnamed`; what may be had by statistics alone is null in both. An obligation that is unknown, or a reduction that
 * nothing carries out, denies; one that fails throws or rejects, and nothing is shown.
 */
export function fulfil(
  held: HeldValue,
  decision: Pick<Decision, 'outcome' | 'obligations'>,
  ports: FulfilPorts,
  { unnamed = false }: { readonly unnamed?: boolean } = {},
): Shown | Promise<Shown> {
  const { outcome, obligations } = decision;
  if (held.type.secret || outcome === 'denied' || !isSound(decision)) return DENIED;
  const nothing: Shown = { outcome, value: null, at: null };
  if (outcome === 'aggregate' || obligations.some(({ type }) => type === 'aggregate')) return nothing;
  if (hidesHome(decision) && !unnamed) return nothing;

  const coarsen = obligations.find((obligation) => obligation.type === 'coarsen_time');
  const mask = obligations.find((obligation) => obligation.type === 'mask');
  // When something was said tells of it too.
  if (mask?.method === 'suppress') return nothing;
  const finish = (past: PastValue | null): Shown => ({
    outcome,
    value: past && mask ? masked(past, held, { mask, window: coarsen?.window ?? 'P1D' }, ports) : (past?.value ?? null),
    at: past?.at ?? null,
  });
  return coarsen ? coarsened(held, coarsen.window, ports).then(finish) : finish(held.value ?? null);
}

/** Nothing is shown. */
const DENIED: Shown = { outcome: 'denied', value: null, at: null };

/** Whether all that a decision asks for can be carried out: each obligation is known, and a reduction reduces. */
export function isSound({ outcome, obligations }: Pick<Decision, 'outcome' | 'obligations'>): boolean {
  if (obligations.some((obligation) => parseObligation(obligation) === null)) return false;
  return outcome !== 'reduced' || obligations.some(({ type }) => REDUCING.has(type));
}

const REDUCING: ReadonlySet<Obligation['type']> = new Set(['mask', 'coarsen_time', 'coarsen_space', 'aggregate']);

/** What can be done beside an answer; all other obligations change what it says. */
const BESIDE: ReadonlySet<Obligation['type']> = new Set(['audit', 'notify', 'retain_until']);

/** Whether a decision allows a thing as it is, whole: a record, an action, of which nothing coarser can be made. */
export function allowsWhole(decision: Pick<Decision, 'outcome' | 'obligations'>): boolean {
  return decision.outcome === 'raw' && isSound(decision) && decision.obligations.every(({ type }) => BESIDE.has(type));
}

const HOUR = 3_600_000;
const LENGTHS: Readonly<Record<TimeGrain, number>> = { PT15M: HOUR / 4, PT1H: HOUR, P1D: 24 * HOUR };
/** Days begin at midnight in the zone of the deployment, which is UTC+8 all year. */
const ZONE_OFFSET = 8 * HOUR;

/** The start of the window that an instant lies in; both in milliseconds since 1970. */
export function windowStart(instant: number, window: TimeGrain): number {
  const length = LENGTHS[window];
  return Math.floor((instant + ZONE_OFFSET) / length) * length - ZONE_OFFSET;
}

/** How long a window is, in milliseconds. */
function windowLength(window: TimeGrain): number {
  return LENGTHS[window];
}

/**
 * The last complete window in the place of the last value: the mean of a number, the last of anything else. A property
 * that has not been told since before that window stands with the window in which it was, or, when the log no longer
 * reaches so far, with its last value at the start of that.
 */
async function coarsened(
  held: HeldValue,
  window: TimeGrain,
  { history, clock }: FulfilPorts,
): Promise<PastValue | null> {
  if (!held.value) return null;
  const { home, device, property } = held;
  const latest = windowStart(clock.now(), window) - windowLength(window);
  const from = Math.min(latest, windowStart(held.value.at, window));
  const past = await history({ home, device, property, from, until: from + windowLength(window) });
  const last = past.at(-1);
  if (!last) return from < latest ? { value: held.value.value, at: from } : null;
  return { value: held.type.type === 'numeric' ? (mean(past) ?? last.value) : last.value, at: from };
}

function mean(past: readonly PastValue[]): number | null {
  const numbers = past.map(({ value }) => value).filter((value) => typeof value === 'number');
  if (numbers.length === 0) return null;
  return round(numbers.reduce((sum, value) => sum + value, 0) / numbers.length, 4);
}

function masked(
  { value, at }: PastValue,
  { home, device, property, type }: HeldValue,
  { mask, window }: { readonly mask: Mask; readonly window: TimeGrain },
  { pseudonym }: FulfilPorts,
): unknown {
  const noiseKey = JSON.stringify([home, device, property, window, windowStart(at, window)]);
  return maskValue({ value, type, noiseKey }, mask, pseudonym);
}

function round(value: number, figures: number): number {
  return Number(value.toPrecision(figures));
}
