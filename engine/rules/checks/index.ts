/** The checks that rules go through together, each by itself. Another one is a file beside this and a name in the list. */
import { commandsTaken } from './commandsTaken.ts';
import { conflicts } from './conflicts.ts';
import { contradictions } from './contradictions.ts';
import { loops } from './loops.ts';
import { neverActing } from './neverActing.ts';
import { propertiesAsked } from './propertiesAsked.ts';
import type { RuleCheck } from './RuleCheck.ts';
import { refusedEffects } from './refusedEffects.ts';
import { shadowed } from './shadowed.ts';
import { wordsAsked } from './wordsAsked.ts';

export const RULE_CHECKS: readonly RuleCheck[] = [
  propertiesAsked,
  commandsTaken,
  contradictions,
  neverActing,
  conflicts,
  loops,
  shadowed,
  refusedEffects,
  wordsAsked,
];
