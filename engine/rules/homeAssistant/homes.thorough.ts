import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ruleGrammar } from '../loadRules.ts';
import { type Imported, importHomeAssistant } from './importHomeAssistant.ts';
import { importReport } from './importReport.ts';
import { readHomes } from './testdata/readHomes.ts';

const WANTED = new Set(['state', 'numeric_state', 'time', 'sun', 'mqtt'].map((kind) => `trigger ${kind}`));
const grammar = ruleGrammar(join(import.meta.dirname, '../../..'));
let imported: Imported;
beforeAll(() => {
  imported = importHomeAssistant({ files: readHomes(), grammar });
});

const triggersOf = ({ constructs }: Imported['automations'][number]) =>
  constructs.filter(({ construct }) => construct.startsWith('trigger '));

describe('the automations of two homes', () => {
  it('are all read', () => {
    expect(imported.automations).toHaveLength(346);
    expect(imported.problems).toEqual([]);
    const kinds = imported.automations.flatMap(triggersOf).map(({ construct }) => construct);
    expect(kinds.filter((kind) => kind === 'trigger state')).toHaveLength(291);
    expect(kinds.filter((kind) => kind === 'trigger mqtt')).toHaveLength(11);
  });

  it('have at least nine in ten of their state, numeric_state, time, sun and MQTT triggers converted', () => {
    const triggers = imported.automations.flatMap(triggersOf).filter(({ construct }) => WANTED.has(construct));
    const taken = triggers.filter(({ problem }) => !problem);
    expect(triggers).toHaveLength(401);
    expect(taken.length / triggers.length).toBeGreaterThan(0.9);
  });

  it('are converted whole, half of those with these triggers alone', () => {
    const eligible = imported.automations.filter((each) => {
      const triggers = triggersOf(each);
      return triggers.length > 0 && triggers.every(({ construct }) => WANTED.has(construct));
    });
    const whole = eligible.filter(({ outcome }) => outcome === 'whole');
    expect(eligible).toHaveLength(239);
    expect(whole.length / eligible.length).toBeGreaterThan(0.5);
  });

  it('are counted in the how-to as they are here', () => {
    const triggers = imported.automations.flatMap(triggersOf).filter(({ construct }) => WANTED.has(construct));
    const taken = triggers.filter(({ problem }) => !problem).length;
    const eligible = imported.automations.filter((each) => {
      const own = triggersOf(each);
      return own.length > 0 && own.every(({ construct }) => WANTED.has(construct));
    });
    const whole = eligible.filter(({ outcome }) => outcome === 'whole').length;
    const page = readFileSync(join(import.meta.dirname, '../../../docs/how-to/import-home-assistant.md'), 'utf8');
    const text = page.replaceAll(/\s+/g, ' ');
    expect(text).toContain(`${taken} of their ${triggers.length} `);
    expect(text).toContain(`${whole} of the ${eligible.length} automations`);
  });

  it('become rules that are read like any other, each under a name of its own', () => {
    const rules = imported.automations.flatMap((each) => each.rules);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    const misread = imported.automations.flatMap(({ constructs }) =>
      constructs.filter(({ construct }) => construct === 'rule'),
    );
    expect(misread).toEqual([]);
  });

  it('are read or refused, and never break the import, however their text is damaged', () => {
    const homes = readHomes();
    const bit = fc.constantFrom(
      'null',
      '[]',
      '{}',
      '- ',
      '"',
      '{{',
      '}}',
      '{%',
      'on',
      '!secret x',
      '*a',
      '<<: *a',
      '\t',
      '|',
    );
    const damage = fc.record({
      file: fc.nat(homes.length - 1),
      line: fc.nat(),
      from: fc.nat(200),
      cut: fc.nat(20),
      bit,
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const { file, text } = homes[damages[0]!.file]!;
        const lines = text.split('\n');
        for (const { line, from, cut, bit: put } of damages) {
          const at = line % lines.length;
          lines[at] = lines[at]!.slice(0, from) + put + lines[at]!.slice(from + cut);
        }
        const damaged = importHomeAssistant({ files: [{ file, text: lines.join('\n') }], grammar });
        expect(importReport(damaged).unreadable.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 150 },
    );
  });

  it('tell of everything that is not taken its file, line, construct and why', () => {
    const { automations } = importReport(imported);
    const lines = new Map(readHomes().map(({ file, text }) => [file, text.split('\n')]));
    for (const { file, line, outcome, notTaken } of automations) {
      expect(notTaken.length > 0, `${file}:${line}`).toBe(outcome !== 'whole');
      for (const each of notTaken) {
        expect(each.why).not.toBe('');
        expect(each.line, `${file} ${each.construct}`).toBeGreaterThanOrEqual(line);
        expect(lines.get(file)?.[each.line - 1]?.trim(), `${file}:${each.line}`).toBeTruthy();
      }
    }
  });
});
