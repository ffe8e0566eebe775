/** A bar for work that takes a while. */
export type Progress = {
  /** Says how much is done, out of the total. Cheap enough to call for every item. */
  readonly update: (done: number) => void;
  /** Takes the bar away. */
  readonly end: () => void;
};

export type ProgressOptions = {
  /** What is being done, such as `counting homes`. */
  readonly label: string;
  readonly total: number;
  readonly stream?: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;
  readonly now?: () => number;
};

const PATIENCE_MS = 1000;
const REDRAW_MS = 100;
const BAR = 24;

/**
 * Shows a bar on standard error once the work has taken over a second. Silent where standard error is no terminal.
 *
 * @example
 * const progress = startProgress({ label: 'counting homes', total: homes.length });
 * try { for (const [index, home] of homes.entries()) { count(home); progress.update(index + 1); } } finally { progress.end(); }
 */
export function startProgress({ label, total, stream = process.stderr, now = Date.now }: ProgressOptions): Progress {
  if (!stream.isTTY) return { update: () => undefined, end: () => undefined };
  let next = now() + PATIENCE_MS;
  let shown = false;
  return {
    update(done) {
      const instant = now();
      if (instant < next) return;
      next = instant + REDRAW_MS;
      shown = true;
      stream.write(`\r\x1b[K${drawBar(label, Math.min(done / total, 1)).slice(0, stream.columns - 1)}`);
    },
    end() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}

/**
 * Shows for how long something has been done of which nobody knows how long it takes, on standard error once that is over a
 * second. Silent where standard error is no terminal. Returns what takes it away.
 */
export function startWaiting(
  label: string,
  { stream = process.stderr, now = Date.now }: Pick<ProgressOptions, 'stream' | 'now'> = {},
): () => void {
  if (!stream.isTTY) return () => undefined;
  const began = now();
  let shown = false;
  const timer = setInterval(() => {
    shown = true;
    const seconds = Math.round((now() - began) / 1000);
    stream.write(`\r\x1b[K${`${label} ... ${seconds} s`.slice(0, stream.columns - 1)}`);
  }, PATIENCE_MS);
  return () => {
    clearInterval(timer);
    if (shown) stream.write('\r\x1b[K');
  };
}

function drawBar(label: string, share: number): string {
  const full = Math.round(share * BAR);
  return `${label} [${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${Math.floor(share * 100)} %`;
}
