import type { RegoModule } from './Compiled.ts';
import { packageOf } from './packageOf.ts';
import { ruleHeads } from './ruleHeads.ts';

/** What a draft does to the active policies. */
export type Changes = {
  /** Packages whose active files the draft replaces. */
  readonly replaced: readonly {
    readonly package: string;
    readonly files: readonly string[];
    readonly by: readonly string[];
  }[];
  /** Packages that the draft brings. */
  readonly added: readonly { readonly package: string; readonly files: readonly string[] }[];
  /** Rules of replaced packages that the draft no longer has. */
  readonly removed: readonly { readonly package: string; readonly rule: string }[];
};

/** Puts a draft in the place of the active files of the same packages, and tells what that changes. */
export function composeDraft(
  active: readonly RegoModule[],
  draft: readonly RegoModule[],
): { readonly modules: readonly RegoModule[]; readonly changes: Changes } {
  const before = Map.groupBy(active, ({ source }) => packageOf(source));
  const drafted = Map.groupBy(draft, ({ source }) => packageOf(source));
  const modules = [...active.filter(({ source }) => !drafted.has(packageOf(source))), ...draft];
  const names = [...drafted.keys()].sort();
  const replaced = names.filter((name) => before.has(name));
  return {
    modules: modules.sort((a, b) => (a.file < b.file ? -1 : 1)),
    changes: {
      replaced: replaced.map((name) => ({ package: name, files: files(before, name), by: files(drafted, name) })),
      added: names.filter((name) => !before.has(name)).map((name) => ({ package: name, files: files(drafted, name) })),
      removed: replaced.flatMap((name) => {
        const kept = ids(drafted, name);
        return [...ids(before, name)].filter((rule) => !kept.has(rule)).map((rule) => ({ package: name, rule }));
      }),
    },
  };
}

type ByPackage = ReadonlyMap<string, readonly RegoModule[]>;

function files(modules: ByPackage, name: string): readonly string[] {
  return (modules.get(name) ?? []).map(({ file }) => file);
}

function ids(modules: ByPackage, name: string): ReadonlySet<string> {
  return new Set((modules.get(name) ?? []).flatMap(({ source }) => ruleHeads(source).flatMap(({ id }) => id ?? [])));
}
