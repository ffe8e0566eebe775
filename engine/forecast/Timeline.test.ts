import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Timeline } from './Timeline.ts';

it('gives what is to happen by its instant, and of one instant in the order in which it came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 20 }), (instants, until) => {
      const timeline = new Timeline();
      const told: (readonly [number, number])[] = [];
      for (const [order, at] of instants.entries()) timeline.add(at, () => told.push([at, order]));
      for (let next = timeline.next(until); next; next = timeline.next(until)) next.happen();
      const expected = instants.map((at, order) => [at, order] as const).filter(([at]) => at <= until);
      expect(told).toEqual(expected.sort(([a, one], [b, other]) => a - b || one - other));
    }),
  );
});
