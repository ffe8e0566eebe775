import { Option } from 'commander';
import type { Forecast } from '../../engine/forecast/Forecast.ts';
import { forecastPage } from '../../engine/forecast/forecastPage.ts';
import { assumedRates, parseRates } from '../../engine/forecast/parseRates.ts';
import { type ForecastOptions, type ForecastPorts, forecast } from '../../engine/forecast.ts';
import { loadRules } from '../../engine/rules/loadRules.ts';
import { loadSides } from '../../engine/sides/loadSides.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { Random } from '../../simulators/populations/Random.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { forecastText } from '../forecastText.ts';
import { startProgress } from '../progress.ts';
import { readInput } from '../readInput.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { chooseScenario, placed, type ScenarioOptions } from '../simulate/chooseScenario.ts';
import { openGraph } from '../simulate/openPopulation.ts';
import { sidePorts } from '../simulate/sidePorts.ts';
import { deliver } from '../simulate/writeReport.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { wholeNumber } from '../wholeNumber.ts';

type Options = Omit<ScenarioOptions, 'seed' | 'population'> & {
  readonly population?: 'live';
  readonly days: number;
  readonly seed: number;
  readonly rates?: string;
  readonly format?: (typeof FORMATS)[number];
  readonly output?: string;
  readonly json?: true;
};

const FORMATS = ['text', 'json', 'html'] as const;

/** `twinward forecast`: how access goes on over the days to come, under the active policies and under a draft. */
export const verb: Verb = {
  examples: [
    'twinward forecast heat_wave --scenario heat_wave_elderly_care --homes 2000           the next 30 days of a city',
    'twinward forecast quick_fix --scenario property_manager --days 90 --seed 7           other days, and others to come',
    'twinward forecast my_draft.rego --scenario property_manager --population live        the twin of the data folder, from now on',
    'twinward forecast quick_fix --scenario property_manager --rates mine.yaml --json     by your own figures, for other programs',
    'twinward forecast quick_fix --scenario property_manager --format html --output next_month.html     a page with charts',
  ],
  configure(command) {
    command
      .argument('[draft]', 'the policies that are proposed, as for `simulate`; what the scenario says unless given')
      .requiredOption('--scenario <scenario>', 'its name in simulators/scenarios, or a file; - for standard input')
      .option('--baseline <policies>', 'what they are compared with (default: active)')
      .option('--days <number>', 'how far ahead', wholeNumber(1, 3_650), 30)
      .option('--seed <number>', 'another future of the same homes', wholeNumber(0, 2 ** 32 - 1), 1)
      .option('--rates <file>', 'how often things happen, over what is assumed; see engine/forecast/rates.yaml')
      .option('--at <date>', 'where it begins, `now` too; at the instant of the scenario unless given')
      .option('--population <homes>', '`live`: the twin of the data folder, from now on unless --at says otherwise')
      .option('--homes <number>', 'so many homes in the place of those of the scenario', wholeNumber(1, 200_000))
      .addOption(new Option('--format <format>', 'the form of it (default: text)').choices(FORMATS))
      .option('--output <file>', 'write it to a file, whole or not at all')
      .option('--json', 'the same as --format json');
  },
  async run(command): Promise<ExitCode> {
    const { json, format = json ? 'json' : 'text', output, ...options } = command.opts<Options>();
    const { days, seed, rates: file, population, at, ...chosen } = options;
    if (json && format !== 'json') {
      throw new CodedError('command:usage', `\`--json\` and \`--format ${format}\` do not go together`, {
        hint: 'see `twinward forecast --help`',
      });
    }
    if (population !== undefined && population !== 'live') {
      throw new CodedError('command:usage', `\`${population}\` is no population`, {
        hint: 'say `live`, or leave it out',
      });
    }
    const [draft] = command.args;
    const begins = at ?? (population === 'live' ? 'now' : undefined);
    const wanted = { ...chosen, ...(population && { population }), ...(begins && { at: begins }) };
    const { scenario, place } = await chooseScenario({ ...wanted, ...(draft && { proposed: draft }) });
    const rates = file === undefined ? assumedRates : parseRates(await readInput(file), file);
    const { rules, problems } = loadRules(repositoryRoot);
    if (problems[0]) throw problems[0];
    const told = await play({ scenario, rules, rates, days, seed }).catch((error: unknown) => {
      throw placed(error, place);
    });
    deliver(written(told, scenario, format), output);
    return 0;
  },
};

function written(told: Forecast, scenario: Scenario, format: NonNullable<Options['format']>): string {
  if (format === 'html') return forecastPage(told, scenario);
  return format === 'json' ? `${JSON.stringify(told, null, 2)}\n` : `${forecastText(told, scenario)}\n`;
}

type Play = Pick<ForecastPorts, 'rules' | 'rates'> & ForecastOptions & { readonly scenario: Scenario };

async function play({ scenario, rules, rates, days, seed }: Play): Promise<Forecast> {
  const [sides, { id, graph }] = await Promise.all([loadSides(scenario, sidePorts()), openGraph(scenario)]);
  const progress = startProgress({ label: 'days', total: days });
  const chance = (of: number, stream: number) => new Random(of, stream);
  const ports = { ...sides, population: id, graph, rules, rates, chance, onProgress: progress.update };
  try {
    return await forecast(scenario, ports, { days, seed });
  } finally {
    progress.end();
  }
}
