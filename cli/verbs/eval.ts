import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../engine/clauses/nearest.ts';
import { decideInput } from '../../engine/decideInput.ts';
import { nextBetter } from '../../engine/explanation/nextBetter.ts';
import type { PolicyInput } from '../../engine/facts/PolicyInput.ts';
import { composeDraft } from '../../engine/rego/composeDraft.ts';
import { type EvaluatedRule, evaluateRules } from '../../engine/rego/evaluateRules.ts';
import { loadValidPolicies, type PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import { usedPackages } from '../../engine/rego/policyDigest.ts';
import { findDraft, findPolicies, readInputSchema } from '../../engine/rego/policyFiles.ts';
import { RegoCompiler } from '../../engine/rego/RegoCompiler.ts';
import type { RuleKind } from '../../engine/rego/RuleSource.ts';
import type { Denial, Grant, Verdict } from '../../engine/rego/Verdict.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { type Evaluated, evaluatedText, type HeldRule, type RuleState } from '../evaluatedText.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { inRepository, isWithin, repositoryRoot } from '../repositoryRoot.ts';
import { startOf } from '../startOf.ts';
import { tryInput } from '../tryInput.ts';
import type { Verb } from '../Verb.ts';

type Options = {
  readonly input?: string;
  readonly case?: string;
  readonly set: readonly string[];
  readonly draft?: string;
  readonly at?: string;
  readonly json?: true;
};

const policies = join(repositoryRoot, 'policies');

/** `twinward eval`: what the policies decide about an input, and what each rule of a policy makes of it. */
export const verb: Verb = {
  examples: [
    'twinward eval --set resource.label.grade=core                        the default input with a change',
    'twinward eval sharing.grades --set purpose=care                      each rule of a policy, and the words it uses',
    'twinward eval sharing.grades --case policies/sharing/grades/cases.yaml:1   the case that begins there',
    'twinward eval --input request.yaml --draft heat_wave                 a file, under a draft',
    'echo \'{"purpose": "care"}\' | twinward eval --input - --json          for other programs',
  ],
  configure(command) {
    command
      .argument('[policy]', 'a package, as sharing.grades, or a policy by its path: tells what each of its rules says')
      .option('--input <file>', 'YAML or JSON that is merged over policies/default_input.yaml; - for standard input')
      .option('--case <file:line>', 'the input of a case, as a failing test names it')
      .option('--set <path=value>', 'change one member; may be given again', collect, [])
      .option('--draft <draft>', 'put a draft, by name or path, in the place of the active policies of its packages')
      .option('--at <date>', 'decide by what is in force then')
      .option('--json', 'print JSON');
  },
  async run(command) {
    const { draft: named, at, json, ...given } = command.opts<Options>();
    const [wanted] = command.args;
    // A path among drafts means the draft.
    const asDraft = wanted !== undefined && existsSync(wanted) && isWithin(inRepository(wanted), 'policies/drafts');
    const draft = named !== undefined ? findNamed(named, DRAFTS, true) : asDraft ? wanted : undefined;
    const input = await tryInput(policies, given);
    // Without a policy there is nothing to compile that the data folder may not hold already.
    const compiler = wanted === undefined ? undefined : new RegoCompiler();
    try {
      const bundle = await loadValidPolicies(policies, {
        ...(compiler && { compiler }),
        ...(draft === undefined ? { cache: join(dataFolder(), 'cache') } : { draft }),
      });
      const inForce = bundle.at(at === undefined ? startOf(bundle) : instantOf(at));
      const decided = decideInput(input, inForce);
      const evaluated: Evaluated = {
        input,
        ...decided,
        held: heldRules(inForce.evaluator.evaluate(input)),
        rules: compiler ? await ruleStates(findPackages(wanted!, bundle), { bundle, input, draft, compiler }) : [],
        nextBetter: nextBetter({ input, outcome: decided.outcome }, inForce.evaluator),
      };
      if (json) printJson(evaluated);
      else print(evaluatedText(evaluated));
      return decided.errors.length > 0 ? 1 : 0;
    } finally {
      await compiler?.close();
    }
  },
};

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

/** The packages that an argument means: one by its name, or those at a path. Only such as have rules that decide. */
function findPackages(wanted: string, { rules }: PolicyBundle): readonly string[] {
  const known = [...new Set(rules.map(({ policy }) => policy))];
  if (known.includes(wanted)) return [wanted];
  if (existsSync(wanted)) {
    const path = inRepository(wanted);
    const found = known.filter((policy) => rules.some((rule) => rule.policy === policy && isWithin(rule.file, path)));
    if (found.length > 0) return found;
  }
  const [guess] = nearest(wanted, known, 1);
  throw new CodedError('command:usage', `\`${wanted}\` is no policy`, {
    hint:
      guess === undefined ? `there are ${known.map((each) => `\`${each}\``).join(', ')}` : `did you mean \`${guess}\`?`,
  });
}

function heldRules({ permits, caps, denies, waived }: Verdict): readonly HeldRule[] {
  const held = (kind: RuleKind, rules: readonly (Denial | Grant)[], isWaived = false) =>
    rules.map((one): HeldRule => {
      const { policy, rule, file, line } = one.reason;
      return { kind, policy, rule, file, line, waived: isWaived, ...('outcome' in one && { outcome: one.outcome }) };
    });
  return [
    ...held('deny', denies),
    ...held('deny', waived?.denies ?? [], true),
    ...held('permit', permits),
    ...held('cap', caps),
    ...held('cap', waived?.caps ?? [], true),
  ];
}

type StateOptions = {
  readonly bundle: PolicyBundle;
  readonly input: PolicyInput;
  readonly draft: string | undefined;
  readonly compiler: RegoCompiler;
};

/** What every rule of these policies says, and what the words that they use evaluate to. */
async function ruleStates(
  packages: readonly string[],
  { bundle, input, draft, compiler }: StateOptions,
): Promise<readonly RuleState[]> {
  const { modules } = composeDraft(findPolicies(policies), draft === undefined ? [] : findDraft(policies, draft));
  const used = new Set(packages.flatMap((each) => [...usedPackages(each, modules)]));
  const values = await evaluateRules(modules, {
    compiler,
    input,
    packages: used,
    inputSchema: readInputSchema(policies),
  });
  const [own, words] = [
    values.filter((one) => packages.includes(one.package)),
    values.filter((one) => !packages.includes(one.package)),
  ];
  return [...own, ...words].flatMap((one) => statesOf(one, bundle));
}

function statesOf(one: EvaluatedRule, { rules }: PolicyBundle): readonly RuleState[] {
  const { package: of, rule, file, line, definitions } = one;
  if (one.error !== undefined) return [{ package: of, rule, file, line, error: one.error.message }];
  const ids = rules.filter(({ policy, kind }) => policy === of && kind === rule);
  if (ids.length === 0) {
    const stopsAt = definitions.flatMap((each) => each.stopsAt ?? []);
    return [
      {
        package: of,
        rule,
        file,
        line,
        ...(one.value === undefined ? { undefined: true, stopsAt } : { value: one.value }),
      },
    ];
  }
  return ids.map((id): RuleState => {
    const { holds = false, stopsAt = null } = definitions.find((each) => each.id === id.rule) ?? {};
    return { package: of, rule: id.rule, kind: id.kind, file: id.file, line: id.line, holds, stopsAt };
  });
}
