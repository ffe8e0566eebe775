/** Rows that one query writes or reads: more make the server's plan no faster, and its answer larger. */
export const PAGE_ROWS = 1_000;

/** Does work on rows page by page, in their order; on no rows it does none. */
export async function inPages<Row>(rows: readonly Row[], work: (page: Row[]) => PromiseLike<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += PAGE_ROWS) await work(rows.slice(start, start + PAGE_ROWS));
}

/** All rows of a query that is asked page by page: `next` gives the page after a row, the first page after null. */
export async function* pagesOf<Row>(next: (after: Row | null) => Promise<Row[]>): AsyncGenerator<Row[]> {
  let after: Row | null = null;
  do {
    const rows: Row[] = await next(after);
    if (rows.length > 0) yield rows;
    after = rows.length < PAGE_ROWS ? null : (rows.at(-1) ?? null);
  } while (after !== null);
}
