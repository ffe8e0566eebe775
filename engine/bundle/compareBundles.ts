import { PRECEDENCE_FILE } from '../commands/loadPrecedence.ts';
import { packageOf } from '../rego/packageOf.ts';
import type { Rule } from '../rules/Rule.ts';
import type { BundleFile } from './BundleFile.ts';

/** Names of what one bundle has and the other has not, or has otherwise. */
export type Difference = {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
};

/** What the step from one bundle to another changes: policies by package, rules by id, lifecycles by name. */
export type BundleChanges = {
  readonly policies: Difference;
  readonly rules: Difference;
  readonly lifecycles: Difference;
  /** The states of the later one's lifecycles that are others. */
  readonly states: Readonly<Record<string, readonly string[]>>;
  readonly inputSchema: { readonly from: number | null; readonly to: number };
};

/** Compares what two bundles decide by; cases and tests decide nothing and are left out. */
export function compareBundles(before: BundleFile | null, after: BundleFile): BundleChanges {
  const lifecycles = difference(before, after, lifecycleTextsOf);
  return {
    policies: difference(before, after, policyTexts),
    rules: difference(before, after, ruleTexts),
    lifecycles,
    states: statesOf(after, [...lifecycles.added, ...lifecycles.changed]),
    inputSchema: { from: before?.manifest.inputSchema ?? null, to: after.manifest.inputSchema },
  };
}

type Texts = ReadonlyMap<string, string>;

function difference(before: BundleFile | null, after: BundleFile, textsOf: (bundle: BundleFile) => Texts): Difference {
  const [old, fresh] = [before ? textsOf(before) : new Map<string, string>(), textsOf(after)];
  const names = [...fresh.keys()].sort();
  return {
    added: names.filter((name) => !old.has(name)),
    changed: names.filter((name) => old.has(name) && old.get(name) !== fresh.get(name)),
    removed: [...old.keys()].filter((name) => !fresh.has(name)).sort(),
  };
}

function policyTexts({ files }: BundleFile): Texts {
  const sources = Object.entries(files)
    .filter(([path]) => path.endsWith('.rego') && !path.endsWith('_test.rego'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const byPackage = Map.groupBy(sources, ([, source]) => packageOf(source));
  return new Map([...byPackage].map(([name, parts]) => [name, JSON.stringify(parts)]));
}

function ruleTexts({ files }: BundleFile): Texts {
  const rules = Object.entries(files).filter(([path]) => path.startsWith('rules/') && path.endsWith('.json'));
  const precedence = files[PRECEDENCE_FILE];
  return new Map([
    ...rules.map(([, text]) => [(JSON.parse(text) as Rule).id, text] as const),
    ...(precedence === undefined ? [] : [['precedence', precedence] as const]),
  ]);
}

function statesOf(bundle: BundleFile, names: readonly string[]): BundleChanges['states'] {
  const texts = lifecycleTextsOf(bundle);
  return Object.fromEntries(
    names.map((name) => {
      const { states = {} } = JSON.parse(texts.get(name)!) as { readonly states?: object };
      return [name, Object.keys(states)];
    }),
  );
}

function lifecycleTextsOf({ files }: BundleFile): Texts {
  const definitions = Object.entries(files).filter(([path]) => path.startsWith('lifecycles/'));
  return new Map(definitions.map(([path, text]) => [path.slice('lifecycles/'.length, -'.json'.length), text]));
}
