import { CodedError } from '../twin/CodedError.ts';
import type { ServerClient } from './serverClient.ts';

export type AccountOptions = {
  /** The account to act as, at the server of the data folder. */
  readonly as?: string;
  /** Another server: its token says who acts. */
  readonly url?: string;
  /** What is to be done, as `a waiver is given`, for who is told that no account is named. */
  readonly what: string;
  /** An account of the demo that may do it. */
  readonly example: string;
};

/**
 * The same server as a named account: the token of the machine does nothing in the name of people, so one is made for the
 * account here. Throws `command:usage` when none is named.
 */
export async function asAccount(
  server: ServerClient,
  { as: account, url, what, example }: AccountOptions,
): Promise<ServerClient> {
  if (account !== undefined) {
    const { token } = await server.query('mutation ($account: ID!) { token: issueToken(account: $account) }', {
      account,
    });
    return server.withToken(String(token));
  }
  if (url !== undefined) return server;
  throw new CodedError('command:usage', `as whom ${what} is not said`, {
    hint: `name an account with \`--as\`, in a demo \`--as ${example}\``,
  });
}
