import { CodedError } from '../../twin/CodedError.ts';
import { type FactName, type FactSources, prepareFact, RULE_FACTS } from './facts/index.ts';
import type { FactParams, ReadFact } from './facts/RuleFact.ts';
import type { RuleFacts } from './RuleEvaluator.ts';
import type { RuleEvent } from './RuleEvent.ts';

/** What reads a fact, by the very parameters that a rule has: they are looked at once for all events. */
const prepared = new Map<string, WeakMap<FactParams, ReadFact>>();

/** The facts about one event, for the conditions of the rules it woke. */
export function eventFacts(event: RuleEvent, sources: FactSources): RuleFacts {
  return (fact, params) => readerOf(fact, params)(event, sources);
}

function readerOf(fact: string, params: FactParams): ReadFact {
  let readers = prepared.get(fact);
  if (!readers) {
    if (!Object.hasOwn(RULE_FACTS, fact)) throw new CodedError('rule:fact.unknown', `no fact \`${fact}\``);
    readers = new WeakMap();
    prepared.set(fact, readers);
  }
  let reader = readers.get(params);
  if (!reader) {
    reader = prepareFact(fact as FactName, params);
    readers.set(params, reader);
  }
  return reader;
}
