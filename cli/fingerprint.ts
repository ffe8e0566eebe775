import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A text that differs when any file at or under some paths was written, replaced, added or taken away: names, sizes and times
 * of writing. `leftOut` are folders that do not count.
 */
export function fingerprint(paths: readonly string[], leftOut: readonly string[] = []): string {
  return paths
    .flatMap((path) => filesAt(path, leftOut))
    .map((file) => told(file, statSync(file, { throwIfNoEntry: false })))
    .join('\n');
}

function filesAt(path: string, leftOut: readonly string[]): readonly string[] {
  if (leftOut.includes(path)) return [];
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesAt(join(path, name), leftOut));
}

function told(file: string, stats: Stats | undefined): string {
  return stats ? `${file} ${stats.ino} ${stats.size} ${stats.mtimeMs}` : `${file} is gone`;
}
