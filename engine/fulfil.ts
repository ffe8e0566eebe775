import type { PropertyType } from '../twin/devices/DeviceType.ts';
import type { PropertyValue } from '../twin/graph/TwinGraph.ts';
import type { Outcome } from '../twin/words.ts';
import type { Clock } from './Clock.ts';
import type { Decision } from './Decision.ts';
import type { TimeGrain } from './obligations/coarsenTime.ts';
import { parseObligation } from './obligations/index.ts';
import type { Mask } from './obligations/mask.ts';
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
 * Carries out a decision about one property of a named home: what its obligations leave of the value. It is the only way
 * by which a value that is not allowed as it was reported becomes an answer.
 *
 * Answers at once where it can and by a promise where the past is needed. Secrets are never shown. Statistics and
 * pseudonymous values have no place in an answer that names the home: there they are null. An obligation that is
 * unknown, or a reduction that nothing carries out, denies.
 */
export function fulfil(
  held: HeldValue,
  decision: Pick<Decision, 'outcome' | 'obligations'>,
  ports: FulfilPorts,
): Shown | Promise<Shown> {
  const { outcome, obligations } = decision;
  if (held.type.secret || outcome === 'denied') return DENIED;
  if (outcome === 'aggregate' || outcome === 'pseudonymous') return { outcome, value: null, at: null };
  if (obligations.some((obligation) => parseObligation(obligation) === null)) return DENIED;
  if (outcome === 'reduced' && !obligations.some(reduces)) return DENIED;
  if (obligations.some(namesNoHome)) return { outcome, value: null, at: null };

  const coarsen = obligations.find((obligation) => obligation.type === 'coarsen_time');
  const mask = obligations.find((obligation) => obligation.type === 'mask');
  const finish = (past: PastValue | null): Shown => ({
    outcome,
    value: past === null ? null : masked(past.value, held.type, mask, ports),
    at: past?.at ?? null,
  });
  return coarsen ? coarsened(held, coarsen.window, ports).then(finish) : finish(held.value ?? null);
}

/** Whether an obligation hides in which room a value was taken, hence the room and the name of the device. */
export function hidesRoom(obligation: Obligation): boolean {
  return obligation.type === 'coarsen_space';
}

const DENIED: Shown = { outcome: 'denied', value: null, at: null };

function reduces({ type }: Obligation): boolean {
  return type === 'mask' || type === 'coarsen_time' || type === 'coarsen_space';
}

function namesNoHome(obligation: Obligation): boolean {
  return obligation.type === 'aggregate' || (obligation.type === 'coarsen_space' && obligation.level !== 'home');
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

function masked(value: unknown, type: PropertyType, mask: Mask | undefined, { pseudonym }: FulfilPorts): unknown {
  if (!mask || value === null) return value;
  switch (mask.method) {
    case 'suppress':
      return null;
    case 'generalise':
      // One figure keeps the magnitude; what is no number has nothing vaguer to say.
      return typeof value === 'number' ? round(value, 1) : null;
    case 'pseudonymise':
      return type.type === 'numeric' || type.type === 'binary' || type.type === 'enum'
        ? value
        : pseudonym(JSON.stringify(value));
  }
}

function round(value: number, figures: number): number {
  return Number(value.toPrecision(figures));
}
