import type { FoundReaction } from '../../trust/reactions/ReactionLog.ts';
import { checkFirst, fromCursor, MOST_IN_PAGE, type PageArgs, toCursor } from './page.ts';

/** The place of a row among the others, newest first. */
export type RowPlace = Pick<FoundReaction, 'at' | 'seq'>;

/** How many rows are looked at for one page: of many none may be the caller's to know. */
const MOST_LOOKED_AT = 2_000;

/** A page of what rows show to the caller, as far as it is theirs to know; the next one may turn out to be empty. */
export async function shownRows<Shown>(
  { first, after }: PageArgs,
  read: (after: RowPlace | undefined, first: number) => Promise<readonly FoundReaction[]>,
  show: (row: FoundReaction) => Shown | null | Promise<Shown | null>,
) {
  checkFirst(first, MOST_IN_PAGE);
  const nodes: Shown[] = [];
  let place = placeOf(after);
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += MOST_IN_PAGE) {
    const rows = await read(place, MOST_IN_PAGE);
    for (const row of rows) {
      if (nodes.length === first) return pageOf(nodes, place);
      const shown = await show(row);
      if (shown !== null) nodes.push(shown);
      place = row;
    }
    if (rows.length < MOST_IN_PAGE) return pageOf(nodes, undefined);
  }
  return pageOf(nodes, place);
}

function pageOf<Shown>(nodes: readonly Shown[], next: RowPlace | undefined) {
  const endCursor = next ? toCursor(JSON.stringify([next.at, next.seq])) : null;
  return { nodes, pageInfo: { hasNextPage: next !== undefined, endCursor } };
}

/** The place that a cursor names; the beginning for what is no cursor. */
function placeOf(cursor: string | null | undefined): RowPlace | undefined {
  if (cursor == null) return undefined;
  try {
    const [at, seq] = JSON.parse(fromCursor(cursor)) as readonly unknown[];
    return typeof at === 'number' && typeof seq === 'number' ? { at, seq } : undefined;
  } catch {
    return undefined;
  }
}
