import type { Session } from './Session.ts';

/** What every resolver is handed. A subscription puts in a session for each event. */
export type Context = { session: Session; readonly closing: AbortSignal };

/** A resolver of one field. */
export type Resolve<Parent, Args, Result> = (parent: Parent, args: Args, context: Context) => Result;
