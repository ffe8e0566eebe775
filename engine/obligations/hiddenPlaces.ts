import { AREA_LEVELS, type AreaLevel } from '../../twin/words.ts';
import type { Decision } from '../Decision.ts';
import type { PlaceLevel } from './coarsenSpace.ts';
import type { Obligation } from './Obligation.ts';

type Obliged = Pick<Decision, 'outcome' | 'obligations'>;

/** Whether a decision hides how the device is called, which tells of its place as much as its room does. */
export function hidesDevice({ obligations }: Obliged): boolean {
  return levelOf(obligations) !== null;
}

/** Whether a decision hides in which room a value was taken. */
export function hidesRoom({ obligations }: Obliged): boolean {
  const level = levelOf(obligations);
  return level !== null && level !== 'room';
}

/** Whether an answer that names the home can hold nothing of the value. */
export function hidesHome(decision: Obliged): boolean {
  return decision.outcome === 'pseudonymous' || areaLevelOf(decision) !== null;
}

/** The finest level of area that may be named where the home may not; null when the decision names none. */
export function areaLevelOf({ obligations }: Obliged): AreaLevel | null {
  const level = levelOf(obligations);
  return AREA_LEVELS.find((each) => each === level) ?? null;
}

function levelOf(obligations: readonly Obligation[]): PlaceLevel | null {
  return obligations.find((obligation) => obligation.type === 'coarsen_space')?.level ?? null;
}
