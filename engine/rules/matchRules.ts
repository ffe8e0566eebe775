import { type BuiltInRule, builtInMatches } from './builtInSafety.ts';
import type { DeviceEvent } from './DeviceEvent.ts';
import { eventFacts, type FactSources } from './eventFacts.ts';
import type { Rule, Severity } from './Rule.ts';
import type { RuleBook } from './RuleBook.ts';
import type { ConditionResult, RuleEvaluation, RuleFailure } from './RuleEvaluator.ts';

/** A rule that matched: what it wants done and why. */
export type Match = {
  readonly rule: string;
  readonly severity: Severity;
  readonly event: Rule['event'];
  readonly because: readonly ConditionResult[];
};
export type Matches = { readonly matches: readonly Match[]; readonly failures: readonly RuleFailure[] };

const NOTHING: Matches = { matches: [], failures: [] };

/**
 * The rules that an event matches. For a kind of life-safety alarm that no rule of the book raises, or whose rule fails
 * on this event, the built-in rule stands in. Never rejects.
 */
export async function matchRules(event: DeviceEvent, book: RuleBook, sources: FactSources): Promise<Matches> {
  const woken = book.index.wokenBy(event);
  const standIns = builtInMatches(event);
  if (woken.length === 0 && standIns.length === 0) return NOTHING;
  const { matches, failures } = await evaluate(woken, book, event, sources);
  const failed = new Set(failures.map(({ rule }) => book.rules.get(rule)?.event.params.alarm));
  return {
    matches: [
      ...matches.flatMap(({ rule, conditions }) => fromBook(book, rule, conditions)),
      ...standIns.filter((rule) => isNeeded(rule, book, failed)).map((rule) => fromBuiltIn(rule, event)),
    ],
    failures,
  };
}

async function evaluate(
  woken: readonly string[],
  { evaluator }: RuleBook,
  event: DeviceEvent,
  sources: FactSources,
): Promise<RuleEvaluation> {
  try {
    return await evaluator.evaluate(woken, eventFacts(event, sources));
  } catch (error) {
    // Evaluators promise not to reject; life safety does not rest on promises.
    const message = error instanceof Error ? error.message : String(error);
    return { matches: [], failures: woken.map((rule) => ({ rule, message })) };
  }
}

function isNeeded({ event }: BuiltInRule, book: RuleBook, failed: ReadonlySet<string | undefined>): boolean {
  const { alarm } = event.params;
  return !book.alarms.has(alarm) || failed.has(alarm);
}

function fromBook(book: RuleBook, id: string, because: readonly ConditionResult[]): readonly Match[] {
  const rule = book.rules.get(id);
  return rule ? [{ rule: id, severity: rule.severity, event: rule.event, because }] : [];
}

function fromBuiltIn({ id, property, event: effect }: BuiltInRule, event: DeviceEvent): Match {
  const got = event.kind === 'state_reported' ? event.reading.values[property] : null;
  const because = { fact: 'property', params: { name: property }, operator: 'equal', value: true, got, held: true };
  return { rule: id, severity: 'life_safety', event: effect, because: [because] };
}
