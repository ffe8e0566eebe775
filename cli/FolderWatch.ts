import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A save is several events, and an editor may write a file in pieces: it is over when nothing has happened for this long. */
const QUIET_MS = 40;
/** Where something is written all the time, it is looked at this often nevertheless. */
const PATIENCE_MS = 500;

type Watched = { readonly watcher: FSWatcher; readonly inode: number | undefined };

/**
 * Watches files and whole folders for changes, with one watcher for each folder: those that come later are found too, and
 * those that go do not matter.
 *
 * @example
 * const changes = new FolderWatch(['policies']);
 * for (;;) { const changed = changes.next(); await check(); await changed; }
 */
export class FolderWatch {
  readonly #paths: readonly string[];
  readonly #watchers = new Map<string, Watched>();
  readonly #waiting = new Set<(since: number) => void>();
  #quiet: NodeJS.Timeout | undefined;
  #since = 0;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#scan();
  }

  /** Resolves when a change that comes after this call is over, with when it began, on the clock of `performance`. */
  next(): Promise<number> {
    return new Promise((done) => this.#waiting.add(done));
  }

  close(): void {
    clearTimeout(this.#quiet);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #changed(): void {
    const now = performance.now();
    if (this.#quiet === undefined) this.#since = now;
    else if (now - this.#since > PATIENCE_MS) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      this.#scan();
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const done of waiting) done(this.#since);
    }, QUIET_MS);
  }

  #scan(): void {
    const folders = new Map(this.#paths.flatMap(foldersOf).map((folder) => [folder, inodeOf(folder)]));
    for (const [folder, { watcher, inode }] of this.#watchers) {
      // A folder that was removed and made again is another one, of which the watcher hears nothing.
      if (folders.get(folder) === inode) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const [folder, inode] of folders) if (!this.#watchers.has(folder)) this.#watch(folder, inode);
  }

  #watch(folder: string, inode: number | undefined): void {
    try {
      const watcher = watch(folder, () => this.#changed());
      // A folder that is removed ends its watcher; the one around it tells of that, too.
      watcher.on('error', () => this.#changed());
      this.#watchers.set(folder, { watcher, inode });
    } catch (error) {
      // It went while it was looked for.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** A folder with all folders in it, or the folder that a file lies in: editors replace files, so those cannot be watched. */
function foldersOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [dirname(resolve(path))] : [];
  return [resolve(path), ...childFolders(path)];
}

function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}

function childFolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => resolve(join(parentPath, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
