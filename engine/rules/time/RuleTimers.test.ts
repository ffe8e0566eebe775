import { describe, expect, it, vi } from 'vitest';
import type { GeoPlace } from '../../../twin/changes.ts';
import { TwinGraph } from '../../../twin/graph/TwinGraph.ts';
import type { Rule, Wakes } from '../Rule.ts';
import { RuleTimers } from './RuleTimers.ts';

const berlin = { latitude: 52.5, longitude: 13.4, timeZone: 'Europe/Berlin' };
const tromso = { latitude: 69.65, longitude: 18.96, timeZone: 'Europe/Oslo' };
const at = (text: string): number => Date.parse(text);

const rule = (id: string, on: Wakes, pack?: string): Rule => ({
  id,
  title: id,
  severity: 'comfort',
  clauses: [],
  ...(pack !== undefined && { pack }),
  on,
  conditions: { all: [] },
  event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'residents', text: 'x' }] } },
});

/** Homes by their places; null stands as its area does, which nobody placed. */
function city(homes: Readonly<Record<string, GeoPlace | null>>): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } });
  graph.apply({ kind: 'area_added', area: { id: 'b1', level: 'building', name: 'B1', parent: 'city' } });
  for (const [id, place] of Object.entries(homes)) {
    graph.apply({ kind: 'home_added', home: { id, area: 'b1', name: id, occupancy: 'rented' } });
    if (place) graph.apply({ kind: 'home_placed', home: id, place });
  }
  return graph;
}

/** What wakes rules from one instant to another, as a server does that looks at each instant. */
function woken(timers: RuleTimers, graph: TwinGraph, until: string): string[] {
  const told: string[] = [];
  for (let next = timers.nextDue(graph); next <= at(until); next = timers.nextDue(graph)) {
    for (const { home, rule: id, at: instant } of timers.take(graph, next))
      told.push(`${home} ${id} ${new Date(instant).toISOString().slice(0, 16)}`);
  }
  return told;
}

function timersOf(from: string, ...rules: readonly Rule[]): RuleTimers {
  const timers = new RuleTimers(at(from));
  for (const each of rules) timers.add(each, null);
  return timers;
}

describe('RuleTimers', () => {
  it("wakes each home by its own clock, and by the default zone's where nobody said where it stands", () => {
    const timers = timersOf('2026-03-06T00:00:00Z', rule('up', { times: ['07:00'] }));
    expect(woken(timers, city({ far: null, near: berlin }), '2026-03-07T00:00:00Z')).toEqual([
      'near up 2026-03-06T06:00',
      'far up 2026-03-06T23:00',
    ]);
  });

  it('wakes by a time once each local day, also on those on which the clocks change', () => {
    const night = rule('night', { times: ['02:30'] });
    const graph = city({ h: berlin });
    expect(woken(timersOf('2026-03-28T12:00:00Z', night), graph, '2026-03-30T12:00:00Z')).toEqual([
      'h night 2026-03-29T01:30',
      'h night 2026-03-30T00:30',
    ]);
    expect(woken(timersOf('2026-10-24T12:00:00Z', night), graph, '2026-10-26T12:00:00Z')).toEqual([
      'h night 2026-10-25T00:30',
      'h night 2026-10-26T01:30',
    ]);
  });

  it('wakes again and again, from midnight on', () => {
    const timers = timersOf('2026-03-06T22:10:00Z', rule('often', { every: 'PT20M' }));
    expect(woken(timers, city({ h: berlin }), '2026-03-06T23:10:00Z')).toEqual([
      'h often 2026-03-06T22:20',
      'h often 2026-03-06T22:40',
      'h often 2026-03-06T23:00',
    ]);
  });

  it('wakes by the sun of the place, and not where the sun does not rise or nobody knows', () => {
    const rise = rule('rise', { sun: [{ event: 'sunrise', offset: '-PT30M' }] });
    const timers = timersOf('2026-12-21T00:00:00Z', rise);
    expect(woken(timers, city({ south: berlin, north: tromso, lost: null }), '2026-12-22T00:00:00Z')).toEqual([
      'south rise 2026-12-21T06:44',
    ]);
  });

  it('wakes homes of an area by the place of the area', () => {
    const graph = city({ h: null });
    graph.apply({ kind: 'area_placed', area: 'city', place: berlin });
    expect(
      woken(timersOf('2026-03-06T00:00:00Z', rule('up', { times: ['07:00'] })), graph, '2026-03-06T12:00:00Z'),
    ).toEqual(['h up 2026-03-06T06:00']);
  });

  it('wakes once for each of the devices that a rule is for', () => {
    const graph = city({ h: berlin, empty: berlin });
    for (const [id, model] of [
      ['lock', 'YRD226/246 TSDB'],
      ['door', 'SNZB-04'],
    ] as const) {
      const about = { room: null, address: id, name: id, vendor: 'v', model, trust: 'normal' } as const;
      graph.apply({ kind: 'device_registered', device: { id, home: 'h', ...about } });
    }
    const timers = timersOf('2026-03-06T00:00:00Z', rule('late', { times: ['23:00'], devices: { kind: 'lock' } }));
    expect([...timers.take(graph, at('2026-03-06T22:00:00Z'))]).toEqual([
      { kind: 'time_reached', home: 'h', rule: 'late', at: at('2026-03-06T22:00:00Z'), device: 'lock' },
    ]);
  });

  it('makes up what was missed for less than ten minutes, once, and nothing older', () => {
    const often = rule('often', { every: 'PT4M' });
    const graph = city({ h: berlin });
    const timers = timersOf('2026-03-06T08:00:00Z', often, rule('up', { times: ['09:30'] }));
    const told = [...timers.take(graph, at('2026-03-06T08:41:00Z'))].map(({ rule: id, at: instant }) => [
      id,
      new Date(instant).toISOString().slice(11, 16),
    ]);
    expect(told).toEqual([
      ['often', '08:32'],
      ['often', '08:36'],
      ['often', '08:40'],
    ]);
    expect([...timers.take(graph, at('2026-03-06T08:41:00Z'))]).toEqual([]);
    expect(timers.nextDue(graph)).toBe(at('2026-03-06T08:44:00Z'));
  });

  it('goes on after a restart where it was, and wakes nobody twice', () => {
    const up = rule('up', { times: ['07:00'] });
    const graph = city({ h: berlin });
    const before = timersOf('2026-03-06T05:00:00Z', up);
    expect([...before.take(graph, at('2026-03-06T06:00:00Z'))]).toHaveLength(1);
    const after = new RuleTimers(before.takenUntil);
    after.add(up, null);
    expect([...after.take(graph, at('2026-03-06T06:05:00Z'))]).toEqual([]);
    const missed = timersOf('2026-03-06T05:59:00Z', up);
    expect([...missed.take(graph, at('2026-03-06T06:05:00Z'))]).toMatchObject([{ at: at('2026-03-06T06:00:00Z') }]);
  });

  it('goes by a clock again that was years ahead, and not twice through the hour of one that was set back a little', () => {
    const up = rule('up', { times: ['07:00'] });
    const graph = city({ h: berlin });
    const timers = timersOf('2026-03-06T06:30:00Z', up);
    expect([...timers.take(graph, at('2030-01-01T00:00:00Z'))]).toEqual([]);
    expect([...timers.take(graph, at('2026-03-06T06:31:00Z'))]).toEqual([]);
    expect(woken(timers, graph, '2026-03-07T06:30:00Z')).toEqual(['h up 2026-03-07T06:00']);
    expect([...timers.take(graph, at('2026-03-07T05:45:00Z'))]).toEqual([]);
    expect(timers.nextDue(graph)).toBe(at('2026-03-08T06:00:00Z'));
  });

  it('looks at each home once, however many sunrises there are', () => {
    const homes = Array.from({ length: 60 }, (_, count) => [`h${count}`, { ...berlin, latitude: 52 + count / 1_000 }]);
    const graph = city(Object.fromEntries(homes));
    const timers = timersOf('2026-03-06T00:00:00Z', rule('dawn', { sun: [{ event: 'sunrise' }] }));
    timers.nextDue(graph);
    const looks = vi.spyOn(graph.homes, 'values');
    const woke = [...timers.take(graph, at('2026-03-06T05:50:00Z'))];
    expect(new Set(woke.map(({ home }) => home)).size).toBe(60);
    expect(looks).toHaveBeenCalledTimes(1);
  });

  it('wakes a rule of one home there alone, and one of a pack where it is on', () => {
    const graph = city({ h: berlin, other: berlin });
    const timers = timersOf('2026-03-06T00:00:00Z', rule('packed', { times: ['08:00'] }, 'evening'));
    timers.add(rule('mine', { times: ['07:00'] }), 'h');
    expect(woken(timers, graph, '2026-03-06T12:00:00Z')).toEqual(['h mine 2026-03-06T06:00']);
    graph.apply({
      kind: 'pack_switched',
      home: 'other',
      pack: 'evening',
      on: true,
      parameters: {},
      by: 'ann',
      at: '2026-03-06T12:00:00Z',
    });
    expect(woken(timers, graph, '2026-03-07T07:30:00Z')).toEqual([
      'h mine 2026-03-07T06:00',
      'other packed 2026-03-07T07:00',
    ]);
  });

  it('wakes a rule that was removed no more, and homes that moved by their new clock', () => {
    const up = rule('up', { times: ['07:00'] });
    const graph = city({ h: null });
    const timers = timersOf('2026-03-06T00:00:00Z', up);
    expect(timers.nextDue(graph)).toBe(at('2026-03-06T23:00:00Z'));
    graph.apply({ kind: 'home_placed', home: 'h', place: berlin });
    timers.placeAgain();
    expect(timers.nextDue(graph)).toBe(at('2026-03-06T06:00:00Z'));
    timers.remove(up);
    expect(woken(timers, graph, '2026-03-08T00:00:00Z')).toEqual([]);
  });
});
