import { describe, expect, it } from 'vitest';
import type { Command } from '../changes.ts';
import { TwinGraph } from '../graph/TwinGraph.ts';
import { moveCommand } from './moveCommand.ts';

describe('the life of a command', () => {
  it('moves nothing when what would move it comes late', () => {
    const graph = new TwinGraph();
    graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'vacant' } });
    graph.apply({ kind: 'command_issued', command: commandOf('c', 0) });
    const node = () => graph.commands.get('h')!.get('c')!;
    const [done] = moveCommand(node(), 'acknowledge', { reason: 'state_reported', now: 5 });
    graph.apply(done!);
    expect(node()).toMatchObject({ state: 'acknowledged', reason: 'state_reported', movedAt: instant(5) });
    expect(moveCommand(node(), 'send', { reason: 'taken_by_bus', now: 6 })).toEqual([]);
    expect(moveCommand(node(), 'expire', { reason: 'not_acknowledged', now: 7 })).toEqual([]);
  });
});

describe('the commands that a graph knows', () => {
  it('are those that are open or hold an actuator, and the last eight of each device', () => {
    const graph = new TwinGraph();
    graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'vacant' } });
    const issue = (id: string, second: number, hold: Command['hold'] = { kind: 'none' }) =>
      graph.apply({ kind: 'command_issued', command: { ...commandOf(id, second * 1_000), hold } });
    const end = (command: string) =>
      graph.apply({
        kind: 'command_transitioned',
        home: 'h',
        command,
        to: 'acknowledged',
        at: instant(0),
        reason: 'state_reported',
      });
    issue('held', 1, { kind: 'until', at: instant(60_000) });
    end('held');
    issue('open', 2);
    for (let each = 0; each < 20; each += 1) {
      issue(`done-${each}`, 3 + each);
      end(`done-${each}`);
    }
    issue('last', 30);
    const last = ['done-12', 'done-13', 'done-14', 'done-15', 'done-16', 'done-17', 'done-18', 'done-19'];
    expect([...graph.commands.get('h')!.keys()]).toEqual(['held', 'open', ...last, 'last']);
    issue('after', 61);
    expect(graph.commands.get('h')!.has('held')).toBe(false);
    // What comes late of one that is no longer known changes nothing.
    end('done-0');
    expect(graph.commands.get('h')!.has('done-0')).toBe(false);
  });
});

it('what was commanded in a tenancy is not known to the next one, and what holds for safety holds on', () => {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } });
  const term = { starts: instant(0), ends: instant(9_000) };
  graph.apply({ kind: 'lease_signed', lease: { id: 'l', home: 'h', tenant: 't', landlord: 'o', ...term } });
  graph.apply({ kind: 'lease_transitioned', home: 'h', lease: 'l', to: 'active' });
  graph.apply({ kind: 'command_issued', command: commandOf('light', 1_000) });
  graph.apply({ kind: 'command_issued', command: { ...commandOf('gas', 2_000), hold: { kind: 'inspection' } } });
  graph.apply({ kind: 'lease_transitioned', home: 'h', lease: 'l', to: 'ended' });
  expect([...graph.commands.get('h')!.keys()]).toEqual(['gas']);
});

function commandOf(id: string, issued: number): Command {
  return {
    id,
    home: 'h',
    device: 'd',
    values: { state: 'ON' },
    claimant: 'resident',
    priority: 1,
    by: { kind: 'account', account: 'ann' },
    alarm: null,
    issuedAt: instant(issued),
    expiresAt: instant(issued + 60_000),
    hold: { kind: 'none' },
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
