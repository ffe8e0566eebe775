import type { Category } from '../../../twin/words.ts';
import { NONE } from '../../census/askedPlaces.ts';
import { Bits } from '../../census/Bits.ts';
import type { DecidedClasses } from '../../census/ClassDecisions.ts';
import { AREA, ASKED, HOME } from '../../census/takeCensus.ts';
import type { DecidedScenario } from '../decideScenario.ts';
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

export function countHomes(decided: DecidedScenario, categories: readonly Category[]): HomeCounts {
  const { census, profiles, questions, areas } = decided;
  const requesters = [...new Set(questions.map(({ requester }) => requester))];
  const slots = requesters.length * categories.length * EFFECTS.length;
  const chains = new Chains(decided, { requesters, categories });
  const homes = new Uint32Array(areas.ids.length * slots);
  const classes = Array.from({ length: slots }, () => new Map<string, CountedClass>());
  for (const [profile, count] of profiles.homes.entries()) {
    const group = profiles.partOf[profile]!;
    const area = census.groups.at(group, AREA);
    const home = census.groups.at(group, HOME);
    for (const { slot, question } of chains.taking(group, profile)) {
      homes[area * slots + slot]! += count;
      const asked = census.groups.at(group, ASKED + question);
      const key = `${question} ${home} ${asked}`;
      const known = classes[slot]!.get(key);
      if (known) known.homes += count;
      else classes[slot]!.set(key, { question, home, asked, homes: count });
    }
  }
  const byClass = classes.map((each) => [...each.values()]);
  return { requesters, categories, areas: areas.ids.length, homes, slots, classes: byClass };
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

/** What takes a home: it has a cell of these behaviours, so its effect in this slot is met by this question first. */
type Link = { readonly slot: number; readonly question: number; readonly set: Bits };

type Names = Pick<HomeCounts, 'requesters' | 'categories'>;

/**
 * For each group of homes and each requester and category a chain of links, what goes furthest first: the first link that
 * a home has a cell for takes it.
 */
class Chains {
  readonly #decided: DecidedScenario;
  readonly #names: Names;
  // Groups whose questions have the same rows have the same chains.
  readonly #ofRows = new Map<string, readonly (readonly Link[])[]>();
  readonly #ofGroup = new Map<number, readonly (readonly Link[])[]>();

  constructor(decided: DecidedScenario, names: Names) {
    this.#decided = decided;
    this.#names = names;
  }

  /** The links that take the homes of a profile of a group. */
  taking(group: number, profile: number): readonly Link[] {
    const { behaviours } = this.#decided.profiles;
    return this.#chainsOf(group).flatMap((chain) => chain.find(({ set }) => behaviours.meets(profile, set, 0)) ?? []);
  }

  #chainsOf(group: number): readonly (readonly Link[])[] {
    let chains = this.#ofGroup.get(group);
    if (!chains) {
      const { rowOf, questions } = this.#decided.classes;
      const rows = rowOf.subarray(group * questions, (group + 1) * questions);
      const key = rows.join();
      chains = this.#ofRows.get(key) ?? chainsOf(this.#decided.classes, rows, this.#decided.questions, this.#names);
      this.#ofRows.set(key, chains);
      this.#ofGroup.set(group, chains);
    }
    return chains;
  }
}

function chainsOf(
  classes: DecidedClasses,
  rows: Int32Array,
  questions: readonly ScenarioQuestion[],
  names: Names,
): readonly (readonly Link[])[] {
  const { all } = classes.behaviours;
  return names.requesters.flatMap((id, requester) =>
    names.categories.map((word, category) => {
      const links = new Map<string, Link & { readonly effect: number }>();
      for (const [question, asking] of questions.entries()) {
        const row = rows[question]!;
        if (asking.requester !== id || row === NONE) continue;
        for (const [behaviour, transition] of classes.rows[row]!.entries()) {
          if (all[behaviour]!.category !== word) continue;
          const { transitions } = classes;
          const effect = effectOf(transitions.decided('before', transition), transitions.decided('after', transition));
          const key = `${effect} ${question}`;
          const slot = slotOf(names, requester, category, effect);
          const link = links.get(key) ?? { slot, question, effect, set: new Bits(1, all.length) };
          link.set.add(0, behaviour);
          links.set(key, link);
        }
      }
      return [...links.values()].sort((a, b) => a.effect - b.effect || a.question - b.question);
    }),
  );
}
