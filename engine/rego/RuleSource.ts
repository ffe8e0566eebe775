/** The kinds of rule that a policy may have; each is a set of objects. */
export const RULE_KINDS = ['permit', 'cap', 'deny'] as const;
/** The kinds of rule that a waiver may keep from acting: what permits nothing does not need one. */
export const WAIVABLE_KINDS = ['cap', 'deny'] as const satisfies readonly RuleKind[];
export type RuleKind = (typeof RULE_KINDS)[number];

/** A rule of a policy as its METADATA describes it: what a reason tells beyond the rule's name. */
export type RuleSource = {
  readonly policy: string;
  readonly kind: RuleKind;
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly clauses: readonly string[];
  readonly owner: string;
  /** Whether a waiver may keep it from acting. */
  readonly waivable: boolean;
};
