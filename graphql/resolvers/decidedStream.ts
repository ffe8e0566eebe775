import { Repeater } from 'graphql-yoga';
import type { Context } from './Context.ts';
import type { Session } from './Session.ts';

/** How often a silent stream asks whether its caller may still listen. */
const RECHECK_MS = 1_000;

type Stream<Event, Told> = {
  /** Whether the caller may listen still; the token is asked beside. */
  readonly mayListen?: (session: Session) => boolean;
  /** What is so already and is told before what happens: taken one by one, as fast as the subscriber reads. */
  readonly first?: () => Iterable<Event>;
  readonly listen: (listener: (event: Event) => void) => () => void;
  /** What of an event is told, decided within a session of its own; null when nothing is. */
  readonly tell: (session: Session, event: Event) => Told | null;
};

/** One thing on its way to a subscriber, with the session in which it was decided. */
export type Decided<Told> = { readonly session: Session; readonly told: Told };

/**
 * Events as they happen, each decided for the caller then. The stream ends when the token no longer stands, when the
 * caller may no longer listen, and when the server closes.
 */
export function decidedStream<Event, Told>(
  { session, closing }: Context,
  { mayListen = () => true, first = () => [], listen, tell }: Stream<Event, Told>,
): AsyncIterable<Decided<Told>> {
  const { clock, log, metrics } = session.ports;
  const { caller } = session;
  const isOpen = () => caller.stillValid() && clock.now() < caller.expiresAt && mayListen(session);
  return new Repeater<Decided<Told>>(async (push, stop) => {
    let cancelRecheck = () => {};
    const recheck = () => {
      if (!isOpen()) stop();
      else cancelRecheck = clock.after(RECHECK_MS, recheck);
    };
    const onClosing = () => stop();
    const pass = async (event: Event): Promise<void> => {
      const next = session.next();
      const told = tell(next, event);
      if (told !== null) await push({ session: next, told });
      else next.record().catch((error: unknown) => log.error({ err: error }, 'what was refused was not written down'));
    };
    const unsubscribe = listen((event) => {
      if (!isOpen()) return stop();
      // A subscriber that reads too slowly is let go; it asks for what it missed.
      pass(event).catch(stop);
    });
    const passFirst = async (): Promise<void> => {
      for (const event of first()) if (isOpen()) await pass(event);
    };
    passFirst().catch(stop);
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
export function resolveDecided<Told>({ session, told }: Decided<Told>, _args: unknown, context: Context): Told {
  context.session = session;
  return told;
}
