import type { RegoModule } from './Compiled.ts';
import { type Interval, intervalsOf, LAST_ENTRYPOINT } from './intervals.ts';
import { packageOf } from './packageOf.ts';
import { datesOfModules } from './policyDates.ts';
import { RULE_KINDS, type RuleKind, WAIVABLE_KINDS } from './RuleSource.ts';
import { ruleHeads } from './ruleHeads.ts';
import { ruleName, type WaivableRule, waivableRules } from './waivableRules.ts';

/**
 * Writes the module that names every policy, so that nobody has to register one: what `main` asks when every date has come,
 * and a verdict for each interval between dates before.
 *
 * It is written rather than expressed in Rego: `data[area][name].permit` would contain `main` itself, which OPA refuses as
 * recursion, and `data.sharing[name].permit` makes the planner evaluate all helper rules of all packages too, so that the
 * read set grows with every helper. Named references keep the plan and the read set exact.
 */
export function compositionModule(modules: readonly RegoModule[]): RegoModule {
  const waivable = waivableRules(modules);
  const members = membersOf(modules, waivable);
  const rules = policyIntervals(modules).flatMap(({ entrypoint, policies }) => {
    const bodies = [...members].map(([name, references]) => [name, objectOf(references, policies)] as const);
    if (entrypoint === LAST_ENTRYPOINT) return bodies.map(([name, body]) => `${name} := ${body}\n`);
    return [`${nameOf(entrypoint)} := {\n${bodies.map(([name, body]) => `\t"${name}": ${body},\n`).join('')}}\n`];
  });
  const single = [...policyEntrypoints(modules)].map(([policy, entrypoint]) => {
    const lines = [...members].map(([name, references]) => `\t"${name}": ${objectOf(references, [policy])},\n`);
    return `${nameOf(entrypoint)} := {\n${lines.join('')}}\n`;
  });
  const source = ['package composition\n', ...rules, ...single, ...waiverRules(waivable)].join('\n');
  return { file: 'generated:composition.rego', source };
}

/** What of a verdict each policy says, by the name of the member: rules of each kind that act, and those that are waived. */
function membersOf(
  modules: readonly RegoModule[],
  waivable: readonly WaivableRule[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const kept = (kind: RuleKind, policy: string) => waivable.some((one) => one.kind === kind && one.policy === policy);
  const acting = RULE_KINDS.map((kind) => {
    const references = policiesWith(kind, modules).map((policy): [string, string] => {
      return [policy, kept(kind, policy) ? setName('acting', kind, policy) : `data.${policy}.${kind}`];
    });
    return [kind, new Map(references)] as const;
  });
  const waived = WAIVABLE_KINDS.map((kind) => {
    const policies = policiesWith(kind, modules).filter((policy) => kept(kind, policy));
    return [`waived_${kind}`, new Map(policies.map((policy) => [policy, setName('waived', kind, policy)]))] as const;
  });
  return new Map<string, ReadonlyMap<string, string>>([...acting, ...waived]);
}

function objectOf(references: ReadonlyMap<string, string>, wanted: readonly string[]): string {
  const lines = [...references].filter(([policy]) => wanted.includes(policy));
  return `{${lines.map(([policy, reference]) => `\n\t"${policy}": ${reference},`).join('')}\n}`;
}

/** The sets that sort what the rules of a policy say by whether a waiver covers the home. */
function waiverRules(waivable: readonly WaivableRule[]): readonly string[] {
  const sets = new Map(waivable.map(({ kind, policy }) => [`${kind} ${policy}`, { kind, policy }]));
  return [
    ...waivable.map(
      (one) =>
        `_is_waived_${one.kind}("${one.policy}", "${one.rule}") if "${ruleName(one)}" in input.resource.home.waivers\n`,
    ),
    ...[...sets.values()].flatMap(({ kind, policy }) =>
      (['acting', 'waived'] as const).map((sort) => {
        const condition = `${sort === 'acting' ? 'not ' : ''}_is_waived_${kind}("${policy}", one.rule)`;
        return `${setName(sort, kind, policy)} contains one if {\n\tsome one in data.${policy}.${kind}\n\t${condition}\n}\n`;
      }),
    ),
  ];
}

function setName(sort: 'acting' | 'waived', kind: RuleKind, policy: string): string {
  return `_${sort}_${kind}__${policy.replaceAll('.', '__')}`;
}

/** The intervals between the dates of policies, by their text. */
export function policyIntervals(modules: readonly RegoModule[]): readonly Interval[] {
  return intervalsOf([...policyEntrypoints(modules).keys()], datesOfModules(modules));
}

/** The entry point of each policy by itself, whose value has the shape of the whole verdict; sorted by policy. */
export function policyEntrypoints(modules: readonly RegoModule[]): ReadonlyMap<string, string> {
  const policies = new Set(RULE_KINDS.flatMap((kind) => policiesWith(kind, modules)));
  return new Map([...policies].sort().map((policy) => [policy, `composition/only_${policy.replaceAll('.', '__')}`]));
}

function nameOf(entrypoint: string): string {
  return entrypoint.replace('composition/', '');
}

function policiesWith(kind: RuleKind, modules: readonly RegoModule[]): readonly string[] {
  const found = modules.filter(({ source }) => ruleHeads(source).some((head) => head.kind === kind));
  return [...new Set(found.map(({ source }) => packageOf(source)))].sort();
}
