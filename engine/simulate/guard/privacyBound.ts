/** Beyond which chance the bound in `epsilon` may fail. */
const DELTA = 1e-6;

/**
 * What readers can learn of one home from all that they were answered within the term of a budget, whatever they know of all other
 * homes and whichever drafts they choose. `rho` adds up over answers: each is ρ-zero-concentrated differentially private
 * (Bun and Steinke, Concentrated Differential Privacy, 2016), a home's whole record being what may differ.
 */
export type PrivacyBound = {
  readonly rho: number;
  /**
   * Of two equally likely states of a home, how often at most a reader tells the right one, from 0 to 1; guessing gives
   * one half. With a prior of p against 1 − p, at most max(p, 1 − p) + (accuracy − 1/2) · 2 · min(p, 1 − p).
   */
  readonly accuracy: number;
  /** The same in the terms of (ε, δ)-differential privacy. */
  readonly epsilon: number;
  readonly delta: number;
  readonly formula: string;
};

/** The bound of answers that cost `rho` together; `slack` is what their noise differs from an ideal one, in total variation. */
export function privacyBound(rho: number, slack = 0): PrivacyBound {
  return {
    rho,
    accuracy: Math.min(1, 0.5 + totalVariation(rho) / 2 + slack),
    epsilon: rho + 2 * Math.sqrt(rho * Math.log(1 / DELTA)),
    delta: DELTA + slack,
    formula: '1/2 + min(√(ρ/2), √(1 − e^−ρ)) / 2',
  };
}

/** How far answers about two states of a home are apart at most: by Pinsker, and by Bretagnolle and Huber. */
function totalVariation(rho: number): number {
  return Math.min(Math.sqrt(rho / 2), Math.sqrt(1 - Math.exp(-rho)));
}
