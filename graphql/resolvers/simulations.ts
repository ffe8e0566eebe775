import { Repeater } from 'graphql-yoga';
import { populationName } from '../../engine/simulate/populationName.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { Role } from '../../twin/words.ts';
import { hasEnded, type Simulation } from '../simulations/Simulation.ts';
import type { DraftSource, ScenarioSource, SimulationRequest } from '../simulations/Simulator.ts';
import type { Context, Resolve } from './Context.ts';
import { type PageArgs, pageOf } from './page.ts';
import type { Session } from './Session.ts';

type Input = {
  readonly scenario?: string | null;
  readonly scenarioText?: string | null;
  readonly draft?: string | null;
  readonly draftFiles?: readonly { readonly path: string; readonly source: string }[] | null;
};
type Query<Args, Result> = Resolve<unknown, Args, Result>;
type Told = { readonly session: Session; readonly simulation: Simulation };

/** Who may ask what a draft would change. A draft changes nothing. */
const SIMULATING: readonly Role[] = ['architect', 'regulator', 'administrator'];
/** How often a silent stream asks whether its caller may still listen, and a busy one tells of progress. */
const RECHECK_MS = 1_000;
const TELL_MS = 200;

const startSimulation: Query<{ input: Input }, Promise<Simulation>> = async (_root, { input }, { session }) => {
  requireRole(session);
  const { bundles, simulations, simulator } = session.ports;
  const baseline = bundles.active().id;
  const prepared = simulator.prepare(requestOf(input));
  const { scenario, draft } = prepared;
  const { account } = session.caller.subject;
  const proposed = draft.name;
  const about = { by: account, proposed, population: populationName(scenario.population) };
  session.note({ kind: 'simulation', subject: account, event: 'started', scenario: scenario.name, baseline, proposed });
  // No audit, no simulation.
  await session.record();
  return simulations.start(prepared, about);
};

const cancelSimulation: Query<{ id: string }, Promise<Simulation>> = async (_root, { id }, { session }) => {
  const { scenario, proposed } = seen(session, id);
  const { account } = session.caller.subject;
  const baseline = session.ports.bundles.active().id;
  session.note({ kind: 'simulation', subject: account, event: 'cancelled', scenario, baseline, proposed });
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

/** Resolvers of what is simulated. */
export const simulationResolvers = {
  Query: { simulation, simulations },
  Mutation: { startSimulation, cancelSimulation },
  Subscription: { simulationChanged: { subscribe, resolve } },
  Simulation: {
    report: (({ id }, _args, { session }) => session.ports.simulations.report(id)) satisfies Resolve<
      Simulation,
      object,
      unknown
    >,
  },
};

function requireRole({ caller }: Session): void {
  if (caller.subject.roles.some((role) => SIMULATING.includes(role))) return;
  throw new CodedError('access:role.missing', 'only an architect, a regulator or the administrator simulates drafts');
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

function requestOf({ scenario, scenarioText, draft, draftFiles }: Input): SimulationRequest {
  return {
    scenario: one<ScenarioSource>('scenario', 'scenarioText', [
      scenario == null ? null : { kind: 'name', name: scenario },
      scenarioText == null ? null : { kind: 'text', text: scenarioText },
    ]),
    draft:
      draft == null && draftFiles == null
        ? null
        : one<DraftSource>('draft', 'draftFiles', [
            draft == null ? null : { kind: 'name', name: draft },
            draftFiles == null
              ? null
              : { kind: 'files', files: draftFiles.map(({ path, source }) => ({ file: path, source })) },
          ]),
  };
}

function one<Source>(name: string, other: string, [given, text]: readonly [Source | null, Source | null]): Source {
  const [found] = [given, text].filter((each) => each !== null);
  if (found !== undefined && (given === null || text === null)) return found;
  throw new CodedError('scenario:input.invalid', `either \`${name}\` or \`${other}\` is given, and not both`);
}
