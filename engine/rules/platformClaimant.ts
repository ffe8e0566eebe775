import type { Claimant } from '../../twin/words.ts';
import { claimantOfRule } from './claimantOfRule.ts';
import type { Rule } from './Rule.ts';

/** Those who are not of the home, and whose rules act in it as they would themselves. */
export type PlatformClaimant = Extract<Claimant, 'landlord' | 'community' | 'grid'>;

/** The platform whose rule it is; null for a rule of the home, whatever it protects. */
export function platformClaimant(rule: Pick<Rule, 'severity' | 'claimant'>): PlatformClaimant | null {
  const claimant = claimantOfRule(rule);
  return claimant === 'landlord' || claimant === 'community' || claimant === 'grid' ? claimant : null;
}
