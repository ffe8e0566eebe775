import { CodedError } from '../CodedError.ts';
import type { Change } from '../changes.ts';
import type { HomeNode, TwinGraph } from '../graph/TwinGraph.ts';
import { lifecycles } from './index.ts';

/** What became of states from one version of a lifecycle to the next: the old name to the new one. */
type Renamed = Readonly<Record<string, string>>;

/** Renamed states by the kind of change that says them: the first turns version 1 of a lifecycle into 2, and so on. */
export type StateMigrations = { readonly [Kind in Change['kind']]?: readonly Renamed[] };

/**
 * Every state that was ever renamed. A state that is taken out is not written here: while something is in it, nothing
 * starts (`assertNoneStranded`), and a thing that has left it has a past that nobody has to rewrite.
 */
const STATE_MIGRATIONS: StateMigrations = {};

/** The steps that turn a stored change of a kind into one of today's states, one for each version of its lifecycle. */
export function stateSteps(
  kind: Change['kind'],
  migrations: StateMigrations = STATE_MIGRATIONS,
): readonly ((body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>)[] {
  return (migrations[kind] ?? []).map((renamed) => (body) => {
    const to = String(body['to']);
    return Object.hasOwn(renamed, to) ? { ...body, to: renamed[to] } : body;
  });
}

/** Things that are in a state which their lifecycle does not have. */
type Stranded = { readonly lifecycle: string; readonly state: string; readonly things: readonly string[] };

/** Each thing of the twin that lives by a lifecycle of the program, by its id and with its state. */
export function* livingThings({ homes, instruments, areaWaivers, commands }: Living): Generator<LivingThing> {
  for (const { instrument, state } of instruments.values()) yield [instrument.kind, instrument.id, state];
  for (const waivers of areaWaivers.values()) for (const node of waivers.values()) yield waiverIn(node);
  for (const nodes of commands.values())
    for (const { command, state } of nodes.values()) yield ['command', command.id, state];
  for (const home of homes.values()) {
    for (const node of home.waivers.values()) yield waiverIn(node);
    for (const { device, state } of home.devices.values()) yield ['device', device.id, state];
    for (const { lease, state } of home.leases.values()) yield ['lease', lease.id, state];
    for (const { alarm, state } of home.alarms.values()) yield ['alarm', alarm.id, state];
    for (const { drill, state } of home.drills.values()) yield ['drill', drill.id, state];
    for (const { record, state } of home.records.values()) yield [record.kind, record.id, state];
    for (const { access, state } of home.emergencyAccesses.values()) yield ['emergency_access', access.id, state];
    // The graph forgets those that ended.
    for (const id of home.bases.keys()) yield ['consent', id, 'given'];
  }
}

type Living = Pick<TwinGraph, 'homes' | 'instruments' | 'areaWaivers' | 'commands'>;
type LivingThing = readonly [lifecycle: string, id: string, state: string];

function waiverIn({ waiver, state }: HomeNode['waivers'] extends Map<string, infer Node> ? Node : never): LivingThing {
  return ['waiver', waiver.id, state];
}

/** Things in states that are not among those given for their lifecycle; all states are known of one that is not given. */
export function strandedIn(
  graph: Living,
  statesOf: (lifecycle: string) => readonly string[] | undefined,
): readonly Stranded[] {
  const found = new Map<string, { lifecycle: string; state: string; things: string[] }>();
  for (const [lifecycle, id, state] of livingThings(graph)) {
    if (statesOf(lifecycle)?.includes(state) !== false) continue;
    const key = `${lifecycle} ${state}`;
    const stranded = found.get(key) ?? { lifecycle, state, things: [] };
    found.set(key, stranded);
    stranded.things.push(id);
  }
  return [...found.values()];
}

/** So many things are named. */
const MOST_NAMED = 5;

/**
 * Refuses a twin in which something is in a state that its lifecycle does not have (any more): nothing could ever move it.
 * Throws `store:state.removed` and names the things.
 */
export function assertNoneStranded(graph: Living): void {
  const [first, ...others] = strandedIn(graph, (name) => lifecycles[name]?.states);
  if (!first) return;
  const { lifecycle, state, things } = first;
  const named = things.slice(0, MOST_NAMED).map((id) => `\`${id}\``);
  const more = things.length > MOST_NAMED ? ` and ${things.length - MOST_NAMED} more` : '';
  const also = others.length > 0 ? `; so are things in ${others.map((each) => `\`${each.state}\``).join(', ')}` : '';
  throw new CodedError(
    'store:state.removed',
    `this program has no state \`${state}\` of \`${lifecycle}\`, and ${named.join(', ')}${more} ${things.length === 1 ? 'is' : 'are'} in it${also}`,
    { hint: 'start the version that wrote it, move them on, and then this one' },
  );
}
