/**
 * What all guarded answers cost and may cost together, a convention of this product. Privacy is counted as ρ of
 * zero-concentrated differential privacy, which adds up over answers whatever they are about.
 */
export const GUARD_TERMS = {
  /** What an answer costs in units; a reader may spend more on one, for less noise. */
  rhoOfUnit: 0.004,
  /** How many units all accounts of one organisation may spend within the term. */
  unitsOfOrganisation: 20,
  /** How many units the answers to all organisations may cost together within the term: what bounds those who pool them. */
  unitsOfAll: 100,
  /** Days after which what was spent returns. */
  termDays: 365,
} as const;

/** A figure is told when it exceeds its noise so many times over: below, most of it would be noise. */
export const TOLD_SIGMAS = 4;

/** A class is shown as an example when it exceeds its noise so many times over: one home alone does not, but in one of 10⁹ answers. */
export const EXAMPLE_SIGMAS = 6;
