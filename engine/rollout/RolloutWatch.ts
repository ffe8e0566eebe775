import type { Breach, ImpactKey, ObservedImpact, RolloutPlan } from '../../trust/activations/RolloutRecord.ts';
import type { Bundle, StagedDecision } from '../Bundles.ts';
import type { Clock } from '../Clock.ts';
import { decideInput } from '../decideInput.ts';
import { breachesOf } from './breachesOf.ts';
import { ImpactTally, impactOf } from './ImpactTally.ts';
import { Latencies } from './Latencies.ts';

/** So many decisions wait to be compared; what comes beyond is counted as skipped. */
const MOST_WAITING = 10_000;
/** How long is compared before others get a turn, in milliseconds. */
const SLICE_MS = 2;
/** The budget is held against what came last, too: the good of a week does not excuse the bad of a minute. */
const RECENT_MS = 60_000;

type Options = {
  readonly plan: Pick<RolloutPlan, 'budget' | 'sample'>;
  /** The bundle that decided before, and decides for all other homes. */
  readonly former: Bundle;
  readonly clock: Clock;
  /** What was observed of the stage before a restart. */
  readonly before?: ObservedImpact | null;
  /** Called once, with the first bounds that are broken. */
  readonly onBreach: (breaches: readonly Breach[]) => void;
};

/** Of fewer decisions the slowest of a hundred is the slowest of all: a pause of the machine. */
const FEWEST_TIMED = 200;

/** What a stage counts in a stretch of time. */
class Stretch {
  readonly tally: ImpactTally;
  readonly latencies = new Latencies();

  constructor(before: ObservedImpact | null = null) {
    this.tally = new ImpactTally(before);
  }

  measured() {
    const { count } = this.latencies;
    return { total: this.tally.total, p99Ms: count < FEWEST_TIMED ? null : this.latencies.quantile(0.99) };
  }
}

/**
 * Watches what a staged bundle decides: a stated share of it is decided under the former bundle too, when nothing else
 * waits, and held against the budget.
 */
export class RolloutWatch {
  readonly #options: Options;
  readonly #since: number;
  readonly #all: Stretch;
  #recent = new Stretch();
  #recentSince: number;
  readonly #waiting: StagedDecision[] = [];
  #isScheduled = false;
  #isOver = false;
  #decided: number;
  #skipped: number;
  #noted = 0;

  constructor(options: Options) {
    const { before = null, clock } = options;
    this.#options = options;
    this.#all = new Stretch(before);
    this.#decided = before?.decided ?? 0;
    this.#skipped = before?.skipped ?? 0;
    this.#recentSince = clock.now();
    this.#since = before ? Date.parse(before.since) : this.#recentSince;
  }

  /** Takes a decision in, at once and without deciding anything. */
  note(decided: StagedDecision): void {
    if (this.#isOver) return;
    this.#decided += decided.cells;
    this.#all.latencies.add(decided.ms);
    this.#recent.latencies.add(decided.ms);
    // Whenever the share of all so far passes a whole number, one is compared.
    const { sample } = this.#options.plan;
    const compared = Math.floor(this.#noted * sample);
    this.#noted += 1;
    if (Math.floor(this.#noted * sample) === compared) return;
    if (this.#waiting.length >= MOST_WAITING) this.#skipped += decided.cells;
    else this.#waiting.push(decided);
    this.#schedule();
  }

  get observed(): ObservedImpact {
    const { total, p99Ms } = this.#all.measured();
    return {
      since: new Date(this.#since).toISOString(),
      until: new Date(this.#options.clock.now()).toISOString(),
      decided: this.#decided,
      total: { ...total },
      lines: this.#all.tally.lines(),
      skipped: this.#skipped,
      p99Ms,
    };
  }

  /** Ends it; what waits is not compared any more. */
  close(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#compareSome();
    }).unref();
  }

  #compareSome(): void {
    const until = performance.now() + SLICE_MS;
    while (this.#waiting.length > 0 && performance.now() < until) this.#compare(this.#waiting.pop()!);
    this.#judge();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #compare({ decision, cells }: StagedDecision): void {
    const { former } = this.#options;
    const before = decideInput(decision.input, former.at(Date.parse(decision.at)));
    const impact = impactOf(before, decision, cells);
    const of = keyOf(decision);
    this.#all.tally.add(of, impact);
    this.#recent.tally.add(of, impact);
  }

  #judge(): void {
    const { plan, clock, onBreach } = this.#options;
    const breaches = [this.#all, this.#recent].flatMap((stretch) => breachesOf(plan.budget, stretch.measured()));
    if (clock.now() - this.#recentSince >= RECENT_MS) {
      this.#recent = new Stretch();
      this.#recentSince = clock.now();
    }
    if (breaches.length === 0 || this.#isOver) return;
    this.close();
    onBreach(breaches.filter((one, at) => breaches.findIndex(({ measure }) => measure === one.measure) === at));
  }
}

function keyOf({ asking, input }: StagedDecision['decision']): ImpactKey {
  const { tier, organisation } = input.subject;
  const { type, label } = input.resource;
  const { action, purpose } = asking;
  return { tier, organisation, action, purpose, resource: type, category: label.category };
}
