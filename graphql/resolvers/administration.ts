import { CodedError } from '../../twin/CodedError.ts';
import type { Administration } from '../ServerPorts.ts';
import type { Resolve } from './Context.ts';

type ForAdministrator<Args, Result> = Resolve<unknown, Args, Promise<Result>>;

/** Resolvers for the holder of the local admin token alone. */
export const administrationResolvers = {
  Query: {
    deadLetterCounts: forAdministrator((administration) => administration.deadLetterCounts()),
    verifyAudit: forAdministrator((administration) => administration.verify()),
  },
  Mutation: {
    issueToken: forAdministrator((administration, { account }: { account: string }) =>
      administration.issueToken(account),
    ),
    issueDeviceToken: forAdministrator((administration, { home }: { home: string }) =>
      administration.issueDeviceToken(home),
    ),
  },
};

/** A resolver that serves the holder of the local admin token alone. */
export function forAdministrator<Args, Result>(
  serve: (administration: Administration, args: Args) => Promise<Result>,
): ForAdministrator<Args, Result> {
  return async (_root, args, { session }) => {
    if (session.caller.kind !== 'administrator') {
      throw new CodedError('access:role.missing', 'only the local administrator may do this', {
        hint: 'run the command on the machine of the server, where `server.json` holds its token',
      });
    }
    return serve(session.ports.administration, args);
  };
}
