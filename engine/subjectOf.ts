import type { Account } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';
import type { Subject } from './AccessRequest.ts';

/** The subject that an account is, by what the graph knows. */
export function subjectOf(graph: TwinGraph, account: Account): Subject {
  const organisation = account.organisation === null ? undefined : graph.organisations.get(account.organisation);
  const ageBand = account.person === null ? undefined : graph.people.get(account.person)?.ageBand;
  return {
    account: account.id,
    person: account.person,
    organisation: organisation ? { id: organisation.id, kind: organisation.kind } : null,
    area: account.area,
    tier: account.tier,
    roles: account.roles,
    assurance: account.assurance,
    multiFactor: account.multiFactor,
    ...(ageBand && { ageBand }),
  };
}
