import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { RolloutStart } from '../../engine/rollOut.ts';
import type { BudgetWords, PlanWords } from '../../engine/rollout/parsePlan.ts';
import type { RolloutStatus } from '../../engine/rollout/rolloutStatus.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { withBundles } from '../bundlesOf.ts';
import { print, printJson } from '../output.ts';
import { startWaiting } from '../progress.ts';
import { readBundleBytes } from '../readBundle.ts';
import { startText, statusText } from '../rolloutText.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly stages?: string;
  readonly budget?: string;
  readonly maxNewlyDenied?: string;
  readonly maxNewlyRaw?: string;
  readonly maxErrors?: string;
  readonly maxP99?: string;
  readonly fromCells?: string;
  readonly wait?: string;
  readonly manual?: true;
  readonly sample?: string;
  readonly rules?: string;
  readonly scenario?: string;
  readonly dryRun?: true;
  readonly url?: string;
  readonly json?: true;
};

/** `twinward rollout`: lets a signed bundle decide for more and more homes, under a budget that takes it back. */
export const verb: Verb = {
  examples: [
    'twinward rollout start twinward.twb --dry-run   what each stage would bring',
    'twinward rollout start twinward.twb --stages 1,10,100 --max-newly-denied 0.5% --max-newly-raw 0',
    'twinward rollout start twinward.twb --budget budget.yaml --wait 24h   the next stage by itself, a day later',
    'twinward rollout                         where it stands: simulated beside observed',
    'twinward rollout advance                 the next stage; after the last one the bundle is the active one',
    'twinward rollout stop                    all homes back under the active bundle',
  ],
  configure(command) {
    command
      .argument('[what]', '`start`, `status`, `advance` or `stop`; `status` unless given')
      .argument('[bundle]', 'the file that `twinward sign` made, to start')
      .option('--stages <percents>', 'shares of the homes, rising to 100; `1,10,100` unless given')
      .option('--budget <file>', 'bounds in YAML or JSON: newly_denied, newly_raw, errors, p99, from_cells')
      .option('--max-newly-denied <share>', 'of what the former bundle allows; `0.5%` unless given')
      .option('--max-newly-raw <cells>', 'a number of cells, or a share; 0 unless given')
      .option('--max-errors <cells>', 'a number of cells; 0 unless given')
      .option('--max-p99 <time>', 'how long 99 of 100 decisions take at most; `50ms` unless given')
      .option('--from-cells <cells>', 'how many cells must be seen before a share is judged; 100 unless given')
      .option('--wait <time>', 'after which the next stage begins by itself, such as `24h`')
      .option('--manual', 'each stage waits for `advance`, as without `--wait`')
      .option('--sample <share>', 'the share of decisions that is compared; `100%` unless given')
      .option('--rules <when>', '`last`: rules that the bundle changes come with the end of the last stage')
      .option('--scenario <file>', 'who asks in the simulation; those whom the twin knows unless given')
      .option('--dry-run', 'only say what each stage would bring')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    const [what = 'status', file] = command.args;
    if (what === 'start') return start(file, options);
    if (file !== undefined) throw usage(`only \`start\` takes a bundle`);
    return show(await follow(what, options), options);
  },
};

async function start(file: string | undefined, options: Options): Promise<ExitCode> {
  if (file === undefined) throw usage('which bundle is rolled out is not said');
  const bytes = readBundleBytes(file);
  const plan = planOf(options);
  const dryRun = options.dryRun === true;
  const begun: RolloutStart = await showing('trying its cases and simulating its stages', () =>
    withBundles(options.url, (bundles) => bundles.startRollout(bytes, plan, { dryRun })),
  );
  if (options.json) printJson(begun);
  else print(startText(begun));
  return begun.stages.some(({ breaches }) => breaches.length > 0) ? 1 : 0;
}

function follow(what: string, { url, dryRun }: Options): Promise<RolloutStatus | null> {
  if (dryRun) throw usage('only `start` has a dry run');
  if (what === 'status') return withBundles(url, (bundles) => bundles.rollout());
  if (what === 'advance') {
    return showing('simulating the next stage', () => withBundles(url, (bundles) => bundles.advanceRollout()));
  }
  if (what === 'stop') return withBundles(url, (bundles) => bundles.stopRollout());
  throw usage(`\`${what}\` is nothing that is done with a roll-out`);
}

async function showing<Result>(label: string, work: () => Promise<Result>): Promise<Result> {
  const end = startWaiting(label);
  try {
    return await work();
  } finally {
    end();
  }
}

function show(status: RolloutStatus | null, { json }: Options): ExitCode {
  if (json) printJson(status);
  else print(status ? statusText(status) : 'nothing was ever rolled out here');
  return status?.because == null ? 0 : 1;
}

function planOf(options: Options): PlanWords {
  const { stages, wait, manual, sample, rules, scenario } = options;
  if (manual && wait !== undefined) throw usage('stages wait for a time or for somebody, not for both');
  return {
    ...(stages !== undefined && { stages: stages.split(',').map(percentOf) }),
    ...(wait !== undefined && { wait }),
    ...(sample !== undefined && { sample }),
    // The server says what there is.
    ...(rules !== undefined && { rules: rules as 'last' }),
    ...(scenario !== undefined && { scenario: textOf(scenario, 'scenario') }),
    budget: budgetOf(options),
  };
}

/** The bounds of a file, and those of the command line in their place. */
function budgetOf({ budget, maxNewlyDenied, maxNewlyRaw, maxErrors, maxP99, fromCells }: Options): BudgetWords {
  return {
    ...(budget !== undefined && readBudget(budget)),
    ...(maxNewlyDenied !== undefined && { newly_denied: maxNewlyDenied }),
    ...(maxNewlyRaw !== undefined && { newly_raw: maxNewlyRaw }),
    ...(maxErrors !== undefined && { errors: countOf(maxErrors, '--max-errors') }),
    ...(maxP99 !== undefined && { p99: maxP99 }),
    ...(fromCells !== undefined && { from_cells: countOf(fromCells, '--from-cells') }),
  };
}

function readBudget(file: string): BudgetWords {
  const text = textOf(file, 'budget');
  try {
    const bounds: unknown = parse(text);
    if (bounds !== null && typeof bounds === 'object' && !Array.isArray(bounds)) return bounds;
  } catch {
    // Told below.
  }
  throw new CodedError('policy:rollout.plan', 'the budget is no list of bounds', {
    place: { file },
    hint: 'one bound a line, such as `newly_denied: 0.5%`',
  });
}

function textOf(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('command:file.unreadable', `cannot read the ${what} \`${file}\``, { cause });
  }
}

function percentOf(text: string): number {
  const percent = Number(text.trim().replace(/%$/, ''));
  if (text.trim() === '' || !Number.isFinite(percent)) throw usage(`\`${text}\` is no share of the homes in percent`);
  return percent;
}

function countOf(text: string, option: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw usage(`\`${option}\` takes a whole number, and \`${text}\` is none`);
}

function usage(message: string): CodedError {
  return new CodedError('command:usage', message, { hint: 'see `twinward rollout --help`' });
}
