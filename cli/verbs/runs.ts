import { CodedError } from '../../twin/CodedError.ts';
import { instantOf } from '../instantOf.ts';
import { formatTable, print, printJson } from '../output.ts';
import { RUN_FIELDS, type ToldRun } from '../runText.ts';
import { connectServer } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { wholeNumber } from '../wholeNumber.ts';

type Options = {
  readonly home?: string;
  readonly device?: string;
  readonly rule?: string;
  readonly from?: string;
  readonly until?: string;
  readonly first: number;
  readonly after?: string;
  readonly url?: string;
  readonly json?: true;
};

const QUERY = `query ($home: ID, $device: ID, $rule: ID, $from: String, $until: String, $first: Int!, $after: String) {
  ruleRuns(home: $home, device: $device, rule: $rule, from: $from, until: $until, first: $first, after: $after) {
    nodes { ${RUN_FIELDS} } pageInfo { hasNextPage endCursor }
  }
}`;

/** `twinward runs`: what rules did, by home, device or rule and time, read as the auditor of the server. */
export const verb: Verb = {
  examples: [
    'twinward runs --home demo                                   what rules did in a home, newest first',
    'twinward runs --device demo:0x00158d0001 --from 2026-11-04T07:00:00+08:00 --until 2026-11-04T08:00:00+08:00',
    'twinward runs --rule gas_leak --json                        the same of a rule in all homes, for other programs',
  ],
  configure(command) {
    command
      .option('--home <home>', 'the home')
      .option('--device <device>', 'the device of the event')
      .option('--rule <rule>', "the rule; one of a home's own by its id there, or as `<home>/<id>`")
      .option('--from <instant>', 'the earliest event: a day or an instant')
      .option('--until <instant>', 'the end of the time, which is left out')
      .option('--first <count>', 'how many', wholeNumber(1, 200), 20)
      .option('--after <cursor>', 'go on where a page ended')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { url, json, from, until, ...where } = command.opts<Options>();
    if (where.home === undefined && where.device === undefined && where.rule === undefined) {
      throw new CodedError('command:usage', 'runs are looked up by home, device or rule', {
        hint: 'such as `twinward runs --home demo`',
      });
    }
    const time = { from: toIso(from), until: toIso(until) };
    const server = await connectServer(url === undefined ? {} : { url });
    const { nodes, pageInfo } = (await server.query(QUERY, { ...where, ...time }))['ruleRuns'] as {
      readonly nodes: readonly ToldRun[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
    if (json) {
      printJson({ runs: nodes, next: pageInfo.endCursor });
      return 0;
    }
    print(nodes.length === 0 ? 'no runs' : tableOf(nodes));
    if (pageInfo.hasNextPage) print(`\nmore with --after ${pageInfo.endCursor}`);
    if (nodes.length > 0) print('\n`twinward explain <run>` says why');
    return 0;
  },
};

function tableOf(runs: readonly ToldRun[]): string {
  const titles = ['at', 'run', 'rule', 'device', 'effects'].map((title) => ({ title }));
  return formatTable(
    titles,
    runs.map(({ at, id, rule, deviceId, homeId, effects }) => {
      const came = effects.map(({ kind, result }) => `${kind} ${result}`).join(', ');
      return [at, id, rule, deviceId ?? homeId, came];
    }),
  );
}

function toIso(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(instantOf(text)).toISOString();
}
