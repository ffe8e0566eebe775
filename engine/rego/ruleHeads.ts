import { RULE_KINDS, type RuleKind } from './RuleSource.ts';

/** A rule of a policy, as far as its text tells before it is compiled. */
export type RuleHead = { readonly kind: RuleKind; readonly id: string | null };

/**
 * The `permit`, `cap` and `deny` rules in a Rego source. It looks for heads at the start of a line, which is where OPA's
 * formatter puts them; loading refuses a policy in which the compiler finds more.
 */
export function ruleHeads(source: string): readonly RuleHead[] {
  const heads = new RegExp(`^(${RULE_KINDS.join('|')})[ \\t]+contains\\b([^}]*)`, 'gm');
  return [...source.matchAll(heads)].map(([, kind, head]) => ({
    kind: kind as RuleKind,
    id: /"rule":\s*"([^"]+)"/.exec(head!)?.[1] ?? null,
  }));
}
