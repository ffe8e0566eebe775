import { describe, expect, it } from 'vitest';
import { isNewer, isRepeat } from './isNewer.ts';

const at = (source: number, receivedAt = source) => ({ at: source, receivedAt });

describe('isNewer', () => {
  it('takes the first value there is', () => expect(isNewer(undefined, at(1))).toBe(true));
  it('takes what the source said later, however late it comes', () => expect(isNewer(at(5, 5), at(6, 900))).toBe(true));
  it('leaves what the source said earlier to history', () => expect(isNewer(at(6, 6), at(5, 900))).toBe(false));
  it('takes the later comer of two said at one instant', () => expect(isNewer(at(5, 5), at(5, 6))).toBe(true));
  it('takes the later comer also within one millisecond', () => expect(isNewer(at(5, 5), at(5, 5))).toBe(true));
});

describe('isRepeat', () => {
  it('knows a value told again by its instant and its value', () => {
    expect(isRepeat({ at: 5, value: 'single' }, { at: 5, value: 'single' })).toBe(true);
    expect(isRepeat({ at: 5, value: { x: 1 } }, { at: 5, value: { x: 1 } })).toBe(true);
  });

  it('takes the same value at another instant for new: a button pressed twice was pressed twice', () => {
    expect(isRepeat({ at: 5, value: 'single' }, { at: 6, value: 'single' })).toBe(false);
    expect(isRepeat(undefined, { at: 6, value: 'single' })).toBe(false);
    expect(isRepeat({ at: 5, value: 1 }, { at: 5, value: 2 })).toBe(false);
  });
});
