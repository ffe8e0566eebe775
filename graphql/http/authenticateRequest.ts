import { subjectOf } from '../../engine/subjectOf.ts';
import type { ErrorCode } from '../../twin/CodedError.ts';
import type { Tier } from '../../twin/words.ts';
import { administrator, anonymous, type Caller } from '../resolvers/Caller.ts';
import type { Identity, ServerPorts } from '../ServerPorts.ts';

/** Who sent a request, or why nobody is let in. */
export type Authenticated =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly code: ErrorCode; readonly message: string };

type AuthenticatePorts = Pick<ServerPorts, 'graph' | 'authenticate'>;

/**
 * Authenticates a request by its bearer header, for the endpoint of a tier, or for `/graphql` when the tier is null:
 * that one serves the tier of the token, and without a token the anonymous caller.
 */
export function authenticateRequest(
  header: string | undefined,
  endpoint: Tier | null,
  ports: AuthenticatePorts,
): Authenticated {
  if (header === undefined) {
    if (endpoint === null) return { kind: 'caller', caller: anonymous };
    return refused(401, 'access:token.missing', 'this endpoint needs a token');
  }
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
  const identity = token === undefined ? null : ports.authenticate(token);
  const caller = identity && callerOf(identity, token!, ports);
  if (!caller) return refused(401, 'access:token.invalid', 'the token is unknown or has expired');
  if (endpoint !== null && caller.subject.tier !== endpoint) {
    return refused(
      403,
      'access:tier.mismatch',
      `a token of tier ${caller.subject.tier} is not served at this endpoint`,
    );
  }
  return { kind: 'caller', caller };
}

function callerOf(identity: Identity, token: string, { graph, authenticate }: AuthenticatePorts): Caller | null {
  const { expiresAt } = identity;
  if (identity.kind === 'administrator') {
    const stillValid = () => authenticate(token) !== null;
    return { kind: 'administrator', subject: administrator, tier: null, stillValid, expiresAt };
  }
  const account = graph.accounts.get(identity.account);
  // A token of a tier that its account has left is no token any more.
  if (!account || account.tier !== identity.tier) return null;
  // What the account was when it asked is what is decided about: when it changes, its streams end.
  const stillValid = () => authenticate(token) !== null && graph.accounts.get(account.id) === account;
  return { kind: 'account', subject: subjectOf(graph, account), tier: account.tier, stillValid, expiresAt };
}

function refused(status: 401 | 403, code: ErrorCode, message: string): Authenticated {
  return { kind: 'refused', status, code, message };
}
