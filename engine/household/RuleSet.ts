import { schemaCheck } from '../documents/schemaProblems.ts';
import type { RuleGrammar } from '../rules/loadRules.ts';
import type { LoadedRule } from '../rules/Rule.ts';
import type { Packs } from './Pack.ts';

/** The rules of a bundle: those for all homes and those of packs, the packs, and what rules of homes are read with. */
export type RuleSet = { readonly rules: readonly LoadedRule[]; readonly packs: Packs; readonly grammar: RuleGrammar };

/** A program without a bundle: no rule of a home fits its schema. */
export const NO_RULES: RuleSet = {
  rules: [],
  packs: new Map(),
  grammar: { fits: schemaCheck({ not: {} }), shared: {} },
};
