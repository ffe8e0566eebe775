import { type AnyStateMachine, transition } from 'xstate';

/** What an event does to a thing in a state: it moves it, with actions for the caller to carry out, or is refused. */
export type Step<State extends string, Event extends string> =
  | { readonly kind: 'moved'; readonly to: State; readonly actions: readonly string[] }
  | { readonly kind: 'refused'; readonly from: State; readonly event: Event; readonly allowed: readonly Event[] };

/** A machine without context whose states and events are closed lists of words. */
export type Lifecycle<State extends string, Event extends string> = {
  readonly machine: AnyStateMachine;
  readonly states: readonly State[];
  readonly events: readonly Event[];
};

/**
 * Says what an event does to a thing in a state. It is a pure function of both: no actor runs, nothing is carried out.
 *
 * @example
 * step(alarmLifecycle, 'raised', 'reset'); // { kind: 'refused', from: 'raised', event: 'reset', allowed: ['acknowledge', 'handle'] }
 */
export function step<State extends string, Event extends string>(
  { machine, events }: Lifecycle<State, Event>,
  state: State,
  event: Event,
): Step<State, Event> {
  const snapshot = machine.resolveState({ value: state, context: {} });
  const allowed = events.filter((each) => snapshot.can({ type: each }));
  if (!allowed.includes(event)) return { kind: 'refused', from: state, event, allowed };
  const [next, actions] = transition(machine, snapshot, { type: event });
  return { kind: 'moved', to: next.value as State, actions: actions.map((action) => action.type) };
}
