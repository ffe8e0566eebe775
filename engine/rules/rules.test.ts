import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceModels, deviceType } from '../../twin/devices/index.ts';
import { ALARM_KINDS } from '../../twin/words.ts';
import { loadClauses } from '../clauses/ClauseRegister.ts';
import { loadRuleCases, type RuleCase } from './loadRuleCases.ts';
import { loadRules } from './loadRules.ts';
import { alarmsOf, factConditions } from './Rule.ts';
import { ruleBook } from './RuleBook.ts';
import { runRuleCase } from './runRuleCase.ts';

const root = join(import.meta.dirname, '../..');
const { rules, problems } = loadRules(root);
const book = ruleBook(rules);

for (const loaded of rules) {
  const { cases, problems: caseProblems } = loadRuleCases(root, loaded);
  describe(`the rule ${loaded.rule.id}`, () => {
    for (const each of cases) {
      const clauses = (each.clauses ?? []).map((clause) => ` [${clause}]`).join('');
      it(`${each.note}${clauses}`, async () => {
        const outcome = await runRuleCase(each, { rules, book });
        expect(outcome.alarms).toEqual(each.want.alarms);
        for (const what of ['commands', 'notices', 'mode'] as const) {
          if (each.want[what] !== undefined) expect(outcome[what], what).toEqual(each.want[what]);
        }
        expect(outcome.failures).toEqual([]);
      });
    }

    it('has readable cases, some in which it does something and some in which it does nothing', () => {
      expect(caseProblems).toEqual([]);
      expect(cases.some(({ want }) => acts(want))).toBe(true);
      expect(cases.some(({ want }) => !acts(want))).toBe(true);
    });
  });
}

function acts({ alarms, commands = [], notices = [], mode = 'home' }: RuleCase['want']): boolean {
  return alarms.length + commands.length + notices.length > 0 || mode !== 'home';
}

describe('the rules together', () => {
  it('load without a problem', () => {
    expect(problems).toEqual([]);
  });

  it('raise every kind of alarm that there is', () => {
    expect([...new Set(rules.flatMap(({ rule }) => alarmsOf(rule)))].sort()).toEqual([...ALARM_KINDS].sort());
  });

  it('cite clauses that exist', () => {
    const { byId } = loadClauses(root);
    const cited = rules.flatMap(({ rule }) => rule.clauses);
    expect(cited.filter((id) => !byId.has(id))).toEqual([]);
  });

  it('wake on properties that some model reports and count values that some lock says', () => {
    const types = deviceModels().flatMap((model) => deviceType(model) ?? []);
    const known = new Set(types.flatMap(({ byProperty }) => [...byProperty.keys()]));
    expect(rules.flatMap(({ rule }) => rule.on.properties ?? []).filter((name) => !known.has(name))).toEqual([]);
    const said = new Set(types.flatMap(({ byProperty }) => byProperty.get('action')?.type.values ?? []));
    const counted = rules
      .flatMap(({ rule }) => [...factConditions(rule.conditions)])
      .filter(({ fact }) => fact === 'count')
      .map(({ params }) => params as { readonly in: readonly unknown[]; readonly reset_by?: readonly unknown[] })
      .flatMap((params) => [...params.in, ...(params.reset_by ?? [])] as string[]);
    expect(counted.filter((value) => !said.has(value))).toEqual([]);
  });

  it('leave no file of cases without its rule', () => {
    const files = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' });
    const cases = files.filter((file) => file.endsWith('.cases.yaml')).map((file) => `rules/${file}`);
    expect(cases.sort()).toEqual(rules.map(({ file }) => file.replace('.json', '.cases.yaml')).sort());
  });
});
