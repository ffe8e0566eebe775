import type { DecisionRecord } from '../../engine/Decision.ts';
import type { Notice } from '../../trust/audit/AuditEntry.ts';
import type { Resolve } from './Context.ts';

/** What the caller was to be told of, newest first: who was given what of a home of theirs, when and for what. */
export const notices: Resolve<unknown, { first: number }, Promise<unknown[]>> = async (
  _root,
  { first },
  { session },
) => {
  const { caller, ports } = session;
  const { person } = caller.subject;
  if (person === null) return [];
  const told = await ports.notices(person, first);
  return Promise.all(told.map(async (notice) => showNotice(notice, await ports.records.find(notice.decision))));
};

function showNotice({ at, home, decision, who }: Notice, record: DecisionRecord | null) {
  const common = { at, homeId: home, decisionId: decision, toldAs: who };
  if (!record) return { ...common, resources: [] };
  const { asking, outcome, resources } = record;
  const { account, organisation, tier, roles } = asking.subject;
  return {
    ...common,
    by: { account, organisation: organisation?.kind ?? null, tier, roles },
    action: asking.action,
    purpose: asking.purpose,
    outcome,
    // A record covers homes that are alike: of the others nothing is said.
    resources: resources.filter((resource) => 'home' in resource && resource.home === home),
  };
}
