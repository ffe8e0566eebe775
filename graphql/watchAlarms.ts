import type { CommandRequest } from '../engine/commands/CommandRequest.ts';
import { AlarmWatch, type AlarmWatchPorts } from '../engine/safety/AlarmWatch.ts';
import { loadEscalationPlan } from '../engine/safety/escalationPlan.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { CodedError } from '../twin/CodedError.ts';
import type { Change } from '../twin/changes.ts';
import { alarmEntries } from './alarmEntries.ts';

type Ports = Omit<AlarmWatchPorts, 'plan' | 'commit' | 'command'> & {
  /** The repository's root, where the plan of escalation is. */
  readonly root: string;
  readonly commit: (changes: readonly Change[], audit: readonly AuditEntry[]) => Promise<unknown>;
  readonly issue: (requests: readonly CommandRequest[], audit: readonly AuditEntry[]) => Promise<unknown>;
};

/** The watch over alarms that stand, written down as all else; and what is wrong with its plan. */
export function watchAlarms({ root, commit, issue, ...ports }: Ports): {
  readonly watch: AlarmWatch;
  readonly problem: CodedError | null;
} {
  const { plan, problem } = loadEscalationPlan(root);
  const watch = new AlarmWatch({
    ...ports,
    plan,
    commit: (changes) => commit(changes, alarmEntries(ports.graph, changes)),
    command: (requests) => issue(requests, []),
  });
  return { watch, problem };
}
