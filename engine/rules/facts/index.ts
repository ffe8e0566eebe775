/** What conditions of rules may ask. */
import { deviceFacts } from './deviceFacts.ts';
import { homeFacts } from './homeFacts.ts';
import { memoryFacts } from './memoryFacts.ts';
import type { FactParams, ReadFact, RuleFact } from './RuleFact.ts';
import { timeFacts } from './timeFacts.ts';

const FACTS = { ...deviceFacts, ...memoryFacts, ...homeFacts, ...timeFacts } as const;

/** The name of a fact that conditions of rules may ask. */
export type FactName = keyof typeof FACTS;

/** Every fact by its name: what it is, what it takes, how it is read. */
export const RULE_FACTS: Readonly<Record<FactName, RuleFact>> = FACTS;
export const FACT_NAMES = Object.keys(FACTS) as readonly FactName[];

/**
 * What reads a fact with these parameters, which are looked at once: for each event it costs a look into the twin or the
 * memory of the rules, and nothing is made on the way.
 */
export function prepareFact(fact: FactName, params: FactParams): ReadFact {
  return RULE_FACTS[fact].prepare(params);
}

export type { FactSources } from './RuleFact.ts';
