import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Clock } from '../Clock.ts';
import { instantsOfCommands } from './commandsOf.ts';

export type CommandTimersOptions = {
  readonly graph: Pick<TwinGraph, 'commands'>;
  readonly clock: Clock;
  /** Told of a home when time alone may move one of its commands. */
  readonly onDue: (home: string) => void;
};

/** One timer for each home whose commands wait for an instant: commands are too many to walk over the twin for each. */
export class CommandTimers {
  readonly #options: CommandTimersOptions;
  readonly #waiting = new Map<string, { readonly at: number; readonly cancel: () => void }>();

  constructor(options: CommandTimersOptions) {
    this.#options = options;
  }

  /** Waits for the next instant of a home's commands, if there is one. */
  wait(home: string): void {
    const { graph, clock, onDue } = this.#options;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const instant of instantsOfCommands(graph.commands.get(home)?.values() ?? [])) {
      if (instant > now && instant < next) next = instant;
    }
    const known = this.#waiting.get(home);
    if (known?.at === next) return;
    known?.cancel();
    this.#waiting.delete(home);
    if (next === Number.POSITIVE_INFINITY) return;
    const ring = () => {
      this.#waiting.delete(home);
      onDue(home);
    };
    this.#waiting.set(home, { at: next, cancel: clock.after(next - now, ring) });
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
