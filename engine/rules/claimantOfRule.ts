import { CLAIMANTS, type Claimant } from '../../twin/words.ts';
import type { Rule, Severity } from './Rule.ts';

/** On whose behalf a rule commands that says nothing of it, by how much it matters. */
const OF_SEVERITY: Readonly<Record<Severity, Claimant>> = {
  life_safety: 'life_safety',
  security: 'security',
  fault: 'resident',
  comfort: 'resident',
};

/** On whose behalf a rule commands. It may speak for a weaker claimant than its severity gives it, never for a stronger. */
export function claimantOfRule({ severity, claimant }: Pick<Rule, 'severity' | 'claimant'>): Claimant {
  const own = OF_SEVERITY[severity];
  return claimant !== undefined && speaksFor(severity, claimant) ? claimant : own;
}

/** Whether a rule of a severity may speak for a claimant. */
export function speaksFor(severity: Severity, claimant: Claimant): boolean {
  return CLAIMANTS.indexOf(claimant) >= CLAIMANTS.indexOf(OF_SEVERITY[severity]);
}
