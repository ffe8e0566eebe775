import { describe, expect, it } from 'vitest';
import { InOrder } from './InOrder.ts';

function replies() {
  const seen: string[] = [];
  const order = new InOrder();
  const reserve = (name: string) => order.reserve((error) => seen.push(error === null ? name : `${name} failed`));
  return { seen, reserve };
}

describe('InOrder', () => {
  it('holds a reply back until those before it are known', () => {
    const { seen, reserve } = replies();
    const [first, second, third] = [reserve('first'), reserve('second'), reserve('third')];
    third(null);
    second(null);
    expect(seen).toEqual([]);
    first(null);
    expect(seen).toEqual(['first', 'second', 'third']);
  });

  it('replies nothing after a failure', () => {
    const { seen, reserve } = replies();
    const [first, second, third] = [reserve('first'), reserve('second'), reserve('third')];
    first(null);
    third(null);
    second(new Error('disk full'));
    third(null);
    expect(seen).toEqual(['first', 'second failed']);
  });
});
