import { InvalidArgumentError } from 'commander';
import { type ReplaySummary, replay } from '../../simulators/replay/replay.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { dataFolder } from '../dataFolder.ts';
import { print, printJson } from '../output.ts';
import { formatProblem, type Problem, problemOf } from '../problems.ts';
import { type Progress, startProgress } from '../progress.ts';
import { readServerFile } from '../serverClient.ts';
import type { Verb } from '../Verb.ts';

type Options = {
  readonly url?: string;
  readonly home?: string;
  readonly username?: string;
  readonly password?: string;
  readonly speed: number;
  readonly asRecorded?: true;
  readonly json?: true;
};

/** `twinward replay`: plays a recording of a home over MQTT, as a stranger's gateway would. */
export const verb: Verb = {
  examples: [
    'twinward replay twin/testdata/zigbee2mqtt-home.recording.jsonl.br --speed 10000   two days in 17 seconds',
    'twinward replay home.jsonl --home home-7 --password "$(twinward token --mqtt home-7)"',
    'zcat home.jsonl.gz | twinward replay - --as-recorded',
  ],
  configure(command) {
    command
      .argument('<recording>', 'a file of JSON lines, plain or as .gz or .br; - for standard input')
      .option('--speed <times>', 'how many times as fast as it was recorded', readSpeed, 1)
      .option('--as-recorded', 'leave `last_seen` as it is, rather than moving it to the present')
      .option('--home <id>', 'publish for this home rather than for the demo home')
      .option('--username <name>', 'at the broker; the id of the home unless given')
      .option('--password <token>', 'at the broker; TWINWARD_MQTT_TOKEN unless given')
      .option('--url <url>', 'the broker; that of the server on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command) {
    const { json, ...options } = command.opts<Options>();
    const [source = '-'] = command.args;
    const problems: Problem[] = [];
    let progress: Progress | undefined;
    const interrupted = new AbortController();
    const interrupt = (): void => interrupted.abort();
    process.once('SIGINT', interrupt);
    try {
      const summary = await replay({
        ...options,
        ...login(options),
        source,
        url: options.url ?? brokerUrl(),
        signal: interrupted.signal,
        onProgress: ({ done, total }) => {
          if (total !== null) progress ??= startProgress({ label: 'replaying', total });
          progress?.update(done);
        },
        onProblem: (problem) => problems.push(problemOf(problem)),
      });
      progress?.end();
      if (json) printJson({ ...summary, problems });
      else print(report(summary, problems));
      if (interrupted.signal.aborted) return 130;
      return summary.failed > 0 ? 1 : 0;
    } finally {
      progress?.end();
      process.off('SIGINT', interrupt);
    }
  },
};

function readSpeed(text: string): number {
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new InvalidArgumentError('Allowed choices are numbers above 0.');
}

/** Who we say we are: the home by its token, or nobody, who may speak for the demo home only. */
function login({ home, username = home, password = process.env['TWINWARD_MQTT_TOKEN'] }: Options): {
  username?: string;
  password?: string;
} {
  if (username === undefined) return {};
  if (password) return { username, password };
  throw new CodedError('command:usage', `\`${username}\` needs its device token`, {
    hint: `--password "$(twinward token --mqtt ${username})", or the variable TWINWARD_MQTT_TOKEN`,
  });
}

function brokerUrl(): string {
  const { env } = process;
  return readServerFile(dataFolder(env))?.mqtt ?? `mqtt://127.0.0.1:${env['TWINWARD_MQTT_PORT'] || 1883}`;
}

function report({ sent, acknowledged, failed, ms }: ReplaySummary, problems: readonly Problem[]): string {
  const seconds = (ms / 1000).toFixed(1);
  const sum = `${sent} messages sent, ${acknowledged} acknowledged, in ${seconds} s`;
  if (failed === 0) return sum;
  return [
    ...problems.map(formatProblem),
    '',
    `${sum}; ${failed} ${failed === 1 ? 'line was' : 'lines were'} left out`,
  ].join('\n');
}
