/** The checks that policies go through, each by itself. Another one is a file beside this and a name in the list. */
import { headMembers } from './headMembers.ts';
import { obligations } from './obligations.ts';
import type { PolicyCheck } from './PolicyCheck.ts';
import { readsOfCounts } from './readsOfCounts.ts';
import { references } from './references.ts';
import { shadowedRules } from './shadowedRules.ts';
import { unboundedLoops } from './unboundedLoops.ts';
import { unknownClauses } from './unknownClauses.ts';
import { unknownPaths } from './unknownPaths.ts';
import { unknownWords } from './unknownWords.ts';
import { unreachableRules } from './unreachableRules.ts';
import { unusedRules } from './unusedRules.ts';

export const POLICY_CHECKS: readonly PolicyCheck[] = [
  unknownPaths,
  unknownWords,
  unknownClauses,
  headMembers,
  obligations,
  references,
  readsOfCounts,
  unboundedLoops,
  unreachableRules,
  shadowedRules,
  unusedRules,
];
