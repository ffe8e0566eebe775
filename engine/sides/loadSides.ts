import { isDeepStrictEqual } from 'node:util';
import { CodedError } from '../../twin/CodedError.ts';
import type { Problem } from '../rego/Compiled.ts';
import { compareModules } from '../rego/composeDraft.ts';
import { loadModules, type PolicyBundle } from '../rego/loadPolicies.ts';
import type { Scenario } from '../simulate/Scenario.ts';
import { choosePolicies } from './choosePolicies.ts';
import type { PolicySet } from './PolicySet.ts';
import type { SidePorts } from './SidePorts.ts';

/** The policies that a scenario compares; `changes` of the proposed ones says how they differ from the baseline. */
export type Sides = { readonly baseline: PolicyBundle; readonly proposed: PolicyBundle };

/**
 * Loads what a scenario compares. Rejects as `chooseSides` does, and with `policy:draft.invalid` and all problems of policies
 * that do not compile.
 */
export async function loadSides(
  scenario: Pick<Scenario, 'baseline' | 'draft' | 'proposed'>,
  ports: SidePorts,
): Promise<Sides> {
  const { baseline, proposed, what } = await chooseSides(scenario, ports);
  const same = isDeepStrictEqual(proposed.modules, baseline.modules);
  const loading = loadSide(baseline, baseline, 'the baseline', ports);
  const [before, after] = await Promise.all([loading, same ? loading : loadSide(proposed, baseline, what, ports)]);
  return { baseline: before, proposed: after };
}

/** The policies of both sides as text, and what is proposed in words. */
export type ChosenSides = { readonly baseline: PolicySet; readonly proposed: PolicySet; readonly what: string };

/**
 * Finds what a scenario compares. Rejects as `choosePolicies` does, and with `scenario:proposed.missing` where it names
 * nothing to compare with.
 */
export async function chooseSides(
  scenario: Pick<Scenario, 'baseline' | 'draft' | 'proposed'>,
  ports: SidePorts,
): Promise<ChosenSides> {
  const { baseline: from = 'active', draft, proposed: to = draft && { draft } } = scenario;
  if (to === undefined) {
    throw new CodedError(
      'scenario:proposed.missing',
      'nothing is proposed: the scenario names no policies to compare',
      {
        hint: 'name a draft, or say `proposed` in the scenario',
      },
    );
  }
  // A draft as baseline lies over the active policies, and what is proposed over the baseline.
  const active = (): Promise<PolicySet> => choosePolicies('active', active, ports, '');
  const baseline = await choosePolicies(from, active, ports, '/baseline');
  const proposed = await choosePolicies(to, async () => baseline, ports, '/proposed');
  return { baseline, proposed, what: nameOf(to) };
}

function nameOf(choice: NonNullable<Scenario['proposed']>): string {
  if (typeof choice === 'string') return `\`${choice}\``;
  if ('draft' in choice) return `the draft \`${choice.draft}\``;
  return 'bundle' in choice ? `the bundle \`${choice.bundle}\`` : 'what is proposed';
}

/** Compiles one side. Rejects with `policy:draft.invalid` and all problems. */
export async function loadSide(
  set: PolicySet,
  baseline: PolicySet,
  what: string,
  ports: SidePorts,
): Promise<PolicyBundle> {
  const changes = compareModules(baseline.modules, set.modules);
  const { compiler, cache, cacheKey } = ports;
  const kept = { ...(cache !== undefined && { cache }), ...(cacheKey && { cacheKey }) };
  const loaded = await loadModules(
    { ...set, changes },
    // Drafts change with every save, and each would stay in the cache.
    { ...(compiler && { compiler }), ...((!set.isDraft || isDeepStrictEqual(set, baseline)) && kept) },
  );
  if (loaded.kind === 'loaded') return loaded.bundle;
  throw refusedPolicies(what, loaded.problems);
}

/** Policies that do not compile, with every problem. */
export function refusedPolicies(what: string, problems: readonly Problem[]): CodedError {
  return new CodedError('policy:draft.invalid', `${what} has ${problems.length} problem(s)`, {
    hint: problems.map(told).join('\n'),
  });
}

/** `file:row:column: message`, with its hint below. */
function told({ file, row, col, message, hint }: Problem): string {
  const where = [file, row, col].filter(Boolean).join(':');
  return `${where === '' ? '' : `${where}: `}${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`;
}
