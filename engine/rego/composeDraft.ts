import type { RegoModule } from './Compiled.ts';
import { packageOf } from './packageOf.ts';
import { ruleHeads } from './ruleHeads.ts';

/** What one set of policies has otherwise than another, such as a draft than the active ones. */
export type Changes = {
  /** Packages whose files are others. */
  readonly replaced: readonly {
    readonly package: string;
    readonly files: readonly string[];
    readonly by: readonly string[];
  }[];
  /** Packages that came. */
  readonly added: readonly { readonly package: string; readonly files: readonly string[] }[];
  /** Rules that are there no longer, of packages that are others or went. */
  readonly removed: readonly { readonly package: string; readonly rule: string }[];
};

/** Puts a draft in the place of the active files of the same packages, and tells what that changes. */
export function composeDraft(
  active: readonly RegoModule[],
  draft: readonly RegoModule[],
): { readonly modules: readonly RegoModule[]; readonly changes: Changes } {
  const drafted = new Set(draft.map(({ source }) => packageOf(source)));
  const kept = active.filter(({ source }) => !drafted.has(packageOf(source)));
  const modules = [...kept, ...draft].sort((a, b) => (a.file < b.file ? -1 : 1));
  return { modules, changes: compareModules(active, modules) };
}

/** What differs between two sets of policies: packages whose text is another, that came and that went. */
export function compareModules(before: readonly RegoModule[], after: readonly RegoModule[]): Changes {
  const [old, fresh] = [byPackage(before), byPackage(after)];
  const changed = [...fresh.keys()].filter((name) => textOf(fresh, name) !== textOf(old, name)).sort();
  const replaced = changed.filter((name) => old.has(name));
  const gone = [...old.keys()].filter((name) => !fresh.has(name));
  return {
    replaced: replaced.map((name) => ({ package: name, files: files(old, name), by: files(fresh, name) })),
    added: changed.filter((name) => !old.has(name)).map((name) => ({ package: name, files: files(fresh, name) })),
    removed: [...replaced, ...gone].sort().flatMap((name) => {
      const kept = ids(fresh, name);
      return [...ids(old, name)].filter((rule) => !kept.has(rule)).map((rule) => ({ package: name, rule }));
    }),
  };
}

type ByPackage = ReadonlyMap<string, readonly RegoModule[]>;

function byPackage(modules: readonly RegoModule[]): ByPackage {
  return Map.groupBy(modules, ({ source }) => packageOf(source));
}

function textOf(modules: ByPackage, name: string): string | undefined {
  return modules
    .get(name)
    ?.map(({ source }) => source)
    .sort()
    .join('\n');
}

function files(modules: ByPackage, name: string): readonly string[] {
  return (modules.get(name) ?? []).map(({ file }) => file);
}

function ids(modules: ByPackage, name: string): ReadonlySet<string> {
  return new Set((modules.get(name) ?? []).flatMap(({ source }) => ruleHeads(source).flatMap(({ id }) => id ?? [])));
}
