import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRuleCases } from '../loadRuleCases.ts';
import { loadRules, loadRulesOver } from '../loadRules.ts';
import { factsAsked } from '../Rule.ts';
import { ruleBook } from '../RuleBook.ts';
import { runRuleCase } from '../runRuleCase.ts';
import { FACT_NAMES } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const own = loadRules(root).rules;
const { rules: examples, problems } = loadRulesOver([], root, join(root, 'docs/reference/rule-facts'));

describe('the examples of facts', () => {
  it('are rules without a problem, one for each fact', () => {
    expect(problems).toEqual([]);
    expect(examples.map(({ rule }) => rule.id)).toEqual(FACT_NAMES.map((name) => `asks_${name}`).sort());
    for (const { rule } of examples) {
      const asked = [...factsAsked(rule.conditions)].map(({ fact }) => `asks_${fact}`);
      expect(asked).toContain(rule.id);
    }
  });

  for (const example of examples) {
    const { rule, file } = example;
    const { cases, problems: misfits } = loadRuleCases(root, {
      rule,
      file: `docs/reference/rule-facts/${basename(file)}`,
    });
    // Beside the product's own rules, as it would stand in a home.
    const rules = [...own, example];
    const book = ruleBook(rules);
    it.each(cases)(`${rule.id}: $note`, async (each) => {
      const outcome = await runRuleCase(each, { rules, book });
      expect(outcome.failures).toEqual([]);
      expect(outcome.alarms).toEqual(each.want.alarms);
      expect(outcome.commands).toEqual(each.want.commands ?? []);
    });

    it(`${rule.id} has cases in which it acts and in which it does not`, () => {
      expect(misfits).toEqual([]);
      const acts = ({ want }: (typeof cases)[number]) =>
        rule.event.type === 'act' ? (want.commands ?? []).length > 0 : want.alarms.length > 0;
      expect(new Set(cases.map(acts))).toEqual(new Set([true, false]));
    });
  }
});
