import type { Grade, Tier } from '../../twin/words.ts';

const OF_BUILDINGS: readonly Grade[] = ['general_1', 'general_2', 'general_3'];
const OF_NEIGHBOURS: readonly Grade[] = [...OF_BUILDINGS, 'general_4'];
const OF_PEOPLE: readonly Grade[] = [...OF_NEIGHBOURS, 'important', 'core'];

/**
 * The grades that each tier's endpoint serves (DH-5.4.4-1, SC-6.3.1-p2). A datum of another grade is absent there: it is
 * neither listed nor decided. Whether one that is served may be read, the policies say.
 */
export const gradesOfTier: Readonly<Record<Tier, readonly Grade[]>> = {
  home: OF_PEOPLE,
  property: OF_BUILDINGS,
  /** Care in the community rests on consent and reaches what people do. */
  community: OF_NEIGHBOURS,
  street: OF_BUILDINGS,
  district: OF_BUILDINGS,
  city: OF_BUILDINGS,
  province: OF_BUILDINGS,
};
