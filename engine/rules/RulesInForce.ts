import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { LoadedRule } from './Rule.ts';
import { type RuleBook, ruleBook } from './RuleBook.ts';
import { TemporalState } from './TemporalState.ts';
import { RuleTimers } from './time/RuleTimers.ts';

/**
 * The rules that react now, and what they remember. Another set takes over in one step: an event that is under way ends
 * with those that it began with, and the next one meets the new ones, with every count that both keep.
 */
export class RulesInForce {
  #now: {
    readonly rules: readonly LoadedRule[];
    readonly book: RuleBook;
    readonly temporal: TemporalState;
    readonly timers: RuleTimers;
  };

  readonly #ofHomes = new Map<string, { readonly home: string; readonly rule: LoadedRule }>();

  /** `takenUntil` is the instant until which everybody was woken who waits for a time. */
  constructor(rules: readonly LoadedRule[], takenUntil = 0) {
    const timers = timersOf(rules, takenUntil);
    this.#now = { rules, book: ruleBook(rules), temporal: new TemporalState(rules), timers };
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

  get timers(): RuleTimers {
    return this.#now.timers;
  }

  /** Puts others in the place of the rules for all homes; those of single homes stay. */
  replace(rules: readonly LoadedRule[]): void {
    const timers = timersOf(rules, this.#now.timers.takenUntil);
    const next = { rules, book: ruleBook(rules), temporal: new TemporalState(rules), timers };
    for (const { home, rule } of this.#ofHomes.values()) {
      next.book.setOfHome(home, rule.rule);
      next.temporal.add(rule, home);
      timers.add(rule.rule, home);
    }
    next.temporal.takeOver(this.#now.temporal);
    this.#now = next;
  }

  /** Adds a rule for one home alone, or puts it in the place of the one with its id, without a look at the others. */
  setOfHome(home: string, rule: LoadedRule): void {
    const { id } = rule.rule;
    const before = this.#ofHomes.get(id);
    this.#now.temporal.add(rule, home);
    this.#now.timers.add(rule.rule, home);
    if (before) this.#forget(before);
    this.#ofHomes.set(id, { home, rule });
    this.#now.book.setOfHome(home, rule.rule);
  }

  /** Lets rules that are new in a home know how long what they ask has been so, as far as the twin tells. */
  takeUp(home: HomeNode): void {
    this.#now.temporal.takeUp(home, this.#now.timers.takenUntil);
  }

  removeOfHome(id: string): void {
    const before = this.#ofHomes.get(id);
    if (!before) return;
    this.#ofHomes.delete(id);
    this.#now.book.removeOfHome(id);
    this.#forget(before);
  }

  #forget({ rule, home }: { readonly rule: LoadedRule; readonly home: string }): void {
    this.#now.temporal.remove(rule, home);
    this.#now.timers.remove(rule.rule);
  }
}

/** What wakes these rules by time, in all homes; `takenUntil` is the instant until which they were. */
export function timersOf(rules: readonly LoadedRule[], takenUntil: number): RuleTimers {
  const timers = new RuleTimers(takenUntil);
  for (const { rule } of rules) timers.add(rule, null);
  return timers;
}
