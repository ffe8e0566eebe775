import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Change } from '../twin/changes.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { moveAlarm } from '../twin/lifecycles/moveAlarm.ts';
import type { Clock } from './Clock.ts';
import { systemClock } from './Clock.ts';
import { type Reaction, type ReactPorts, react } from './react.ts';
import type { DecideEffect, Effect } from './rules/Effect.ts';
import { InTurn } from './rules/InTurn.ts';
import { loadRules } from './rules/loadRules.ts';
import { ruleBook } from './rules/RuleBook.ts';
import type { RuleEvaluator } from './rules/RuleEvaluator.ts';
import type { RuleEvent } from './rules/RuleEvent.ts';
import { TemporalState } from './rules/TemporalState.ts';

const root = join(import.meta.dirname, '..');
const { rules } = loadRules(root);

const DEVICES = {
  gas: ['HS1CG-E', 'kitchen/gas'],
  smoke: ['HS1SA-E', 'hall/smoke'],
  leak: ['SJCGQ11LM', 'bathroom/leak'],
  lock: ['YRD226/246 TSDB', 'hall/lock'],
  siren: ['HS2WD-E', 'hall/siren'],
  valve: ['SWV', 'utility/valve'],
} as const;
type DeviceId = keyof typeof DEVICES;

function aHome(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'owner_occupied' } });
  for (const [id, [model, name]] of Object.entries(DEVICES)) {
    const device = {
      id,
      home: 'h',
      room: null,
      address: id,
      name,
      vendor: 'of the test',
      model,
      trust: 'normal',
    } as const;
    graph.apply({ kind: 'device_registered', device });
    graph.apply({ kind: 'device_transitioned', home: 'h', device: id, to: 'online' });
  }
  return graph;
}

const grant: DecideEffect = async () => ({ outcome: 'raw', decisionId: 'd1' });

function ports(given: Partial<ReactPorts> = {}): ReactPorts {
  return {
    graph: aHome(),
    book: ruleBook(rules),
    temporal: new TemporalState(rules),
    decideEffect: grant,
    clock: systemClock,
    ...given,
  };
}

function says(
  device: DeviceId,
  values: Record<string, unknown>,
  at = Date.parse('2026-03-07T10:52:04.389Z'),
): RuleEvent {
  return {
    kind: 'state_reported',
    reading: { home: 'h', device, at, receivedAt: at, values, tenancy: null, group: 'closed', current: true },
  };
}

const alarmsOf = ({ changes }: Reaction) =>
  changes.flatMap((change) => (change.kind === 'alarm_raised' ? [change.alarm] : []));

function apply({ graph }: ReactPorts, changes: readonly Change[]): void {
  for (const change of changes) graph.apply(change);
}

describe('react', () => {
  it('raises for each safety event an alarm with device, home, time and kind [DH-4.3.4]', async () => {
    const events: [RuleEvent, string][] = [
      [says('gas', { gas: true }), 'gas_leak'],
      [says('smoke', { smoke: true }), 'smoke'],
      [says('leak', { water_leak: true }), 'water_leak'],
    ];
    for (const [event, kind] of events) {
      const [alarm, ...others] = alarmsOf(await react(event, ports()));
      const device = event.kind === 'state_reported' ? event.reading.device : '';
      expect(alarm).toMatchObject({ home: 'h', device, kind, raisedAt: '2026-03-07T10:52:04.389Z' });
      expect(others).toEqual([]);
    }
  });

  it('changes nothing by itself', async () => {
    const given = ports();
    const before = given.graph.revision;
    await react(says('gas', { gas: true }), given);
    expect(given.graph.revision).toBe(before);
    expect(given.graph.home('h').alarms.size).toBe(0);
  });

  it('gives the same alarm for the same message after a crash, and none once it is known', async () => {
    const first = alarmsOf(await react(says('gas', { gas: true }), ports()));
    const restarted = ports();
    const again = await react(says('gas', { gas: true }), restarted);
    expect(alarmsOf(again)).toEqual(first);
    apply(restarted, again.changes);
    expect((await react(says('gas', { gas: true }), restarted)).changes).toEqual([]);
  });

  it('raises no second alarm until the first is reset', async () => {
    const given = ports();
    const at = Date.parse('2026-03-07T10:00:00Z');
    const counts: number[] = [];
    const tell = async (minute: number) => {
      const reaction = await react(says('gas', { gas: true }, at + minute * 60_000), given);
      apply(given, reaction.changes);
      counts.push(alarmsOf(reaction).length);
    };
    await tell(0);
    const alarm = [...given.graph.home('h').alarms.keys()][0] ?? '';
    for (const event of ['acknowledge', 'handle', 'reset'] as const) {
      await tell(counts.length);
      apply(given, [moveAlarm(given.graph, { home: 'h', alarm, event, by: 'a' })]);
    }
    await tell(9);
    expect(counts).toEqual([1, 0, 0, 0, 1]);
  });

  it('raises one alarm for two messages at once that are let in one after another', async () => {
    const given = ports();
    const inTurn = new InTurn();
    const at = Date.parse('2026-03-07T10:00:00Z');
    await Promise.all(
      [0, 1].map((second) =>
        inTurn.run('h', async () =>
          apply(given, (await react(says('gas', { gas: true }, at + second), given)).changes),
        ),
      ),
    );
    expect(given.graph.home('h').alarms.size).toBe(1);
  });

  it('never asks whether life safety may be alarmed or a siren sounded, and asks about a valve', async () => {
    const asked: Effect[] = [];
    const decideEffect: DecideEffect = async (effect) => {
      asked.push(effect);
      return { outcome: 'denied', decisionId: 'd7' };
    };
    const { effects, commands } = await react(says('gas', { gas: true }), ports({ decideEffect }));
    expect(effects.map(({ effect, decision, result }) => [effect.kind, decision, result])).toEqual([
      ['raise_alarm', 'life_safety', 'granted'],
      ['command', 'life_safety', 'granted'],
      ['command', 'd7', 'refused'],
    ]);
    expect(asked).toMatchObject([{ kind: 'command', device: 'valve', property: 'state', value: 'OFF' }]);
    expect(commands).toMatchObject([{ device: 'siren', property: 'warning' }]);
  });

  it('says why: the conditions and the values of their facts', async () => {
    const { effects } = await react(says('leak', { water_leak: true }), ports());
    expect(effects[0]?.because).toEqual([
      { fact: 'property', params: { name: 'water_leak' }, operator: 'equal', value: true, got: true, held: true },
    ]);
  });

  it('does not raise what a decision refuses, and names the decision', async () => {
    const decideEffect: DecideEffect = async () => ({ outcome: 'denied', decisionId: 'd9' });
    const away: RuleEvent = { kind: 'device_offline', home: 'h', device: 'lock', at: 5 };
    const { changes, effects } = await react(away, ports({ decideEffect }));
    expect(changes).toEqual([{ kind: 'device_transitioned', home: 'h', device: 'lock', to: 'offline' }]);
    expect(effects).toMatchObject([{ result: 'refused', decision: 'd9' }]);
  });

  it('gives nothing for an event that matters to no rule', async () => {
    expect(await react(says('valve', { flow: 3 }), ports())).toEqual({
      changes: [],
      commands: [],
      effects: [],
      runs: [],
      pending: [],
      failures: [],
    });
  });
});

describe('life safety', () => {
  const dangers: [RuleEvent, string][] = [
    [says('gas', { gas: true }), 'gas_leak'],
    [says('smoke', { smoke: true }), 'smoke'],
    [says('leak', { water_leak: true }), 'water_leak'],
  ];

  async function raisesAll(given: () => ReactPorts): Promise<void> {
    for (const [event, kind] of dangers) {
      const reaction = await react(event, given());
      expect(alarmsOf(reaction).map((alarm) => alarm.kind)).toEqual([kind]);
    }
  }

  it('is alarmed when the folder of rules is broken', async () => {
    const broken = loadRules('/nowhere');
    expect(broken.problems).toHaveLength(1);
    await raisesAll(() => ports({ book: ruleBook(broken.rules) }));
    const { commands } = await react(says('smoke', { smoke: true }), ports({ book: ruleBook([]) }));
    expect(commands).toMatchObject([
      { rule: 'built_in.smoke', device: 'siren', property: 'warning' },
      { rule: 'built_in.smoke', device: 'lock', property: 'state', value: 'UNLOCK' },
    ]);
  });

  it('is alarmed without any rule by detectors that say it in a word of their own', async () => {
    const book = ruleBook([]);
    for (const [values, kind] of [
      [{ gas: 6, gas_sensor_state: 'alarm' }, 'gas_leak'],
      [{ co: 180, co_state: 'alarm' }, 'carbon_monoxide'],
    ] as const) {
      expect(alarmsOf(await react(says('gas', values), ports({ book })))).toMatchObject([{ kind }]);
    }
    const calm = says('gas', { gas: 6, gas_sensor_state: 'normal', co_state: 'normal' });
    expect(alarmsOf(await react(calm, ports({ book })))).toEqual([]);
  });

  it('is alarmed when the evaluator fails, in whichever way', async () => {
    const fixed = { set: () => undefined, delete: () => undefined };
    const failing: RuleEvaluator = {
      ...fixed,
      evaluate: async (ids) => ({ matches: [], failures: ids.map((rule) => ({ rule, message: 'broken' })) }),
    };
    const rejecting: RuleEvaluator = { ...fixed, evaluate: () => Promise.reject(new Error('broken')) };
    for (const evaluator of [failing, rejecting]) {
      await raisesAll(() => ports({ book: ruleBook(rules, evaluator) }));
      expect((await react(says('gas', { gas: true }), ports({ book: ruleBook(rules, evaluator) }))).failures).toEqual([
        { rule: 'gas_leak', message: 'broken' },
      ]);
    }
  });

  it('is alarmed when the decider throws, rejects or never answers', async () => {
    const throwing = (() => {
      throw new Error('no bundle');
    }) as DecideEffect;
    const rejecting: DecideEffect = () => Promise.reject(new Error('no bundle'));
    const silent: DecideEffect = () => new Promise(() => undefined);
    // A clock on which all patience is over at once.
    const hasty: Clock = {
      now: () => 0,
      after: (_ms, callback) => {
        const timer = setTimeout(callback, 1);
        return () => clearTimeout(timer);
      },
    };
    for (const decideEffect of [throwing, rejecting, silent]) {
      await raisesAll(() => ports({ decideEffect, clock: hasty }));
      const { effects } = await react(says('gas', { gas: true }), ports({ decideEffect, clock: hasty }));
      expect(effects.at(-1)).toMatchObject({
        effect: { kind: 'command', device: 'valve' },
        result: 'failed',
        decision: null,
        error: expect.stringMatching(/no bundle|no answer within 500 ms/),
      });
    }
  });

  const testing = { fact: 'property', params: { name: 'test' }, operator: 'notEqual', value: true } as const;
  const allOf = (conditions: (typeof rules)[number]['rule']['conditions']) =>
    'all' in conditions ? conditions.all : [];

  it('is alarmed for a sensor that nobody has registered yet', async () => {
    const event = says('gas', { gas: true });
    const graph = new TwinGraph();
    graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'rented' } });
    const { changes } = await react(event, ports({ graph }));
    expect(changes).toMatchObject([{ kind: 'alarm_raised', alarm: { kind: 'gas_leak', device: 'gas' } }]);
  });

  it('leaves it to the rule of a kind when there is one', async () => {
    const stricter = rules.map((loaded) =>
      loaded.rule.id === 'smoke'
        ? { ...loaded, rule: { ...loaded.rule, conditions: { all: [testing, ...allOf(loaded.rule.conditions)] } } }
        : loaded,
    );
    const book = ruleBook(stricter);
    expect(alarmsOf(await react(says('smoke', { smoke: true, test: true }), ports({ book })))).toEqual([]);
    expect(alarmsOf(await react(says('smoke', { smoke: true, test: false }), ports({ book })))).toHaveLength(1);
  });
});

describe('devices', () => {
  it('come online when they speak, and not when a bridge repeats what they said', async () => {
    const given = ports();
    apply(given, (await react(says('gas', { gas: false }, 100), given)).changes);
    apply(given, (await react({ kind: 'device_offline', home: 'h', device: 'gas', at: 200 }, given)).changes);
    expect(given.graph.device('h', 'gas').state).toBe('offline');
    apply(given, (await react(says('gas', { gas: false }, 100), given)).changes);
    expect(given.graph.device('h', 'gas').state).toBe('offline');
    apply(given, (await react(says('gas', { gas: false }, 300), given)).changes);
    expect(given.graph.device('h', 'gas').state).toBe('online');
  });
});
