import type { Category } from '../../../twin/words.ts';
import { Bits } from '../../census/Bits.ts';
import type { DecidedCensus } from '../../census/decideCensus.ts';
import { type Census, NONE } from '../../census/takeCensus.ts';
import type { ScenarioQuestion } from '../questionsOf.ts';
import { EFFECTS, effectOf } from './effects.ts';

/** Homes that policies cannot tell apart, by the digests of their facts in the census, and how one question meets them. */
export type CountedClass = {
  readonly question: number;
  readonly home: number;
  readonly asked: number;
  homes: number;
};

/**
 * Homes by area, requester, category and effect. Each home stands in one area and counts once for each requester and
 * category, by the effect that goes furthest, whichever of its cells meets it: so one home moves one count to another, no
 * more, and by nothing but its own facts. A figure that is withheld for its few homes counts as the statistics that it
 * is, since what others bring decides that.
 */
export type HomeCounts = {
  readonly requesters: readonly string[];
  readonly categories: readonly Category[];
  readonly areas: number;
  /** By area, then by slot: requester, category and effect, see `slotOf`. */
  readonly homes: Uint32Array;
  readonly slots: number;
  /** The homes of each slot by class. */
  readonly classes: readonly (readonly CountedClass[])[];
};

/** What of a simulation is counted. */
export type CountOptions = {
  readonly census: Census;
  readonly decided: DecidedCensus;
  readonly questions: readonly ScenarioQuestion[];
  readonly categories: readonly Category[];
  /** How many areas the report tells apart. */
  readonly areas: number;
};

export function countHomes({ census, decided, questions, categories, areas }: CountOptions): HomeCounts {
  const requesters = [...new Set(questions.map(({ requester }) => requester))];
  const slots = requesters.length * categories.length * EFFECTS.length;
  const chains = new Chains(decided, questions, { requesters, categories });
  const counted = countByGroup(census, decided, chains);

  const homes = new Uint32Array(areas * slots);
  const classes = Array.from({ length: slots }, () => new Map<string, CountedClass>());
  for (const [group, counts] of counted.entries()) {
    if (!counts) continue;
    const { area, home, asked } = census.groups[group]!;
    for (const [at, { slot, question }] of chains.linksOf(counts.decided).entries()) {
      const count = counts.homes[at]!;
      if (count === 0) continue;
      homes[area * slots + slot]! += count;
      const key = `${question} ${home} ${asked[question]}`;
      const known = classes[slot]!.get(key);
      if (known) known.homes += count;
      else classes[slot]!.set(key, { question, home, asked: asked[question]!, homes: count });
    }
  }
  return { requesters, categories, areas, homes, slots, classes: classes.map((each) => [...each.values()]) };
}

/** The number of a slot; `requester` and `category` are places in the lists of the counts. */
export function slotOf(
  { categories }: Pick<HomeCounts, 'categories'>,
  requester: number,
  category: number,
  effect: number,
): number {
  return (requester * categories.length + category) * EFFECTS.length + effect;
}

type GroupCounts = { readonly decided: number; readonly homes: Uint32Array };

/** For each group of the census, how many of its homes each link of its chains takes. */
function countByGroup(census: Census, decided: DecidedCensus, chains: Chains): readonly (GroupCounts | undefined)[] {
  const counted: (GroupCounts | undefined)[] = census.groups.map(() => undefined);
  for (let index = 0; index < census.groupOf.length; index++) {
    const group = census.groupOf[index]!;
    if (group === NONE) continue;
    const ofDecided = decided.groupOf[index]!;
    let counts = counted[group];
    if (!counts) {
      counts = { decided: ofDecided, homes: new Uint32Array(chains.linksOf(ofDecided).length) };
      counted[group] = counts;
    }
    chains.count(ofDecided, index, counts.homes);
  }
  return counted;
}

/** What takes a home: it has a cell of these behaviours, so its effect in this slot is met by this question first. */
type Link = { readonly slot: number; readonly question: number; readonly set: number };

/**
 * For each group of homes and each requester and category a chain of links, what goes furthest first: the first link that
 * a home has a cell for takes it.
 */
class Chains {
  readonly #decided: DecidedCensus;
  /** By group: all links, and where each chain ends. */
  readonly #ofGroup: { readonly links: readonly Link[]; readonly ends: readonly number[] }[];
  readonly #bits: Bits;

  constructor(
    decided: DecidedCensus,
    questions: readonly ScenarioQuestion[],
    names: Pick<HomeCounts, 'requesters' | 'categories'>,
  ) {
    this.#decided = decided;
    const sets: (readonly number[])[] = [];
    this.#ofGroup = decided.groups.map(({ rows }) => chainsOf(decided, rows, questions, names, sets));
    this.#bits = new Bits(sets.length, decided.behaviours.all.length);
    for (const [set, members] of sets.entries()) for (const behaviour of members) this.#bits.add(set, behaviour);
  }

  linksOf(group: number): readonly Link[] {
    return this.#ofGroup[group]!.links;
  }

  /** Counts a home into the links that take it. */
  count(group: number, home: number, counts: Uint32Array): void {
    const { links, ends } = this.#ofGroup[group]!;
    const { homeBits } = this.#decided;
    let at = 0;
    for (const end of ends) {
      while (at < end && !homeBits.meets(home, this.#bits, links[at]!.set)) at += 1;
      if (at < end) counts[at]! += 1;
      at = end;
    }
  }
}

function chainsOf(
  { behaviours, transitions }: DecidedCensus,
  rows: readonly number[],
  questions: readonly ScenarioQuestion[],
  names: Pick<HomeCounts, 'requesters' | 'categories'>,
  sets: (readonly number[])[],
) {
  const links: Link[] = [];
  const ends: number[] = [];
  for (const [requester, id] of names.requesters.entries()) {
    for (const [category, word] of names.categories.entries()) {
      const byEffect = new Map<
        string,
        { readonly effect: number; readonly question: number; readonly members: number[] }
      >();
      for (const [question, { requester: asking }] of questions.entries()) {
        const row = rows[question]!;
        if (asking !== id || row === NONE) continue;
        for (const [behaviour, transition] of behaviours.rows[row]!.entries()) {
          if (behaviours.all[behaviour]!.category !== word) continue;
          const effect = effectOf(transitions.decided('before', transition), transitions.decided('after', transition));
          const link = byEffect.get(`${effect} ${question}`) ?? { effect, question, members: [] };
          link.members.push(behaviour);
          byEffect.set(`${effect} ${question}`, link);
        }
      }
      const chain = [...byEffect.values()].sort((a, b) => a.effect - b.effect || a.question - b.question);
      for (const { effect, question, members } of chain) {
        links.push({ slot: slotOf(names, requester, category, effect), question, set: sets.push(members) - 1 });
      }
      ends.push(links.length);
    }
  }
  return { links, ends };
}
