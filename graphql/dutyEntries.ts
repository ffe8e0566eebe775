import type { ResourceRef } from '../engine/AccessRequest.ts';
import type { AskedDecision } from '../engine/Decision.ts';
import type { Duty } from '../engine/obligations/duties.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';

/** The entries of the audit by which what a decision asks for beside an answer about a resource is carried out. */
export function dutyEntries(
  { id, asking }: Pick<AskedDecision, 'id' | 'asking'>,
  resource: ResourceRef,
  duties: readonly Duty[],
): AuditEntry[] {
  const home = 'home' in resource ? resource.home : null;
  const common = { kind: 'obligation', subject: asking.subject.account, home, decision: id } as const;
  return duties.map((duty) => ({ ...common, ...said(duty) }));
}

function said(duty: Duty) {
  switch (duty.kind) {
    case 'audit':
      return { duty: duty.kind, ...(duty.orders.length > 0 && { orders: duty.orders }) };
    case 'notify':
      return { duty: duty.kind, who: duty.who, told: duty.persons };
    case 'retain_until':
      return { duty: duty.kind, until: duty.until };
  }
}
