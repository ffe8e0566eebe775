import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { loadClauses } from '../../engine/clauses/ClauseRegister.ts';
import { HIGHEST_SEED, MOST_HOMES } from '../../engine/simulate/Scenario.ts';
import { readSigningKey, type SigningKey } from '../../trust/signing/signingKeyFile.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { labelled, print, printJson } from '../output.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { findServer } from '../serverClient.ts';
import { chooseScenario, SCENARIOS, type ScenarioOptions } from '../simulate/chooseScenario.ts';
import { missedGates } from '../simulate/gates.ts';
import { type LimitOptions, limitsOf, parseMeasures } from '../simulate/limitsOf.ts';
import { listScenarios } from '../simulate/listScenarios.ts';
import { playOnServer } from '../simulate/playOnServer.ts';
import { openScenario, type Played, playPeriod, playScenario } from '../simulate/playScenario.ts';
import { rerunSigned, verifySigned } from '../simulate/signedReports.ts';
import { watchScenario } from '../simulate/watchScenario.ts';
import { deliver, IMPACT_FORMATS, type ImpactFormat, writtenPeriod, writtenReport } from '../simulate/writeReport.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { wholeNumber } from '../wholeNumber.ts';

type Options = Partial<ScenarioOptions> &
  LimitOptions & {
    readonly format?: ImpactFormat;
    readonly output?: string;
    readonly watch?: true;
    readonly sign?: string;
    readonly verify?: string;
    readonly rerun?: string;
    readonly json?: true;
  };

/** `twinward simulate`: what a change of policies would change for every home of a city, counted exactly. */
export const verb: Verb = {
  examples: [
    'twinward simulate                                                   the scenarios that there are',
    'twinward simulate heat_wave --scenario heat_wave_elderly_care       a draft and a scenario by name',
    'twinward simulate policies/drafts/quick_fix --scenario property_manager --homes 2000',
    'twinward simulate my_draft.rego --scenario my_scenario.yaml --json  both by path, for other programs',
    'twinward simulate --scenario property_manager --baseline 3 --proposed new.twb --population live   two bundles on the twin of the data folder',
    'twinward simulate quick_fix --scenario property_manager --format html --output quick_fix.html   a page to pass on',
    'twinward simulate quick_fix --scenario property_manager --fail-on newly_raw,newly_denied --format sarif   for code hosts; junit for build servers',
    'twinward simulate my_draft.rego --scenario property_manager --watch   again after every save, as you type',
    'twinward simulate quick_fix --scenario property_manager --budget budget.yaml   exits 1 when a limit is broken',
    'twinward simulate quick_fix --scenario property_manager --sign ana.key --json --output signed.json   for others to check',
    'twinward simulate --verify signed.json    who stands for it; --rerun plays it again and compares the bytes',
  ],
  configure(command) {
    command
      .argument('[draft]', 'short for --proposed')
      .option('--scenario <scenario>', 'its name in simulators/scenarios, or a file; - for standard input')
      .option(
        '--proposed <policies>',
        'a draft by its name in policies/drafts, or a .rego file or folder; a signed bundle by its file (.twb), the number of a record or its id; `active` or `built_in`; what the scenario says unless given',
      )
      .option('--baseline <policies>', 'what that is compared with, said in the same ways (default: active)')
      .option('--at <date>', 'the instant at which all is asked, `now` too; that of the scenario unless given')
      .addOption(
        new Option('--population <homes>', 'the twin of the data folder, or a generated city').choices([
          'live',
          'generated',
        ]),
      )
      .option(
        '--homes <number>',
        'so many homes in the place of those that the scenario names',
        wholeNumber(1, MOST_HOMES),
      )
      .option('--seed <number>', 'another city of as many homes', wholeNumber(0, HIGHEST_SEED))
      .addOption(new Option('--format <format>', 'the form of the report (default: text)').choices(IMPACT_FORMATS))
      .addOption(
        new Option(
          '--fail-on <measures>',
          'exit 1 when any cell is one of these, such as newly_raw,newly_denied',
        ).argParser(parseMeasures),
      )
      .option(
        '--budget <file>',
        'exit 1 when more changes than a file of limits allows (docs/reference/budget.schema.json)',
      )
      .option('--output <file>', 'write it to a file, whole or not at all')
      .option('--sign <key>', 'sign the report, as a page or as JSON, with a key that `twinward keys new` made')
      .option('--verify <report>', 'tell who signed a report in JSON, and whether they are trusted here')
      .option('--rerun <report>', 'play a signed report again, and tell whether the same bytes come out')
      .option('--watch', 'count again after every save, on generated homes, until Ctrl-C')
      .option('--json', 'the same as --format json');
  },
  async run(command) {
    const { output, watch, json, format = json ? 'json' : 'text', ...options } = command.opts<Options>();
    if (json && format !== 'json') {
      throw new CodedError('command:usage', `\`--json\` and \`--format ${format}\` do not go together`, {
        hint: 'see `twinward simulate --help`',
      });
    }
    const { verify, rerun, sign } = options;
    if (verify !== undefined) return verifySigned(verify, format === 'json');
    const [draft] = command.args;
    const { scenario, proposed = draft } = options;
    if (rerun !== undefined) return rerunSigned(rerun, { json: format === 'json', proposed });
    const key = sign === undefined ? undefined : signingKey(sign, format);
    if (scenario === undefined) return withoutScenario(proposed, format === 'json');
    if (draft !== undefined && options.proposed !== undefined) {
      throw new CodedError('command:usage', 'a draft is given, and `--proposed` too', {
        hint: 'leave one of them out',
      });
    }
    const choose = () => chooseScenario({ ...options, scenario, ...(proposed && { proposed }) });
    if (watch) {
      assertWatchable(scenario, format, output);
      const files = [SCENARIOS.folder, scenario, options.budget ?? ''].filter((file) => existsSync(file));
      const limits = () => limitsOf(options);
      await watchScenario({ scenario: choose, limits, json: format === 'json', files });
      return 0;
    }
    const chosen = await choose();
    const limits = await limitsOf(options);
    const server = chosen.scenario.population === 'live' ? await findServer() : null;
    if (server) return deliverPlayed(await playOnServer(chosen, limits, server), { format, output, key });
    const { until } = chosen.scenario;
    if (until !== undefined && key) {
      throw new CodedError('command:usage', 'a period is not signed', { hint: 'name an instant of it: `--at <date>`' });
    }
    const stage = await openScenario(chosen);
    if (until !== undefined) return deliverPeriod(playPeriod(stage, until, limits), format, output);
    return deliverPlayed(playScenario(stage, limits), { format, output, key });
  },
};

type Delivery = {
  readonly format: ImpactFormat;
  readonly output: string | undefined;
  readonly key: SigningKey | undefined;
};

function deliverPlayed(played: Played, { format, output, key }: Delivery): ExitCode {
  const options = { register: loadClauses(repositoryRoot), ...(key && { key }) };
  deliver(writtenReport(played, format, options), output);
  return exitCodeOf([played], format, output);
}

/** Where the report itself does not stand on the screen, what makes it exit 1 is told beside it. */
function exitCodeOf(
  plays: readonly Pick<Played, 'report'>[],
  format: ImpactFormat,
  output: string | undefined,
): ExitCode {
  const missed = new Set(plays.flatMap(({ report }) => missedGates(report)));
  const isRead = output === undefined && (format === 'text' || format === 'json');
  if (!isRead) for (const line of missed) process.stderr.write(`${line}\n`);
  return missed.size === 0 ? 0 : 1;
}

/** Read before anything is counted: what cannot be signed is said at once. */
function signingKey(file: string, format: ImpactFormat): SigningKey {
  if (format !== 'json' && format !== 'html') {
    throw new CodedError('command:usage', `a report is signed as JSON or as a page, not as ${format}`, {
      hint: 'add `--json`, or `--format html`',
    });
  }
  return readSigningKey(file, process.env['TWINWARD_KEY_PASSPHRASE']);
}

function assertWatchable(scenario: string, format: ImpactFormat, output: string | undefined): void {
  const wrong =
    (scenario === '-' && 'standard input cannot be watched') ||
    (output !== undefined && '`--watch` prints, and `--output` does not go with it') ||
    (format !== 'text' && format !== 'json' && `\`--watch\` prints text or JSON, not ${format}`);
  if (wrong) throw new CodedError('command:usage', wrong, { hint: 'see `twinward simulate --help`' });
}

function deliverPeriod(
  { period, plays }: ReturnType<typeof playPeriod>,
  format: ImpactFormat,
  output: string | undefined,
): ExitCode {
  deliver(writtenPeriod(period, plays, { format, register: loadClauses(repositoryRoot) }), output);
  return exitCodeOf(plays, format, output);
}

/** Without a scenario nothing is asked: those that there are say what can be. */
function withoutScenario(proposed: string | undefined, json: boolean): ExitCode {
  const scenarios = listScenarios();
  if (proposed !== undefined) {
    throw new CodedError('command:usage', `what \`${proposed}\` changes depends on who asks what of whom`, {
      hint: `name a scenario: --scenario ${scenarios.map(({ name }) => name).join(' | ')}, or a file of your own`,
    });
  }
  if (json) printJson(scenarios);
  else {
    const width = Math.max(...scenarios.map(({ name }) => name.length)) + 2;
    const lines = scenarios.flatMap(({ name, title, question }) => [
      ...labelled(name, title, width),
      ...labelled('', question, width),
      '',
    ]);
    print([...lines, 'Play one: twinward simulate --scenario <name>'].join('\n'));
  }
  return 0;
}
