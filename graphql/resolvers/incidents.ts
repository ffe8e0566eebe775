import type { Decision } from '../../engine/Decision.ts';
import { dutiesFor } from '../../engine/records/dueRecords.ts';
import { gradeOf, type Impact } from '../../engine/records/gradeOf.ts';
import { responsibleFor } from '../../engine/records/responsibleFor.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { HomeRecordNode } from '../../twin/graph/HomeRecords.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { Incident, Responsible } from '../../twin/homeRecords.ts';
import type { IncidentEvent } from '../../twin/lifecycles/incident.ts';
import { moveRecord } from '../../twin/lifecycles/moveRecord.ts';
import { type IncidentClass, LIFE_SAFETY_KINDS } from '../../twin/words.ts';
import { found } from './allowed.ts';
import type { Context, Resolve } from './Context.ts';
import { decidedStream, resolveDecided } from './decidedStream.ts';
import { type AskedOfHome, actOf, keep, mayManage, readRecord, readRecords, recordOf } from './homeRecords.ts';
import { text } from './instrumentInput.ts';
import { seenHome, visibleHome } from './visibility.ts';

type IncidentInput = Partial<Impact> & {
  readonly title: string;
  readonly class?: IncidentClass | null;
  readonly alarm?: string | null;
  readonly finding?: string | null;
  readonly leftAt?: string | null;
  readonly device?: string | null;
};
type OfIncident = AskedOfHome & { readonly incident: string };

/** Opened by hand, or for an alarm or a finding; its grade and who answers for it follow from what is known. */
const openIncident: Resolve<unknown, AskedOfHome & { readonly incident: IncidentInput }, Promise<unknown>> = async (
  _root,
  { incident: input, ...asked },
  { session },
) => {
  const { graph, newId, clock } = session.ports;
  const id = newId();
  const { home, decision } = await mayManage(session, 'incident', asked, id);
  const { cause, device, danger } = causeOf(home, input);
  const { grade, because } = gradeOf({
    people: input.people ?? home.people.size,
    danger: input.danger ?? danger,
    sensitive: input.sensitive ?? false,
    minutesDown: input.minutesDown ?? 0,
  });
  const kind = input.class ?? 'other';
  const known = { class: kind, leftAt: input.leftAt ?? null, device: input.device ?? device };
  const record: Incident = {
    kind: 'incident',
    id,
    home: home.home.id,
    title: text(input.title, 'title'),
    class: kind,
    grade,
    because,
    cause,
    responsible: responsibleFor(graph, home, known),
    due: dutiesFor(grade, clock.now()),
  };
  await keep(session, [{ kind: 'record_opened', home: record.home, record, ...actOf(session) }]);
  return show(recordOf(graph.home(record.home), 'incident', id), decision);
};

type Moving = OfIncident & {
  readonly move: Exclude<IncidentEvent, 'close'>;
  readonly note?: string | null;
  readonly party?: string | null;
};

const moveIncident: Resolve<unknown, Moving, Promise<unknown>> = async (_root, args, { session }) => {
  const { incident, move, note, party, ...asked } = args;
  const { home, decision } = await mayManage(session, 'incident', asked, incident);
  const node = recordOf(home, 'incident', incident);
  const said = note == null ? null : text(note, 'note');
  const responsible = responsibleBy(move, node, party ?? null, said);
  const change = moveRecord(node, { event: move, note: said, ...(responsible && { responsible }), ...actOf(session) });
  await keep(session, [change]);
  return show(recordOf(home, 'incident', incident), decision);
};

/** What is written down of an incident before it is closed (CC-4.2.5-b-2). */
const ITEMS = ['cause', 'affectedTime', 'accountability', 'emergency', 'resolution', 'review', 'improvement'] as const;
type ReportInput = Readonly<Partial<Record<(typeof ITEMS)[number], string | null>>>;

const closeIncident: Resolve<unknown, OfIncident & { readonly report: ReportInput }, Promise<unknown>> = async (
  _root,
  { incident, report, ...asked },
  { session },
) => {
  const { home, decision } = await mayManage(session, 'incident', asked, incident);
  const node = recordOf(home, 'incident', incident);
  const missing = ITEMS.filter((item) => (report[item] ?? '').trim() === '');
  if (missing.length > 0) {
    throw new CodedError('twin:incident.report_incomplete', `the record lacks ${missing.join(', ')} (CC-4.2.5-b-2)`, {
      hint: 'an incident is closed with all seven items',
    });
  }
  if (node.state === 'recovered' && ['major', 'particularly_major'].includes(node.record.grade)) {
    throw new CodedError('twin:incident.untracked', 'a major incident is tracked before it is closed (CC-4.2.7)', {
      hint: 'move it by `track` and say which measures are carried out',
    });
  }
  const written = Object.fromEntries(ITEMS.map((item) => [item, text(report[item]!, item)]));
  await keep(session, [moveRecord(node, { event: 'close', report: written, ...actOf(session) })]);
  return show(recordOf(home, 'incident', incident), decision);
};

const incidents: Resolve<unknown, AskedOfHome, unknown> = (_root, asked, { session }) => {
  return readRecords(session, 'incident', asked).map(({ node, decision }) => show(node, decision));
};

/** Incidents as they are opened and move, and as something of them is overdue, each decided for the caller then. */
function subscribe(_root: unknown, asked: AskedOfHome, context: Context) {
  const { graph, onChange } = context.session.ports;
  seenHome(graph, context.session.caller, asked.home);
  return decidedStream(context, {
    mayListen: ({ caller }) => visibleHome(graph, caller, asked.home) !== null,
    listen: (listener: (incident: string) => void) =>
      onChange((change) => {
        if (change.kind === 'record_opened' && change.home === asked.home) listener(change.record.id);
        const isMoved = change.kind === 'record_moved' || change.kind === 'record_overdue';
        if (isMoved && change.home === asked.home) listener(change.record);
      }),
    tell: (session, id): ReturnType<typeof show> | null => {
      const read = readRecord(session, 'incident', asked, id, 'subscribe');
      return read && show(read.node, read.decision);
    },
  });
}

/** The resolvers of incidents. */
export const incidentResolvers = {
  Query: { incidents },
  Mutation: { openIncident, moveIncident, closeIncident },
  Subscription: { incidentChanged: { subscribe, resolve: resolveDecided } },
};

function causeOf(home: HomeNode, { alarm: alarmId, finding: findingId }: IncidentInput) {
  if (alarmId != null) {
    const { alarm } = found(home.alarms.get(alarmId), 'alarm', alarmId);
    const cause = { kind: 'alarm', id: alarm.id } as const;
    return { cause, device: alarm.device, danger: LIFE_SAFETY_KINDS.includes(alarm.kind) };
  }
  if (findingId != null) {
    const finding = found(
      home.findings.find(({ id }) => id === findingId),
      'finding',
      findingId,
    );
    return { cause: { kind: 'finding', id: finding.id } as const, device: finding.device, danger: false };
  }
  return { cause: null, device: null, danger: false };
}

/** Who answers for it after a move: whoever is named, else whoever the twin found; while it is unclear nobody does. */
function responsibleBy(
  move: IncidentEvent,
  { responsible }: HomeRecordNode,
  party: string | null,
  note: string | null,
): Responsible | null {
  if (move === 'share')
    return { party: party ?? 'shared', because: note ?? 'no third party could tell who answers for it' };
  if (move !== 'attribute') return null;
  if (party !== null) return { party, because: note ?? 'the parties confirmed it' };
  if (responsible) return responsible;
  throw new CodedError('twin:incident.unattributed', 'nobody is known to answer for it: name a `party` (CC-4.2.2)', {
    hint: 'while it is unclear move it by `consult`: the parties investigate together',
  });
}

function show(node: HomeRecordNode & { readonly record: Incident }, { id: decisionId }: Decision) {
  const { record, state, moves, overdue, responsible, report } = node;
  const { id, home: homeId, title, class: kind, grade, because, cause, due } = record;
  const duties = Object.entries(due).map(([what, at]) => ({ what, at }));
  const said = { title, class: kind, grade, because, cause, responsible, report };
  return { id, homeId, ...said, duties, overdue, state, moves, decisionId };
}
