import { tmpdir } from 'node:os';
import type { Backtest } from '../../engine/backtest/Backtest.ts';
import type { PlaybackSide } from '../../engine/backtest/Playback.ts';
import { backtest, type Period } from '../../engine/backtest.ts';
import { withUnpacked } from '../../engine/bundle/unpackBundle.ts';
import { loadPacks } from '../../engine/household/loadPacks.ts';
import type { RuleSet } from '../../engine/household/RuleSet.ts';
import type { PolicyBundle } from '../../engine/rego/loadPolicies.ts';
import { type LoadedRules, loadRules, loadRulesOver, ruleGrammar } from '../../engine/rules/loadRules.ts';
import type { LoadedRule } from '../../engine/rules/Rule.ts';
import { loadSides } from '../../engine/sides/loadSides.ts';
import { readKeptBundle } from '../../graphql/bundles/keptBundle.ts';
import { readClosedFolder } from '../../graphql/dataFolder/readClosedFolder.ts';
import { twinAt } from '../../graphql/dataFolder/readTwin.ts';
import { decisionsBetween } from '../../graphql/decisionRecords.ts';
import { type ActivationRecord, activationAt, isActivation } from '../../trust/activations/ActivationRecord.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { backtestText } from '../backtestText.ts';
import { readActivations } from '../bundlesOf.ts';
import { dataFolder } from '../dataFolder.ts';
import { instantOf } from '../instantOf.ts';
import { print, printJson } from '../output.ts';
import { startProgress } from '../progress.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { findServer } from '../serverClient.ts';
import { sidePorts } from '../simulate/sidePorts.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = {
  readonly from: string;
  readonly until: string;
  readonly rules?: string;
  readonly json?: true;
};

/** `twinward backtest`: what of a recorded period would have gone otherwise under other policies and rules. */
export const verb: Verb = {
  examples: [
    'twinward backtest quick_fix --from 2026-11-01 --until 2026-11-08          which answers a draft would have given otherwise',
    'twinward backtest --rules my_rules --from 2026-11-01 --until 2026-11-08   which alarms and commands other rules would have made',
    'twinward backtest my_draft.rego --rules water_leak.json --from 2026-11-01 --until now --json',
  ],
  configure(command) {
    command
      .argument('[draft]', 'other policies: a draft by name or path, a signed bundle, or `built_in`')
      .requiredOption('--from <instant>', 'the beginning of the period: a day, or an instant with its zone')
      .requiredOption('--until <instant>', 'its end, left out of it; `now` too')
      .option('--rules <path>', 'other rules: a file or a folder of them, each in the place of the one with its id')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { json, from, until, rules: path } = command.opts<Options>();
    const [draft] = command.args;
    const period = periodOf(from, until);
    if (draft === undefined && path === undefined) {
      throw new CodedError('command:usage', 'neither other policies nor other rules are given', {
        hint: 'name a draft, or `--rules`',
      });
    }
    if (await findServer()) {
      throw new CodedError('command:server.running', 'a server runs on the data folder, and its logs are in use', {
        hint: 'stop it for a while, or try a backup of the folder',
      });
    }
    const told = await play(period, { draft, path });
    if (json) printJson(told);
    else print(backtestText(told));
    return 0;
  },
};

async function play(
  period: Period,
  { draft, path }: { readonly draft: string | undefined; readonly path: string | undefined },
): Promise<Backtest> {
  const folder = dataFolder();
  const record = activeAt(await readActivations(folder), period.from);
  const active = { bundle: record.number };
  const set = await rulesOf(folder, record);
  const { rules } = set;
  const other = path === undefined ? rules : soundRules(loadRulesOver(rules, repositoryRoot, path));
  const { baseline, proposed } = await loadSides({ baseline: active, proposed: draft ?? active }, sidePorts());
  const before: PlaybackSide = { bundle: baseline, ...set };
  const after: PlaybackSide & { readonly bundle: PolicyBundle } = { bundle: proposed, ...set, rules: other };
  return readClosedFolder(folder, async (database) => {
    const { store, decisions } = database;
    const graph = await twinAt(database, { at: period.from });
    const progress = startProgress({ label: 'playing', total: 1 });
    try {
      return await backtest(period, {
        graph,
        store,
        decisions: decisionsBetween(decisions, period.from, period.until),
        before,
        after,
        onProgress: (done, total) => progress.update(done / total),
      });
    } finally {
      progress.end();
    }
  });
}

function periodOf(from: string, until: string): Period {
  const period = { from: instantOf(from), until: until === 'now' ? Date.now() : instantOf(until) };
  if (period.from < period.until) return period;
  throw new CodedError('command:usage', 'the period ends before it begins', { hint: 'change `--from` and `--until`' });
}

/** What was active at the beginning; a folder's first moments have none, and then it is the first. */
function activeAt(records: readonly ActivationRecord[], instant: number): ActivationRecord {
  const record = activationAt(records, instant) ?? records.find(isActivation);
  if (record) return record;
  throw new CodedError('policy:bundle.missing', 'no policies were ever active here', {
    hint: 'start the folder once with `twinward serve`',
  });
}

/** The rules that were active: those of the bundle of then. */
async function rulesOf(folder: string, { manifest, bundle }: ActivationRecord): Promise<RuleSet> {
  const kept = readKeptBundle(folder, manifest);
  if (kept) {
    return withUnpacked(kept, { root: repositoryRoot, scratch: tmpdir() }, async (root) => {
      const rules = soundRules(loadRules(root));
      return { rules, packs: loadPacks(root, rules).packs, grammar: ruleGrammar(root) };
    });
  }
  throw new CodedError('policy:bundle.missing', `the bundle ${bundle.slice(0, 12)}, which was active, is not here`, {
    hint: `put \`bundles/${manifest}.twb\` back into the data folder`,
  });
}

function soundRules({ rules, problems }: LoadedRules): readonly LoadedRule[] {
  if (problems[0]) throw problems[0];
  return rules;
}
