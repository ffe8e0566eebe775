import { InvalidArgumentError, Option } from 'commander';
import { loadClauses } from '../../engine/clauses/ClauseRegister.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { chooseScenario, type ScenarioOptions } from '../simulate/chooseScenario.ts';
import { loadSides } from '../simulate/loadSides.ts';
import { openPopulation } from '../simulate/openPopulation.ts';
import { playScenario } from '../simulate/playScenario.ts';
import { deliver, IMPACT_FORMATS, type ImpactFormat, writtenReport } from '../simulate/writeReport.ts';
import type { Verb } from '../Verb.ts';

type Options = ScenarioOptions & {
  readonly named?: true;
  readonly format?: ImpactFormat;
  readonly output?: string;
  readonly json?: true;
};

/** `twinward simulate`: what a draft would change for every home of a generated city, counted exactly. */
export const verb: Verb = {
  examples: [
    'twinward simulate heat_wave --scenario heat_wave_elderly_care       a draft and a scenario by name',
    'twinward simulate policies/drafts/quick_fix --scenario property_manager --homes 2000',
    'twinward simulate my_draft.rego --scenario my_scenario.yaml --json  both by path, for other programs',
    'twinward simulate quick_fix --scenario property_manager --format html --output quick_fix.html   a page to pass on',
  ],
  configure(command) {
    command
      .argument(
        '[draft]',
        "a draft's name in policies/drafts, or a .rego file or folder; that of the scenario unless given",
      )
      .requiredOption('--scenario <scenario>', 'its name in simulators/scenarios, or a file; - for standard input')
      .option(
        '--homes <number>',
        'so many homes in the place of those that the scenario names',
        wholeNumber(1, 10_000_000),
      )
      .option('--seed <number>', 'another city of as many homes', wholeNumber(0, 2 ** 32 - 1))
      .option('--named', 'take names only, no paths')
      .addOption(new Option('--format <format>', 'the form of the report (default: text)').choices(IMPACT_FORMATS))
      .option('--output <file>', 'write it to a file, whole or not at all')
      .option('--json', 'the same as --format json');
  },
  async run(command) {
    const { named, output, json, format = json ? 'json' : 'text', ...options } = command.opts<Options>();
    if (json && format !== 'json') {
      throw new CodedError('command:usage', `\`--json\` and \`--format ${format}\` do not go together`, {
        hint: 'see `twinward simulate --help`',
      });
    }
    const [proposed] = command.args;
    const scenario = await chooseScenario({ ...options, ...(proposed !== undefined && { proposed }) }, !named);
    const [sides, population] = await Promise.all([loadSides(scenario, !named), openPopulation(scenario)]);
    const played = playScenario(scenario, sides, population);
    deliver(writtenReport(played, format, loadClauses(repositoryRoot)), output);
    return played.report.expectations.every(({ met }) => met) ? 0 : 1;
  },
};

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Allowed choices are whole numbers from ${least} to ${most}.`);
  };
}
