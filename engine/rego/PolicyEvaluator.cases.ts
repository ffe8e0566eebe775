import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import type { Compiled } from './Compiled.ts';
import { compositionModule, policyEntrypoints } from './compositionModule.ts';
import type { PolicyEvaluator } from './PolicyEvaluator.ts';
import { RegoCompiler } from './RegoCompiler.ts';
import type { RuleSource } from './RuleSource.ts';
import { readRules } from './readRules.ts';
import { trimInput } from './trimInput.ts';

export type MakeEvaluator = (
  compiled: Compiled,
  rules: readonly RuleSource[],
  entrypoints: { readonly verdict: string; readonly policies: readonly string[] },
) => PolicyEvaluator;

const MAIN = `package main

verdict := {"permit": data.composition.permit, "cap": data.composition.cap, "deny": data.composition.deny}
`;

/** What every evaluator of policies must do; each adapter's test calls it. */
export function policyEvaluatorCases(name: string, make: MakeEvaluator): void {
  describe(`${name} as a policy evaluator`, () => {
    const compiler = new RegoCompiler();
    let sets: PolicyEvaluator;
    let traps: PolicyEvaluator;
    beforeAll(async () => {
      sets = await evaluatorOf({ 'a.sets': SETS, 'a.other': OTHER });
      traps = await evaluatorOf({ 'a.traps': TRAPS });
    });
    afterAll(() => compiler.close());

    async function evaluatorOf(policies: Readonly<Record<string, string>>): Promise<PolicyEvaluator> {
      const modules = Object.entries(policies).map(([policy, body]) => ({
        file: `${policy}.rego`,
        source: `package ${policy}\n${body}`,
      }));
      const single = [...policyEntrypoints(modules).values()];
      const all = [...modules, { file: 'main.rego', source: MAIN }, compositionModule(modules)];
      const result = await compiler.compile(all, { entrypoints: ['main/verdict', ...single] });
      if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
      return make(result.compiled, readRules(result.compiled).rules, { verdict: 'main/verdict', policies: single });
    }

    it('gives grants with outcome, obligations and a reason that has its place', () => {
      const { permits, caps, denies, errors } = sets.evaluate(given({ kinds: ['one'] }));
      expect(permits).toEqual([
        {
          outcome: 'raw',
          obligations: [{ type: 'audit' }],
          reason: {
            code: 'permit',
            policy: 'a.sets',
            rule: 'one',
            file: 'a.sets.rego',
            line: 7,
            clauses: ['X-1'],
            message: 'One',
          },
        },
      ]);
      expect([caps, denies, errors]).toEqual([[], [], []]);
    });

    it('lists what a rule yields many times in a canonical order', () => {
      const many = Array.from({ length: 40 }, (_, index) => `item ${index}`);
      const messages = sets.evaluate(given({ many })).denies.map(({ reason }) => reason.message);
      expect(messages).toEqual(many.toSorted());
      expect(sets.evaluate(given({ many: many.toReversed() })).denies.map(({ reason }) => reason.message)).toEqual(
        messages,
      );
    });

    it('yields the verdict of each policy by itself, which joined are the verdict', () => {
      const input = given({ kinds: ['one', 'two', 'other'], many: ['x'] });
      const whole = sets.evaluate(input);
      const joined = (sets.policies ?? []).map((policy) => policy.evaluate(input));
      expect(joined).toHaveLength(2);
      expect(joined.flatMap(({ permits }) => permits)).toEqual(whole.permits);
      expect(joined.flatMap(({ denies }) => denies)).toEqual(whole.denies);
    });

    it('turns a conflict into an error and evaluates rightly afterwards', () => {
      const before = traps.evaluate(given({ kinds: ['fine'] }));
      expect(traps.evaluate(given({ kinds: ['conflict'] })).errors).toEqual([
        { code: 'policy:evaluation.conflict', message: 'a.traps.rego:17: a rule has two different values' },
      ]);
      expect(traps.evaluate(given({ kinds: ['fine'] }))).toEqual(before);
      expect(before.permits.map(({ reason }) => reason.rule)).toContain('fine');
    });

    it.each([
      ['an obligation that nobody knows', 'obligation', 'policy:obligation.unknown'],
      ['an outcome that is none', 'outcome', 'policy:verdict.malformed'],
      ['obligations that are no list', 'list', 'policy:verdict.malformed'],
    ])('reports %s as an error', (_what, kind, code) => {
      expect(traps.evaluate(given({ kinds: [kind] })).errors.map((error) => error.code)).toEqual([code]);
    });

    it.each([[false], [0], [''], [null], ['text'], [[]]])('evaluates the input %j like any other', (input) => {
      const { errors, permits } = traps.evaluate(input as unknown as PolicyInput);
      expect([errors, permits.map(({ reason }) => reason.rule)]).toEqual([
        [],
        input === false ? ['false_input', 'undefined'] : ['undefined'],
      ]);
    });

    it('does not throw where the input is no JSON, or what it reads of it is none', () => {
      const loop: Record<string, unknown> = {};
      loop['self'] = loop;
      for (const input of [undefined, () => 1, { whole: loop }, { whole: 1n }]) {
        expect(traps.evaluate(input as unknown as PolicyInput).errors.map(({ code }) => code)).toEqual([
          'policy:evaluation.failed',
        ]);
      }
    });

    it.each([
      ['no verdict at all', 'verdict := 1 if input.never', 'policy:evaluation.undefined'],
      ['a verdict that is a number', 'verdict := 7', 'policy:evaluation.wrong_type'],
      ['a verdict without its members', 'verdict := {"permit": {}, "cap": {}}', 'policy:evaluation.wrong_type'],
      [
        'a kind that is no set',
        'verdict := {"permit": {"a": 1}, "cap": {}, "deny": {}}',
        'policy:evaluation.wrong_type',
      ],
      [
        'a member that is no object',
        'verdict := {"permit": {"a": {1}}, "cap": {}, "deny": {}}',
        'policy:evaluation.wrong_type',
      ],
      ['two verdicts', 'verdict := {"permit": {}}\n\nverdict := {"cap": {}} if input', 'policy:evaluation.conflict'],
    ])('denies by a code of its own for %s', async (_what, source, code) => {
      const modules = [{ file: 'main.rego', source: `package main\n\n${source}\n` }];
      const result = await compiler.compile(modules, { entrypoints: ['main/verdict'] });
      if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
      const verdict = make(result.compiled, [], { verdict: 'main/verdict', policies: [] }).evaluate(given({}));
      expect(verdict.errors.map((error) => error.code)).toEqual([code]);
      expect([verdict.permits, verdict.caps, verdict.denies]).toEqual([[], [], []]);
    });

    it('tells undefined from false and null', () => {
      const rulesOf = (missing: unknown) => traps.evaluate(given({ missing })).permits.map(({ reason }) => reason.rule);
      expect([rulesOf(undefined), rulesOf(null), rulesOf(false)]).toEqual([['undefined'], [], ['undefined']]);
    });

    it('sees only members that the input has itself', () => {
      expect(traps.evaluate(given({ kinds: ['fine'] })).denies).toEqual([]);
      const own = JSON.parse('{"constructor": 1, "__proto__": {"polluted": true}}') as object;
      expect(traps.evaluate(given(own)).denies.map(({ reason }) => reason.rule)).toEqual(['constructor', 'proto']);
    });

    it('evaluates an input of a megabyte', () => {
      const many = Array.from(
        { length: 20_000 },
        (_, index) => `a rather long text that stands in the list as number ${index}`,
      );
      expect(sets.evaluate(given({ many })).denies).toHaveLength(many.length);
      expect(sets.evaluate(given({ kinds: ['one'] })).permits).toHaveLength(1);
    });

    it('has a read set whose part of an input gives the same verdict', () => {
      expect(sets.readSet).toEqual([['kinds'], ['many', '*']]);
      const input = given({ kinds: ['one', 'two'], many: ['x', 'y'], other: 'not read' });
      expect(trimInput(input, sets.readSet)).toEqual({ kinds: ['one', 'two'], many: ['x', 'y'] });
      expect(sets.evaluate(trimInput(input, sets.readSet) as PolicyInput)).toEqual(sets.evaluate(input));
    });
  });
}

/** The cases' policies read an input of their own, which is smaller than the product's. */
function given(input: object): PolicyInput {
  return input as PolicyInput;
}

const METADATA = (title: string) => `
# METADATA
# title: ${title}
# custom:
#   clauses: [X-1]
`;

const SETS = `${METADATA('One')}permit contains {"rule": "one", "outcome": "raw", "obligations": [{"type": "audit"}]} if "one" in input.kinds
${METADATA('Two')}permit contains {"rule": "two", "outcome": "reduced"} if "two" in input.kinds
${METADATA('Many')}deny contains {"rule": "many", "message": item} if some item in input.many
`;

const OTHER = `${METADATA('Other')}permit contains {"rule": "other", "outcome": "aggregate"} if "other" in input.kinds
`;

const TRAPS = `${METADATA('Fine')}permit contains {"rule": "fine", "outcome": "raw"} if "fine" in input.kinds
${METADATA('Conflict')}permit contains {"rule": "conflict", "outcome": _outcome} if "conflict" in input.kinds

_outcome := "raw" if "conflict" in input.kinds

_outcome := "reduced" if "conflict" in input.kinds
${METADATA('Obligation')}permit contains {"rule": "obligation", "outcome": "raw", "obligations": [{"type": "sing"}]} if "obligation" in input.kinds
${METADATA('Outcome')}permit contains {"rule": "outcome", "outcome": "perhaps"} if "outcome" in input.kinds
${METADATA('List')}permit contains {"rule": "list", "outcome": "raw", "obligations": "none"} if "list" in input.kinds
${METADATA('False')}permit contains {"rule": "false_input", "outcome": "raw"} if input == false
${METADATA('Undefined')}permit contains {"rule": "undefined", "outcome": "raw"} if {
	not input.missing
	not input.kinds
}
${METADATA('Constructor')}deny contains {"rule": "constructor"} if input.constructor
${METADATA('Whole')}deny contains {"rule": "whole"} if json.marshal(input.whole) == "1"
${METADATA('Proto')}deny contains {"rule": "proto"} if input["__proto__"].polluted
`;
