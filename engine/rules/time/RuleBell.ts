import type { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { Clock } from '../../Clock.ts';
import type { RuleEvent } from '../RuleEvent.ts';
import type { RulesInForce } from '../RulesInForce.ts';
import { dueNow, nextDueOf } from './dueUntil.ts';

type RuleBellPorts = {
  readonly rules: RulesInForce;
  readonly graph: TwinGraph;
  readonly clock: Clock;
  /** Lets rules react; it rejects for what could not be kept. */
  readonly react: (event: RuleEvent) => Promise<void>;
  /** Told when all is done that was due until an instant. */
  readonly onTaken: (until: number) => void;
  readonly onProblem: (problem: { readonly what: string; readonly cause: unknown }) => void;
};

/** A timer is set no further ahead: a clock that was set shows by then. */
const LOOK_AGAIN_MS = 60_000;
/** So many homes react side by side. */
const SIDE_BY_SIDE = 200;

/** Wakes rules at the instants that they wait for: times, the sun, and what has lasted. Nothing is asked in between. */
export class RuleBell {
  readonly #ports: RuleBellPorts;
  #cancel = () => {};
  #setFor = Number.POSITIVE_INFINITY;
  #ringing = false;
  #closed = false;

  constructor(ports: RuleBellPorts) {
    this.#ports = ports;
  }

  /** Sets the timer for what is due next: call it when something may have become due sooner. */
  look(): void {
    if (this.#ringing || this.#closed) return;
    const now = this.#ports.clock.now();
    const at = Math.min(this.#nextDue(), now + LOOK_AGAIN_MS);
    // Later is no matter: then it looks again.
    if (at >= this.#setFor && this.#setFor > now) return;
    this.#cancel();
    this.#setFor = at;
    this.#cancel = this.#ports.clock.after(Math.max(0, at - now), () => void this.ring());
  }

  /** Brings about what is due now. */
  async ring(): Promise<void> {
    if (this.#ringing || this.#closed) return;
    this.#ringing = true;
    this.#setFor = Number.POSITIVE_INFINITY;
    try {
      await this.#bringAbout(this.#ports.clock.now());
    } catch (cause) {
      this.#ports.onProblem({ what: 'what rules wait for could not be looked for', cause });
    }
    this.#ringing = false;
    this.look();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #bringAbout(now: number): Promise<void> {
    const { rules, graph, onTaken } = this.#ports;
    const isDue = this.#nextDue() <= now;
    const events = dueNow({ graph, timers: rules.timers, temporal: rules.temporal }, now);
    for (let from = 0; from < events.length; from += SIDE_BY_SIDE) {
      await Promise.all(events.slice(from, from + SIDE_BY_SIDE).map((event) => this.#react(event)));
    }
    if (isDue) onTaken(now);
  }

  async #react(event: RuleEvent): Promise<void> {
    try {
      await this.#ports.react(event);
    } catch (cause) {
      this.#ports.onProblem({ what: 'what a rule waited for could not be brought about', cause });
    }
  }

  #nextDue(): number {
    const { rules, graph } = this.#ports;
    return nextDueOf({ graph, timers: rules.timers, temporal: rules.temporal });
  }
}
