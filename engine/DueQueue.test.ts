import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueQueue } from './DueQueue.ts';

it('gives what is due by its instant, and of one instant in the order in which it came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 20 }), (instants, until) => {
      const queue = new DueQueue<readonly [number, number]>();
      const told: (readonly [number, number])[] = [];
      for (const [order, at] of instants.entries()) queue.add(at, [at, order]);
      expect(queue.next).toBe(Math.min(...instants));
      for (let next = queue.take(until); next; next = queue.take(until)) told.push(next.item);
      const expected = instants.map((at, order) => [at, order] as const).filter(([at]) => at <= until);
      expect(told).toEqual(expected.sort(([a, one], [b, other]) => a - b || one - other));
    }),
  );
});
