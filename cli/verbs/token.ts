import { nearest } from '../../engine/clauses/nearest.ts';
import { DEMO_ROLES } from '../../graphql/demo/demoAccounts.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { print, printJson } from '../output.ts';
import { connectServer, type ServerClient } from '../serverClient.ts';
import type { ExitCode, Verb } from '../Verb.ts';

type Options = { readonly as?: string; readonly mqtt?: string; readonly url?: string; readonly json?: true };

/** `twinward token`: a fresh token of an account, or of a home's devices. The token alone is the last line. */
export const verb: Verb = {
  examples: [
    'twinward token --as resident             a token of a demo role, or of any account by its id',
    'twinward token --mqtt home-7             the token with which the devices of a home publish',
    'TOKEN=$(twinward token --as regulator | tail -n 1)',
  ],
  configure(command) {
    command
      .option('--as <account>', `an account: in a demo ${Object.keys(DEMO_ROLES).join(', ')}`)
      .option('--mqtt <home>', 'the devices of a home; their token before this one ends')
      .option('--url <url>', 'the server; that on the data folder unless given')
      .option('--json', 'print JSON');
  },
  async run(command): Promise<ExitCode> {
    const { as: account, mqtt: home, url, json } = command.opts<Options>();
    if ((account === undefined) === (home === undefined)) {
      throw new CodedError('command:usage', 'a token is for an account or for the devices of a home', {
        hint: 'give `--as <account>` or `--mqtt <home>`',
      });
    }
    const server = await connectServer(url === undefined ? {} : { url });
    const token = account === undefined ? await deviceToken(server, home!) : await accountToken(server, account);
    if (json) printJson({ account: account ?? null, home: home ?? null, token });
    else print(token);
    return 0;
  },
};

async function deviceToken(server: ServerClient, home: string): Promise<string> {
  const { token } = await server.query('mutation ($home: ID!) { token: issueDeviceToken(home: $home) }', { home });
  return String(token);
}

async function accountToken(server: ServerClient, account: string): Promise<string> {
  try {
    const { token } = await server.query('mutation ($account: ID!) { token: issueToken(account: $account) }', {
      account,
    });
    return String(token);
  } catch (error) {
    if (!(error instanceof CodedError && error.code === 'access:account.not_found')) throw error;
    const [guess] = nearest(account, Object.keys(DEMO_ROLES), 1);
    throw new CodedError(error.code, error.message, {
      hint: guess === undefined ? `a demo has ${Object.keys(DEMO_ROLES).join(', ')}` : `did you mean \`${guess}\`?`,
      cause: error,
    });
  }
}
