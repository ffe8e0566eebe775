import type { LoadedRule } from './Rule.ts';
import { type RuleBook, ruleBook } from './RuleBook.ts';
import { TemporalState } from './TemporalState.ts';

/**
 * The rules that react now, and what they remember. Another set takes over in one step: an event that is under way ends
 * with those that it began with, and the next one meets the new ones, with every count that both keep.
 */
export class RulesInForce {
  #now: { readonly rules: readonly LoadedRule[]; readonly book: RuleBook; readonly temporal: TemporalState };

  readonly #ofHomes = new Map<string, { readonly home: string; readonly rule: LoadedRule }>();

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

  /** Puts others in the place of the rules for all homes; those of single homes stay. */
  replace(rules: readonly LoadedRule[]): void {
    const next = { rules, book: ruleBook(rules), temporal: new TemporalState(rules) };
    for (const { home, rule } of this.#ofHomes.values()) {
      next.book.setOfHome(home, rule.rule);
      next.temporal.add(rule, home);
    }
    next.temporal.takeOver(this.#now.temporal);
    this.#now = next;
  }

  /** Adds a rule for one home alone, or puts it in the place of the one with its id, without a look at the others. */
  setOfHome(home: string, rule: LoadedRule): void {
    const { id } = rule.rule;
    const before = this.#ofHomes.get(id);
    this.#now.temporal.add(rule, home);
    if (before) this.#now.temporal.remove(before.rule, before.home);
    this.#ofHomes.set(id, { home, rule });
    this.#now.book.setOfHome(home, rule.rule);
  }

  removeOfHome(id: string): void {
    const before = this.#ofHomes.get(id);
    if (!before) return;
    this.#ofHomes.delete(id);
    this.#now.book.removeOfHome(id);
    this.#now.temporal.remove(before.rule, before.home);
  }
}
