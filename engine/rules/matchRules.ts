import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { AlarmKind } from '../../twin/words.ts';
import { type BuiltInRule, builtInMatches } from './builtInSafety.ts';
import { eventFacts } from './eventFacts.ts';
import type { FactSources } from './facts/index.ts';
import { isConcerned } from './isConcerned.ts';
import { alarmsOf, type Rule, type Severity } from './Rule.ts';
import type { RuleBook } from './RuleBook.ts';
import type { ConditionResult, RuleEvaluation, RuleFailure } from './RuleEvaluator.ts';
import type { RuleEvent } from './RuleEvent.ts';

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
export async function matchRules(event: RuleEvent, book: RuleBook, sources: FactSources): Promise<Matches> {
  const woken = book.index.wokenBy(event, sources.graph);
  const standIns = builtInMatches(event);
  if (woken.length === 0 && standIns.length === 0) return NOTHING;
  const { matches, failures } = concerned(await evaluate(woken, book, event, sources), { book, event, ...sources });
  if (matches.length === 0 && failures.length === 0 && standIns.length === 0) return NOTHING;
  const failed = new Set(failures.flatMap(({ rule: id }) => alarmsOfRule(book, id)));
  return {
    matches: [
      ...matches.flatMap(({ rule, conditions }) => fromBook(book, rule, conditions)),
      ...standIns.filter((rule) => isNeeded(rule, book, failed)).map((rule) => fromBuiltIn(rule, event)),
    ],
    failures,
  };
}

/** Without rules that are not for this home or device: few come of an evaluation, and of those that were woken many. */
function concerned(
  evaluation: RuleEvaluation,
  { book, event, graph }: { readonly book: RuleBook; readonly event: RuleEvent; readonly graph: TwinGraph },
): RuleEvaluation {
  if (!book.isNarrowed) return evaluation;
  const isFor = ({ rule: id }: { readonly rule: string }) => {
    const rule = book.rules.get(id);
    return !rule || isConcerned(rule, event, graph);
  };
  return { matches: evaluation.matches.filter(isFor), failures: evaluation.failures.filter(isFor) };
}

async function evaluate(
  woken: readonly string[],
  { evaluator }: RuleBook,
  event: RuleEvent,
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

function isNeeded({ event }: BuiltInRule, book: RuleBook, failed: ReadonlySet<string>): boolean {
  const { alarm } = event.params;
  return !book.alarms.has(alarm) || failed.has(alarm);
}

function alarmsOfRule(book: RuleBook, id: string): readonly AlarmKind[] {
  const rule = book.rules.get(id);
  return rule ? alarmsOf(rule) : [];
}

function fromBook(book: RuleBook, id: string, because: readonly ConditionResult[]): readonly Match[] {
  const rule = book.rules.get(id);
  return rule ? [{ rule: id, severity: rule.severity, event: rule.event, because }] : [];
}

function fromBuiltIn(rule: BuiltInRule, event: RuleEvent): Match {
  const { id, property, operator, value, event: effect } = rule;
  const got = event.kind === 'state_reported' ? event.reading.values[property] : null;
  const because = { fact: 'property', params: { name: property }, operator, value, got, held: true };
  return { rule: id, severity: 'life_safety', event: effect, because: [because] };
}
