import { FolderWatch } from './FolderWatch.ts';
import { stopSignal } from './stopSignal.ts';

/**
 * Runs something now and after every change under the paths, one run at a time, until a signal asks to stop. What changes
 * during a run leads to another one. A file that goes while it is read is no failure: its going is a change.
 *
 * @param run is told when the change began that it answers, on the clock of `performance`
 */
export async function runOnChange(paths: readonly string[], run: (since: number) => Promise<void>): Promise<void> {
  const changes = new FolderWatch(paths);
  let stopped = false;
  const stop = stopSignal().then((): undefined => {
    stopped = true;
  });
  let since = performance.now();
  try {
    while (!stopped) {
      const changed = changes.next();
      await run(since).catch(unlessGone);
      since = (await Promise.race([changed, stop])) ?? since;
    }
  } finally {
    changes.close();
  }
}

function unlessGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
