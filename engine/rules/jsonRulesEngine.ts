import { type Almanac, Engine, type RuleProperties, type TopLevelCondition } from 'json-rules-engine';
import { FACT_NAMES } from './facts/index.ts';
import type { LoadedRule, Rule, SharedConditions } from './Rule.ts';
import type { ConditionResult, RuleEvaluation, RuleEvaluator, RuleFacts, RuleMatch } from './RuleEvaluator.ts';

const ASKED = 'asked';

/**
 * The rule evaluator on npm's json-rules-engine: the reference that others are compared with. Rules that `loadRules` gave
 * refer to no shared condition any more; others may refer to these.
 */
export function jsonRulesEngine(rules: readonly LoadedRule[], shared: SharedConditions = {}): RuleEvaluator {
  const engines = new Map(rules.map(({ rule }) => [rule.id, engineOf(rule, shared)]));
  // An engine keeps one status for all its runs: a run that ends while another begins would end that one unlooked at.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    evaluate(ruleIds, facts) {
      const mine = turn.then(() => evaluateAll(engines, ruleIds, facts));
      turn = mine;
      return mine;
    },
    set: (rule) => void engines.set(rule.id, engineOf(rule, shared)),
    delete: (id) => void engines.delete(id),
  };
}

async function evaluateAll(
  engines: ReadonlyMap<string, Engine>,
  ruleIds: readonly string[],
  facts: RuleFacts,
): Promise<RuleEvaluation> {
  const matches: RuleMatch[] = [];
  const failures = [];
  for (const rule of ruleIds) {
    try {
      const match = await evaluateOne(rule, engines.get(rule), facts);
      if (match) matches.push(match);
    } catch (error) {
      failures.push({ rule, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { matches, failures };
}

async function evaluateOne(rule: string, engine: Engine | undefined, facts: RuleFacts): Promise<RuleMatch | null> {
  if (!engine) throw new Error(`no rule \`${rule}\` is loaded`);
  // Wrapped, because a bare function would be taken for a dynamic fact.
  const { results } = await engine.run({ [ASKED]: { facts } });
  const result = results[0];
  return result ? { rule, conditions: [...conditionResults(result.conditions)] } : null;
}

/** One engine for each rule, so that an event is shown to the rules it woke and to no others. */
function engineOf({ conditions, event }: Rule, shared: SharedConditions): Engine {
  // A copy: the engine writes into what it is given.
  const engine = new Engine([structuredClone({ conditions, event }) as unknown as RuleProperties]);
  for (const [name, condition] of Object.entries(shared)) {
    engine.setCondition(name, structuredClone(condition) as TopLevelCondition);
  }
  for (const name of FACT_NAMES) {
    engine.addFact(name, async (params: Record<string, unknown>, almanac: Almanac) => {
      const { facts } = await almanac.factValue<{ facts: RuleFacts }>(ASKED);
      return facts(name, params);
    });
  }
  return engine;
}

type Looked = {
  readonly fact: string;
  readonly params?: Record<string, unknown>;
  readonly path?: string;
  readonly operator: string;
  readonly value: unknown;
  readonly valueResult?: unknown;
  readonly factResult?: unknown;
  readonly result?: boolean;
};

/** The conditions on facts that were looked at: the engine skips those that no longer matter. */
function* conditionResults(condition: TopLevelCondition | Looked): Generator<ConditionResult> {
  if ('all' in condition) for (const each of condition.all) yield* conditionResults(each as Looked);
  else if ('any' in condition) for (const each of condition.any) yield* conditionResults(each as Looked);
  else if ('not' in condition) yield* conditionResults(condition.not as Looked);
  else if ('fact' in condition && condition.result !== undefined) {
    const { fact, params = {}, path, operator, valueResult, factResult, result } = condition;
    const asked = path === undefined ? { fact, params } : { fact, params, path };
    yield { ...asked, operator, value: valueResult ?? null, got: factResult ?? null, held: result };
  }
}
