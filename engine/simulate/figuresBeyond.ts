import { AREA_LEVELS } from '../../twin/words.ts';
import { publishing, SIDES, type Transitions } from '../census/Transitions.ts';
import type { ReportAreas } from './reportAreasOf.ts';

/**
 * Says of which levels there are figures over areas wider than that of the scenario: homes beyond it stand behind them, too, and
 * are not counted, so that more may be withheld here than is when all are asked about.
 *
 * @param reached the transitions that some cell makes
 */
export function figuresBeyond(
  { scope, levelOf }: Pick<ReportAreas, 'scope' | 'levelOf'>,
  transitions: Transitions,
  reached: readonly number[],
): readonly string[] {
  const levels = new Set(
    reached.flatMap((number) => SIDES.flatMap((side) => publishing(transitions.decided(side, number))?.level ?? [])),
  );
  const wider = AREA_LEVELS.slice(0, AREA_LEVELS.indexOf(levelOf(scope))).filter((level) => levels.has(level));
  return wider.map(
    (level) =>
      `homes outside of ${scope}, which stand behind figures over its ${level}, too: what is withheld goes by the homes inside`,
  );
}
