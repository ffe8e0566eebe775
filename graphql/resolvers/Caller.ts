import { NOBODY, type Subject } from '../../engine/AccessRequest.ts';
import type { Account } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Tier } from '../../twin/words.ts';

/** Who sent a request, as far as its token tells. */
export type Caller = {
  readonly kind: 'anonymous' | 'account' | 'administrator';
  readonly subject: Subject;
  /** The tier whose grades it is served; null serves all grades, of which policies then refuse what they refuse. */
  readonly tier: Tier | null;
  /** Whether the token still stands; a stream asks again and again. */
  readonly stillValid: () => boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

/** The caller without a token. It sees `__typename` and nothing else. */
export const anonymous: Caller = {
  kind: 'anonymous',
  subject: NOBODY,
  tier: null,
  stillValid: () => true,
  expiresAt: Number.POSITIVE_INFINITY,
};

/** The subject that holds the local admin token: it has no relation to any home, so policies permit it no reading. */
export const administrator: Subject = { ...NOBODY, tier: 'province', roles: ['administrator'], assurance: 'high' };

/** The subject that an account is, by what the graph knows now. */
export function subjectOf(graph: TwinGraph, account: Account): Subject {
  const organisation = account.organisation === null ? undefined : graph.organisations.get(account.organisation);
  return {
    account: account.id,
    person: account.person,
    organisation: organisation ? { id: organisation.id, kind: organisation.kind } : null,
    area: account.area,
    tier: account.tier,
    roles: account.roles,
    assurance: account.assurance,
    multiFactor: account.multiFactor,
  };
}
