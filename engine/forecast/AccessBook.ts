import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { Columns } from '../census/Columns.ts';
import { graphSource } from '../census/graphSource.ts';
import { questionsOf } from '../simulate/questionsOf.ts';
import { reportAreasOf } from '../simulate/reportAreasOf.ts';
import type { Scenario } from '../simulate/Scenario.ts';
import type { OutcomePoint } from '../simulate/written/timeLine.ts';
import { CellLedger, type HomeState, type Moves, NOTHING_MOVED, type Sides } from './CellLedger.ts';
import type { AccessChange, Cause, CauseSum, MovedCells } from './Forecast.ts';
import { outcomeShares } from './outcomeShares.ts';

type OpenBook = Awaited<ReturnType<typeof openBook>>;

/** Reads the homes of a graph as a scenario asks about them. Throws as `questionsOf` does for what the graph does not have. */
export async function openBook(scenario: Scenario, graph: TwinGraph) {
  const source = graphSource(graph);
  const questions = questionsOf(scenario, graph);
  graph.dirtyHomes.clear();
  const columns = await Columns.build(source, { questions });
  const { areaOf } = reportAreasOf(scenario, columns);
  return { source, columns, questions, filter: scenario, areaOf };
}

/** Keeps what access there is: the cells of each day, and each change of them with its cause. */
export class AccessBook {
  readonly points: OutcomePoint[] = [];
  readonly changes: AccessChange[] = [];
  readonly #open: OpenBook;
  readonly #sidesAt: (now: number) => Sides;
  readonly #states: (HomeState | null)[] = [];
  readonly #causes = new Map<string, { -readonly [Member in keyof CauseSum]: CauseSum[Member] }>();
  readonly #ledgers = new Map<string, CellLedger>();
  #ledger: CellLedger | null = null;

  constructor(open: OpenBook, sidesAt: (now: number) => Sides) {
    this.#open = open;
    this.#sidesAt = sidesAt;
  }

  /** Asks everything at an instant: a census, and what the calendar has moved since it was asked last. */
  ask(now: number): void {
    const sides = this.#sidesAt(now);
    const former = this.#ledger;
    this.#ledger = this.#ledgerOf(sides);
    if (former === null) this.#readAll(this.#ledger);
    else if (former !== this.#ledger) this.#turn(new Date(now).toISOString(), former, this.#ledger);
    this.points.push(outcomeShares(this.#open, sides));
  }

  /** Takes in that homes may have changed. */
  take(at: string, cause: Cause, homes: ReadonlySet<string>): void {
    const { columns, source } = this.#open;
    const ledger = this.#ledger!;
    const indexes = [...homes].map((home) => source.indexOf(home));
    columns.refresh(indexes);
    const sum = { before: { ...NOTHING_MOVED }, after: { ...NOTHING_MOVED } };
    for (const index of indexes) {
      const state = ledger.stateOf(index);
      const former = this.#states[index] ?? null;
      this.#states[index] = state;
      if (state && former) addMoves(sum, ledger.compare(columns.areaOf.at(index), former, state));
    }
    this.#note(at, cause, indexes.length === 1 ? [...homes][0]! : null, sum);
  }

  /** Causes by their names, with all that they moved. */
  causes(): readonly CauseSum[] {
    return [...this.#causes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  }

  #readAll(ledger: CellLedger): void {
    for (let index = 0; index < this.#open.columns.size; index++) this.#states.push(ledger.stateOf(index));
  }

  #turn(at: string, from: CellLedger, to: CellLedger): void {
    const sum = { before: { ...NOTHING_MOVED }, after: { ...NOTHING_MOVED } };
    for (const [index, state] of this.#states.entries()) {
      if (state) addMoves(sum, from.compareWith(to, this.#open.columns.areaOf.at(index), state));
    }
    this.#note(at, { lifecycle: 'calendar', event: 'turn' }, null, sum);
  }

  /** The same ledger whenever the same policies meet the same requests: each weekend is like the one before. */
  #ledgerOf(sides: Sides): CellLedger {
    const fresh = new CellLedger(this.#open, sides);
    const { key } = fresh;
    const known = this.#ledgers.get(key) ?? fresh;
    this.#ledgers.set(key, known);
    return known;
  }

  #note(at: string, cause: Cause, home: string | null, { before, after }: Moves): void {
    const key = `${cause.lifecycle} ${cause.event}`;
    const sum = this.#causes.get(key) ?? { ...cause, times: 0, before: NOTHING_MOVED, after: NOTHING_MOVED };
    this.#causes.set(key, sum);
    sum.times += 1;
    sum.before = plus(sum.before, before);
    sum.after = plus(sum.after, after);
    if (isMoved(before) || isMoved(after)) this.changes.push({ at, cause, home, before, after });
  }
}

function isMoved({ gained, lost, other }: MovedCells): boolean {
  return gained + lost + other > 0;
}

function plus(a: MovedCells, b: MovedCells): MovedCells {
  return { gained: a.gained + b.gained, lost: a.lost + b.lost, other: a.other + b.other };
}

function addMoves(sum: { before: MovedCells; after: MovedCells }, { before, after }: Moves): void {
  sum.before = plus(sum.before, before);
  sum.after = plus(sum.after, after);
}
