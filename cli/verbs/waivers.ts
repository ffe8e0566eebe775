import { CodedError } from '../../twin/CodedError.ts';
import { asAccount } from '../asAccount.ts';
import { instantOf } from '../instantOf.ts';
import { labelled, print, printJson } from '../output.ts';
import { connectServer, type ServerClient } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Waiver = {
  readonly id: string;
  readonly rules: readonly string[];
  readonly homeId: string | null;
  readonly area: { readonly id: string } | null;
  readonly owner: string;
  readonly reason: string | null;
  readonly starts: string;
  readonly ends: string;
  readonly state: string;
};
type Options = {
  readonly home?: string;
  readonly area?: string;
  readonly all?: true;
  readonly rule?: readonly string[];
  readonly clause?: readonly string[];
  readonly owner?: string;
  readonly reason?: string;
  readonly starts?: string;
  readonly ends?: string;
  readonly as?: string;
  readonly url?: string;
  readonly json?: true;
};

const SHOWN = 'id rules homeId area { id } owner reason givenBy starts ends state inForceAt endedAt';

/** `twinward waivers`: which rules do not act, for whom, why and until when; and gives and ends waivers as an account. */
export const verb: Verb = {
  examples: [
    'twinward waivers                         what is waived now or will be; --all shows also what was',
    'twinward waivers give --as regulator --home demo --rule access.commands/low_trust_actuator --owner "city office, Li Wei" --reason "valves are replaced in spring" --ends 2027-04-01',
    'twinward waivers give --as regulator --area community-1 --clause RA-9.4-d-s1 --owner "city office" --reason "old valves" --ends 2027-04-01',
    'twinward waivers end <id> --as regulator',
  ],
  configure(command) {
    command
      .argument('[what]', '`list`, `give` or `end`; `list` unless given')
      .argument('[id]', 'the waiver to end')
      .option('--home <home>', 'the home that it covers')
      .option('--area <area>', 'the area whose homes it covers')
      .option('--all', 'list those that ended too')
      .option('--rule <rule...>', 'a rule that is not to act, `<policy>/<rule>`')
      .option('--clause <clause...>', 'all waivable rules that rest on a clause')
      .option('--owner <owner>', 'who answers for it')
      .option('--reason <reason>', 'why')
      .option('--starts <date>', 'a day or instant; now unless given')
      .option('--ends <date>', 'the day or instant at which it ends')
      .option('--as <account>', 'the account that gives or ends it')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    const [what = 'list', id] = command.args;
    const server = await connectServer(options.url === undefined ? {} : { url: options.url });
    const found = await act(server, { what, id, options });
    if (options.json) printJson(found);
    else print(found.length === 0 ? 'nothing is waived' : found.map(toText).join('\n\n'));
    return 0;
  },
};

const NAMED = { what: 'a waiver is given or ended', example: 'regulator' } as const;

type Asked = { readonly what: string; readonly id: string | undefined; readonly options: Options };

async function act(server: ServerClient, { what, id, options }: Asked): Promise<readonly Waiver[]> {
  switch (what) {
    case 'list':
      return list(server, options);
    case 'give':
      return [await give(await asAccount(server, { ...options, ...NAMED }), options)];
    case 'end':
      if (id === undefined) throw usage('which waiver is to end is not said', '`twinward waivers` lists their ids');
      return [await end(await asAccount(server, { ...options, ...NAMED }), id)];
    default:
      throw usage(`\`${what}\` is nothing that can be done with waivers`, 'there are `list`, `give` and `end`');
  }
}

async function list(server: ServerClient, { home, area, all }: Options): Promise<readonly Waiver[]> {
  const { waivers } = await server.query(
    `query ($home: ID, $area: ID) { waivers(home: $home, area: $area) { ${SHOWN} } }`,
    { home, area },
  );
  return (waivers as readonly Waiver[]).filter(({ state }) => all || state !== 'ended');
}

async function give(server: ServerClient, options: Options): Promise<Waiver> {
  const { home, area, rule = [], clause = [], owner, reason, starts, ends } = options;
  if (owner === undefined || reason === undefined || ends === undefined) {
    throw usage('a waiver has an owner, a reason and an end', 'give `--owner`, `--reason` and `--ends`');
  }
  const waiver = {
    home,
    area,
    rules: rule,
    clauses: clause,
    owner,
    reason,
    starts: starts === undefined ? null : new Date(instantOf(starts)).toISOString(),
    ends: new Date(instantOf(ends)).toISOString(),
  };
  const { given } = await server.query(
    `mutation ($waiver: WaiverInput!) { given: giveWaiver(waiver: $waiver) { ${SHOWN} } }`,
    { waiver },
  );
  return given as Waiver;
}

async function end(server: ServerClient, id: string): Promise<Waiver> {
  const { ended } = await server.query(`mutation ($id: ID!) { ended: endWaiver(id: $id) { ${SHOWN} } }`, { id });
  return ended as Waiver;
}

function toText({ id, rules, homeId, area, owner, reason, starts, ends, state }: Waiver): string {
  const rows = [
    ['rules', rules.join(', ')],
    ['covers', homeId === null ? `all homes of ${area?.id}` : `home ${homeId}`],
    ['term', `${starts} to ${ends}`],
    ['owner', owner],
    ['reason', reason ?? 'not for this reader'],
  ] as const;
  return [`${id}  ${state}`, ...rows.flatMap(([name, text]) => labelled(`  ${name}`, text, 10))].join('\n');
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('command:usage', message, { hint });
}
