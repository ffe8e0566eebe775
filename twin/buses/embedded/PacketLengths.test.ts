import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketLengths } from './PacketLengths.ts';

function packet(length: number): Buffer {
  const header = [0x30];
  for (let rest = length; ; rest >>= 7) {
    header.push(rest < 128 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 128) return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
  }
}

describe('PacketLengths', () => {
  it('accepts packets up to the limit and refuses the first above it, however the bytes are cut', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 });
    const cuts = fc.array(fc.nat(3000), { maxLength: 8 });
    fc.assert(
      fc.property(lengths, cuts, (sizes, places) => {
        const watch = new PacketLengths(100, 300);
        const stream = Buffer.concat(sizes.map(packet));
        const ends = [...places.filter((place) => place < stream.length).sort((a, b) => a - b), stream.length];
        const accepted = ends.map((end, index) => watch.accept(stream.subarray(ends[index - 1] ?? 0, end)));
        const fits = sizes.every((size, index) => size <= (index === 0 ? 100 : 300));
        // What follows a refused packet means nothing: the connection is closed.
        expect(accepted.every(Boolean)).toBe(fits);
      }),
    );
  });

  it('refuses a length that announces more than it sends', () => {
    expect(new PacketLengths(100, 300).accept(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f))).toBe(false);
  });

  it('refuses a length of five bytes', () => {
    expect(new PacketLengths(100, 300).accept(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80, 0x00))).toBe(false);
  });
});
