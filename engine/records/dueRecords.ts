import type { HomeRecordNode } from '../../twin/graph/HomeRecords.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { HomeRecord, HomeRecordChange, Incident, IncidentDuty } from '../../twin/homeRecords.ts';
import { moveRecord } from '../../twin/lifecycles/moveRecord.ts';
import type { IncidentGrade, IncidentState } from '../../twin/words.ts';

const MINUTE = 60_000;

/**
 * By when an incident is looked at and contained, in minutes after it is opened. The terms between platforms set them
 * (CC-4.2.5-b); these hold where they say nothing. An upper grade that lasts an hour is announced (CC-4.2.6-b).
 */
const MINUTES: Readonly<Record<IncidentGrade, Readonly<Partial<Record<IncidentDuty, number>>>>> = {
  particularly_major: { response: 15, containment: 2 * 60, announcement: 60 },
  major: { response: 30, containment: 4 * 60, announcement: 60 },
  relatively_large: { response: 60, containment: 24 * 60, announcement: 60 },
  general: { response: 4 * 60, containment: 72 * 60 },
};

/** The instants at which the duties of an incident are due that is opened at `at` (milliseconds since 1970). */
export function dutiesFor(grade: IncidentGrade, at: number): Incident['due'] {
  return Object.fromEntries(
    Object.entries(MINUTES[grade]).map(([what, minutes]) => [what, new Date(at + minutes * MINUTE).toISOString()]),
  );
}

/** States in which an incident still hurts. */
const UNCONTAINED: readonly IncidentState[] = ['opened', 'investigated_jointly', 'investigated_by_third', 'attributed'];

/** Whether a duty has been done: somebody has done something; it is contained; it was recovered from before it had to be announced. */
function isDone(what: IncidentDuty, { state, moves }: HomeRecordNode): boolean {
  if (what === 'response') return moves.length > 1;
  const isContained = !UNCONTAINED.includes(state as IncidentState);
  return what === 'containment' ? isContained : isContained && state !== 'contained';
}

/** The duties of an incident that are neither done nor told as overdue, with their instants. */
function* openDuties(node: HomeRecordNode): Generator<readonly [IncidentDuty, number]> {
  if (node.record.kind !== 'incident') return;
  for (const [what, at] of Object.entries(node.record.due) as [IncidentDuty, string][]) {
    if (!isDone(what, node) && !node.overdue.some((each) => each.what === what)) yield [what, Date.parse(at)];
  }
}

/** A device that does not say within a day that it has new firmware did not get it. */
const INSTALLING_MS = 24 * 60 * MINUTE;

/** When time alone moves a binding or an update, and by which event; null when it does not. */
function moveInTime({ record, state, moves }: HomeRecordNode): { at: number; event: 'expire' | 'fail' } | null {
  if (record.kind === 'binding' && state === 'offered') return { at: Date.parse(record.ends), event: 'expire' };
  if (record.kind !== 'firmware' || state !== 'installing') return null;
  return { at: Date.parse(moves.at(-1)!.at) + INSTALLING_MS, event: 'fail' };
}

/** What time alone makes of the records of a home: offers lapse, installations fail, and what was not done is overdue. */
export function dueRecords({ home, records }: HomeNode, now: number): readonly HomeRecordChange[] {
  const at = new Date(now).toISOString();
  return [...records.values()].flatMap((node): readonly HomeRecordChange[] => {
    const move = moveInTime(node);
    const moved = move && move.at <= now ? [moveRecord(node, { event: move.event, by: null, at })] : [];
    const overdue = [...openDuties(node)].filter(([, due]) => due <= now);
    return [
      ...moved,
      ...overdue.map(([what]): HomeRecordChange => {
        return { kind: 'record_overdue', home: home.id, record: node.record.id, what, at };
      }),
    ];
  });
}

/** The instants at which something of them becomes due, past ones among them. */
export function* instantsOfRecords({ records }: HomeNode): Generator<number> {
  for (const node of records.values()) {
    const move = moveInTime(node);
    if (move) yield move.at;
    for (const [, due] of openDuties(node)) yield due;
  }
}

/** The instants at which time alone makes something of a record that was just opened. */
export function* instantsOfRecord(record: HomeRecord): Generator<number> {
  if (record.kind === 'binding') yield Date.parse(record.ends);
  if (record.kind === 'incident') for (const at of Object.values(record.due)) yield Date.parse(at);
}
