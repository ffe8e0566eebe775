import type { RegoModule } from './Compiled.ts';
import { type Interval, intervalsOf, LAST_ENTRYPOINT } from './intervals.ts';
import { packageOf } from './packageOf.ts';
import { datesOfModules } from './policyDates.ts';
import { RULE_KINDS, type RuleKind } from './RuleSource.ts';
import { ruleHeads } from './ruleHeads.ts';

/**
 * Writes the module that names every policy, so that nobody has to register one: what `main` asks when every date has come,
 * and a verdict for each interval between dates before.
 *
 * It is written rather than expressed in Rego: `data[area][name].permit` would contain `main` itself, which OPA refuses as
 * recursion, and `data.sharing[name].permit` makes the planner evaluate all helper rules of all packages too, so that the
 * read set grows with every helper. Named references keep the plan and the read set exact.
 */
export function compositionModule(modules: readonly RegoModule[]): RegoModule {
  const members = RULE_KINDS.map((kind) => [kind, policiesWith(kind, modules)] as const);
  const bodies = (inForce: readonly string[], indent: string) =>
    members.map(([kind, policies]) => {
      const lines = policies
        .filter((policy) => inForce.includes(policy))
        .map((policy) => `${indent}\t"${policy}": data.${policy}.${kind},\n`);
      return [kind, `{\n${lines.join('')}${indent}}`] as const;
    });
  const rules = policyIntervals(modules).flatMap(({ entrypoint, policies }) => {
    if (entrypoint === LAST_ENTRYPOINT) return bodies(policies, '').map(([kind, body]) => `${kind} := ${body}\n`);
    const lines = bodies(policies, '\t').map(([kind, body]) => `\t"${kind}": ${body},\n`);
    return [`${nameOf(entrypoint)} := {\n${lines.join('')}}\n`];
  });
  const single = [...policyEntrypoints(modules)].map(([policy, entrypoint]) => {
    const lines = members.map(([kind, policies]) => {
      return `\t"${kind}": {${policies.includes(policy) ? `"${policy}": data.${policy}.${kind}` : ''}},\n`;
    });
    return `${nameOf(entrypoint)} := {\n${lines.join('')}}\n`;
  });
  return { file: 'generated:composition.rego', source: `package composition\n\n${[...rules, ...single].join('\n')}` };
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
