import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FACT_NAMES } from './FactName.ts';
import { loadRules } from './loadRules.ts';

const repository = join(import.meta.dirname, '../..');
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A root with these files under `rules/`, beside the schema. */
function rootWith(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), 'rules-'));
  made.push(root);
  mkdirSync(join(root, 'rules'));
  cpSync(join(repository, 'rules/rule.schema.json'), join(root, 'rules/rule.schema.json'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(root, 'rules', name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return root;
}

const gas = {
  id: 'gas',
  title: 'Gas',
  severity: 'life_safety',
  clauses: [],
  on: { properties: ['gas'] },
  conditions: { all: [{ fact: 'property', params: { name: 'gas' }, operator: 'equal', value: true }] },
  event: { type: 'raise_alarm', params: { alarm: 'gas_leak' } },
};

function problemsOf(rule: unknown, name = 'gas.json') {
  const { rules, problems } = loadRules(rootWith({ [name]: rule }));
  expect(rules).toEqual([]);
  return problems.map(({ code, message, place, hint }) => ({ code, message, line: place?.line, hint }));
}

describe('loadRules', () => {
  it('finds rules by their presence', () => {
    const { rules, problems } = loadRules(rootWith({ 'gas.json': gas }));
    expect(problems).toEqual([]);
    expect(rules).toEqual([{ rule: gas, file: 'rules/gas.json' }]);
  });

  it('reports every problem of every file and keeps what is good', () => {
    const bad = { ...gas, id: 'bad', colour: 'red', severity: 'life_saftey' };
    const { rules, problems } = loadRules(rootWith({ 'gas.json': gas, 'bad.json': bad, 'worse.json': '{"id": ' }));
    expect(rules.map(({ rule }) => rule.id)).toEqual(['gas']);
    expect(problems.map(({ code, message, place, hint }) => [code, place?.file, place?.line, message, hint])).toEqual([
      [
        'rule:schema.invalid',
        'rules/bad.json',
        29,
        '`colour` has no meaning here',
        expect.stringMatching(/^known are .*`title`/),
      ],
      [
        'rule:schema.invalid',
        'rules/bad.json',
        4,
        '`life_saftey` is none of the words allowed here',
        'did you mean `life_safety`?',
      ],
      ['rule:json.invalid', 'rules/worse.json', 1, 'this is not JSON', expect.any(String)],
    ]);
  });

  it('says which fact or operator is unknown and what may have been meant', () => {
    const conditions = { all: [{ fact: 'propperty', params: { name: 'gas' }, operator: 'equals', value: true }] };
    expect(problemsOf({ ...gas, conditions })).toEqual([
      expect.objectContaining({ line: 14, hint: 'did you mean `property`?' }),
      expect.objectContaining({ line: 18, hint: 'did you mean `equal`?' }),
    ]);
  });

  it('wants conditions to start with all, any or not', () => {
    const conditions = gas.conditions.all[0];
    expect(problemsOf({ ...gas, conditions })).toContainEqual(
      expect.objectContaining({ message: 'conditions start with `all`, `any` or `not`' }),
    );
  });

  it('refuses an alarm that does not exist and a severity that is not its own', () => {
    const event = { type: 'raise_alarm', params: { alarm: 'gas_leek' } };
    expect(problemsOf({ ...gas, event })).toEqual([
      expect.objectContaining({ code: 'rule:alarm.unknown', hint: 'did you mean `gas_leak`?' }),
    ]);
    expect(problemsOf({ ...gas, severity: 'fault' })).toEqual([
      expect.objectContaining({ code: 'rule:severity.mismatch', hint: 'write `life_safety`' }),
    ]);
  });

  it('refuses a count that cannot wake its rule and a duration that is none', () => {
    const count = { property: 'action', in: ['wrong'], within: 'P10M' };
    const conditions = { all: [{ fact: 'count', params: count, operator: 'equal', value: 5 }] };
    expect(problemsOf({ ...gas, conditions }).map(({ code }) => code)).toEqual([
      'rule:duration.invalid',
      'rule:wake.missing',
    ]);
  });

  it('refuses to wait for a silence that wakes no rule', () => {
    const conditions = { all: [{ fact: 'absent_for', params: { unit: 'hours' }, operator: 'equal', value: 5 }] };
    expect(problemsOf({ ...gas, conditions })).toEqual([expect.objectContaining({ code: 'rule:wake.missing' })]);
  });

  it('refuses an id that is not the name of its file', () => {
    expect(problemsOf(gas, 'smell.json')).toEqual([
      { code: 'rule:id.mismatch', message: 'the id `gas` is not the name of its file', line: 2, hint: 'write `smell`' },
    ]);
  });

  it('reports a folder that is not there instead of throwing', () => {
    const { rules, problems } = loadRules('/nowhere');
    expect(rules).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ code: 'rule:file.unreadable' })]);
  });

  it('knows in its schema the facts that there are', async () => {
    const schema = await import('../../rules/rule.schema.json', { with: { type: 'json' } });
    expect(schema.default.definitions.fact.properties.fact.enum).toEqual([...FACT_NAMES]);
  });
});
