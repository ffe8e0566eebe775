import { CodedError } from '../../twin/CodedError.ts';

/** The most things that one page holds. */
export const MOST_IN_PAGE = 200;

/** What a query by pages is asked. */
export type PageArgs = { readonly first: number; readonly after?: string | null };

/** Throws `access:page.out_of_range` for a page that is too long. */
export function checkFirst(first: number, most: number): void {
  if (first >= 0 && first <= most) return;
  throw new CodedError('access:page.out_of_range', `\`first\` is from 0 to ${most}, not \`${first}\``, {
    hint: 'ask for the next page with `after`',
  });
}

export function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

export function fromCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

/** A page of things in their order, each known by an id. After one that is there no more, the list starts again. */
export function pageOf<Item extends { readonly id: string }>(all: readonly Item[], { first, after }: PageArgs) {
  checkFirst(first, MOST_IN_PAGE);
  const start = after == null ? 0 : all.findIndex(({ id }) => id === fromCursor(after)) + 1;
  const nodes = all.slice(start, start + first);
  const last = nodes.at(-1);
  return {
    nodes,
    pageInfo: { hasNextPage: start + nodes.length < all.length, endCursor: last ? toCursor(last.id) : null },
    totalCount: all.length,
  };
}
