import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Alarm, Change } from '../../twin/changes.ts';
import { type CommandNode, isOpen } from '../../twin/graph/HomeCommands.ts';
import { graphOfSnapshot, snapshotOf } from '../../twin/graph/snapshot.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { CLAIMANTS } from '../../twin/words.ts';
import { acknowledged, expiredCommands } from './commandsOf.ts';
import { freedCommands } from './freedCommands.ts';
import { issueCommands } from './issueCommands.ts';
import { loadPrecedence } from './loadPrecedence.ts';

const { precedence } = loadPrecedence(join(import.meta.dirname, '../..'));
const DEVICES = { plug: 'TS011F_plug_1', lock: 'BE468', valve: 'TS0601_water_valve' } as const;
const ALARMS: readonly Alarm[] = (['smoke', 'gas_leak', 'wrong_lock_codes'] as const).map((kind) => {
  return { id: kind, home: 'h', kind, device: null, rule: kind, raisedAt: '2026-03-06T00:00:00.000Z' };
});

const device = fc.constantFrom(...(Object.keys(DEVICES) as (keyof typeof DEVICES)[]));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      device,
      claimant: fc.constantFrom(...CLAIMANTS),
      values: fc.oneof(
        fc.record({ state: fc.constantFrom('ON', 'OFF', 'LOCK', 'UNLOCK') }),
        fc.record({ state: fc.constantFrom('ON', 'OFF'), child_lock: fc.constantFrom('LOCK', 'UNLOCK') }),
      ),
      alarm: fc.option(fc.constantFrom(...ALARMS)),
      priority: fc.nat(2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('report' as const), device }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: -5, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), alarm: fc.constantFrom(...ALARMS) }) },
);

/** Lets a story happen, and looks at the home after each of its steps. */
function play(
  story: readonly (typeof step extends fc.Arbitrary<infer Each> ? Each : never)[],
  look: (graph: TwinGraph) => void,
) {
  const graph = new TwinGraph();
  const apply = (changes: readonly Change[]) => {
    for (const change of changes) graph.apply(change);
  };
  let now = Date.parse('2026-03-06T00:00:00.000Z');
  const about = { home: 'h', room: null, vendor: 'v', trust: 'normal' } as const;
  apply([
    { kind: 'home_added', home: { id: 'h', area: 'a', name: 'h', occupancy: 'rented' } },
    ...Object.entries(DEVICES).map(([id, model]): Change => {
      return { kind: 'device_registered', device: { ...about, id, address: id, name: id, model } };
    }),
    ...ALARMS.map((alarm): Change => ({ kind: 'alarm_raised', alarm })),
  ]);
  for (const [index, each] of story.entries()) {
    if (each.kind === 'command') {
      const by = { kind: 'account', account: each.claimant } as const;
      const { kind: _, ...asked } = each;
      apply(issueCommands([{ ...asked, id: `c${index}`, home: 'h', by }], { graph, precedence, now }));
    } else if (each.kind === 'report') {
      const last = commandsOf(graph).findLast((node) => node.command.device === each.device && isOpen(node));
      const values = Object.entries(last?.command.values ?? {});
      for (const [name, value] of values) graph.setValue('h', each.device, name, { value, at: now, receivedAt: now });
      const reported = new Set(values.map(([name]) => name));
      apply(acknowledged(graph, { home: 'h', device: each.device, now, reported }));
    } else if (each.kind === 'wait') now += each.minutes * 60_000;
    else apply([{ kind: 'alarm_transitioned', home: 'h', alarm: each.alarm.id, to: 'reset', by: null }]);
    apply(expiredCommands(commandsOf(graph), graph, now));
    apply(freedCommands('h', { graph, precedence, now }));
    look(graph);
  }
  return graph;
}

function commandsOf(graph: TwinGraph): readonly CommandNode[] {
  return [...(graph.commands.get('h')?.values() ?? [])];
}

it('whatever happens, no two commands on their way tell a device two things', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (story) => {
      play(story, (graph) => {
        const told = new Map<string, unknown>();
        for (const { command } of commandsOf(graph).filter(isOpen)) {
          for (const [property, value] of Object.entries(command.values)) {
            const actuator = `${command.device} ${property}`;
            expect(told.get(actuator) ?? value).toBe(value);
            told.set(actuator, value);
          }
        }
      });
    }),
    { numRuns: 60 },
  );
});

it('whatever happens, what a fire has opened is told nothing else until its alarm is reset', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (story) => {
      play(story, (graph) => {
        const isHeld = commandsOf(graph).some(
          ({ command, state }) =>
            command.device === 'lock' &&
            command.claimant === 'life_safety' &&
            command.values['state'] === 'UNLOCK' &&
            command.hold.kind === 'alarm' &&
            state !== 'lost' &&
            state !== 'superseded' &&
            graph.alarm('h', command.alarm!.id).state !== 'reset',
        );
        const told = commandsOf(graph).filter((node) => node.command.device === 'lock' && isOpen(node));
        if (isHeld) for (const { command } of told) expect(command.values['state']).toBe('UNLOCK');
      });
    }),
    { numRuns: 60 },
  );
});

it('whatever happens, whoever lost is told to whom, and all of it survives as a snapshot', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (story) => {
      const graph = play(story, () => undefined);
      for (const { state, winner, command } of commandsOf(graph)) {
        if (state !== 'lost' && state !== 'superseded') continue;
        expect(winner).not.toBeNull();
        expect(winner!.command).not.toBe(command.id);
        expect(Object.keys(command.values)).toContain(winner!.property);
      }
      expect(graphOfSnapshot(snapshotOf(graph))!.commands).toEqual(graph.commands);
    }),
    { numRuns: 60 },
  );
});
