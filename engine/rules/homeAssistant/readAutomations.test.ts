import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAutomations, yamlFiles } from './readAutomations.ts';

const LIT = '{ trigger: { platform: sun, event: sunset }, action: { service: light.turn_on, entity_id: light.a }';

function read(text: string) {
  const { automations, problems } = readAutomations([{ file: 'a.yaml', text }]);
  return {
    names: automations.map(({ alias }) => alias),
    problems: problems.map(({ message, place }) => `${place?.line ?? '-'}: ${message}`),
  };
}

it('a merge key gives an automation what it spreads', () => {
  const text = `.base: &base ${LIT}, alias: base }\nautomation:\n  - <<: *base\n    alias: merged\n  - alias: other\n    <<: *base\n`;
  expect(read(text)).toEqual({ names: ['merged', 'other'], problems: [] });
});

it('an alias stands for the last node before it that has its anchor, also where it is read again', () => {
  const { automations } = readAutomations([
    { file: 'a.yaml', text: `- &x ${LIT}, alias: &n one }\n- ${LIT}, alias: &n two }\n- *x\n- ${LIT}, alias: *n }\n` },
  ]);
  expect(automations.map(({ alias }) => alias)).toEqual(['one', 'two', 'one', 'two']);
  expect(read('- alias: *nowhere')).toEqual({ names: [], problems: ['1: nothing before has the anchor `&nowhere`'] });
});

it('thousands of aliases are read as quickly as what they stand for', () => {
  const text = `- ${LIT}, alias: &n all }\n${`- ${LIT}, alias: *n }\n`.repeat(2_000)}`;
  const began = performance.now();
  expect(read(text).names).toHaveLength(2_001);
  expect(performance.now() - began).toBeLessThan(5_000);
});

it('a mark of the order of bytes is none of the text, and what is not UTF-8 is refused with its line', () => {
  expect(read(`\uFEFF- ${LIT}, alias: one }`)).toEqual({ names: ['one'], problems: [] });
  const latin = new TextDecoder().decode(Buffer.from(`- ${LIT},\n    alias: caf\xe9 }`, 'latin1'));
  expect(read(latin)).toEqual({ names: [], problems: ['2: this is not text in UTF-8'] });
});

it('a second document in a file is told, not left out', () => {
  expect(read(`- ${LIT}, alias: one }\n---\n- ${LIT}, alias: two }\n`).problems).toEqual([
    '2: a second document begins here',
  ]);
});

it('what nests without end is refused', () => {
  const problem = 'the file nests too deep or repeats itself too often';
  expect(read('['.repeat(50_000)).problems).toEqual([`-: ${problem}`]);
  expect(read('a: &a\n  b: *a\n').problems).toEqual([`-: ${problem}`]);
});

it('an automation without a trigger is told of, and what is none among automations', () => {
  const text = `automation:\n  - { alias: misspelt, triger: x, action: [] }\n  - just text\n  - !include other.yaml\n`;
  expect(read(text)).toEqual({ names: ['misspelt'], problems: ['3: among the automations stands what is none'] });
  expect(read('- { alias: nothing, actions: [] }\n- { alias: a step, action: light.turn_on }').names).toEqual([
    'nothing',
  ]);
});

it('automations in packages within `homeassistant` are found', () => {
  const text = `homeassistant:\n  packages:\n    kitchen:\n      automation:\n        - ${LIT}, alias: inner }\n`;
  expect(read(text)).toEqual({ names: ['inner'], problems: [] });
});

it('a folder is read once, whatever links lead to it, and a link that leads nowhere is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinward-links-'));
  try {
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner/a.yaml'), `- ${LIT}, alias: one }`);
    symlinkSync('..', join(folder, 'inner/up'));
    symlinkSync('nowhere.yaml', join(folder, 'gone.yaml'));
    symlinkSync('circle.yaml', join(folder, 'circle.yaml'));
    const { automations, problems } = readAutomations(yamlFiles(folder));
    expect(automations.map(({ file }) => file)).toEqual(['inner/a.yaml']);
    expect(problems.map(({ message }) => message)).toEqual(['cannot read `circle.yaml`', 'cannot read `gone.yaml`']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
