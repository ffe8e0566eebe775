import { expect, it } from 'vitest';
import { cutToWidth, displayWidth } from './displayWidth.ts';
import { formatTable, harmless, labelled, onOneLine, wrapText } from './output.ts';

it('counts two columns for what is wide and none for marks', () => {
  const widths = {
    abc: 3,
    燃气表: 6,
    ｆｕｌｌ: 8,
    '（）': 4,
    a燃b: 4,
    'e\u0301': 1,
    '👩‍🔧': 2,
    ひらがな: 8,
    한글: 4,
    '': 0,
  };
  for (const [text, width] of Object.entries(widths)) expect([text, displayWidth(text)]).toEqual([text, width]);
});

it('cuts to a width without splitting a wide character', () => {
  expect(cutToWidth('燃气表', 6)).toBe('燃气表');
  expect(cutToWidth('燃气表', 5)).toBe('燃气…');
  expect(cutToWidth('燃气表', 4)).toBe('燃…');
  expect(cutToWidth('plain text', 6)).toBe('plain…');
});

it('aligns columns where some characters are wide', () => {
  const table = formatTable(
    [{ title: 'name' }, { title: 'count', align: 'right' }, { title: 'unit' }],
    [
      ['燃气表', '7', 'm³'],
      ['lock', '1200', ''],
    ],
  );
  expect(table).toBe(['name    count  unit', '燃气表      7  m³', 'lock     1200'].join('\n'));
});

it('breaks English between words and Chinese between characters', () => {
  expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapText('公共数据三种', 6)).toEqual(['公共数', '据三种']);
  expect(wrapText('unbreakable', 4)).toEqual(['unbreakable']);
  expect(wrapText('', 4)).toEqual(['']);
});

it('breaks text beside its label', () => {
  const [first = '', ...rest] = labelled('label', 'word '.repeat(30), 8);
  expect(first).toMatch(/^label {3}word( word)+$/);
  expect(rest.length).toBeGreaterThan(0);
  for (const line of rest) expect(line).toMatch(/^ {8}word( word)*$/);
});

it('gives a terminal no orders that come from others, and lets their values end no line', () => {
  const title = 'Heat\u001b[8m wave\r\u009b2J\u202Egnp.exe\n\tbelieved';
  expect(harmless(title)).toBe('Heat\uFFFD[8m wave\uFFFD\uFFFD2J\uFFFDgnp.exe\n\tbelieved');
  expect(onOneLine(title)).toBe('Heat\uFFFD[8m wave \uFFFD2J\uFFFDgnp.exe believed');
  expect(harmless('燃气表 👩‍🔧 e\u0301')).toBe('燃气表 👩‍🔧 e\u0301');
});
