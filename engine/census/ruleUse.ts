import type { Decided } from '../combine.ts';
import type { Grant, Reason, Verdict } from '../rego/Verdict.ts';

/** The rules that hold in a cell, and those of them that decide it, by their keys in the order of the verdict. */
export type RuleUse = { readonly hold: readonly string[]; readonly decide: readonly string[] };

/**
 * Tells the rules of a verdict by what came of them. A rule decides when it is among the reasons, or when it is a cap whose
 * obligations bind what is allowed. One that is waived holds, and decides nothing.
 */
export function ruleUse({ permits, caps, denies, waived }: Verdict, { outcome, reasons }: Decided): RuleUse {
  const all = [...permits, ...caps, ...denies, ...(waived?.caps ?? []), ...(waived?.denies ?? [])];
  const binding = outcome === 'denied' ? [] : caps.filter(({ obligations }) => obligations.length > 0);
  const deciding = [...reasons.filter(({ code }) => code !== 'waived'), ...binding.map(reasonOf)];
  const decide = new Set(deciding.map(ruleKey));
  const hold = new Set(all.map(({ reason }) => ruleKey(reason)));
  return { hold: [...hold], decide: [...hold].filter((key) => decide.has(key)) };
}

/** `<policy>/<rule>`, as waivers name rules. */
export function ruleKey({ policy, rule }: Pick<Reason, 'policy' | 'rule'>): string {
  return `${policy}/${rule}`;
}

function reasonOf({ reason }: Grant): Reason {
  return reason;
}
