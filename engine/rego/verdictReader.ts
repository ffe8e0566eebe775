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

/**
 * Makes the reader of what `main/verdict` yields: `{permit: {policy: [object, ..]}, cap: .., deny: ..}`. The objects name
 * their rule; titles, clauses and places come from the rules' METADATA. Sets come in an order of their own, so the lists
 * are sorted by policy, rule and content. Values of which an evaluator says that they are constants are read once.
 */
export function verdictReader(
  rules: readonly RuleSource[],
  constants: ReadonlySet<unknown> = new Set(),
): (value: RegoValue) => Verdict {
  const reasons = new Map(rules.map((rule) => [keyOf(rule.kind, rule.policy, rule.rule), reasonOf(rule)]));
  const known = new Map<unknown, Item>();

  return (value) => {
    if (value === undefined) return failed('policy:evaluation.undefined', 'the policies yield no verdict');
    if (!isObject(value)) return failed('policy:evaluation.wrong_type', 'the verdict is no object');
    const errors: EvaluationError[] = [];
    const [permits, caps, denies] = RULE_KINDS.map((kind) => items(memberOf(value, kind), kind, errors)) as [
      readonly Item[],
      readonly Item[],
      readonly Item[],
    ];
    const waivedCaps = waivedItems(memberOf(value, 'waived_cap'), 'cap', errors);
    const waivedDenies = waivedItems(memberOf(value, 'waived_deny'), 'deny', errors);
    for (const item of [permits, caps, denies, waivedCaps, waivedDenies].flat()) errors.push(...item.errors);
    const waived = { caps: grantsOf(waivedCaps), denies: denialsOf(waivedDenies) };
    return {
      permits: grantsOf(permits),
      caps: grantsOf(caps),
      denies: denialsOf(denies),
      ...(waived.caps.length + waived.denies.length > 0 && { waived }),
      errors: errors.sort((a, b) => (a.message < b.message ? -1 : 1)),
    };
  };

  /** A verdict without the member is of policies of which none can be waived. */
  function waivedItems(ofKind: RegoValue, kind: RuleKind, errors: EvaluationError[]): readonly Item[] {
    return ofKind === undefined ? [] : items(ofKind, kind, errors);
  }

  function items(ofKind: RegoValue, kind: RuleKind, errors: EvaluationError[]): readonly Item[] {
    if (!isObject(ofKind)) {
      errors.push({ code: 'policy:evaluation.wrong_type', message: `the verdict has no \`${kind}\`` });
      return [];
    }
    const found: Item[] = [];
    for (const [policy, values] of entriesOf(ofKind)) {
      const members = isSet(values) ? values.members() : values;
      if (!isArray(members)) {
        errors.push({ code: 'policy:evaluation.wrong_type', message: `\`${kind}\` of \`${policy}\` is no set` });
        continue;
      }
      for (const member of members) found.push(itemOf(kind, String(policy), member));
    }
    return found.length < 2 ? found : found.sort((a, b) => (a.order < b.order ? -1 : 1));
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

/** The verdict of an evaluation that failed: nothing but the error, which denies. */
export function failed(code: EvaluationError['code'], message: string): Verdict {
  return { permits: [], caps: [], denies: [], errors: [{ code, message }] };
}

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
