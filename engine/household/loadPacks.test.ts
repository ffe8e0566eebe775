import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadRules } from '../rules/loadRules.ts';
import { acceptParameters } from './acceptParameters.ts';
import { loadPacks } from './loadPacks.ts';

const repository = join(import.meta.dirname, '..', '..');
const RULE = {
  id: 'warm',
  title: 'Warm',
  severity: 'comfort',
  clauses: [],
  pack: 'warm',
  on: { properties: ['temperature'] },
  conditions: { all: [{ fact: 'property', params: { name: 'temperature' }, operator: 'greaterThan', value: 26 }] },
  event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'residents', text: 'warm' }] } },
};
const PACK = {
  title: { en: 'Warm', zh: '暖' },
  about: { en: 'Tells when it is warm.', zh: '提醒升温。' },
  clauses: [],
  needs: [{ title: { en: 'A thermometer', zh: '温度计' }, properties: ['temperature'] }],
  parameters: { limit: parameter({}) },
};
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'twinward-packs-'));
  mkdirSync(join(root, 'rules/packs/warm'), { recursive: true });
  for (const file of ['rule.schema.json', 'pack.schema.json']) {
    cpSync(join(repository, 'rules', file), join(root, 'rules', file));
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function parameter(more: object) {
  const title = { en: 'Limit', zh: '上限' };
  return {
    title,
    type: 'number',
    default: 26,
    minimum: 20,
    maximum: 35,
    sets: ['warm#/conditions/all/0/value'],
    ...more,
  };
}

function load(pack: unknown, rule: object = RULE) {
  writeFileSync(join(root, 'rules/packs/warm/pack.yaml'), JSON.stringify(pack));
  writeFileSync(join(root, 'rules/packs/warm/warm.json'), JSON.stringify(rule));
  const { packs, problems } = loadPacks(root, loadRules(root).rules);
  return { packs, codes: problems.map(({ code, place }) => [code, place?.path]) };
}

it('reads a pack with its rules', () => {
  const { packs, codes } = load(PACK);
  expect(codes).toEqual([]);
  expect(packs.get('warm')?.rules.map(({ rule }) => rule.id)).toEqual(['warm']);
});

it('reads every pack of the repository, each with rules', () => {
  const { packs, problems } = loadPacks(repository, loadRules(repository).rules);
  expect(problems).toEqual([]);
  expect(packs.size).toBeGreaterThan(5);
  for (const { id, rules } of packs.values()) expect(rules.length, id).toBeGreaterThan(0);
});

it.each<[string, object, [string, string]]>([
  ['no needs', { ...PACK, needs: [] }, ['rule:schema.invalid', '/needs']],
  [
    'a default out of its bounds',
    { ...PACK, parameters: { limit: parameter({ maximum: 25 }) } },
    ['rule:parameter.invalid', '/parameters/limit/default'],
  ],
  [
    'a place of no rule',
    { ...PACK, parameters: { limit: parameter({ sets: ['cold#/title'] }) } },
    ['rule:parameter.invalid', '/parameters/limit/sets/0'],
  ],
  [
    'a place where nothing stands',
    { ...PACK, parameters: { limit: parameter({ sets: ['warm#/on/times/0'] }) } },
    ['rule:parameter.invalid', '/parameters/limit/sets/0'],
  ],
  [
    'another default than the rule has',
    { ...PACK, parameters: { limit: parameter({ default: 27 }) } },
    ['rule:parameter.invalid', '/parameters/limit/sets/0'],
  ],
])('refuses a pack with %s, and says where', (_what, pack, told) => {
  const { packs, codes } = load(pack);
  expect(codes).toContainEqual(told);
  expect(packs.size).toBe(0);
});

it('refuses a pack whose rule would act without it', () => {
  const { pack: _, ...everywhere } = RULE;
  expect(load(PACK, everywhere).codes).toEqual([['rule:pack.mismatch', '/pack']]);
});

it('lets a home set what the pack declares, within its bounds', () => {
  const { packs } = load(PACK);
  const pack = packs.get('warm')!;
  expect(acceptParameters(pack, { limit: 30 })).toEqual({ limit: 30 });
  expect(() => acceptParameters(pack, { limit: 36 })).toThrow('`limit` cannot be `36`');
  expect(() => acceptParameters(pack, { limit: '30' })).toThrow('`limit` cannot be');
  expect(() => acceptParameters(pack, { limt: 30 })).toThrow('no parameter `limt`');
});
