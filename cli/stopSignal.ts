/** How long after the first signal another one counts as the same: a terminal sends them to a whole group. */
const ONE_SIGNAL_MS = 2_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal that asks to stop; those that come with it count as the same, a later one ends at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = 0;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (first === 0) first = performance.now();
        else if (performance.now() - first > ONE_SIGNAL_MS) process.exit(130);
        resolve(signal);
      });
    }
  });
}
