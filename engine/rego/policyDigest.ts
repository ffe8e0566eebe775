import { createHash } from 'node:crypto';
import type { RegoModule } from './Compiled.ts';
import { packageOf } from './packageOf.ts';

/**
 * The digest of a policy: of its files and of all those that it may use, by name and text. Two policies with one digest
 * say the same of every input, and name the same places for it.
 */
export function policyDigest(policy: string, modules: readonly RegoModule[]): string {
  const byPackage = Map.groupBy(modules, ({ source }) => packageOf(source));
  const files = [...usedPackages(policy, modules)].sort().flatMap((name) => byPackage.get(name) ?? []);
  return createHash('sha256')
    .update(JSON.stringify([policy, files.map(({ file, source }) => [file, source]).sort()]))
    .digest('hex');
}

/** A package and all those that it may use, directly or through others. */
export function usedPackages(name: string, modules: readonly RegoModule[]): ReadonlySet<string> {
  const byPackage = Map.groupBy(modules, ({ source }) => packageOf(source));
  const used = new Set([name]);
  for (const one of used) {
    for (const { source } of byPackage.get(one) ?? []) {
      for (const other of byPackage.keys()) if (mentions(source, other)) used.add(other);
    }
  }
  return used;
}

/** Whether a text names a package or something above it: `data.sharing[name]` may mean any policy of the folder. */
function mentions(source: string, name: string): boolean {
  const code = source.replaceAll(/^\s*#.*$/gm, '');
  return [...code.matchAll(/\bdata((?:\.\w+)*)/g)].some(([, path]) => {
    const named = (path ?? '').slice(1);
    return named === '' || `${named}.`.startsWith(`${name}.`) || `${name}.`.startsWith(`${named}.`);
  });
}
