import type { AskedDecision } from '../engine/Decision.ts';
import type { Duty } from '../engine/obligations/duties.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';

/** The entries of the audit by which what a decision asks for beside an answer about a home is carried out. */
export function dutyEntries({ id, asking }: AskedDecision, home: string, duties: readonly Duty[]): AuditEntry[] {
  const common = { kind: 'obligation', subject: asking.subject.account, home, decision: id } as const;
  return duties.map((duty) => ({ ...common, ...said(duty) }));
}

function said(duty: Duty) {
  switch (duty.kind) {
    case 'audit':
      return { duty: duty.kind };
    case 'notify':
      return { duty: duty.kind, who: duty.who, told: duty.persons };
    case 'retain_until':
      return { duty: duty.kind, until: duty.until };
  }
}
