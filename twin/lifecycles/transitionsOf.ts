import { type Lifecycle, step } from './step.ts';

/** One move of a lifecycle: what an event makes of a state, and what the mover carries out besides. */
export type Transition<State extends string, Event extends string> = {
  readonly from: State;
  readonly event: Event;
  readonly to: State;
  readonly actions: readonly string[];
};

/** Every move that a lifecycle allows, in the order of its states and events; what is not there is refused. */
export function transitionsOf<State extends string, Event extends string>(
  lifecycle: Lifecycle<State, Event>,
): readonly Transition<State, Event>[] {
  return lifecycle.states.flatMap((from) =>
    lifecycle.events.flatMap((event) => {
      const next = step(lifecycle, from, event);
      return next.kind === 'moved' ? [{ from, event, to: next.to, actions: next.actions }] : [];
    }),
  );
}

/** The state that a lifecycle begins in. */
export function initialStateOf<State extends string>({ machine }: Lifecycle<State, string>): State {
  return machine.config.initial as State;
}

/** What of a lifecycle nothing ever comes to: states that no move leads to, and events that no state takes. */
export function unreachableIn<State extends string, Event extends string>(
  lifecycle: Lifecycle<State, Event>,
): { readonly states: readonly State[]; readonly events: readonly Event[] } {
  const transitions = transitionsOf(lifecycle);
  const reached = new Set([initialStateOf(lifecycle)]);
  // A set grows while it is gone through.
  for (const state of reached) for (const { from, to } of transitions) if (from === state) reached.add(to);
  const taken = new Set(transitions.filter(({ from }) => reached.has(from)).map(({ event }) => event));
  return {
    states: lifecycle.states.filter((state) => !reached.has(state)),
    events: lifecycle.events.filter((event) => !taken.has(event)),
  };
}
