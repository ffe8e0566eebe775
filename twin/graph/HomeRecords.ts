import type { HomeRecord, HomeRecordChange, HomeRecordState, IncidentDuty, Responsible } from '../homeRecords.ts';

/** A thing of a home with its state and what was done with it, oldest first. It is replaced, never edited. */
export type HomeRecordNode = {
  readonly record: HomeRecord;
  readonly state: HomeRecordState;
  readonly moves: readonly RecordMove[];
  readonly overdue: readonly { readonly what: IncidentDuty; readonly at: string }[];
  readonly responsible: Responsible | null;
  readonly report: Readonly<Record<string, string>> | null;
};
type RecordMove = {
  readonly move: string;
  readonly to: HomeRecordState;
  readonly by: string | null;
  readonly at: string;
  readonly note: string | null;
};
export type HomeRecords = ReadonlyMap<string, HomeRecordNode>;

/** Where each kind of thing begins. */
const FIRST = { binding: 'offered', firmware: 'offered', incident: 'opened' } as const;

/** The things of a home as a change leaves them; one that is not known changes nothing. */
export function foldHomeRecord(records: HomeRecords, change: HomeRecordChange): HomeRecords {
  if (change.kind === 'record_opened') {
    const { record, by, at } = change;
    const state = FIRST[record.kind];
    const responsible = record.kind === 'incident' ? record.responsible : null;
    const opened = { move: 'open', to: state, by, at, note: null };
    return new Map(records).set(record.id, { record, state, moves: [opened], overdue: [], responsible, report: null });
  }
  const node = records.get(change.record);
  if (!node) return records;
  if (change.kind === 'record_overdue') {
    const { what, at } = change;
    return new Map(records).set(change.record, { ...node, overdue: [...node.overdue, { what, at }] });
  }
  const { move, to, by, at, note, responsible = node.responsible, report = node.report } = change;
  const moves = [...node.moves, { move, to, by, at, note }];
  return new Map(records).set(change.record, { ...node, state: to, moves, responsible, report });
}
