import type { Change } from '../../twin/changes.ts';
import type { CommandNode } from '../../twin/graph/HomeCommands.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { CommandEvent } from '../../twin/lifecycles/command.ts';
import { moveCommand } from '../../twin/lifecycles/moveCommand.ts';
import type { Clock } from '../Clock.ts';
import type { CommandRequest } from './CommandRequest.ts';
import { CommandTimers } from './CommandTimers.ts';
import type { ClaimPorts } from './claims.ts';
import { expiredCommands, failedWithDevice, openCommands } from './commandsOf.ts';
import { freedCommands } from './freedCommands.ts';
import { issueCommands } from './issueCommands.ts';
import type { Precedence } from './Precedence.ts';

export type DeliveryPorts<AuditEntry> = {
  readonly graph: TwinGraph;
  readonly clock: Clock;
  /** Who wins an actuator, as it is declared now. */
  readonly precedence: () => Precedence;
  /** Tells every change once it is durable, in order; the answer ends it. */
  readonly onChange: (listener: (change: Change) => void) => () => void;
  /** Resolves when changes are durable and in the graph. */
  readonly commit: (changes: readonly Change[], audit: readonly AuditEntry[]) => Promise<void>;
  /** Hands values to the device over the bus; resolves when the bus has them. */
  readonly send: (home: string, device: string, values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly onProblem: (problem: { readonly what: string; readonly cause: unknown }) => void;
};

/**
 * Sends what is issued: a command in state `issued` that is durable is in its outbox, whoever issued it, and nothing else
 * is ever sent. What a crash kept from being sent, or from being noted as sent, is sent at the next start unless it has
 * expired: at least once. What waits for a device that is away is sent when that comes back.
 */
export class CommandDelivery<AuditEntry> {
  readonly #ports: DeliveryPorts<AuditEntry>;
  readonly #sending = new Map<string, Promise<void>>();
  readonly #working = new Set<Promise<void>>();
  readonly #timers: CommandTimers;
  readonly #forget: () => void;

  constructor(ports: DeliveryPorts<AuditEntry>) {
    this.#ports = ports;
    const { graph, clock } = ports;
    this.#timers = new CommandTimers({ graph, clock, onDue: (home) => this.#later(this.#settle(home)) });
    this.#forget = ports.onChange((change) => this.#hear(change));
  }

  /** Sends what an earlier start left in the outbox, and brings about what came due while nothing ran. */
  start(): void {
    for (const [home, commands] of this.#ports.graph.commands) {
      for (const { command, state } of commands.values()) if (state === 'issued') this.#deliver(home, command.id);
      this.#later(this.#settle(home));
    }
  }

  /**
   * Issues commands and writes down what the audit is to hold of them. Resolves with where they stand when the bus has
   * them, or when it is known that it does not have them now.
   */
  async issue(requests: readonly CommandRequest[], audit: readonly AuditEntry[]): Promise<readonly CommandNode[]> {
    const { graph, commit } = this.#ports;
    await commit(issueCommands(requests, this.#claimPorts()), audit);
    await Promise.all(requests.map(({ id }) => this.#sending.get(id)));
    return requests.flatMap(({ home, id }) => graph.commands.get(home)?.get(id) ?? []);
  }

  /** Issues once more what takes effect now that what it lost to is over, in one home or in all. */
  async free(homes: Iterable<string> = this.#ports.graph.commands.keys()): Promise<void> {
    const ports = this.#claimPorts();
    await this.#commit([...homes].flatMap((home) => freedCommands(home, ports)));
  }

  /** Resolves when nothing is on its way to the bus. */
  async settled(): Promise<void> {
    while (this.#sending.size + this.#working.size > 0) {
      await Promise.all([...this.#sending.values(), ...this.#working]);
    }
  }

  /** Sends nothing more; resolves when what is on its way has arrived at the bus. */
  async close(): Promise<void> {
    this.#forget();
    this.#timers.close();
    await this.settled();
  }

  #claimPorts(): ClaimPorts {
    const { graph, clock, precedence } = this.#ports;
    return { graph, precedence: precedence(), now: clock.now() };
  }

  /** Brings about what time alone makes due in a home. */
  async #settle(home: string): Promise<void> {
    const { graph, clock } = this.#ports;
    await this.#commit(expiredCommands(graph.commands.get(home)?.values() ?? [], graph, clock.now()));
    await this.free([home]);
    this.#timers.wait(home);
  }

  #hear(change: Change): void {
    if (change.kind === 'command_issued') this.#timers.wait(change.command.home);
    if (change.kind === 'command_transitioned') this.#timers.wait(change.home);
    if (change.kind === 'command_issued') this.#deliver(change.command.home, change.command.id, change.command);
    else if (change.kind === 'command_transitioned' && change.to === 'issued')
      this.#deliver(change.home, change.command);
    else if (change.kind === 'device_transitioned') this.#follow(change);
    else if (ends(change)) this.#later(this.free([change.home]));
  }

  #follow({ home, device, to }: Extract<Change, { kind: 'device_transitioned' }>): void {
    const { graph, clock } = this.#ports;
    if (to === 'online') {
      // What was sent while it was away is sent again: nobody knows that it heard.
      for (const { command } of openCommands(graph, { home, device })) this.#deliver(home, command.id);
    }
    if (to === 'retired') this.#later(this.#commit(failedWithDevice(graph, { home, device, now: clock.now() })));
  }

  /** Keeps account of what goes on beside, none of which rejects. */
  #later(work: Promise<void>): void {
    this.#working.add(work);
    void work.then(() => this.#working.delete(work));
  }

  /** `told` is a command that could not be kept: what life safety asks is sent all the same. */
  #deliver(home: string, id: string, told?: CommandNode['command']): void {
    if (this.#sending.has(id)) return;
    const sending = this.#send(home, id, told).finally(() => this.#sending.delete(id));
    this.#sending.set(id, sending);
  }

  async #send(home: string, id: string, told?: CommandNode['command']): Promise<void> {
    const { graph, clock, send, onProblem } = this.#ports;
    const node = graph.commands.get(home)?.get(id);
    const command = node?.command ?? told;
    if (!command || (node && node.state !== 'issued' && node.state !== 'sent')) return;
    const now = clock.now();
    if (node && Date.parse(node.expiresAt) <= now) return;
    const state = graph.homes.get(home)?.devices.get(command.device)?.state;
    if (state === 'offline' && command.claimant !== 'life_safety') return;
    try {
      await send(home, command.device, command.values);
    } catch (cause) {
      onProblem({ what: `a command to \`${command.device}\` could not be sent`, cause });
      const detail = cause instanceof Error ? cause.message : String(cause);
      return this.#move(home, id, 'fail', { reason: 'bus_refused', detail });
    }
    await this.#move(home, id, 'send', { reason: 'taken_by_bus' });
  }

  async #move(
    home: string,
    id: string,
    event: CommandEvent,
    why: Omit<Parameters<typeof moveCommand>[2], 'now'>,
  ): Promise<void> {
    // Meanwhile it may have been acknowledged.
    const node = this.#ports.graph.commands.get(home)?.get(id);
    if (node) await this.#commit(moveCommand(node, event, { ...why, now: this.#ports.clock.now() }));
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.#ports.commit(changes, []);
    } catch (cause) {
      this.#ports.onProblem({ what: 'what became of a command was not kept', cause });
    }
  }
}

/** Whether a change may be the end of what a command held. */
function ends(change: Change): change is Extract<Change, { kind: 'alarm_transitioned' | 'command_transitioned' }> {
  if (change.kind === 'alarm_transitioned') return change.to === 'reset';
  return change.kind === 'command_transitioned' && change.to === 'cancelled';
}
