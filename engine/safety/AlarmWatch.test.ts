import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Alarm, Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Clock } from '../Clock.ts';
import { issueCommands } from '../commands/issueCommands.ts';
import { loadPrecedence } from '../commands/loadPrecedence.ts';
import { AlarmWatch } from './AlarmWatch.ts';
import { loadEscalationPlan } from './escalationPlan.ts';
import { sirensOf } from './sirensOf.ts';

const START = Date.parse('2026-03-07T10:00:00.000Z');
const { precedence } = loadPrecedence(join(import.meta.dirname, '../..'));
const { plan } = loadEscalationPlan(join(import.meta.dirname, '../..'));

/** A clock whose timers run by themselves, whatever the time of day is set to. */
class SetClock implements Clock {
  #ran = 0;
  offset = 0;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return START + this.#ran + this.offset;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#ran + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Lets so many seconds pass, one by one. */
  async run(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.#ran += 1_000;
      const due = this.#timers.filter(({ at }) => at <= this.#ran);
      this.#timers = this.#timers.filter(({ at }) => at > this.#ran);
      for (const { callback } of due) callback();
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    }
  }
}

let graph: TwinGraph;
let clock: SetClock;
let sent: { readonly device: string; readonly values: unknown }[];
let listeners: Set<(change: Change) => void>;
let broken: boolean;

function apply(changes: readonly Change[]): void {
  for (const change of changes) graph.apply(change);
  for (const change of changes) for (const listener of listeners) listener(change);
}

function watch(): AlarmWatch {
  const keep = () => (broken ? Promise.reject(new Error('the disk is full')) : Promise.resolve());
  return new AlarmWatch({
    graph,
    clock,
    plan,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commit: (changes) => keep().then(() => apply(changes)),
    command: (requests) =>
      keep().then(() => {
        apply(issueCommands(requests, { graph, now: clock.now(), precedence }));
        sent.push(...requests.map(({ device, values }) => ({ device, values })));
      }),
    send: async (_home, device, values) => {
      sent.push({ device, values });
    },
    onProblem: () => undefined,
  });
}

const alarmOf = (over: Partial<Alarm> = {}): Alarm => {
  const raisedAt = new Date(START).toISOString();
  return { id: 'a1', home: 'h', kind: 'smoke', device: 'smoke', rule: 'smoke', raisedAt, ...over };
};
const raise = (over: Partial<Alarm> = {}) => apply([{ kind: 'alarm_raised', alarm: alarmOf(over) }]);
const move = (to: 'acknowledged' | 'handled' | 'reset') =>
  apply([{ kind: 'alarm_transitioned', home: 'h', alarm: 'a1', to, by: 'ann' }]);
const told = () => graph.alarm('h', 'a1').escalations.map(({ to }) => to);
const seconds = () => graph.alarm('h', 'a1').escalations.map(({ at }) => (Date.parse(at) - START) / 1_000);

beforeEach(() => {
  graph = new TwinGraph();
  clock = new SetClock();
  sent = [];
  listeners = new Set();
  broken = false;
  const common = { home: 'h', room: null, trust: 'normal', vendor: 'any' } as const;
  apply([
    { kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'owner_occupied' } },
    {
      kind: 'device_registered',
      device: { ...common, id: 'siren', address: '1', name: 'hall/siren', model: 'TS0216' },
    },
    {
      kind: 'device_registered',
      device: { ...common, id: 'mute', address: '2', name: 'attic/siren', model: 'HS2WD-E' },
    },
  ]);
});

describe('an alarm that nobody acknowledges', () => {
  it('is told to the residents, then to the community, then to the responders, each once', async () => {
    watch();
    raise();
    await clock.run(600);
    expect(told()).toEqual(['residents', 'community', 'responders']);
    expect(seconds()).toEqual([15, 30, 120]);
  });

  it('is let go of though nobody was left to tell of it at the start', async () => {
    watch();
    raise();
    await clock.run(130);
    expect(told()).toEqual(['residents', 'community', 'responders']);
    const again = watch();
    again.start();
    again.close();
    sent = [];
    listeners.clear();
    await clock.run(1);
    expect(sent).toEqual([]);
  });

  it('is told to nobody else once somebody has acknowledged it', async () => {
    watch();
    raise();
    await clock.run(20);
    move('acknowledged');
    await clock.run(600);
    expect(told()).toEqual(['residents']);
  });

  it('is told on time though the clock is set back or forward meanwhile', async () => {
    watch();
    raise();
    await clock.run(10);
    clock.offset = -3_600_000;
    await clock.run(10);
    expect(told()).toEqual(['residents']);
    await clock.run(12);
    expect(told()).toEqual(['residents', 'community']);
    clock.offset = 3_600_000;
    await clock.run(90);
    expect(told()).toEqual(['residents', 'community', 'responders']);
  });

  it('is told on time though the clock is set forward by days, or that of its device is days behind', async () => {
    watch();
    raise();
    raise({ id: 'a2', device: 'slow', raisedAt: new Date(START - 2 * 86_400_000).toISOString() });
    await clock.run(20);
    clock.offset = 3 * 86_400_000;
    await clock.run(100);
    for (const id of ['a1', 'a2']) {
      const { escalations } = graph.alarm('h', id);
      expect(escalations.map(({ to }) => to)).toEqual(['residents', 'community', 'responders']);
    }
    const after = graph.alarm('h', 'a2').escalations.map(({ at }) => (Date.parse(at) - START) / 1_000);
    expect(after).toEqual([15, 30 + 3 * 86_400, 120 + 3 * 86_400]);
  });

  it('goes on being told after a restart, from where it was', async () => {
    watch().close();
    const first = watch();
    raise();
    await clock.run(20);
    first.close();
    await clock.run(20);
    expect(told()).toEqual(['residents']);
    watch().start();
    await clock.run(1);
    expect(told()).toEqual(['residents', 'community']);
    await clock.run(100);
    expect(told()).toEqual(['residents', 'community', 'responders']);
  });

  it('is told as soon as it can be kept again', async () => {
    watch();
    broken = true;
    raise();
    await clock.run(40);
    expect(told()).toEqual([]);
    broken = false;
    await clock.run(20);
    expect(told()).toEqual(['residents', 'community']);
  });

  it('does not leave the home for responders when it is of a drill', async () => {
    watch();
    raise({ drill: 'd' });
    await clock.run(600);
    expect(told()).toEqual(['residents', 'community']);
  });

  it('is told to others when a camera fails than when somebody covers it [RA-6.5.2-h]', async () => {
    watch();
    raise({ kind: 'fault' });
    raise({ id: 'a2', kind: 'tamper' });
    await clock.run(1_000);
    expect(told()).toEqual([]);
    expect(graph.alarm('h', 'a2').escalations.map(({ to }) => to)).toEqual(['residents', 'community', 'responders']);
    await clock.run(43_200);
    expect(told()).toEqual(['residents', 'property']);
  });

  it('shows nothing in the home when it is of a hold-up', async () => {
    watch();
    raise({ kind: 'hold_up' });
    await clock.run(600);
    expect(told()).toEqual(['community', 'responders']);
    expect(sent).toEqual([]);
  });
});

describe('sirens', () => {
  const states = () => sirensOf(graph, alarmOf()).map(({ state }) => state);
  const report = (value: unknown) =>
    graph.setValue('h', 'siren', 'alarm', { value, at: clock.now(), receivedAt: clock.now() });

  it('are told again until they say that they sound, and again before they would stop', async () => {
    watch();
    raise();
    report(true);
    await clock.run(20);
    const mute = { device: 'mute', values: { warning: { mode: 'emergency', strobe: true, duration: 180 } } };
    expect(sent).toEqual([mute, mute, mute]);
    expect(states()).toEqual(['sounding', 'unknown']);
    await clock.run(180);
    expect(sent.slice(3)).toEqual([{ device: 'siren', values: { alarm: true } }, mute]);
  });

  it('are told again of an alarm whose device has a clock that is hours behind', async () => {
    watch();
    raise({ raisedAt: new Date(START - 2 * 3_600_000).toISOString() });
    await clock.run(6);
    expect(sent.map(({ device }) => device)).toEqual(['siren', 'mute']);
    await clock.run(7_200);
    const loud = sent.length;
    await clock.run(600);
    expect(sent).toHaveLength(loud);
  });

  it('fall silent at the reset, and not before the last alarm of the home', async () => {
    watch();
    raise();
    raise({ id: 'a2', kind: 'gas_leak' });
    for (const to of ['handled', 'reset'] as const) move(to);
    expect(sent).toEqual([]);
    apply([{ kind: 'alarm_transitioned', home: 'h', alarm: 'a2', to: 'reset', by: 'ann' }]);
    await clock.run(1);
    expect(sent).toEqual([
      { device: 'siren', values: { alarm: false } },
      { device: 'mute', values: { warning: { mode: 'stop', strobe: false, duration: 0 } } },
    ]);
    report(false);
    expect(states()).toEqual(['silent', 'unknown']);
  });

  it('are told though nothing can be kept', async () => {
    watch();
    broken = true;
    raise();
    await clock.run(5);
    expect(sent.map(({ device }) => device)).toEqual(['siren', 'mute']);
  });

  it('sound at a start for an alarm that was raised before it, and for none of the day before', async () => {
    raise();
    watch().start();
    await clock.run(1);
    expect(sent.map(({ device }) => device)).toEqual(['siren', 'mute']);
    raise({ id: 'old', raisedAt: new Date(START - 86_400_000).toISOString() });
    sent = [];
    await clock.run(4);
    expect(sent).toEqual([]);
  });
});

describe('the exits of a building', () => {
  const EXIT = 'common:door';
  const request = (value: string) => ({
    id: `c${graph.revision}`,
    home: 'common',
    device: EXIT,
    values: { state: value },
    claimant: 'community' as const,
    by: { kind: 'account', account: 'desk' } as const,
    alarm: null,
  });
  const lock = () => {
    const changes = issueCommands([request('LOCK')], { graph, now: clock.now(), precedence });
    apply(changes);
    return changes.flatMap((change) => (change.kind === 'command_transitioned' ? [change.to] : []));
  };
  beforeEach(() => {
    const device = {
      id: EXIT,
      address: '9',
      name: 'stairs/door',
      model: 'electromagnetic-lock',
      vendor: 'any',
    } as const;
    const elsewhere = { ...device, id: 'far:door', home: 'far' } as const;
    apply([
      { kind: 'home_added', home: { id: 'common', area: 'b', name: 'Stairs', occupancy: 'vacant' } },
      { kind: 'home_added', home: { id: 'far', area: 'other', name: 'Far', occupancy: 'vacant' } },
      { kind: 'device_registered', device: { ...device, home: 'common', room: null, trust: 'normal' } },
      { kind: 'device_registered', device: { ...elsewhere, room: null, trust: 'normal' } },
    ]);
  });

  it('open in a fire in any of its homes, and cannot be closed before the reset [RA-6.7.1-s1]', async () => {
    watch();
    raise();
    await clock.run(1);
    expect(sent.filter(({ device }) => device.endsWith('door'))).toEqual([
      { device: EXIT, values: { state: 'UNLOCK' } },
    ]);
    expect(lock()).toEqual(['lost']);
    for (const to of ['acknowledged', 'handled'] as const) move(to);
    expect(lock()).toEqual(['lost']);
    move('reset');
    await clock.run(1);
    expect(lock()).toEqual([]);
  });

  it('stay as they are at gas, and in a drill', async () => {
    watch();
    raise({ kind: 'gas_leak' });
    raise({ id: 'a2', drill: 'd' });
    await clock.run(1);
    expect(sent.filter(({ device }) => device.endsWith('door'))).toEqual([]);
  });

  it('are freed at the next start when the program ended with the reset', async () => {
    const first = watch();
    raise();
    await clock.run(1);
    first.close();
    for (const to of ['handled', 'reset'] as const) move(to);
    expect(lock()).toEqual(['lost']);
    watch().start();
    await clock.run(1);
    expect(lock()).toEqual([]);
  });
});
