import { peopleOf } from '../facts/pairFacts.ts';
import type { HomeSource, OpenHome } from './HomeSource.ts';
import { type NumberBlock, Numbers } from './Numbers.ts';
import { Tuples } from './Tuples.ts';

/** Who of the people is of an age that is told apart. */
export const AGES = ['other', 'minor', 'elder'] as const;
export type Age = (typeof AGES)[number];

/** A person whose life more than one home shows, with the numbers of the homes. */
export type SharedPerson = { readonly age: Age; readonly homes: ReadonlySet<number> };

export type PeopleSnapshot = {
  readonly tupleOf: NumberBlock;
  readonly tuples: readonly (readonly number[])[];
  readonly shared: readonly (readonly [person: string, age: Age, homes: readonly number[]])[];
};

/** How many people's life each home shows, so that people can be counted without knowing who they are. */
export class PeopleColumn {
  /** By the number of the home: the digest of how many people of each age there are. */
  readonly tupleOf: Numbers;
  readonly tuples: Tuples;
  readonly #shared = new Map<string, { age: Age; readonly homes: Set<number> }>();
  readonly #sharedIn = new Map<number, Set<string>>();

  constructor(kept?: PeopleSnapshot) {
    this.tupleOf = new Numbers(kept?.tupleOf);
    this.tuples = new Tuples(kept?.tuples);
    for (const [person, age, homes] of kept?.shared ?? []) {
      this.#shared.set(person, { age, homes: new Set() });
      for (const index of homes) this.#put(person, index);
    }
  }

  snapshot(): PeopleSnapshot {
    return {
      tupleOf: this.tupleOf.copy(),
      tuples: this.tuples.all(),
      shared: [...this.#shared].map(([person, { age, homes }]) => [person, age, [...homes]]),
    };
  }

  /** People who may be in several homes: few, and all that keeps a sum over homes from being one of people. */
  shared(): Iterable<SharedPerson> {
    return this.#shared.values();
  }

  /** Takes in a home, or takes it in again. */
  take(index: number, { graph, home }: OpenHome, source: HomeSource): void {
    const counts = AGES.map(() => 0);
    this.#forget(index);
    for (const person of peopleOf(home)) {
      const age = ageOf(graph.people.get(person)?.ageBand);
      counts[AGES.indexOf(age)]! += 1;
      if ((graph.homesOfSubject.get(person)?.size ?? 0) > 1) this.#share(person, age, index, source);
    }
    const tuple = this.tuples.digest(counts);
    if (index === this.tupleOf.length) this.tupleOf.push(tuple);
    else this.tupleOf.set(index, tuple);
  }

  #forget(index: number): void {
    for (const person of this.#sharedIn.get(index) ?? []) this.#shared.get(person)?.homes.delete(index);
    this.#sharedIn.delete(index);
  }

  /** The first time all homes that the person has to do with are looked at: the others were read when it was in one. */
  #share(person: string, age: Age, index: number, source: HomeSource): void {
    const known = this.#shared.get(person);
    if (known) {
      known.age = age;
      this.#put(person, index);
      return;
    }
    this.#shared.set(person, { age, homes: new Set() });
    for (const other of source.homesOf(person)) {
      if (peopleOf(source.open(other).home).has(person)) this.#put(person, other);
    }
  }

  #put(person: string, index: number): void {
    this.#shared.get(person)!.homes.add(index);
    this.#sharedIn.set(index, (this.#sharedIn.get(index) ?? new Set()).add(person));
  }
}

function ageOf(band: string | undefined): Age {
  if (band === 'child_14_and_under' || band === 'minor_15_to_17') return 'minor';
  return band === 'elder' ? 'elder' : 'other';
}
