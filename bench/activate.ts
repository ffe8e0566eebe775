import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program } from '../system/Program.ts';
import { type Asked, askWhile, CLIENTS, PAUSE_MS, times } from './askWhile.ts';
import { type Benchmark, type Figure, median, quantile } from './Benchmark.ts';
import { preparedRoot, run, writeBundle } from './signedBundle.ts';

/** Whose decisions count as the next after an activation. */
const NEXT_MS = 1000;

/**
 * Decisions of the running program while signed bundles are activated in turn: each is compiled and its cases are replayed
 * beside them. The peer is the same question while nothing is activated.
 */
export const activateBenchmark: Benchmark = {
  name: 'activate',
  title: `a decision by GraphQL, asked by ${CLIENTS} clients every ${PAUSE_MS} ms, while bundles are activated`,
  async run({ smoke }) {
    const program = new Program();
    const temp = mkdtempSync(join(tmpdir(), 'twinward-bundles-'));
    try {
      await program.start();
      const bundles = await signBundles(program, temp);
      const token = await program.token('--as', 'resident');
      const quiet = await askWhile(program, token, () => sleep(smoke ? 500 : 5000));
      const asked = await askWhile(program, token, async () => {
        for (let turn = 0; turn < (smoke ? 2 : 10); turn += 1) {
          await run(program, ['activate', bundles[turn % 2]!]);
          await sleep(NEXT_MS);
        }
      });
      const next = nextOf(asked);
      if (next.size < (smoke ? 2 : 10)) throw new Error(`decisions show ${next.size} activations only`);
      const after = [...next.values()].flat();
      const peer = { name: 'quiet', value: quantile(times(quiet), 0.99) };
      const note = (some: readonly Asked[]) =>
        `median ${median(times(some)).toFixed(1)} ms, of ${some.length} decisions`;
      const figures: Figure[] = [
        {
          what: `within ${NEXT_MS} ms of ${next.size} activations, p99`,
          value: quantile(times(after), 0.99),
          unit: 'ms',
          peer,
          note: note(after),
        },
        {
          what: 'while bundles are tried and activated, p99',
          value: quantile(times(asked), 0.99),
          unit: 'ms',
          peer,
          note: note(asked),
        },
      ];
      return figures;
    } finally {
      await program.remove();
      rmSync(temp, { recursive: true });
    }
  },
};

/** Two bundles that differ. */
async function signBundles(program: Program, temp: string): Promise<readonly string[]> {
  await preparedRoot(program, temp);
  const bundles = ['a', 'b'].map((name) => join(temp, `${name}.twb`));
  for (const file of bundles) {
    appendFileSync(join(temp, 'policies/main.rego'), '\n# Another edition.\n');
    writeBundle(temp, file);
  }
  return bundles;
}

/** For each change of the bundle that decides, what was asked in the time after the first that it decided. */
function nextOf(asked: readonly Asked[]): ReadonlyMap<number, readonly Asked[]> {
  const seen = new Map<number, readonly Asked[]>();
  let current = asked[0]?.bundle;
  for (const { at, bundle } of asked) {
    if (bundle === current) continue;
    current = bundle;
    seen.set(
      at,
      asked.filter((one) => one.at >= at && one.at < at + NEXT_MS),
    );
  }
  return seen;
}
