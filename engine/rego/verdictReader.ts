import { OUTCOMES, type Outcome } from '../../twin/words.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { parseObligation } from '../obligations/index.ts';
import type { Obligation } from '../obligations/Obligation.ts';
import { RULE_KINDS, type RuleKind, type RuleSource } from './RuleSource.ts';
import type { Denial, EvaluationError, Grant, Reason, Verdict } from './Verdict.ts';

type Item = { readonly policy: string; readonly value: Readonly<Record<string, unknown>>; readonly order: string };

/**
 * Makes the reader of what `main/verdict` yields: `{permit: {policy: [object, ..]}, cap: .., deny: ..}`. The objects name
 * their rule; titles, clauses and places come from the rules' METADATA. Sets come in an order of their own, so the lists
 * are sorted by policy, rule and content.
 */
export function verdictReader(rules: readonly RuleSource[]): (value: unknown) => Verdict {
  const reasons = new Map(rules.map((rule) => [keyOf(rule.kind, rule.policy, rule.rule), reasonOf(rule)]));

  return (value) => {
    const errors: EvaluationError[] = [];
    if (!isRecord(value)) return failed('policy:verdict.malformed', 'the policies yield no verdict');
    const [permits, caps, denies] = RULE_KINDS.map((kind) => items(value[kind], kind, errors)) as [
      Item[],
      Item[],
      Item[],
    ];
    const waived = {
      caps: waivedItems(value['waived_cap'], 'cap').flatMap((item) => grant('cap', item)),
      denies: waivedItems(value['waived_deny'], 'deny').flatMap(denial),
    };
    const verdict = {
      permits: permits.flatMap((item) => grant('permit', item)),
      caps: caps.flatMap((item) => grant('cap', item)),
      denies: denies.flatMap(denial),
      ...(waived.caps.length + waived.denies.length > 0 && { waived }),
      errors,
    };
    return verdict;

    /** A verdict without the member is of policies of which none can be waived. */
    function waivedItems(ofKind: unknown, kind: RuleKind): Item[] {
      return ofKind === undefined ? [] : items(ofKind, kind, errors);
    }

    function denial(item: Item): Denial[] {
      const reason = reasonFor('deny', item);
      return reason ? [{ reason }] : [];
    }

    function grant(kind: 'permit' | 'cap', item: Item): Grant[] {
      const reason = reasonFor(kind, item);
      const { outcome, obligations = [] } = item.value;
      if (!isOutcome(outcome)) {
        errors.push({ code: 'policy:verdict.malformed', message: `${label(item)} has no outcome that is known` });
        return [];
      }
      if (!Array.isArray(obligations)) {
        errors.push({ code: 'policy:verdict.malformed', message: `${label(item)} has obligations that are no list` });
        return [];
      }
      const parsed: Obligation[] = [];
      for (const raw of obligations) {
        const obligation = parseObligation(raw);
        if (obligation) parsed.push(obligation);
        else
          errors.push({
            code: 'policy:obligation.unknown',
            message: `${label(item)} has the unknown obligation ${canonicalJson(raw)}`,
          });
      }
      return reason ? [{ outcome, obligations: parsed, reason }] : [];
    }

    function reasonFor(kind: RuleKind, item: Item): Reason | null {
      const known = reasons.get(keyOf(kind, item.policy, String(item.value['rule'])));
      if (!known) {
        errors.push({ code: 'policy:rule.unknown', message: `${label(item)} is no ${kind} rule that is known` });
        return null;
      }
      const { clauses, message } = item.value;
      if (clauses === undefined && message === undefined) return known;
      return {
        ...known,
        ...(isStrings(clauses) && { clauses }),
        ...(typeof message === 'string' && { message }),
      };
    }
  };
}

/** The verdict of an evaluation that failed: nothing but the error, which denies. */
export function failed(code: EvaluationError['code'], message: string): Verdict {
  return { permits: [], caps: [], denies: [], errors: [{ code, message }] };
}

function items(ofKind: unknown, kind: RuleKind, errors: EvaluationError[]): Item[] {
  if (!isRecord(ofKind)) {
    errors.push({ code: 'policy:verdict.malformed', message: `the verdict has no \`${kind}\`` });
    return [];
  }
  const found: Item[] = [];
  for (const [policy, values] of Object.entries(ofKind)) {
    if (!Array.isArray(values)) {
      errors.push({ code: 'policy:verdict.malformed', message: `\`${kind}\` of \`${policy}\` is no set` });
      continue;
    }
    for (const value of values) {
      if (isRecord(value)) found.push({ policy, value, order: `${policy} ${value['rule']} ${canonicalJson(value)}` });
      else
        errors.push({
          code: 'policy:verdict.malformed',
          message: `\`${kind}\` of \`${policy}\` holds what is no object`,
        });
    }
  }
  return found.length < 2 ? found : found.sort((a, b) => (a.order < b.order ? -1 : 1));
}

function reasonOf({ kind, policy, rule, file, line, clauses, title }: RuleSource): Reason {
  return Object.freeze({ code: kind, policy, rule, file, line, clauses: Object.freeze([...clauses]), message: title });
}

function keyOf(kind: RuleKind, policy: string, rule: string): string {
  return `${kind} ${policy} ${rule}`;
}

function label({ policy, value }: Item): string {
  return `\`${String(value['rule'])}\` of \`${policy}\``;
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
