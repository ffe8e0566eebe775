import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DataSource } from '../engine/documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../engine/documents/schemaProblems.ts';
import type { Rule, SharedConditions } from '../engine/rules/Rule.ts';
import { ruleProblems } from '../engine/rules/ruleProblems.ts';
import { ruleFactsPage, ruleProblemsPage, ruleSchema } from './ruleReference.ts';

const root = join(import.meta.dirname, '..');

it('is fresh: else run `node tools/ruleReference.ts`', () => {
  expect(readFileSync(join(root, 'docs/reference/rule-facts.md'), 'utf8')).toBe(ruleFactsPage());
  expect(readFileSync(join(root, 'docs/reference/rule-problems.md'), 'utf8')).toBe(ruleProblemsPage());
  expect(JSON.parse(readFileSync(join(root, 'rules/rule.schema.json'), 'utf8'))).toEqual(JSON.parse(ruleSchema()));
});

it('leads authors to rules and cases that are without a problem', () => {
  const page = readFileSync(join(root, 'docs/how-to/rules.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(json|yaml)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language,
    text: text!,
  }));
  const shared = JSON.parse(blocks.find(({ text }) => text.startsWith('{'))!.text) as SharedConditions;
  const ends = {
    id: 'rule',
    title: 'Rule',
    severity: 'comfort',
    clauses: [],
    event: { type: 'act', params: { effects: [{ kind: 'set_mode', mode: 'night' }] } },
  };
  const fits = schemaCheck(JSON.parse(ruleSchema()) as object);
  const rules = blocks.filter(({ text }) => text.startsWith('"on"'));
  expect(rules.length).toBeGreaterThanOrEqual(5);
  for (const { text } of rules) {
    const source = new DataSource('rule.json', `{ ${JSON.stringify(ends).slice(1, -1)}, ${text} }`, 'rule');
    expect(fits(source.value) ? [] : schemaProblems(source, fits)).toEqual([]);
    expect(ruleProblems(source, source.value as Rule, { taken: undefined, shared })).toEqual([]);
  }
  const isCases = schemaCheck(JSON.parse(readFileSync(join(root, 'rules/cases.schema.json'), 'utf8')) as object);
  for (const { text } of blocks.filter(({ language }) => language === 'yaml')) expect(isCases(parse(text))).toBe(true);
});
