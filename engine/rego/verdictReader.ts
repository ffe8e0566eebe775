import { OUTCOMES, type Outcome } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { parseObligation } from '../obligations/index.ts';
import type { Obligation } from '../obligations/Obligation.ts';
import { entriesOf, isArray, isObject, isSet, memberOf, type RegoValue, toJson } from './RegoValue.ts';
import { RULE_KINDS, type RuleKind, type RuleSource } from './RuleSource.ts';
import type { Denial, EvaluationError, Grant, Reason, Verdict } from './Verdict.ts';

/** What one member of a policy's set means. */
type Item = {
  /** By which the members of all policies are sorted. */
  readonly order: string;
  readonly policy: string;
  readonly kind: RuleKind;
  readonly grants: readonly Grant[];
  readonly denials: readonly Denial[];
  readonly errors: readonly EvaluationError[];
};

/** The members of a verdict: rules that act, by kind, and those that waivers keep from acting. */
const MEMBERS = [...RULE_KINDS, 'waived_cap', 'waived_deny'] as const;
type Member = (typeof MEMBERS)[number];

/** What one policy says under one member of a verdict; without a policy where the member itself is none. */
export type PolicySet = {
  readonly member: Member;
  readonly policy: string | undefined;
  readonly values: RegoValue;
};

/** Reads verdicts: the value of an entry point, or the sets of which it is made. */
type VerdictReader = {
  readonly read: (value: RegoValue) => Verdict;
  readonly readSets: (sets: readonly PolicySet[]) => Verdict;
};

/**
 * Makes the reader of what `main/verdict` yields: `{permit: {policy: [object, ..]}, cap: .., deny: ..}`. The objects name
 * their rule; titles, clauses and places come from the rules' METADATA. Sets come in an order of their own, so the lists
 * are sorted by policy, rule and content. Values of which an evaluator says that they are constants are read once.
 */
export function verdictReader(
  rules: readonly RuleSource[],
  constants: ReadonlySet<unknown> = new Set(),
): VerdictReader {
  const reasons = new Map(rules.map((rule) => [keyOf(rule.kind, rule.policy, rule.rule), reasonOf(rule)]));
  const known = new Map<unknown, Item>();

  return { read, readSets };

  function read(value: RegoValue): Verdict {
    if (value === undefined) return NO_VERDICT;
    if (!isObject(value)) return failed('policy:evaluation.wrong_type', 'the verdict is no object');
    const sets = MEMBERS.flatMap((member): PolicySet[] => {
      const policies = memberOf(value, member);
      if (policies === undefined && !isKind(member)) return [];
      if (!isObject(policies)) return [{ member, policy: undefined, values: undefined }];
      return entriesOf(policies).map(([policy, values]) => ({ member, policy: String(policy), values }));
    });
    return readSets(sets);
  }

  function readSets(sets: readonly PolicySet[]): Verdict {
    const errors: EvaluationError[] = [];
    const found: Readonly<Record<Member, Item[]>> = { permit: [], cap: [], deny: [], waived_cap: [], waived_deny: [] };
    for (const set of sets) addItems(set, found[set.member], errors);
    for (const member of MEMBERS) {
      const items = found[member];
      if (items.length > 1) items.sort((a, b) => (a.order < b.order ? -1 : 1));
      for (const item of items) errors.push(...item.errors);
    }
    const waived = { caps: grantsOf(found.waived_cap), denies: denialsOf(found.waived_deny) };
    return {
      permits: grantsOf(found.permit),
      caps: grantsOf(found.cap),
      denies: denialsOf(found.deny),
      ...(waived.caps.length + waived.denies.length > 0 && { waived }),
      errors: errors.length > 1 ? errors.sort((a, b) => (a.message < b.message ? -1 : 1)) : errors,
    };
  }

  function addItems({ member, policy, values }: PolicySet, found: Item[], errors: EvaluationError[]): void {
    if (policy === undefined) {
      errors.push({ code: 'policy:evaluation.wrong_type', message: `the verdict has no \`${member}\`` });
      return;
    }
    const members = isSet(values) ? values.members() : values;
    if (isArray(members)) for (const one of members) found.push(itemOf(kindOf(member), policy, one));
    else {
      errors.push({ code: 'policy:evaluation.wrong_type', message: `\`${member}\` of \`${policy}\` is no set` });
    }
  }

  function itemOf(kind: RuleKind, policy: string, member: RegoValue): Item {
    if (!constants.has(member)) return readItem(kind, policy, toJson(member));
    const read = known.get(member);
    if (read?.policy === policy && read.kind === kind) return read;
    const item = readItem(kind, policy, toJson(member));
    known.set(member, item);
    return item;
  }

  function readItem(kind: RuleKind, policy: string, value: unknown): Item {
    const errors: EvaluationError[] = [];
    if (!isRecord(value)) {
      const message = `\`${kind}\` of \`${policy}\` holds what is no object`;
      errors.push({ code: 'policy:evaluation.wrong_type', message });
      return { order: '', policy, kind, grants: [], denials: [], errors };
    }
    const label = `\`${String(value['rule'])}\` of \`${policy}\``;
    const order = `${policy} ${value['rule']} ${canonicalJson(value)}`;
    const reason = reasonFor(kind, policy, value);
    if (!reason) errors.push({ code: 'policy:rule.unknown', message: `${label} is no ${kind} rule that is known` });
    if (kind === 'deny') return { order, policy, kind, grants: [], denials: reason ? [{ reason }] : [], errors };
    const { outcome, obligations = [] } = value;
    if (!isOutcome(outcome)) {
      errors.push({ code: 'policy:verdict.malformed', message: `${label} has no outcome that is known` });
    } else if (!Array.isArray(obligations)) {
      errors.push({ code: 'policy:verdict.malformed', message: `${label} has obligations that are no list` });
    } else {
      const parsed = parseObligations(obligations, label, errors);
      return {
        order,
        policy,
        kind,
        grants: reason ? [{ outcome, obligations: parsed, reason }] : [],
        denials: [],
        errors,
      };
    }
    return { order, policy, kind, grants: [], denials: [], errors };
  }

  function reasonFor(kind: RuleKind, policy: string, value: Readonly<Record<string, unknown>>): Reason | undefined {
    const source = reasons.get(keyOf(kind, policy, String(value['rule'])));
    const { clauses, message, needs } = value;
    if (!source || (clauses === undefined && message === undefined && needs === undefined)) return source;
    return {
      ...source,
      ...(isStrings(clauses) && { clauses }),
      ...(typeof message === 'string' && { message }),
      ...(typeof needs === 'string' && { needs }),
    };
  }
}

function grantsOf(items: readonly Item[]): readonly Grant[] {
  return items.flatMap(({ grants }) => grants);
}

function denialsOf(items: readonly Item[]): readonly Denial[] {
  return items.flatMap(({ denials }) => denials);
}

function parseObligations(raw: readonly unknown[], label: string, errors: EvaluationError[]): readonly Obligation[] {
  return raw.flatMap((one) => {
    const obligation = parseObligation(one);
    if (obligation) return [obligation];
    errors.push({
      code: 'policy:obligation.unknown',
      message: `${label} has the unknown obligation ${canonicalJson(one)}`,
    });
    return [];
  });
}

export function isMember(name: string): name is Member {
  return MEMBERS.includes(name as Member);
}

/** A verdict may lack what is waived: its policies are such that none can be. */
function isKind(member: Member): boolean {
  return RULE_KINDS.includes(member as RuleKind);
}

function kindOf(member: Member): RuleKind {
  return member.replace('waived_', '') as RuleKind;
}

/** The verdict of an evaluation that failed: nothing but the error, which denies. */
export function failed(code: EvaluationError['code'], message: string): Verdict {
  return { permits: [], caps: [], denies: [], errors: [{ code, message }] };
}

/** The verdict of policies that say nothing at all. */
export const NO_VERDICT = failed('policy:evaluation.undefined', 'the policies yield no verdict');

function reasonOf({ kind, policy, rule, file, line, clauses, title }: RuleSource): Reason {
  return Object.freeze({ code: kind, policy, rule, file, line, clauses: Object.freeze([...clauses]), message: title });
}

function keyOf(kind: RuleKind, policy: string, rule: string): string {
  return `${kind} ${policy} ${rule}`;
}

function isOutcome(value: unknown): value is Outcome {
  return OUTCOMES.includes(value as Outcome);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
