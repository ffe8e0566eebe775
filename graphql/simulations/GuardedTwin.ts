import type { Subject } from '../../engine/AccessRequest.ts';
import type { Clock } from '../../engine/Clock.ts';
import { type LiveCensus, LiveColumns, type TakeOptions } from '../../engine/census/LiveColumns.ts';
import type { Paid } from '../../engine/simulate/guard/guardReport.ts';
import { PrivacyBudget, snapshotDay } from '../../engine/simulate/guard/PrivacyBudget.ts';
import type { Right } from '../../engine/simulate/guard/rightOf.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { invariant } from '../../twin/CodedError.ts';
import type { Change } from '../../twin/changes.ts';
import { forkGraph } from '../../twin/graph/forkGraph.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';

/** How a simulation is played for a reader without the right to exact counts. */
export type RunGuard = {
  readonly right: Extract<Right, { kind: 'guarded' }>;
  /** The homes as they are counted all day. */
  readonly take: (options: TakeOptions) => Promise<LiveCensus>;
  /** Pays for the answer, once it is known which bundles are compared: there is none unless this resolves. */
  readonly pay: (bundles: { readonly baseline: string; readonly proposed: string }) => Promise<Paid>;
};

type Ports = {
  readonly graph: TwinGraph;
  readonly clock: Clock;
  readonly commit: (changes: readonly Change[]) => Promise<void>;
  readonly secret: Uint8Array;
  /** A fresh identifier that nobody can guess. */
  readonly newId: () => string;
};

type Asked = {
  readonly subject: Subject;
  readonly right: RunGuard['right'];
  readonly scenario: Scenario;
  /** How much to spend for less noise. */
  readonly units: number;
};

/** The twin as it stood when somebody first asked on a day, and what names that state. */
type Held = { readonly day: string; readonly erased: number; readonly state: string; readonly columns: LiveColumns };

/**
 * The twin for readers without the right to exact counts. They all see one state of it each day, the one at the first
 * question, so that nothing is learnt from what happens in between. After a start of the program within the day it is
 * another one, of which every answer is paid for again.
 */
export class GuardedTwin {
  readonly #ports: Ports;
  readonly #budget: PrivacyBudget;
  #held: Held | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#budget = new PrivacyBudget(ports);
  }

  /** For one simulation of somebody. */
  guardOf({ subject, right, scenario, units }: Asked): RunGuard {
    let counted: Held | null = null;
    return {
      right,
      take: (options) => {
        counted = this.#today();
        return counted.columns.take(options);
      },
      pay: async (bundles) => {
        invariant(counted, 'homes are taken before they are paid for');
        const { day, state } = counted;
        const paid = await this.#budget.pay({ subject, right, scenario, bundles, day, state, units });
        return { ...paid, secret: this.#ports.secret };
      },
    };
  }

  #today(): Held {
    const { graph, clock, newId } = this.#ports;
    const { day } = snapshotDay(clock.now());
    // What was erased must not be held any longer either.
    if (this.#held?.day !== day || this.#held.erased !== graph.erased) {
      this.#held = { day, erased: graph.erased, state: newId(), columns: new LiveColumns(forkGraph(graph)) };
    }
    return this.#held;
  }
}
