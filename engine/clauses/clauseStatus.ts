import type { Citation } from './Citation.ts';
import type { Clause, ClauseRegister } from './ClauseRegister.ts';
import { loadClauses } from './ClauseRegister.ts';
import { findCitations } from './findCitations.ts';
import { type DutyRecord, readRecords } from './readRecords.ts';
import { readShown, type ShownClauses } from './shownClauses.ts';

/**
 * How far a clause has come: a passing test shows it, a policy, rule or lifecycle cites it, people have signed that they
 * did it, or nothing of these.
 */
export const CLAUSE_STATUSES = ['shown', 'enforced', 'record', 'open'] as const;
export type ClauseStatusName = (typeof CLAUSE_STATUSES)[number];

export type ClauseStatus = {
  readonly clause: Clause;
  readonly status: ClauseStatusName;
  /** What enforces it: `policy:<package>/<rule>`, `rule:<id>`, `lifecycle:<id>`, `record:<file>`. */
  readonly by: readonly string[];
  /** The passing tests that show it, `file > title`. */
  readonly tests: readonly string[];
};

type ClauseEvidence = {
  readonly citations: readonly Citation[];
  readonly shown: ShownClauses;
  readonly records: readonly DutyRecord[];
};

/** The status of every clause, read from the repository at `root`. */
export function readClauseStatus(root: string, register: ClauseRegister = loadClauses(root)): readonly ClauseStatus[] {
  return clauseStatus(register, {
    citations: findCitations(root),
    shown: readShown(root),
    records: readRecords(root, register),
  });
}

/** The status of every clause on this evidence, in the order of the register. */
function clauseStatus(register: ClauseRegister, evidence: ClauseEvidence): readonly ClauseStatus[] {
  const citing = Map.groupBy(evidence.citations, (citation) => citation.clause);
  const signed = Map.groupBy(
    evidence.records.flatMap((record) => record.clauses.map((id) => ({ id, by: `record:${record.place.file}` }))),
    ({ id }) => id,
  );
  return register.clauses.map((clause) => {
    const enforcing = citing.get(clause.id)?.map(({ by }) => by) ?? [];
    const recorded = signed.get(clause.id)?.map(({ by }) => by) ?? [];
    const tests = evidence.shown[clause.id] ?? [];
    return { clause, status: statusOf(tests, enforcing, recorded), by: unique([...enforcing, ...recorded]), tests };
  });
}

function statusOf(
  tests: readonly string[],
  enforcing: readonly string[],
  recorded: readonly string[],
): ClauseStatusName {
  if (tests.length > 0) return 'shown';
  if (enforcing.length > 0) return 'enforced';
  return recorded.length > 0 ? 'record' : 'open';
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
