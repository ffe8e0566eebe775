import { CodedError } from '../../twin/CodedError.ts';
import { asAccount } from '../asAccount.ts';
import { commandsText, type ToldCommand } from '../commandsText.ts';
import { print, printJson } from '../output.ts';
import { connectServer } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';
import { wholeNumber } from '../wholeNumber.ts';

type Options = {
  readonly as?: string;
  readonly first: number;
  readonly state?: readonly string[];
  readonly url?: string;
  readonly json?: true;
};

const WHO = 'claimant rule account';
const SHOWN = `id deviceId values state reason detail ${WHO} alarmId holds issuedAt expiresAt movedAt
  winner { commandId ${WHO} property precedence clauses until }`;
const COMMANDS = `query ($home: ID!, $first: Int!) { home(id: $home) { devices { id name } commands(first: $first) { ${SHOWN} } } }`;

/** `twinward commands`: what the devices of a home were told, by whom, where each command stands, and who won. */
export const verb: Verb = {
  examples: [
    'twinward commands demo --as resident                  what is on its way, what holds, and what came last, newest first',
    'twinward commands demo --as resident --state lost     what did not come about, who won, and until when',
  ],
  configure(command) {
    command
      .argument('<home>', 'the home')
      .option('--as <account>', 'the account that reads; it sees what it may')
      .option('--first <number>', 'how many', wholeNumber(1, 200), 20)
      .option('--state <state...>', 'those in these states alone')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const options = command.opts<Options>();
    const { first, state, url, json } = options;
    const [home] = command.args;
    const machine = await connectServer(url === undefined ? {} : { url });
    const server = await asAccount(machine, { ...options, what: 'commands are read', example: 'resident' });
    const { home: found } = await server.query(COMMANDS, { home, first });
    if (!found) throw new CodedError('twin:home.not_found', `no home \`${home}\``);
    const commands = toldOf(found as Found).filter((each) => state?.includes(each.state) ?? true);
    if (json) printJson(commands);
    else print(commandsText(commands));
    return 0;
  },
};

type Found = {
  readonly devices: readonly { readonly id: string; readonly name: string | null }[];
  readonly commands: readonly Omit<ToldCommand, 'device'>[];
};

function toldOf({ devices, commands }: Found): readonly ToldCommand[] {
  const names = new Map(devices.map(({ id, name }) => [id, name]));
  return commands.map((each) => ({ ...each, device: { name: names.get(each.deviceId) ?? null } }));
}
