import { invariant } from '../../../twin/CodedError.ts';
import { CATEGORIES } from '../../../twin/words.ts';
import { canonicalJson } from '../../canonicalJson.ts';
import type { DecidedScenario } from '../decideScenario.ts';
import type { Scenario } from '../Scenario.ts';
import { type CountedClass, countHomes, type HomeCounts, slotOf } from './countHomes.ts';
import { EFFECTS } from './effects.ts';
import type { Guard, GuardedLine, GuardedReport } from './GuardedReport.ts';
import { EXAMPLE_SIGMAS, GUARD_TERMS, TOLD_SIGMAS } from './guardTerms.ts';
import { noiseStream } from './noiseStream.ts';
import { PerturbationTable } from './PerturbationTable.ts';
import { privacyBound } from './privacyBound.ts';
import { shareOut } from './shareOut.ts';
import { suppress } from './suppress.ts';
import { syntheticWitness } from './syntheticWitness.ts';

/** A decided scenario, and what a report says besides. */
export type Counted = DecidedScenario &
  Pick<GuardedReport, 'population' | 'draft' | 'notInForce'> & { readonly scenario: Scenario };

/** What was paid for an answer. */
export type Paid = {
  /** The least homes of a figure, by the policy that grants it. */
  readonly k: number;
  /** The name of the answer: equal for equal questions about one state of the homes, and never for others. */
  readonly name: string;
  readonly day: string;
  readonly units: number;
  /** Units that the organisation has left. */
  readonly left: number;
  /** Known to nobody who reads reports. */
  readonly secret: Uint8Array;
};

/**
 * Makes the report for a reader without the right to exact counts. Noise follows from the secret and the name of the answer
 * alone, and never from the homes that are counted: noise that stays while a set of homes stays would tell by itself
 * whether a home came into the set. The same question about the same state gives the same bytes.
 */
export function guardReport(counted: Counted, paid: Paid, counts: HomeCounts = countsOf(counted)): GuardedReport {
  const { scenario, population, draft, notInForce } = counted;
  const noise = noiseFor(counts, paid);
  return {
    kind: 'guarded',
    exact: false,
    scenario: scenario.name,
    day: paid.day,
    population,
    lines: linesOf(counted, counts, noise),
    draft,
    ...(notInForce && { notInForce }),
    guard: guardOf(noise, paid),
  };
}

/** How far an answer can be from one of ideal noise, in total variation. */
const SLACK = 1e-6;
/** How likely noise lifts a class of one home over what examples take: the normal distribution beyond `EXAMPLE_SIGMAS`. */
const LONE_EXAMPLE = 1e-9;

/** What a guarded report is made of: nobody is told these. */
export function countsOf(counted: Counted): HomeCounts {
  return countHomes(counted, counted.scenario.categories ?? CATEGORIES);
}

type Noise = {
  readonly table: PerturbationTable;
  readonly least: number;
  readonly k: number;
  /** A stream for each of the tables, so that none of them depends on how much another takes. */
  readonly uniform: (table: string) => () => number;
  /** How many counts a home can touch. */
  readonly touched: number;
};

/**
 * The noise that a price buys. When one home is another, in each table and for each requester and category one count falls
 * by 1 and one rises: that is 2 · requesters · categories · tables squared steps, and ρ is half of them over σ².
 */
function noiseFor({ requesters, categories, areas }: HomeCounts, { units, k, secret, name }: Paid): Noise {
  // The whole, its areas if there are several, and the classes that examples are taken from.
  const tables = areas > 1 ? 3 : 2;
  const touched = 2 * requesters.length * categories.length * tables;
  const table = new PerturbationTable(Math.sqrt(touched / (2 * units * GUARD_TERMS.rhoOfUnit)));
  const least = Math.max(k, Math.ceil(TOLD_SIGMAS * table.sigma));
  return { table, least, k, touched, uniform: (of) => noiseStream(secret, canonicalJson(['guard', name, of])) };
}

function linesOf(counted: Counted, counts: HomeCounts, noise: Noise): readonly GuardedLine[] {
  const { table, least } = noise;
  const ofWhole = noise.uniform('whole');
  const ofAreas = noise.uniform('areas');
  const ofClasses = noise.uniform('classes');
  const lines: GuardedLine[] = [];
  for (const [requester, id] of counts.requesters.entries()) {
    for (const [category, word] of counts.categories.entries()) {
      for (const [effect, what] of EFFECTS.entries()) {
        const slot = slotOf(counts, requester, category, effect);
        const byArea = counted.areas.ids.map((_, area) => counts.homes[area * counts.slots + slot]!);
        const whole = byArea.reduce((sum, homes) => sum + homes, 0) + table.deviation(ofWhole());
        if (whole < least) continue;
        const areas = areasOf(counted.areas.ids, byArea, { whole, uniform: ofAreas, table, least });
        const shown = exampleOf(counts.classes[slot]!, counted, { uniform: ofClasses, table, k: noise.k });
        const example = shown && syntheticWitness(shown, { category: word, effect }, counted);
        lines.push({ ...what, requester: id, category: word, homes: whole, ...areas, example });
      }
    }
  }
  return lines;
}

type Draws = { readonly uniform: () => number; readonly table: PerturbationTable };

/** The areas of a line, measured for themselves and fitted to the whole. */
function areasOf(
  names: readonly string[],
  homes: readonly number[],
  { whole, uniform, table, least }: Draws & { readonly whole: number; readonly least: number },
): Pick<GuardedLine, 'areas' | 'withheld'> {
  if (names.length === 1) return { areas: [{ area: names[0]!, homes: whole }], withheld: { areas: 0, homes: 0 } };
  const shares = shareOut(
    homes.map((count) => count + table.deviation(uniform())),
    whole,
  );
  const told = suppress(shares, least);
  const areas = names.flatMap((area, at) => (told[at] ? [{ area, homes: shares[at]! }] : []));
  const sum = areas.reduce((all, { homes }) => all + homes, 0);
  return {
    areas: areas.sort((a, b) => (a.area < b.area ? -1 : 1)),
    withheld: { areas: names.length - areas.length, homes: whole - sum },
  };
}

/**
 * The largest class under noise, if it is so large that no single home can have brought it here: which classes there are
 * is itself something that homes decide.
 */
function exampleOf(
  classes: readonly CountedClass[],
  counted: Counted,
  { uniform, table, k }: Draws & { readonly k: number },
): CountedClass | null {
  const least = Math.max(k, Math.ceil(1 + EXAMPLE_SIGMAS * table.sigma));
  let best: { readonly of: CountedClass; readonly homes: number } | null = null;
  // In the order of what they are, so that the order of the homes decides nothing.
  const near = classes.filter(({ homes }) => homes + table.most >= least);
  for (const of of inOrder(near, counted)) {
    const homes = of.homes + table.deviation(uniform());
    if (homes >= least && (best === null || homes > best.homes)) best = { of, homes };
  }
  return best?.of ?? null;
}

function inOrder(classes: readonly CountedClass[], { columns, census, readSet }: Counted): readonly CountedClass[] {
  const textOf = ({ question, home, asked }: CountedClass): string =>
    canonicalJson([
      question,
      census.homeClasses.tuple(home).map((digest, at) => columns.homeColumns[at]!.seen(digest, readSet)),
      census.askedClasses.tuple(asked).map((digest, at) => columns.askedColumns[at]!.seen(digest, readSet)),
    ]);
  const keyed = classes.map((of) => ({ of, text: textOf(of) }));
  return keyed.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ of }) => of);
}

function guardOf({ table, least, k, touched }: Noise, { units, left }: Paid): Guard {
  const { rhoOfUnit, unitsOfOrganisation, unitsOfAll, termDays } = GUARD_TERMS;
  invariant(touched * table.divergence <= units * rhoOfUnit * 1.0001, 'an answer costs what its noise gives away');
  invariant(touched * (table.imprecision + LONE_EXAMPLE) <= SLACK, 'an answer touches few counts');
  // One for each unit at most: no answer costs less.
  const boundOf = (count: number) => privacyBound(count * rhoOfUnit, count * SLACK);
  const bound = {
    answer: boundOf(units),
    organisation: boundOf(unitsOfOrganisation),
    everybody: boundOf(unitsOfAll),
    days: termDays,
  };
  const percent = (accuracy: number): string => `${(100 * accuracy).toFixed(1)} %`;
  const statement =
    `Guarded: about so many homes. Noise of ${table.sigma.toFixed(1)} homes (standard deviation, at most ${table.most}) was added to every count, and nothing is told below ${least} homes. ` +
    `Whoever knows all other homes and chooses every question tells whether one home is in one of two states, where guessing is right in 50 %, in at most ${percent(bound.answer.accuracy)} of cases from this report, ` +
    `${percent(bound.organisation.accuracy)} from all that one organisation is answered in ${termDays} days, and ${percent(bound.everybody.accuracy)} from all that is answered to anybody.`;
  return {
    leastHomes: least,
    k,
    noise: { standardDeviation: table.sigma, most: table.most },
    units,
    left,
    bound,
    statement,
  };
}
