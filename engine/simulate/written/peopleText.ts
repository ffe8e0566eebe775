import type { Counts } from '../ImpactReport.ts';
import { count, counted } from './numbers.ts';

/** How many people, and who of them is of an age that is told apart: `155 people (2 of 17 and under, 151 elders)`. */
export function peopleText({ people, minors, elders }: Counts): string {
  const some = [
    ...(minors > 0 ? [`${count(minors)} of 17 and under`] : []),
    ...(elders > 0 ? [counted(elders, 'elder')] : []),
  ];
  const all = people === 1 ? '1 person' : `${count(people)} people`;
  return some.length === 0 ? all : `${all} (${some.join(', ')})`;
}
