import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../engine/Clock.ts';
import type { RuleEvent } from '../engine/rules/RuleEvent.ts';
import type { RulesInForce } from '../engine/rules/RulesInForce.ts';
import { isSetBack } from '../engine/rules/time/isSetBack.ts';
import { RuleBell } from '../engine/rules/time/RuleBell.ts';
import type { Change } from '../twin/changes.ts';
import type { TwinGraph } from '../twin/graph/TwinGraph.ts';

/** What of rules that wait is kept beside the database, whose loss does no harm: who acted already does not act again. */
const FILE = 'timers.json';

type Reactions = { happen(event: RuleEvent): Promise<void> };

/** Wakes rules by time, for as long as the server runs. */
export function ringRules({
  folder,
  rules,
  graph,
  clock,
  intake,
  onChange,
  canKeep,
  log,
}: {
  readonly folder: string;
  readonly rules: RulesInForce;
  readonly graph: TwinGraph;
  readonly clock: Clock;
  readonly intake: Reactions;
  readonly onChange: (listener: (change: Change) => void) => () => void;
  readonly canKeep: () => boolean;
  readonly log: Logger;
}): RuleBell {
  const bell = new RuleBell({
    rules,
    graph,
    clock,
    react: (event) => intake.happen(event),
    onTaken: (until) => {
      if (canKeep()) writeTakenUntil(folder, until);
    },
    onProblem: ({ what, cause }) => log.error({ err: cause }, what),
  });
  let looks = false;
  onChange((change) => {
    if (change.kind !== 'home_added' && change.kind !== 'home_placed' && change.kind !== 'area_placed')
      return bell.look();
    rules.timers.placeAgain();
    if (looks) return;
    looks = true;
    // Once for all homes that come together: it looks at every home of the city.
    clock.after(0, () => {
      looks = false;
      bell.look();
    });
  });
  return bell;
}

/**
 * Until when rules were woken that wait for a time, in milliseconds since 1970: now when nobody knows, or a clock says so
 * that was wrong.
 */
export function readTakenUntil(folder: string, now: number): number {
  try {
    const { takenUntil } = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as { readonly takenUntil?: unknown };
    return Number.isSafeInteger(takenUntil) && !isSetBack(takenUntil as number, now) ? (takenUntil as number) : now;
  } catch {
    return now;
  }
}

function writeTakenUntil(folder: string, takenUntil: number): void {
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, JSON.stringify({ takenUntil }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
