import { Repeater } from 'graphql-yoga';
import { assertFixed } from '../../engine/simulate/guard/assertFixed.ts';
import type { GuardedReport } from '../../engine/simulate/guard/GuardedReport.ts';
import { type Right, rightOf } from '../../engine/simulate/guard/rightOf.ts';
import type { ImpactReport } from '../../engine/simulate/ImpactReport.ts';
import { populationName } from '../../engine/simulate/populationName.ts';
import type { ScenarioPopulation } from '../../engine/simulate/Scenario.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Purpose, Role } from '../../twin/words.ts';
import { AccessDenied } from '../errors.ts';
import type { RunGuard } from '../simulations/GuardedTwin.ts';
import type { PlayedScenario } from '../simulations/PlayedScenario.ts';
import { hasEnded, type Simulation } from '../simulations/Simulation.ts';
import type { PreparedSimulation, SimulationRequest } from '../simulations/Simulator.ts';
import type { Context, Resolve } from './Context.ts';
import { type PageArgs, pageOf } from './page.ts';
import type { Session } from './Session.ts';

type Input = {
  readonly scenario?: string | null;
  readonly scenarioText?: string | null;
  readonly baseline?: string | null;
  readonly proposed?: string | null;
  readonly draftFiles?: readonly { readonly name: string; readonly source: string }[] | null;
  readonly at?: string | null;
  readonly population?: 'live' | 'generated' | null;
  readonly homes?: number | null;
  readonly seed?: number | null;
  readonly budget?: string | null;
  readonly purpose?: Purpose | null;
  readonly units?: number | null;
};
type Query<Args, Result> = Resolve<unknown, Args, Result>;
type Played = PlayedScenario<ImpactReport | GuardedReport>;
type Told = { readonly session: Session; readonly simulation: Simulation };

/** Who may ask what a draft would change. A draft changes nothing; what is told of the twin's homes, a policy decides. */
const SIMULATING: readonly Role[] = ['architect', 'regulator', 'community_officer', 'city_officer', 'administrator'];
/** How often a silent stream asks whether its caller may still listen, and a busy one tells of progress. */
const RECHECK_MS = 1_000;
const TELL_MS = 200;

const startSimulation: Query<{ input: Input }, Promise<Simulation>> = async (_root, { input }, { session }) => {
  requireRole(session);
  const { bundles, simulations, simulator } = session.ports;
  const baseline = bundles.active().id;
  const prepared = simulator.prepare(requestOf(input));
  const { scenario, proposed } = prepared;
  const { account } = session.caller.subject;
  const isOfTwin = !isGenerated(scenario.population);
  const asked = isOfTwin ? { area: scenario.area, purpose: session.purpose(input.purpose) } : null;
  const population = populationName(scenario.population);
  const what = { scenario: scenario.name, baseline, proposed, population } as const;
  session.note({ kind: 'simulation', subject: account, event: 'started', ...what });
  // Neither without a decision nor without an audit.
  const guard = asked && (await guardFor(session, asked, { ...prepared, units: input.units ?? 1 }));
  await session.record();
  const about = asked && guard ? ({ ...asked, guarded: true } as const) : asked;
  return simulations.start(prepared, { by: account, population, about, guard });
};

const cancelSimulation: Query<{ id: string }, Promise<Simulation>> = async (_root, { id }, { session }) => {
  const { scenario, proposed, population } = seen(session, id);
  const { account } = session.caller.subject;
  const what = { scenario, baseline: session.ports.bundles.active().id, proposed, population };
  session.note({ kind: 'simulation', subject: account, event: 'cancelled', ...what });
  await session.record();
  await session.ports.simulations.cancel(id);
  return seen(session, id);
};

const simulation: Query<{ id: string }, Simulation | null> = (_root, { id }, { session }) => visible(session, id);

const simulations: Query<PageArgs, unknown> = (_root, page, { session }) => {
  requireRole(session);
  return pageOf(session.ports.simulations.all().filter(isOf(session)), page);
};

/** Where a simulation stands, as it changes, until it has ended or the caller may no longer know. */
function subscribe(
  _root: unknown,
  { id }: { readonly id: string },
  { session, closing }: Context,
): AsyncIterable<Told> {
  seen(session, id);
  const { simulations: all, clock, metrics } = session.ports;
  return new Repeater<Told>(async (push, stop) => {
    let cancelRecheck = () => {};
    let cancelNext = () => {};
    let state: string | null = null;
    let isDue = true;
    const tell = () => {
      const now = mayListen(session) ? visible(session, id) : null;
      if (!now) return stop();
      // Progress is told as often as anybody can look at it, a change of state at once.
      if (now.state === state && !isDue) return;
      state = now.state;
      isDue = false;
      cancelNext();
      cancelNext = clock.after(TELL_MS, () => {
        isDue = true;
      });
      push({ session: session.next(), simulation: now }).then(undefined, stop);
      if (hasEnded(now)) stop();
    };
    const recheck = () => {
      if (!mayListen(session) || !visible(session, id)) stop();
      else cancelRecheck = clock.after(RECHECK_MS, recheck);
    };
    const onClosing = () => stop();
    const unsubscribe = all.onChange((changed) => {
      if (changed.id === id) tell();
    });
    closing.addEventListener('abort', onClosing);
    metrics.streams.inc();
    tell();
    recheck();
    await stop;
    metrics.streams.dec();
    cancelRecheck();
    cancelNext();
    unsubscribe();
    closing.removeEventListener('abort', onClosing);
  });
}

function resolve({ session, simulation: told }: Told, _args: unknown, context: Context): Simulation {
  context.session = session;
  return told;
}

/** What came of a simulation, for a caller who may still read it: rights end, and what was found stays. */
async function playedOf({ id, about }: Simulation, session: Session): Promise<Played | null> {
  const played = await session.ports.simulations.played(id);
  if (played && about && (await rightTo(session, about)).kind === 'guarded' && !about.guarded) throw notExact();
  return played;
}

const report: Resolve<Simulation, object, unknown> = async (simulation, _args, { session }) =>
  (await playedOf(simulation, session))?.report ?? null;

const html: Resolve<Simulation, object, unknown> = async (simulation, _args, { session }) => {
  const played = await playedOf(simulation, session);
  return played && session.ports.simulator.page(played);
};

const context: Resolve<Simulation, object, unknown> = async (simulation, _args, { session }) => {
  const played = await playedOf(simulation, session);
  return played && { scenario: played.scenario, areas: played.areas };
};

/** Resolvers of what is simulated. */
export const simulationResolvers = {
  Query: { simulation, simulations },
  Mutation: { startSimulation, cancelSimulation },
  Subscription: { simulationChanged: { subscribe, resolve } },
  Simulation: { report, html, context },
};

function requireRole({ caller }: Session): void {
  if (caller.subject.roles.some((role) => SIMULATING.includes(role))) return;
  throw new CodedError(
    'access:role.missing',
    'only architects, regulators, officers and the administrator simulate drafts',
  );
}

/** What one simulates is one's own, and the local administrator's. */
function isOf({ caller }: Session): (simulation: Simulation) => boolean {
  return ({ by }) => caller.kind === 'administrator' || (by !== null && by === caller.subject.account);
}

function visible(session: Session, id: string): Simulation | null {
  requireRole(session);
  const found = session.ports.simulations.find(id);
  return found && isOf(session)(found) ? found : null;
}

/** Throws the same `engine:simulation.not_found` for another's and for what is not there. */
function seen(session: Session, id: string): Simulation {
  const found = visible(session, id);
  if (!found) throw new CodedError('engine:simulation.not_found', `no simulation \`${id}\``);
  return found;
}

function mayListen({ caller, ports }: Session): boolean {
  return caller.stillValid() && ports.clock.now() < caller.expiresAt;
}

/**
 * What the caller may know of the homes of an area of the twin, which a policy decides. Rejects with `access:denied` where
 * that is nothing.
 */
async function rightTo(
  session: Session,
  { area, purpose }: NonNullable<Simulation['about']>,
): Promise<Exclude<Right, { kind: 'none' }>> {
  const ref = { type: 'simulation', area, id: '' } as const;
  if (!session.serves(ref, null)) throw new CodedError('access:grade.not_served', 'this tier is served no simulations');
  const decision = session.decide('read', purpose, ref);
  const right = session.settle(decision, ref) === null ? NO_RIGHT : rightOf(decision);
  await session.record();
  if (right.kind === 'none') throw new AccessDenied('to read this simulation is denied', decision.id);
  return right;
}

const NO_RIGHT: Right = { kind: 'none' };

/** How it is played for a caller without the right to exact counts; null for one who has it. */
async function guardFor(
  session: Session,
  about: NonNullable<Simulation['about']>,
  { scenario, limits, units }: PreparedSimulation & { readonly units: number },
): Promise<RunGuard | null> {
  const right = await rightTo(session, about);
  if (right.kind === 'exact') return null;
  const { graph, guarded } = session.ports;
  assertFixed(scenario, { level: right.level, graph });
  if (limits.length > 0) throw notExact();
  return guarded.guardOf({ subject: session.caller.subject, right, scenario, units });
}

function notExact(): CodedError {
  return new CodedError(
    'access:guard.not_exact',
    'this takes exact counts, and the caller has the right to tables under noise',
    {
      hint: 'ask without a budget, or rest on an order over the whole area',
    },
  );
}

function isGenerated(population: ScenarioPopulation): boolean {
  if (typeof population !== 'object') return false;
  return 'fork' in population ? isGenerated(population.fork.of) : 'seed' in population;
}

function requestOf({ scenario, scenarioText, baseline, proposed, draftFiles, ...rest }: Input): SimulationRequest {
  if ((scenario == null) === (scenarioText == null)) throw notOne('`scenario` or `scenarioText` is');
  if (proposed != null && draftFiles != null) throw notOne('`proposed` or `draftFiles` is');
  const files = draftFiles?.map(({ name, source }) => ({ file: name, source }));
  const { at, population, homes, seed, budget } = rest;
  return {
    scenario: scenario == null ? { text: scenarioText! } : { name: scenario },
    ...(baseline != null && { baseline }),
    ...((proposed ?? files) != null && { proposed: proposed ?? files! }),
    ...(at != null && { at }),
    ...(population != null && { population }),
    ...(homes != null && { homes }),
    ...(seed != null && { seed }),
    ...(budget != null && { budget }),
  };
}

function notOne(which: string): CodedError {
  return new CodedError('scenario:input.invalid', `either ${which} given, and not both`);
}
