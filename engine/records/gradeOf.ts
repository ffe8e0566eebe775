import type { IncidentGrade } from '../../twin/words.ts';

/** What an incident did, as far as it is known. */
export type Impact = {
  /** How many people it touched. */
  readonly people: number;
  /** Whether somebody's life or health was in danger. */
  readonly danger: boolean;
  /** Whether sensitive data of people left where they belong. */
  readonly sensitive: boolean;
  /** For how long something was not to be had, in minutes. */
  readonly minutesDown: number;
};

/** From when on an incident has a grade, worst first, and why. The kinds of damage are those of CC-4.2.1.2; the numbers are this product's. */
const GRADES: readonly (readonly [
  grade: Exclude<IncidentGrade, 'general'>,
  holds: (impact: Impact) => boolean,
  because: string,
])[] = [
  ['particularly_major', ({ danger, people }) => danger && people >= 30, 'lives of 30 people or more were in danger'],
  [
    'particularly_major',
    ({ sensitive, people }) => sensitive && people >= 10_000,
    'sensitive data of 10,000 people or more left',
  ],
  ['major', ({ danger }) => danger, 'lives were in danger'],
  ['major', ({ sensitive, people }) => sensitive && people >= 100, 'sensitive data of 100 people or more left'],
  [
    'major',
    ({ minutesDown, people }) => minutesDown >= 24 * 60 && people >= 100,
    '100 people or more were without service for a day',
  ],
  ['relatively_large', ({ sensitive }) => sensitive, 'sensitive data left'],
  ['relatively_large', ({ people }) => people >= 100, '100 people or more were touched'],
  ['relatively_large', ({ minutesDown }) => minutesDown >= 4 * 60, 'service was down for four hours'],
];

/** The grade of an incident and why it has it: the worst that fits, and `general` when none does. */
export function gradeOf(impact: Impact): { readonly grade: IncidentGrade; readonly because: string } {
  const found = GRADES.find(([, holds]) => holds(impact));
  return found
    ? { grade: found[0], because: found[2] }
    : { grade: 'general', because: 'it meets none of the conditions of the upper grades' };
}
