import type { AlarmKind, Claimant, DeviceKind } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { Precedence, PrecedenceException } from './Precedence.ts';

/** The one thing that claims are about: a property of a device. */
export type Actuator = { readonly kind: DeviceKind; readonly property: string };

/** What a command wants of an actuator. */
export type Claim = {
  readonly id: string;
  readonly claimant: Claimant;
  /** Higher first, between claims of one claimant that came of one event. */
  readonly priority: number;
  readonly value: unknown;
  /** The kind of alarm that it answers. */
  readonly alarm: AlarmKind | null;
  /** Which events came first: a number that rises from event to event. */
  readonly turn: number;
};

/** By what a claim won: an exception by its id, `order`, `newest`, `priority`, or `id` where nothing else tells two apart. */
export type Ground = { readonly precedence: string; readonly clauses: readonly string[] };

/**
 * Who wins an actuator: the strongest of the claims, and those that want something else with what decided against each.
 * Those that want the same lose nothing. Null where nobody claims. It is a function of its arguments alone, and the
 * order of the claims does not matter; ids must differ.
 *
 * @example
 * arbitrate([fire, freeze], { kind: 'lock', property: 'state' }, precedence)?.winner; // fire
 */
export function arbitrate<Each extends Claim>(
  claims: readonly Each[],
  actuator: Actuator,
  precedence: Precedence,
): { readonly winner: Each; readonly lost: readonly { readonly claim: Each; readonly by: Ground }[] } | null {
  const replaced = claims.filter((claim) => claims.some((other) => replaces(other, claim)));
  const ranked = claims
    .filter((claim) => !replaced.includes(claim))
    .map((claim) => ({ claim, rank: rankOf(claim, actuator, precedence) }))
    .sort((a, b) => compare(a, b));
  const [first, ...others] = ranked;
  if (!first) return null;
  const wanted = canonicalJson(first.claim.value);
  const lost = others
    .filter(({ claim }) => canonicalJson(claim.value) !== wanted)
    .map((each) => ({ claim: each.claim, by: groundOf(first, each, { actuator, precedence }) }));
  const outdated = replaced
    .filter(({ value }) => canonicalJson(value) !== wanted)
    .map((claim) => ({ claim, by: { precedence: 'newest', clauses: [] } }));
  return { winner: first.claim, lost: [...lost, ...outdated] };
}

/**
 * Whether a claimant has said something else since, so that who opened a door may lock it, whatever comes first against
 * others. What answers an alarm stands until the alarm is over.
 */
function replaces(newer: Claim, older: Claim): boolean {
  const answersNone = newer.alarm === null && older.alarm === null;
  return answersNone && newer.claimant === older.claimant && newer.turn > older.turn;
}

/** The first exception that fits a claim; undefined when none does. */
export function exceptionFor(
  claim: Pick<Claim, 'claimant' | 'alarm' | 'value'>,
  actuator: Actuator,
  { exceptions }: Precedence,
): PrecedenceException | undefined {
  return exceptions.find((each) => fits(each, claim, actuator));
}

/** Lowest first: exceptions that come first, in the order of the file, and then the order of claimants. */
type Ranked = { readonly claim: Claim; readonly rank: number };

function rankOf(claim: Claim, actuator: Actuator, precedence: Precedence): number {
  const { exceptions } = precedence;
  const first = exceptions.findIndex((each) => each.first === true && fits(each, claim, actuator));
  return first >= 0 ? first : exceptions.length + orderFor(actuator, precedence).order.indexOf(claim.claimant);
}

/** The order of claimants at an actuator, and the exception that declares it. */
function orderFor(actuator: Actuator, { exceptions, order }: Precedence) {
  const other = exceptions.find((each) => each.order !== undefined && fitsActuator(each, actuator));
  return { order: other?.order ?? order, exception: other };
}

function compare(a: Ranked, b: Ranked): number {
  return (
    a.rank - b.rank ||
    b.claim.turn - a.claim.turn ||
    b.claim.priority - a.claim.priority ||
    (a.claim.id < b.claim.id ? -1 : 1)
  );
}

function groundOf(
  winner: Ranked,
  loser: Ranked,
  { actuator, precedence }: { readonly actuator: Actuator; readonly precedence: Precedence },
): Ground {
  if (winner.rank < loser.rank) {
    const exception = precedence.exceptions[winner.rank] ?? orderFor(actuator, precedence).exception;
    return exception ? { precedence: exception.id, clauses: exception.clauses } : { precedence: 'order', clauses: [] };
  }
  if (winner.claim.turn > loser.claim.turn) return { precedence: 'newest', clauses: [] };
  return { precedence: winner.claim.priority > loser.claim.priority ? 'priority' : 'id', clauses: [] };
}

function fits(
  exception: PrecedenceException,
  { claimant, alarm, value }: Pick<Claim, 'claimant' | 'alarm' | 'value'>,
  actuator: Actuator,
): boolean {
  const { claimants, alarms, values } = exception;
  return (
    fitsActuator(exception, actuator) &&
    (claimants?.includes(claimant) ?? true) &&
    (alarms === undefined || (alarm !== null && alarms.includes(alarm))) &&
    (values?.some((each) => canonicalJson(each) === canonicalJson(value)) ?? true)
  );
}

function fitsActuator({ kinds, properties }: PrecedenceException, { kind, property }: Actuator): boolean {
  return (kinds?.includes(kind) ?? true) && (properties?.includes(property) ?? true);
}
