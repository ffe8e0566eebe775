import type { CommandRequest } from '../../engine/commands/CommandRequest.ts';
import type { Decision } from '../../engine/Decision.ts';
import { allowsWhole } from '../../engine/fulfil.ts';
import { checkScene, valuesBefore } from '../../engine/household/scenes.ts';
import type { AuditEntry } from '../../trust/audit/AuditEntry.ts';
import { CodedError } from '../../twin/CodedError.ts';
import type { SceneNode } from '../../twin/graph/Household.ts';
import type { HomeNode } from '../../twin/graph/TwinGraph.ts';
import type { DeviceValues } from '../../twin/householdChanges.ts';
import { allowed, found } from './allowed.ts';
import type { Resolve } from './Context.ts';
import { claimantOf } from './claimantOf.ts';
import { showCommand } from './commands.ts';
import { doneBy, householdEntry, householdRef } from './household.ts';
import type { Session } from './Session.ts';
import type { HomeView } from './views.ts';
import { seenHome } from './visibility.ts';

type Mutation<Args> = Resolve<unknown, Args, Promise<unknown>>;
type SceneInput = { readonly id: string; readonly name: string; readonly devices: readonly DeviceValues[] };
type SceneArgs = { readonly home: string; readonly id: string };

/** The scenes of a home that the caller may read, by their ids. */
const scenes: Resolve<HomeView, object, unknown> = ({ home, purpose }, _args, { session }) =>
  [...(home.household?.scenes.values() ?? [])]
    .sort((a, b) => (a.scene.id < b.scene.id ? -1 : 1))
    .flatMap((node) => {
      const ref = householdRef(home, 'scene', node.scene.id);
      const decision = session.decide('read', purpose, ref);
      return allowsWhole(decision) && session.settle(decision, ref) !== null ? [showScene(node, decision)] : [];
    });

const setScene: Mutation<{ home: string; scene: SceneInput }> = async (
  _root,
  { home: id, scene: input },
  { session },
) => {
  const { graph, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowed(session, 'manage', session.purpose(null), householdRef(home, 'scene', input.id));
  const scene = { id: input.id, name: input.name.trim(), values: input.devices };
  checkScene(scene, home);
  await commit(
    [{ kind: 'scene_set', home: id, scene, ...doneBy(session) }],
    [householdEntry(session, home, 'scene', scene.id, 'set')],
  );
  return showScene(sceneOf(graph.home(id), scene.id), decision);
};

const removeScene: Mutation<SceneArgs> = async (_root, { home: id, id: scene }, { session }) => {
  const { graph, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowed(session, 'manage', session.purpose(null), householdRef(home, 'scene', scene));
  sceneOf(home, scene);
  await commit(
    [{ kind: 'scene_removed', home: id, scene, ...doneBy(session) }],
    [householdEntry(session, home, 'scene', scene, 'removed')],
  );
  return { id: scene, decisionId: decision.id };
};

const runScene: Mutation<SceneArgs> = async (_root, { home: id, id: sceneId }, { session }) => {
  const { graph, commit, newId } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const decision = await allowed(session, 'command', session.purpose(null), householdRef(home, 'scene', sceneId));
  const { scene } = sceneOf(home, sceneId);
  const { granted, refused, entries } = await decideValues(session, home, scene.values);
  const run = newId();
  const before = valuesBefore(granted, home);
  await commit(
    [{ kind: 'scene_run', home: id, scene: sceneId, run, before, ...doneBy(session) }],
    [householdEntry(session, home, 'scene', sceneId, 'run')],
  );
  return {
    ...(await send(session, home, { run, values: granted, entries })),
    sceneId,
    refused,
    decisionId: decision.id,
  };
};

/** Sets what the last scene changed to what it was before. */
const undoScene: Mutation<{ home: string }> = async (_root, { home: id }, { session }) => {
  const { graph, commit } = session.ports;
  const home = seenHome(graph, session.caller, id);
  const last = home.household?.lastRun ?? null;
  const decision = await allowed(
    session,
    'command',
    session.purpose(null),
    householdRef(home, 'scene', last?.scene ?? ''),
  );
  if (last === null) {
    throw new CodedError('command:scene.nothing_to_undo', 'no scene ran here since the last one was undone');
  }
  const { scene: sceneId, run } = last;
  const { granted, refused, entries } = await decideValues(session, home, last.before);
  await commit(
    [{ kind: 'scene_undone', home: id, scene: sceneId, run, ...doneBy(session) }],
    [householdEntry(session, home, 'scene', sceneId, 'undone')],
  );
  const sent = await send(session, home, { run: `${run}.undo`, values: granted, entries });
  return { ...sent, sceneId, refused, decisionId: decision.id };
};

/** The resolvers of scenes. */
export const sceneResolvers = {
  Mutation: { setScene, removeScene, runScene, undoScene },
  Home: { scenes },
};

type CommandEntry = Extract<AuditEntry, { kind: 'command' }>;
type Refused = { readonly deviceId: string; readonly property: string; readonly decisionId: string };
type Decided = {
  readonly granted: readonly DeviceValues[];
  readonly refused: readonly Refused[];
  readonly entries: readonly CommandEntry[];
};

/** What may be set of each device; a scene does what it may, and says what it may not. */
async function decideValues(session: Session, home: HomeNode, wanted: readonly DeviceValues[]): Promise<Decided> {
  const subject = session.caller.subject.account;
  const purpose = session.purpose(null);
  const granted: DeviceValues[] = [];
  const refused: Refused[] = [];
  const entries: CommandEntry[] = [];
  for (const { device, values } of wanted) {
    // One that was taken away since has nothing to be set.
    if (!home.devices.has(device)) continue;
    const may: Record<string, unknown> = {};
    for (const [property, value] of Object.entries(values)) {
      const ref = { type: 'property', home: home.home.id, device, property } as const;
      const decision = session.decide('command', purpose, ref);
      const { id, outcome } = decision;
      if (allowsWhole(decision) && session.settle(decision, ref) !== null) {
        may[property] = value;
        entries.push({ kind: 'command', subject, home: home.home.id, device, property, outcome, decision: id });
      } else refused.push({ deviceId: device, property, decisionId: id });
    }
    if (Object.keys(may).length > 0) granted.push({ device, values: may });
  }
  await session.record();
  return { granted, refused, entries };
}

type Sent = {
  readonly run: string;
  readonly values: readonly DeviceValues[];
  readonly entries: readonly CommandEntry[];
};

async function send(session: Session, home: HomeNode, { run, values, entries }: Sent) {
  const by = { kind: 'account', account: session.caller.subject.account } as const;
  const claimant = claimantOf(session, home, session.purpose(null));
  const requests = values.map((each, index): CommandRequest => {
    return { id: `${run}.${index}`, home: home.home.id, ...each, claimant, by, alarm: null };
  });
  const issued = await session.ports.issueCommands(requests, entries);
  const commands = issued.map((node) => {
    const decisions = entries
      .filter(({ device }) => device === node.command.device)
      .flatMap(({ decision }) => decision ?? []);
    return showCommand(session, node, [...new Set(decisions)]);
  });
  return { run, commands };
}

function sceneOf(home: HomeNode, id: string): SceneNode {
  return found(home.household?.scenes.get(id), 'scene', id);
}

function showScene({ scene: { id, name, values: devices }, by, at }: SceneNode, decision: Decision) {
  const shown = devices.map(({ device: deviceId, values }) => ({ deviceId, values }));
  return { id, name, devices: shown, setBy: by, setAt: at, decisionId: decision.id };
}
