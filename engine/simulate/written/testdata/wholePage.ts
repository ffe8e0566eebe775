import { expect } from 'vitest';

/** Holds a page to be whole: every element is closed, every id stands once, and every link within it leads somewhere. */
export function expectWhole(page: string): void {
  const open: string[] = [];
  for (const [, closing, name, empty] of page.matchAll(/<(\/?)([a-z][\w-]*)[^<>]*?(\/?)>/gi)) {
    if (empty || /^(?:meta|br|input)$/.test(name!)) continue;
    if (closing) expect(open.pop()).toBe(name);
    else open.push(name!);
  }
  expect(open).toEqual([]);
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(id);
}
