import { expect, it } from 'vitest';
import { formatLine, parseLine } from './backupFormat.ts';

it('gives back a row with its bytes and nulls, from one line', () => {
  const line = {
    kind: 'change',
    row: { seq: 1, home: null, at: 'line\nbreak', body: new Uint8Array([0, 128, 255]), chain: Buffer.from('link') },
  } as const;
  const text = formatLine(line);
  expect(text.indexOf('\n')).toBe(text.length - 1);
  expect(parseLine(text)).toEqual({ ...line, row: { ...line.row, chain: new Uint8Array(Buffer.from('link')) } });
});
