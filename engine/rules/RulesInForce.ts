import type { LoadedRule } from './Rule.ts';
import { type RuleBook, ruleBook } from './RuleBook.ts';
import { TemporalState } from './TemporalState.ts';

/**
 * The rules that react now, and what they remember. Another set takes over in one step: an event that is under way ends
 * with those that it began with, and the next one meets the new ones, with every count that both keep.
 */
export class RulesInForce {
  #now: { readonly rules: readonly LoadedRule[]; readonly book: RuleBook; readonly temporal: TemporalState };

  constructor(rules: readonly LoadedRule[]) {
    this.#now = { rules, book: ruleBook(rules), temporal: new TemporalState(rules) };
  }

  get rules(): readonly LoadedRule[] {
    return this.#now.rules;
  }

  get book(): RuleBook {
    return this.#now.book;
  }

  get temporal(): TemporalState {
    return this.#now.temporal;
  }

  replace(rules: readonly LoadedRule[]): void {
    const next = { rules, book: ruleBook(rules), temporal: new TemporalState(rules) };
    next.temporal.takeOver(this.#now.temporal);
    this.#now = next;
  }
}
