import { describe, expect, it } from 'vitest';
import { deviceType } from '../../twin/devices/index.ts';
import { isReported } from './isReported.ts';

const brightness = deviceType('LED1545G12')?.byProperty.get('brightness')?.type;

describe('isReported', () => {
  it.each([
    ['ON', 'ON', true],
    ['ON', 'OFF', false],
    ['on', 'ON', true],
    [true, 'ON', true],
    ['LOCK', 'locked', true],
    ['LOCK', 'unlocked', false],
    ['CLOSE', 'closed', true],
    ['TOGGLE', 'OFF', true],
    ['STOP', 'OPEN', true],
    [21, 21, true],
    [21, 22, false],
    [{ x: 0.3, y: 0.4 }, { x: 0.301, y: 0.399, hue: 20 }, true],
    [{ x: 0.3, y: 0.4 }, { x: 0.5, y: 0.4 }, false],
    [{ mode: 'emergency' }, { duration: 180 }, false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    ['ON', null, false],
    ['ON', undefined, false],
  ])('told %j and hearing %j: %s', (told, reported, done) => {
    expect(isReported(told, reported)).toBe(done);
  });

  it('takes the rounding of a lamp for what it was told, and no other step', () => {
    expect(brightness).toMatchObject({ min: 0, max: 254 });
    expect(isReported(100, 102, brightness)).toBe(true);
    expect(isReported(100, 104, brightness)).toBe(false);
  });

  it('reads a binary by the words of its model', () => {
    const type = { type: 'binary', valueOn: 'OPEN', valueOff: 'CLOSE' } as const;
    const valve = { ...brightness!, ...type };
    expect(isReported('OPEN', 'open', valve)).toBe(true);
    expect(isReported('OPEN', 'CLOSE', valve)).toBe(false);
    expect(isReported('OPEN', true, valve)).toBe(true);
  });
});
