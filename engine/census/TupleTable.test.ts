import { expect, it } from 'vitest';
import { TupleTable } from './TupleTable.ts';

it('numbers tuples in the order of first meeting, however many there are', () => {
  const table = new TupleTable(3);
  const known = new Map<string, number>();
  for (let turn = 0; turn < 20_000; turn++) {
    const tuple = [turn % 7, -(turn % 11), (turn * turn) % 97];
    const expected = known.get(tuple.join()) ?? known.size;
    known.set(tuple.join(), expected);
    expect(table.number([-1, ...tuple], 1)).toBe(expected);
  }
  expect(known.size).toBeGreaterThan(3_000);
  expect(table.size).toBe(known.size);
  for (const [tuple, number] of known) expect([...table.tuple(number)].join()).toBe(tuple);
});

it('has one tuple of no numbers', () => {
  const table = new TupleTable(0);
  expect([table.number([]), table.number([]), table.size]).toEqual([0, 0, 1]);
});
