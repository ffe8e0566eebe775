import { describe, expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { systemClock } from '../Clock.ts';
import { type ReactPorts, react, reactLater } from '../react.ts';
import type { DecideEffect } from '../rules/Effect.ts';
import type { LoadedRule, RuleEffect, Severity } from '../rules/Rule.ts';
import { ruleBook } from '../rules/RuleBook.ts';
import type { RuleEvent } from '../rules/RuleEvent.ts';
import { TemporalState } from '../rules/TemporalState.ts';

const AT = Date.parse('2026-03-07T10:52:04.389Z');
const DEVICES = {
  motion: ['RTCGQ11LM', 'hall/motion', 'hall'],
  plug: ['TS011F_plug_1', 'hall/plug', 'hall'],
  other_plug: ['TS011F_plug_1', 'kitchen/plug', 'kitchen'],
  siren: ['HS2WD-E', 'hall/siren', 'hall'],
} as const;

function aHome(): TwinGraph {
  const graph = new TwinGraph();
  const changes: Change[] = [
    { kind: 'area_added', area: { id: 'c', level: 'community', name: 'C', parent: null } },
    { kind: 'area_added', area: { id: 'b', level: 'building', name: 'B', parent: 'c' } },
    { kind: 'organisation_added', organisation: { id: 'office', kind: 'community_office', name: 'O', area: 'c' } },
    { kind: 'person_added', person: { id: 'ana', ageBand: 'adult' } },
    { kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'owner_occupied' } },
    { kind: 'relation_added', subject: 'ana', relation: 'resident', object: 'h' },
    ...['hall', 'kitchen'].map((name): Change => ({ kind: 'room_added', room: { id: `r-${name}`, home: 'h', name } })),
    ...Object.entries(DEVICES).map(([id, [model, name, room]]): Change => {
      const device = {
        id,
        home: 'h',
        room: `r-${room}`,
        address: id,
        name,
        vendor: 'v',
        model,
        trust: 'normal',
      } as const;
      return { kind: 'device_registered', device };
    }),
  ];
  for (const change of changes) graph.apply(change);
  return graph;
}

function ruleWith(effects: readonly RuleEffect[], severity: Severity = 'comfort'): LoadedRule {
  return {
    file: 'of the test',
    rule: {
      id: 'somebody_comes',
      title: 'Somebody comes',
      severity,
      clauses: [],
      on: { properties: ['occupancy'] },
      conditions: { all: [{ fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true }] },
      event: { type: 'act', params: { effects } },
    },
  };
}

const grant: DecideEffect = async (effect) => ({
  outcome: 'raw',
  decisionId: `d-${effect.kind}`,
  deliveries: [{ to: 'ana', decision: 'd2', outcome: 'raw', obligations: [], shown: null, at: null }],
});

function ports(rule: LoadedRule, given: Partial<ReactPorts> = {}): ReactPorts {
  const clock = { ...systemClock, now: () => AT };
  const book = ruleBook([rule]);
  return { graph: aHome(), book, temporal: new TemporalState([rule]), decideEffect: grant, clock, ...given };
}

function moves(values: Record<string, unknown> = { occupancy: true, battery: 80 }, at = AT): RuleEvent {
  const about = { home: 'h', device: 'motion', at, receivedAt: at, tenancy: null, current: true };
  return { kind: 'state_reported', reading: { ...about, group: 'closed', values } };
}

const ON = { kind: 'command', property: 'state', value: 'ON' } as const;

describe('the effects of a rule that acts', () => {
  it('command devices by kind, by name and by room, once each, in the commit of the event', async () => {
    const commanded = async (effect: RuleEffect) => {
      const { changes, commands } = await react(moves(), ports(ruleWith([effect])));
      const issued = changes.flatMap((change) => (change.kind === 'command_issued' ? [change.command] : []));
      expect(issued.map(({ device }) => device)).toEqual(commands.map(({ device }) => device));
      for (const { by } of issued)
        expect(by).toMatchObject({ rule: 'somebody_comes', run: expect.stringMatching(/^run-/) });
      return issued.map(({ device, values }) => `${device} ${JSON.stringify(values)}`);
    };
    expect(await commanded({ ...ON, devices: 'actuator' })).toEqual([
      'plug {"state":"ON"}',
      'other_plug {"state":"ON"}',
    ]);
    expect(await commanded({ ...ON, devices: 'actuator', room: 'hall' })).toEqual(['plug {"state":"ON"}']);
    expect(await commanded({ ...ON, device: 'kitchen/plug' })).toEqual(['other_plug {"state":"ON"}']);
    expect(await commanded({ ...ON, device: 'attic/plug' })).toEqual([]);
    expect(await commanded({ ...ON, device: 'hall/motion' })).toEqual([]);
  });

  it('raise alarms, tell, and are all told of in the run with what they read and nothing else', async () => {
    const effects: RuleEffect[] = [
      { kind: 'alarm', alarm: 'wrong_lock_codes' },
      { ...ON, device: 'attic/plug' },
    ];
    const { changes, runs } = await react(moves(), ports(ruleWith(effects, 'security')));
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'alarm_raised' }));
    expect(runs).toMatchObject([
      {
        rule: 'somebody_comes',
        home: 'h',
        device: 'motion',
        at: AT,
        event: { kind: 'state_reported', values: { occupancy: true } },
        because: [
          { fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true, got: true, held: true },
        ],
        effects: [
          { result: 'granted', decision: 'd-raise_alarm', effect: { kind: 'raise_alarm' } },
          { result: 'nothing', wanted: effects[1], effect: null },
        ],
      },
    ]);
    expect(runs[0]!.event['values']).not.toHaveProperty('battery');
  });

  it('are put off by `after`, and are looked up and decided when they are due', async () => {
    const given = ports(ruleWith([{ ...ON, devices: 'actuator', room: 'hall', after: 'PT5M' }]));
    const { commands, pending, runs } = await react(moves(), given);
    expect(commands).toEqual([]);
    expect(runs[0]!.effects).toMatchObject([{ result: 'later', due: AT + 300_000, decision: null }]);
    expect(pending).toMatchObject([{ dueAt: AT + 300_000, expiresAt: AT + 900_000 }]);
    given.graph.apply({ kind: 'device_transitioned', home: 'h', device: 'plug', to: 'retired' });
    expect((await reactLater(pending[0]!, given)).commands).toEqual([]);
    const late = await reactLater(pending[0]!, ports(ruleWith([])));
    expect(late.commands).toMatchObject([{ device: 'plug', run: runs[0]!.id }]);
    expect(late.result).toMatchObject({ run: runs[0]!.id, effect: pending[0]!.id, result: 'done' });
  });

  it('that were put off under a lease end with it, and those that threaten lives do not', async () => {
    const moved = (to: 'active' | 'ended'): Change => ({ kind: 'lease_transitioned', home: 'h', lease: 'l1', to });
    const lease = { id: 'l1', home: 'h', tenant: 'ana', landlord: 'o', starts: '2026-01-01', ends: '2027-01-01' };
    const later: RuleEffect = { kind: 'notice', to: 'residents', text: 'Somebody came', after: 'PT5M' };
    for (const [severity, result] of [
      ['comfort', 'expired'],
      ['life_safety', 'done'],
    ] as const) {
      const given = ports(ruleWith([later], severity));
      given.graph.apply({ kind: 'lease_signed', lease });
      given.graph.apply(moved('active'));
      const { pending } = await react(moves(), given);
      expect((await reactLater(pending[0]!, given)).result.result).toBe('done');
      given.graph.apply(moved('ended'));
      const late = await reactLater(pending[0]!, given);
      expect(late.result).toMatchObject({ result, effects: result === 'done' ? [{}] : [] });
      expect(late.effects).toHaveLength(result === 'done' ? 1 : 0);
    }
  });

  it('that raise an alarm later raise it then', async () => {
    const given = ports(ruleWith([{ kind: 'alarm', alarm: 'wrong_lock_codes', after: 'PT5M' }], 'security'));
    const { pending } = await react(moves(), given);
    const { changes } = await reactLater(pending[0]!, given);
    const raisedAt = new Date(AT + 300_000).toISOString();
    expect(changes).toMatchObject([{ kind: 'alarm_raised', alarm: { raisedAt, device: 'motion' } }]);
  });

  it('that tell of an alarm which the rule raises wait until it is there', async () => {
    const { pending } = await react(
      moves(),
      ports(
        ruleWith([
          { kind: 'alarm', alarm: 'wrong_lock_codes' },
          { kind: 'share', tier: 'community', alarm: 'wrong_lock_codes', purpose: 'community_service' },
          { kind: 'notice', to: 'community', text: 'Somebody tries codes' },
        ]),
      ),
    );
    expect(pending).toMatchObject([{ dueAt: AT }, { dueAt: AT, occasion: { tellsOf: 'wrong_lock_codes' } }]);
  });

  it('that nothing carries out fail in the run and hinder no other', async () => {
    const { runs, commands } = await react(
      moves(),
      ports(ruleWith([{ kind: 'run_magic' } as unknown as RuleEffect, { ...ON, device: 'hall/plug' }])),
    );
    expect(runs[0]!.effects).toMatchObject([
      { result: 'failed', error: 'nothing carries out `run_magic`' },
      { result: 'granted' },
    ]);
    expect(commands).toHaveLength(1);
  });

  it('are not done again for an event that had its run, however it is told', async () => {
    const rule = ruleWith([{ ...ON, devices: 'actuator' }]);
    const known = new Set<string>();
    const knownRun = async (id: string) => known.has(id);
    const first = await react(moves(), ports(rule, { knownRun }));
    known.add(first.runs[0]!.id);
    const again = await react(moves({ battery: 80, occupancy: true }), ports(rule, { knownRun }));
    expect([again.commands, again.runs]).toEqual([[], []]);
    for (const other of [moves({ occupancy: true, battery: 79 }), moves(undefined, AT + 1)]) {
      expect((await react(other, ports(rule, { knownRun }))).commands).toHaveLength(2);
    }
  });

  it('are asked about in the store only where the event may have been there before', async () => {
    const asked: string[] = [];
    const given = ports(ruleWith([{ ...ON, devices: 'actuator' }]), {
      knownRun: async (id) => {
        asked.push(id);
        return false;
      },
    });
    const counts: number[] = [];
    for (const at of [AT, AT + 1, AT + 1, AT - 1, AT + 2]) {
      await react(moves(undefined, at), given);
      counts.push(asked.length);
    }
    expect(counts).toEqual([1, 1, 2, 3, 3]);
  });

  it('are not done when nobody knows whether they were done, unless life is at stake', async () => {
    const knownRun = async () => Promise.reject(new Error('the disk is gone'));
    const effects: RuleEffect[] = [
      { kind: 'command', devices: 'siren', property: 'alarm', value: true },
      { kind: 'notice', to: 'residents', text: 'Leave the house' },
    ];
    const quiet = await react(moves(), ports(ruleWith(effects), { knownRun }));
    expect(quiet.effects).toEqual([]);
    expect(quiet.runs[0]!.effects).toMatchObject([
      { result: 'failed', error: expect.stringContaining('the disk is gone') },
      { result: 'failed' },
    ]);
    const refuse: DecideEffect = async () => ({ outcome: 'denied', decisionId: 'no' });
    const urgent = await react(moves(), ports(ruleWith(effects, 'life_safety'), { knownRun, decideEffect: refuse }));
    expect(urgent.effects.at(-1)).toMatchObject({
      effect: { kind: 'notice' },
      decision: 'life_safety',
      result: 'granted',
    });
  });
});
