import { CompiledRules } from '../compiled/CompiledRules.ts';
import { eventFacts } from '../eventFacts.ts';
import { isConcerned } from '../isConcerned.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import { RuleIndex } from '../RuleIndex.ts';
import { TemporalState } from '../TemporalState.ts';
import { type RandomWake, twoHomes, wokenByReading } from './testdata/randomWakes.ts';

export type ComparedWakes = {
  /** What matches of the rules that the index finds, and of all that `on` says. */
  readonly found: readonly string[];
  readonly wanted: readonly string[];
  /** How many rules were tried for each. */
  readonly tried: { readonly found: number; readonly wanted: number };
};

/** Evaluates what the index finds for an event, and beside it every rule that `on` says it wakes. */
export function compareWakes(all: readonly RandomWake[], event: RuleEvent): ComparedWakes {
  const index = new RuleIndex();
  for (const { loaded, home } of all) index.set(loaded.rule, home);
  // Some were others before: what is left of that would show.
  for (const { loaded, home } of all.filter((_, place) => place % 3 === 0)) {
    index.set({ ...loaded.rule, on: { properties: ['a'] } }, home === 'h1' ? 'h2' : 'h1');
    index.set(loaded.rule, home);
  }
  const rules = all.map(({ loaded }) => loaded);
  const compiled = new CompiledRules(rules);
  const facts = eventFacts(event, { graph: twoHomes, temporal: new TemporalState(rules) });
  const concerned = new Set(rules.filter(({ rule }) => isConcerned(rule, event, twoHomes)).map(({ rule }) => rule.id));
  const woken = { found: index.wokenBy(event, twoHomes), wanted: wokenByReading(all, event) };
  const matching = (ids: readonly string[]) => {
    const { matches } = compiled.evaluate(ids, facts);
    return matches.map(({ rule }) => rule).filter((id) => concerned.has(id));
  };
  return {
    found: matching(woken.found),
    wanted: matching(woken.wanted),
    tried: { found: woken.found.length, wanted: woken.wanted.length },
  };
}
