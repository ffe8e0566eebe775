import { Repeater } from 'graphql-yoga';
import type { HomeResource } from '../../engine/AccessRequest.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { LIFE_SAFETY_KINDS, type Purpose } from '../../twin/words.ts';
import type { AlarmEvent } from '../ServerPorts.ts';
import type { Context } from './Context.ts';
import type { Session } from './Session.ts';
import { isHidden, showAlarm } from './showAlarm.ts';
import { livesThere } from './views.ts';
import { seenHome, visibleHome } from './visibility.ts';

type AlarmChangedArgs = {
  readonly home?: string | null;
  readonly area?: string | null;
  readonly purpose?: Purpose | null;
};

/** One alarm on its way to a subscriber, with the session in which it was decided. */
type Told = { readonly session: Session; readonly alarm: ReturnType<typeof showAlarm> };

/** Stands in the place of a decision: telling a home's own people of a danger to their life is never refused. */
const BY_LIFE_SAFETY = { id: 'life_safety' };

/** How often a silent stream asks whether its caller may still listen. */
const RECHECK_MS = 1_000;

/**
 * Alarms as they change, each decided for the caller when it happens. The stream ends when the token no longer stands,
 * when the home that it is about is no longer the caller's to see, and when the server closes.
 */
function subscribe(_root: unknown, args: AlarmChangedArgs, { session, closing }: Context): AsyncIterable<Told> {
  const { graph, alarms, clock, metrics } = session.ports;
  if (args.home != null) seenHome(graph, session.caller, args.home);
  return new Repeater<Told>(async (push, stop) => {
    let cancelRecheck = () => {};
    const recheck = () => {
      if (!mayListen(session, args)) stop();
      else cancelRecheck = clock.after(RECHECK_MS, recheck);
    };
    const onClosing = () => stop();
    const unsubscribe = alarms.subscribe((event) => {
      if (!mayListen(session, args)) return stop();
      const told = tell(session, event, args);
      // A subscriber that reads too slowly is let go; it asks for what it missed.
      if (told) push(told).then(undefined, stop);
    });
    closing.addEventListener('abort', onClosing);
    metrics.streams.inc();
    recheck();
    await stop;
    metrics.streams.dec();
    cancelRecheck();
    unsubscribe();
    closing.removeEventListener('abort', onClosing);
  });
}

/** Each event is a session of its own, so that its decisions are written down before it leaves. */
function resolve({ session, alarm }: Told, _args: unknown, context: Context) {
  context.session = session;
  return alarm;
}

export const subscriptionResolvers = { Subscription: { alarmChanged: { subscribe, resolve } } };

function mayListen({ caller, ports }: Session, { home }: AlarmChangedArgs): boolean {
  if (!caller.stillValid() || ports.clock.now() >= caller.expiresAt) return false;
  return home == null || visibleHome(ports.graph, caller, home) !== null;
}

function tell(stream: Session, { home: id, alarm }: AlarmEvent, args: AlarmChangedArgs): Told | null {
  const session = stream.next();
  const { graph, log } = session.ports;
  if (args.home != null && args.home !== id) return null;
  const home = visibleHome(graph, session.caller, id);
  if (!home || (args.area != null && !graph.liesWithin(home.home.area, args.area))) return null;
  const node = graph.alarm(id, alarm);
  if (isHidden(session.caller, node)) return null;
  session.lifeSafety = LIFE_SAFETY_KINDS.includes(node.alarm.kind) && livesThere(session, home);
  const by = decideAlarm(session, { type: 'alarm', home: id, id: alarm }, args.purpose);
  if (by !== null) return { session, alarm: showAlarm(graph, node, by) };
  session.record().catch((error: unknown) => log.error({ err: error }, 'a refused alarm was not written down'));
  return null;
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
