import { resolve } from 'node:path';
import { Option } from 'commander';
import type { DemoCity } from '../../graphql/demo/populate.ts';
import type { RunningServer } from '../../graphql/main.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { formatTable, print } from '../output.ts';
import { reportError } from '../reportError.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { simulator } from '../simulate/simulator.ts';
import { stopSignal } from '../stopSignal.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { readVersion } from '../version.ts';

type Options = { readonly demo?: true; readonly host: string; readonly logLevel: string };

/** The demo city: the same homes on every machine. */
const DEMO = { seed: 2026, homes: 2_000 };

/** `twinward serve`: runs the twin of a data folder until it is told to stop. */
export const verb: Verb = {
  examples: [
    'twinward serve --demo                    a demo city with a token for each role',
    'TWINWARD_DATA=/srv/twin twinward serve   what is in a folder, for production',
    'TWINWARD_HTTP_PORT=0 twinward serve      on any port that is free',
  ],
  configure(command) {
    command
      .option('--demo', 'a generated city and one demo home, on this machine alone')
      .option('--host <address>', 'the address to listen on', '127.0.0.1')
      .addOption(
        new Option('--log-level <level>', 'what is told on standard error')
          .choices(['error', 'warn', 'info', 'debug', 'silent'])
          .default('warn'),
      );
  },
  async run(command): Promise<ExitCode> {
    const { demo = false, host, logLevel } = command.opts<Options>();
    const stopping = stopSignal();
    const options = {
      root: repositoryRoot,
      folder: dataFolder(),
      host,
      httpPort: portOf('TWINWARD_HTTP_PORT', 4000),
      mqttPort: portOf('TWINWARD_MQTT_PORT', 1883),
      simulator,
      version: readVersion(),
      logLevel,
      decisionLog: decisionLogOf(process.env),
    };
    const { startServer } = await import('../../graphql/main.ts');
    const city = demo ? await demoCity() : null;
    const server = await startServer({ ...options, demo: city });
    // What is not kept is not acknowledged, and the simulated devices would wait for ever.
    const traffic = city && server.problems.length === 0 ? await startDemoTraffic(server, city) : null;
    print(demo ? demoText(server) : plainText(server, options.folder));

    const end = await Promise.race([stopping, server.failed]);
    if (typeof end !== 'string') {
      reportError(unwritable(options.folder, end), { json: false });
      // People are told of a danger to their life, and sirens sound, as long as somebody lets it run.
      await stopping;
    }
    await traffic?.stop();
    await server.close();
    return typeof end === 'string' ? 0 : 3;
  },
};

function unwritable(folder: string, cause: Error): CodedError {
  const message = `the data folder \`${folder}\` can no longer be written: nothing is answered, alarms of life safety are told`;
  const hint = 'look at its disk, then stop and start again: what was acknowledged is there';
  return new CodedError('store:commit.failed', message, { hint, cause });
}

async function demoCity() {
  const { cityPopulation } = await import('../../simulators/populations/city.ts');
  return cityPopulation(DEMO);
}

async function startDemoTraffic(server: RunningServer, city: DemoCity) {
  const { demoTraffic } = await import('../demoTraffic.ts');
  return demoTraffic(server, city);
}

/** Where the decision log goes, if it is wanted. */
function decisionLogOf(env: NodeJS.ProcessEnv) {
  const target = env['TWINWARD_DECISION_LOG'];
  if (!target) return null;
  const path = (text: string) => (text.includes('://') ? text : resolve(text));
  const masks = env['TWINWARD_DECISION_LOG_MASKS'];
  const token = env['TWINWARD_DECISION_LOG_TOKEN'] || null;
  return { target: path(target), masks: masks ? path(masks) : null, token };
}

function portOf(variable: string, standard: number): number {
  const text = process.env[variable];
  if (!text) return standard;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new CodedError('config:variable.invalid', `\`${variable}\` is \`${text}\`, which is no port`, {
    hint: 'a number from 0 to 65535; 0 takes any that is free',
  });
}

function plainText(server: RunningServer, folder: string): string {
  return [
    `Twinward serves ${count(server)} of \`${folder}\``,
    `  GraphQL  ${server.http}/graphql`,
    `  MQTT     ${server.mqtt}`,
    ...problemLines(server),
    'Ctrl-C stops it.',
  ].join('\n');
}

function demoText(server: RunningServer): string {
  const roles = [...server.roleTokens].map(([role, { tier, token }]) => [`  ${role}`, `/${tier}/graphql`, token]);
  const asked = (role: string, query: string) =>
    `     curl -s ${server.http}/graphql -H 'authorization: Bearer ${server.roleTokens.get(role)!.token}' -H 'content-type: application/json' -d '${JSON.stringify({ query })}'`;
  return [
    `Twinward serves a demo city: ${count(server)}, with simulated traffic of about 5 messages a second`,
    `  GraphQL  ${server.http}/graphql`,
    `  MQTT     ${server.mqtt}   the demo home publishes under zigbee2mqtt/`,
    `  health   ${server.http}/readyz, ${server.http}/metrics`,
    ...problemLines(server),
    '',
    'One token for each role, good for 24 hours:',
    formatTable([{ title: '  role' }, { title: 'endpoint' }, { title: 'token' }], roles),
    '',
    'Try:',
    '  1. What the resident of the demo home sees:',
    asked(
      'resident',
      '{ home(id: "demo") { devices { name features { properties { id reading { value unit outcome } } } } } }',
    ),
    '  2. A gas alarm, and what the community is told of it:',
    `     npx mqtt publish -h 127.0.0.1 -p ${new URL(server.mqtt).port} -t zigbee2mqtt/kitchen/gas -q 1 -m '{"gas":true}'`,
    asked('community_officer', '{ alarms(home: "demo") { kind state raisedAt } }'),
    '  3. What a draft policy would change for 20,000 homes:',
    '     npx twinward simulate heat_wave --scenario heat_wave_elderly_care',
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

function count({ homes, devices }: RunningServer): string {
  return `${homes.toLocaleString('en-GB')} homes with ${devices.toLocaleString('en-GB')} devices`;
}

function problemLines({ problems }: RunningServer): string[] {
  if (problems.length === 0) return [];
  return [
    '',
    'NOTHING IS ANSWERED until these are mended; messages are taken in and alarms of life safety are raised:',
    ...problems.map((problem) => `  ${problem}`),
  ];
}
