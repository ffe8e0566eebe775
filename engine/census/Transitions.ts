import type { AreaLevel, Outcome } from '../../twin/words.ts';
import type { Decided } from '../combine.ts';
import type { Aggregate } from '../obligations/aggregate.ts';
import { PairNumbers } from './PairNumbers.ts';
import type { RuleUse } from './ruleUse.ts';

/** An outcome as a scenario reports it: `withheld` is an aggregate that too few homes stand behind to be published. */
export type ReportedOutcome = Outcome | 'withheld';

/** What is decided, and which rules hold there: cells are told apart by both. */
export type CellDecision = { readonly decided: Decided; readonly rules: RuleUse };

/** The decision on a cell before and after, by number, and which of the two is withheld. */
export type Transition = {
  readonly before: number;
  readonly after: number;
  readonly withheldBefore: boolean;
  readonly withheldAfter: boolean;
};

/** Transitions by number. */
export class Transitions {
  readonly all: Transition[] = [];
  readonly #decided: readonly CellDecision[];
  readonly #numbers = new PairNumbers();

  /** @param decided the decisions by number; more may follow. */
  constructor(decided: readonly CellDecision[]) {
    this.#decided = decided;
  }

  number(before: number, after: number, withheldBefore = false, withheldAfter = false): number {
    const number = this.#numbers.number(2 * before + Number(withheldBefore), 2 * after + Number(withheldAfter));
    if (number === this.all.length) this.all.push({ before, after, withheldBefore, withheldAfter });
    return number;
  }

  decided(side: Side, transition: number): Decided {
    return this.#decided[this.all[transition]![side]]!.decided;
  }

  /** The rules that hold in such cells. */
  rules(side: Side, transition: number): RuleUse {
    return this.#decided[this.all[transition]![side]]!.rules;
  }

  /** The outcome as it is reported. */
  outcome(side: Side, transition: number): ReportedOutcome {
    const { withheldBefore, withheldAfter } = this.all[transition]!;
    const withheld = side === 'before' ? withheldBefore : withheldAfter;
    return withheld ? 'withheld' : this.decided(side, transition).outcome;
  }
}

export const SIDES = ['before', 'after'] as const;
export type Side = (typeof SIDES)[number];

/** By whose number an aggregate may be published: so many homes in the area of this level. Null for other decisions. */
export function publishing({
  outcome,
  obligations,
}: Decided): { readonly k: number; readonly level: AreaLevel } | null {
  if (outcome !== 'aggregate') return null;
  const obligation = obligations.find((one): one is Aggregate => one.type === 'aggregate');
  return obligation ? { k: obligation.k, level: obligation.area } : null;
}
