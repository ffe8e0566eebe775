import { CodedError } from '../../twin/CodedError.ts';
import { nearest } from '../clauses/nearest.ts';
import type { RegoModule } from '../rego/Compiled.ts';
import { composeDraft } from '../rego/composeDraft.ts';
import { packageOf } from '../rego/packageOf.ts';
import { findDraft } from '../rego/policyFiles.ts';
import type { PolicyChoice } from '../simulate/Scenario.ts';
import { type PolicySet, policiesIn, policiesOf } from './PolicySet.ts';
import type { SidePorts } from './SidePorts.ts';

/** The file of a bundle, the number of a record, or an id. */
const BUNDLE = /\.twb$|^\d+$|^[0-9a-f]{8,64}$/;

/**
 * The policies that a scenario names, as text. What is laid over others without saying which lies over `under`.
 *
 * Rejects with what the ports reject with, and `scenario:policies.not_found` for a policy to replace or remove that is not
 * there.
 *
 * @param path where the choice stands in the scenario
 */
export async function choosePolicies(
  choice: PolicyChoice,
  under: () => Promise<PolicySet>,
  ports: SidePorts,
  path: string,
): Promise<PolicySet> {
  if (typeof choice === 'string') return chooseNamed(choice, under, ports);
  if ('bundle' in choice) return policiesOf(await ports.findBundle(choice.bundle));
  const base = await (choice.base === undefined ? under() : choosePolicies(choice.base, under, ports, `${path}/base`));
  if ('draft' in choice) return overlay(base, choice.draft, ports);
  const { replace = {}, remove = [] } = choice;
  const removed = removeFrom(base.modules, remove, `${path}/remove`);
  return { ...base, isDraft: true, modules: await replaceIn(removed, replace, ports, `${path}/replace`) };
}

async function chooseNamed(name: string, under: () => Promise<PolicySet>, ports: SidePorts): Promise<PolicySet> {
  if (name === 'built_in') return policiesIn(ports.policies);
  if (name === 'active') {
    const bundle = await ports.activeBundle();
    return bundle ? policiesOf(bundle) : policiesIn(ports.policies);
  }
  if (BUNDLE.test(name)) return policiesOf(await ports.findBundle(name));
  return overlay(await under(), name, ports);
}

function overlay(base: PolicySet, draft: string, ports: SidePorts): PolicySet {
  const { modules } = composeDraft(base.modules, findDraft(ports.policies, ports.findDraft(draft)));
  return { ...base, isDraft: true, modules };
}

function removeFrom(modules: readonly RegoModule[], remove: readonly string[], path: string): readonly RegoModule[] {
  for (const [index, name] of remove.entries()) {
    if (!modules.some((module) => isCalled(module, name))) throw notThere(modules, name, `${path}/${index}`);
  }
  return modules.filter((module) => !remove.some((name) => isCalled(module, name)));
}

async function replaceIn(
  modules: readonly RegoModule[],
  replace: Readonly<Record<string, string>>,
  { readText }: SidePorts,
  path: string,
): Promise<readonly RegoModule[]> {
  let replaced = modules;
  for (const [file, by] of Object.entries(replace)) {
    if (!modules.some((module) => module.file === file)) throw notThere(modules, file, path);
    const source = await readText(by);
    replaced = replaced.map((module) => (module.file === file ? { file, source } : module));
  }
  return replaced;
}

function isCalled({ file, source }: RegoModule, name: string): boolean {
  return file === name || packageOf(source) === name;
}

function notThere(modules: readonly RegoModule[], name: string, path: string): CodedError {
  const known = modules.flatMap(({ file, source }) => [file, packageOf(source)]);
  const [guess] = nearest(name, known, 1);
  return new CodedError('scenario:policies.not_found', `there is no policy \`${name}\` to replace or remove`, {
    place: { path },
    hint:
      guess === undefined
        ? 'a policy is called by its path, such as `policies/sharing/care/care.rego`, or by its package, such as `sharing.care`'
        : `did you mean \`${guess}\`?`,
  });
}
