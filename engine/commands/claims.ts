import type { Command, CommandWinner, Hold } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import { type CommandNode, holds, isOpen } from '../../twin/graph/HomeCommands.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { DeviceKind } from '../../twin/words.ts';
import { type Actuator, arbitrate, type Claim, exceptionFor } from './arbitrate.ts';
import type { HoldRule, Precedence } from './Precedence.ts';

/** What arbitration needs to know of a command. */
export type Wanted = Pick<Command, 'id' | 'device' | 'claimant' | 'priority' | 'by' | 'alarm' | 'values' | 'hold'>;
/** A command that claims, and its turn among the commands of its home. */
export type Contender = { readonly command: Wanted; readonly turn: number };

/** What a device is to arbitration: its kind, and what it merely does when told, over which nobody wins. */
export type Told = {
  readonly kind: DeviceKind;
  readonly precedence: Precedence;
  readonly isCall: (property: string) => boolean;
};

/** A device of a model, told under a precedence. */
export function toldOf(model: string, precedence: Precedence): Told {
  const type = deviceType(model);
  const isCall = (property: string) => type?.byProperty.get(property)?.type.isCall === true;
  return { kind: type?.kind ?? 'sensor', precedence, isCall };
}

/**
 * Whether a command claims what it is for at an instant: it is on its way, or its hold is not over; one for an alarm claims
 * until that is reset and not longer. One that lost, and one that was overruled, claims only when its claimant's commands
 * take effect later.
 */
function claims(node: CommandNode, { graph, precedence, now }: ClaimPorts): boolean {
  const { command, state, reason } = node;
  if (isOpen(node) && command.hold.kind !== 'alarm') return true;
  if ((state === 'lost' || state === 'superseded') && !precedence.resumes.includes(command.claimant)) return false;
  // Whoever commands anew has given up what it wanted before.
  if (reason === 'replaced') return false;
  return holds(node, graph.home(command.home), now);
}

export type ClaimPorts = { readonly graph: TwinGraph; readonly precedence: Precedence; readonly now: number };

/** The commands of a home that claim, oldest first. */
export function contendersOf(home: string, ports: ClaimPorts): readonly (Contender & { readonly node: CommandNode })[] {
  const nodes = [...(ports.graph.commands.get(home)?.values() ?? [])];
  return nodes.flatMap((node, turn) => (claims(node, ports) ? [{ node, command: node.command, turn }] : []));
}

/** Who wins over a command at one of its properties; null when it wins them all, or those that do want the same. */
export function winnerOver(
  contender: Contender,
  others: readonly Contender[],
  { kind, precedence, isCall }: Told,
): CommandWinner | null {
  for (const property of Object.keys(contender.command.values).sort()) {
    if (isCall(property)) continue;
    const actuator: Actuator = { kind, property };
    const all = [contender, ...rivals(contender, others, property)].map((each) => claimOf(each, property));
    const verdict = arbitrate(all, actuator, precedence);
    const lost = verdict?.lost.find(({ claim }) => claim.id === contender.command.id);
    if (!verdict || !lost) continue;
    const { claimant, by, hold, id } = verdict.winner.contender.command;
    return { command: id, claimant, by, hold, property, ...lost.by };
  }
  return null;
}

/** Those of other claims that want something else of a property that a command won, with what decided. */
export function overruled<Each extends Contender>(
  winner: Contender,
  others: readonly Each[],
  { kind, precedence, isCall }: Told,
): readonly { readonly contender: Each; readonly winner: CommandWinner }[] {
  const { claimant, by, hold, id } = winner.command;
  const found = new Map<string, { readonly contender: Each; readonly winner: CommandWinner }>();
  for (const property of Object.keys(winner.command.values)) {
    if (isCall(property)) continue;
    const among = [winner, ...rivals(winner, others, property)].map((each) => claimOf(each, property));
    const verdict = arbitrate(among, { kind, property }, precedence);
    for (const lost of verdict?.lost ?? []) {
      const contender = lost.claim.contender as Each;
      found.set(contender.command.id, { contender, winner: { command: id, claimant, by, hold, property, ...lost.by } });
    }
  }
  return [...found.values()];
}

/** How long a command holds what it is for: the longest of its properties. */
export function holdOf(
  command: Omit<Wanted, 'hold'>,
  { kind, precedence, now }: Told & { readonly now: number },
): Hold {
  const { claimant, alarm, values } = command;
  const rules = Object.entries(values).map(([property, value]) => {
    const claim = { claimant, alarm: alarm?.kind ?? null, value };
    return exceptionFor(claim, { kind, property }, precedence)?.hold ?? precedence.holds[claimant];
  });
  if (rules.some(({ until }) => until === 'inspected')) return { kind: 'inspection' };
  if (alarm && rules.some(({ until }) => until === 'alarm_reset')) return { kind: 'alarm' };
  const ms = Math.max(0, ...rules.map(lengthOf));
  return ms === 0 ? { kind: 'none' } : { kind: 'until', at: new Date(now + ms).toISOString() };
}

function lengthOf(rule: HoldRule): number {
  if (rule.until === 'inspected') return 0;
  return rule.until === 'for' ? rule.ms : rule.otherwise;
}

function rivals<Each extends Contender>({ command }: Contender, others: readonly Each[], property: string): Each[] {
  return others.filter(
    (each) => each.command.device === command.device && Object.hasOwn(each.command.values, property),
  );
}

function claimOf(contender: Contender, property: string): Claim & { readonly contender: Contender } {
  const { command, turn } = contender;
  const { id, claimant, priority, alarm, values } = command;
  return { id, claimant, priority, value: values[property], alarm: alarm?.kind ?? null, turn, contender };
}
