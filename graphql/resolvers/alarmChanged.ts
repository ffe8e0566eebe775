import type { HomeResource } from '../../engine/AccessRequest.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { LIFE_SAFETY_KINDS, type Purpose } from '../../twin/words.ts';
import type { AlarmEvent } from '../ServerPorts.ts';
import type { Context } from './Context.ts';
import { type Decided, decidedStream, resolveDecided } from './decidedStream.ts';
import type { Session } from './Session.ts';
import { isHidden, showAlarm } from './showAlarm.ts';
import { livesThere } from './views.ts';
import { seenHome, visibleHome, visibleHomes } from './visibility.ts';

type AlarmChangedArgs = {
  readonly home?: string | null;
  readonly area?: string | null;
  readonly purpose?: Purpose | null;
  readonly standing?: boolean;
};

/** Stands in the place of a decision: telling a home's own people of a danger to their life is never refused. */
const BY_LIFE_SAFETY = { id: 'life_safety' };

type ToldAlarm = ReturnType<typeof showAlarm>;

/** Alarms as they change, each decided for the caller when it happens, as long as the home is the caller's to see. */
function subscribe(_root: unknown, args: AlarmChangedArgs, context: Context): AsyncIterable<Decided<ToldAlarm>> {
  const { graph, alarms } = context.session.ports;
  const { home } = args;
  if (home != null) seenHome(graph, context.session.caller, home);
  return decidedStream(context, {
    mayListen: ({ caller }) => home == null || visibleHome(graph, caller, home) !== null,
    first: () => (args.standing ? standing(context.session, args) : []),
    listen: (listener: (event: AlarmEvent) => void) => alarms.subscribe(listener),
    tell: (session, event) => tell(session, event, args),
  });
}

export const subscriptionResolvers = { Subscription: { alarmChanged: { subscribe, resolve: resolveDecided } } };

/** The alarms that are not reset, as if they had just changed. */
function* standing({ caller, ports: { graph } }: Session, { home: id, area }: AlarmChangedArgs): Generator<AlarmEvent> {
  for (const { home, alarms } of id == null ? visibleHomes(graph, caller, area) : [graph.home(id)]) {
    for (const { alarm, state } of alarms.values()) {
      if (state !== 'reset') yield { home: home.id, alarm: alarm.id, state };
    }
  }
}

function tell(session: Session, { home: id, alarm }: AlarmEvent, args: AlarmChangedArgs): ToldAlarm | null {
  const { graph } = session.ports;
  if (args.home != null && args.home !== id) return null;
  const home = visibleHome(graph, session.caller, id);
  if (!home || (args.area != null && !graph.liesWithin(home.home.area, args.area))) return null;
  const node = graph.alarm(id, alarm);
  if (isHidden(session.caller, node)) return null;
  session.lifeSafety = LIFE_SAFETY_KINDS.includes(node.alarm.kind) && livesThere(session, home);
  const by = decideAlarm(session, { type: 'alarm', home: id, id: alarm }, args.purpose);
  return by && showAlarm(graph, node, by);
}

/** The decision by which an alarm is told; null when it is not. */
function decideAlarm(session: Session, ref: HomeResource, purpose?: Purpose | null): { readonly id: string } | null {
  try {
    if (session.serves(ref, null)) {
      const decision = session.decide('subscribe', session.purpose(purpose), ref);
      if (allowsWhole(decision) && session.settle(decision, ref) !== null) return decision;
    }
  } catch (error) {
    // Without a bundle nothing can be decided; the stream goes on.
    if (!(error instanceof CodedError)) throw error;
    session.ports.log.error({ err: error }, 'an alarm could not be decided for a subscriber');
  }
  return session.lifeSafety ? BY_LIFE_SAFETY : null;
}
