import type { HomeResource } from '../../engine/AccessRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { drillAlarm } from '../../engine/safety/drillAlarm.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Change, Drill } from '../../twin/changes.ts';
import type { DrillNode, HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { AlarmEvent } from '../../twin/lifecycles/alarm.ts';
import { moveAlarm } from '../../twin/lifecycles/moveAlarm.ts';
import { moveDrill } from '../../twin/lifecycles/moveDrill.ts';
import type { AlarmKind, Purpose } from '../../twin/words.ts';
import { alarmEntries } from '../alarmEntries.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { instantOf } from './instantOf.ts';
import { text } from './instrumentInput.ts';
import type { Session } from './Session.ts';
import { isHidden, showAlarm } from './showAlarm.ts';
import { seenHome } from './visibility.ts';

type Asked = { readonly home: string; readonly purpose?: Purpose | null };
type DrillInput = {
  readonly home: string;
  readonly title: string;
  readonly devices: readonly string[];
  readonly starts?: string | null;
  readonly minutes: number;
};

/** The longest drill in minutes: what is forgotten ends by itself. */
const MOST_MINUTES = 240;

/** A mutation that moves an alarm. */
function moves(event: AlarmEvent): Resolve<unknown, Asked & { readonly alarm: string }, Promise<unknown>> {
  return async (_root, { home: id, alarm, purpose }, { session }) => {
    const { graph, clock, commit } = session.ports;
    const home = seenHome(graph, session.caller, id);
    const decision = await allowedAt(session, home, alarm, purpose);
    const node = home.alarms.get(alarm);
    found(node && !isHidden(session.caller, node) ? node : undefined, 'alarm', alarm);
    const at = new Date(clock.now()).toISOString();
    const by = session.caller.subject.account;
    const change = moveAlarm(graph, { home: id, alarm, event, by, at });
    await commit([change], alarmEntries(graph, [change]));
    return showAlarm(graph, graph.alarm(id, alarm), decision);
  };
}

const announceDrill: Resolve<
  unknown,
  { readonly input: DrillInput; readonly purpose?: Purpose | null },
  Promise<unknown>
> = async (_root, { input, purpose }, { session }) => {
  const { graph, newId, clock, commit } = session.ports;
  const home = seenHome(graph, session.caller, input.home);
  const id = newId();
  const decision = await allowedAt(session, home, id, purpose);
  for (const device of input.devices) found(home.devices.get(device), 'device', device);
  if (input.devices.length === 0) throw new CodedError('command:scope.empty', 'name at least one device');
  if (!(input.minutes >= 1 && input.minutes <= MOST_MINUTES)) {
    throw new CodedError('command:term.invalid', `a drill lasts 1 to ${MOST_MINUTES} minutes`);
  }
  const starts = Math.max(clock.now(), input.starts == null ? 0 : instantOf(input.starts));
  const drill: Drill = {
    id,
    home: input.home,
    title: text(input.title, 'title'),
    devices: [...new Set(input.devices)],
    starts: new Date(starts).toISOString(),
    ends: new Date(starts + input.minutes * 60_000).toISOString(),
    by: session.caller.subject.account ?? '',
  };
  const announced: Change = { kind: 'drill_announced', drill };
  await commit([announced], alarmEntries(graph, [announced]));
  if (starts <= clock.now()) await move(session, { home: input.home, drill: id, event: 'start' });
  return showDrill(graph.drill(input.home, id), decision);
};

const endDrill: Resolve<unknown, Asked & { readonly drill: string }, Promise<unknown>> = async (
  _root,
  { home: id, drill, purpose },
  { session },
) => {
  const { graph } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowedAt(session, home, drill, purpose);
  found(home.drills.get(drill), 'drill', drill);
  await move(session, { home: id, drill, event: 'end' });
  return showDrill(graph.drill(id, drill), decision);
};

const raiseDrillAlarm: Resolve<
  unknown,
  Asked & { readonly drill: string; readonly device: string; readonly kind: AlarmKind },
  Promise<unknown>
> = async (_root, { home: id, drill, device, kind, purpose }, { session }) => {
  const { graph, clock, newId, commit, issueCommands } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowedAt(session, home, drill, purpose);
  const node = found(home.drills.get(drill), 'drill', drill);
  const subject = session.caller.subject.account;
  const about = { id: `drill-${newId()}`, device, kind, account: subject, now: clock.now() };
  const { alarm, commands } = drillAlarm(graph, node, about);
  const entry: AuditEntry = { kind: 'alarm', subject, home: id, alarm: alarm.id, to: 'raised', rule: null, drill };
  await commit([{ kind: 'alarm_raised', alarm }], [entry]);
  await issueCommands(commands, []);
  return showAlarm(graph, graph.alarm(id, alarm.id), decision);
};

const drills: Resolve<unknown, Asked, unknown> = (_root, { home: id, purpose }, { session }) => {
  const home = seenHome(session.ports.graph, session.caller, id);
  return [...home.drills.values()].flatMap((node) => {
    const ref = refOf(home, node.drill.id);
    if (!session.serves(ref, null)) return [];
    const decision = session.decide('read', session.purpose(purpose), ref);
    return allowsWhole(decision) && session.settle(decision, ref) !== null ? [showDrill(node, decision)] : [];
  });
};

/** The resolvers of alarms that are dealt with, and of drills. Each is decided and written down before it is done. */
export const alarmResolvers = {
  Query: { drills },
  Mutation: {
    acknowledgeAlarm: moves('acknowledge'),
    handleAlarm: moves('handle'),
    resetAlarm: moves('reset'),
    announceDrill,
    raiseDrillAlarm,
    endDrill,
  },
};

/** Whoever deals with the alarms of a home may try them out. */
function allowedAt(session: Session, home: HomeNode, id: string, purpose?: Purpose | null): Promise<Decision> {
  return allowed(session, 'manage', session.purpose(purpose), refOf(home, id));
}

function refOf({ home }: HomeNode, id: string): HomeResource {
  return { type: 'alarm', home: home.id, id };
}

async function move(
  session: Session,
  what: { readonly home: string; readonly drill: string; readonly event: 'start' | 'end' },
): Promise<void> {
  const { graph, clock, commit } = session.ports;
  const by = session.caller.subject.account;
  const changes = moveDrill(graph, { ...what, by, at: clock.now() });
  await commit(changes, alarmEntries(graph, changes));
}

function showDrill({ drill, state }: DrillNode, by: Pick<Decision, 'id'>) {
  const { id, home: homeId, title, devices: deviceIds, starts, ends, by: announcedBy } = drill;
  return { id, homeId, title, deviceIds, state, starts, ends, announcedBy, decisionId: by.id };
}
