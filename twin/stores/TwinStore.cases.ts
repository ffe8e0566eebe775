import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../changes.ts';
import { forkGraph } from '../graph/forkGraph.ts';
import { graphAt } from '../graph/graphAt.ts';
import type { KeyScope } from '../Sealer.ts';
import { type Reading, RULE_MEMORY, type TwinStore } from '../TwinStore.ts';

/** What the cases need of an adapter: an empty store, and the end of a home's or person's key. */
export type StoreUnderTest = {
  readonly store: TwinStore;
  destroyKey(scope: KeyScope): Promise<void>;
};

const AT = '2026-01-01T00:00:00.000Z';
const T0 = Date.parse(AT);

const building: Change = {
  kind: 'area_added',
  area: { id: 'b1', level: 'building', name: 'Building 1', parent: null },
};
const home: Change = { kind: 'home_added', home: { id: 'h1', area: 'b1', name: 'Home 1', occupancy: 'rented' } };
const ana: Change = { kind: 'person_added', person: { id: 'ana', ageBand: 'adult' } };

const reading = (over: Partial<Reading> = {}): Reading => ({
  home: 'h1',
  device: 'h1/meter',
  at: T0,
  receivedAt: T0 + 5,
  values: { power: 12.5, energy: 100 },
  tenancy: null,
  group: 'closed',
  current: true,
  ...over,
});

const all = <Item>(items: AsyncIterable<Item>): Promise<Item[]> => Array.fromAsync(items);
const changesOf = (...changes: Change[]) => ({ changes: changes.map((change) => ({ at: AT, change })) });

/** The promises of `TwinStore`, as every adapter has to keep them. */
export function describeTwinStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: TwinStore;
    let destroyKey: StoreUnderTest['destroyKey'];
    beforeEach(async () => {
      ({ store, destroyKey } = await open());
    });
    afterEach(() => store.close());

    const present = async () => {
      const values = await all(store.values());
      return Object.fromEntries(values.map(({ device, property, value }) => [`${device} ${property}`, value]));
    };

    it('numbers changes from one without a gap and gives them back in order', async () => {
      expect(await store.revision()).toBe(0);
      expect(await store.commit(changesOf(building, home))).toEqual({ revision: 2 });
      expect(await store.commit(changesOf(ana))).toEqual({ revision: 3 });
      expect(await all(store.changes(0))).toEqual([
        { seq: 1, at: AT, change: building },
        { seq: 2, at: AT, change: home },
        { seq: 3, at: AT, change: ana },
      ]);
      expect(await all(store.changes(2))).toEqual([{ seq: 3, at: AT, change: ana }]);
      expect(await store.revision()).toBe(3);
    });

    it('gives back instruments and bases of areas as they were, and loses one with its key', async () => {
      const coverage = {
        area: 'b1',
        purposes: ['regulation'],
        categories: ['environment'],
        granularity: 'full',
        ends: AT,
      } as const;
      const order = { kind: 'order', id: 'o1', number: '7', grantee: 'court', homes: ['h1'], ...coverage } as const;
      const given = { ...coverage, id: 'x', type: 'order', givenBy: 'office', grantee: { kind: 'regulator' } } as const;
      const made: Change[] = [
        { kind: 'instrument_made', instrument: order, act: { move: 'register', by: 'ann', at: AT } },
        {
          kind: 'instrument_transitioned',
          instrument: 'o1',
          to: 'approved_once',
          act: { move: 'approve', by: 'ben', at: AT },
        },
        { kind: 'area_basis_given', basis: given },
        { kind: 'area_basis_ended', basis: 'x', reason: 'replaced' },
      ];
      await store.commit(changesOf(building, ...made));
      expect((await all(store.changes(1))).map(({ change }) => change)).toEqual(made);
      await destroyKey({ kind: 'person', person: 'o1' });
      expect((await all(store.changes(1))).map(({ change }) => change)).toEqual(made.slice(2));
    });

    it('gives back more changes and values than one page holds', async () => {
      const rooms = Array.from(
        { length: 2_500 },
        (_, n): Change => ({
          kind: 'room_added',
          room: { id: `r${n}`, home: 'h1', name: `room ${n}` },
        }),
      );
      const readings = rooms.map((_, n) => reading({ device: `h1/d${n}`, values: { n } }));
      await store.commit({ ...changesOf(building, home, ...rooms), readings });
      expect((await all(store.changes(0))).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 2_502 }, (_, n) => n + 1),
      );
      expect((await all(store.values())).map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 2_500 }, (_, n) => n),
      );
      expect(await all(store.readings('h1', 0, T0 + 1))).toHaveLength(2_500);
    });

    it('refuses a batch made for another revision, and keeps nothing of it', async () => {
      await store.commit(changesOf(building));
      const stale = store.commit({ ...changesOf(home), readings: [reading()], expectedRevision: 0 });
      await expect(stale).rejects.toMatchObject({ code: 'store:revision.conflict' });
      expect(await all(store.changes(0))).toHaveLength(1);
      expect(await all(store.values())).toEqual([]);
      expect(await store.commit({ ...changesOf(home), expectedRevision: 1 })).toEqual({ revision: 2 });
    });

    it('refuses a reading without whole milliseconds, and keeps nothing of its batch', async () => {
      const bad = store.commit({ ...changesOf(building), readings: [reading(), reading({ at: 0.5 })] });
      await expect(bad).rejects.toMatchObject({ code: 'store:batch.invalid' });
      expect(await store.revision()).toBe(0);
      expect(await all(store.readings('h1', 0, T0 + 1))).toEqual([]);
    });

    it('gives readings of a home by source time, without the end of the range', async () => {
      const late = reading({ at: T0 - 1000, current: false });
      await store.commit({ readings: [reading(), reading({ at: T0 + 1000 }), late, reading({ home: 'h2' })] });
      expect(await all(store.readings('h1', T0 - 1000, T0 + 1000))).toEqual([late, reading()]);
    });

    it('keeps a reading once that is told twice, and two that differ in time or values', async () => {
      await store.commit({ readings: [reading(), reading({ receivedAt: T0 + 900 })] });
      await store.commit({ readings: [reading({ receivedAt: T0 + 950 })] });
      expect(await all(store.readings('h1', 0, T0 + 1))).toEqual([reading()]);
      await store.commit({ readings: [reading({ values: { power: 13 } }), reading({ at: T0 + 1 })] });
      expect(await all(store.readings('h1', 0, T0 + 2))).toHaveLength(3);
    });

    it('knows the last value of each property, merged over messages', async () => {
      await store.commit({ readings: [reading()] });
      await store.commit({ readings: [reading({ at: T0 + 10, values: { power: 14 } })] });
      expect(await all(store.values())).toEqual([
        { home: 'h1', device: 'h1/meter', property: 'power', value: 14, at: T0 + 10, receivedAt: T0 + 5 },
        { home: 'h1', device: 'h1/meter', property: 'energy', value: 100, at: T0, receivedAt: T0 + 5 },
      ]);
    });

    it('keeps what rules remember of a device with its values, the last of it, until they are wiped', async () => {
      const remembers = (memory: unknown, tenancy: string | null = null) => ({
        memories: [{ home: 'h1', device: 'h1/meter', tenancy, memory }],
      });
      await store.commit({ readings: [reading({ values: { power: 1 } })], ...remembers({ held: [1] }) });
      await store.commit(remembers({ held: [2] }));
      expect(await present()).toEqual({ 'h1/meter power': 1, [`h1/meter ${RULE_MEMORY}`]: { held: [2] } });
      await store.commit(remembers({ held: [3] }, 'l1'));
      expect(await present()).toEqual({ 'h1/meter power': 1, [`h1/meter ${RULE_MEMORY}`]: { held: [3] } });
      await destroyKey({ kind: 'home', home: 'h1', tenancy: 'l1', group: 'closed' });
      expect(await present()).toEqual({ 'h1/meter power': 1 });
      await store.commit({ ...remembers({ held: [4] }), wipedHomes: ['h1'] });
      expect(await present()).toEqual({});
    });

    it('takes as present only what the reading says is present, and nothing older than it knows', async () => {
      await store.commit({ readings: [reading()] });
      const partly = reading({
        at: T0 + 5,
        values: { power: 1, energy: 101 },
        current: { power: false, energy: true },
      });
      await store.commit({ readings: [partly, reading({ at: T0 - 5, values: { power: 2 } })] });
      expect(await present()).toEqual({ 'h1/meter power': 12.5, 'h1/meter energy': 101 });
    });

    it('moves a property to the key it was last told under', async () => {
      await store.commit({ readings: [reading({ group: 'open', values: { power: 1, energy: 2 } })] });
      await store.commit({ readings: [reading({ at: T0 + 1, tenancy: 'lease1', values: { power: 3 } })] });
      expect(await present()).toEqual({ 'h1/meter energy': 2, 'h1/meter power': 3 });
      await destroyKey({ kind: 'home', home: 'h1', tenancy: 'lease1', group: 'closed' });
      expect(await present()).toEqual({ 'h1/meter energy': 2 });
    });

    it('wipes the present of a home and keeps its history', async () => {
      await store.commit({ readings: [reading(), reading({ home: 'h2', device: 'h2/meter' })] });
      await store.commit({ readings: [reading({ at: T0 + 1 })], wipedHomes: ['h1'] });
      expect(await present()).toEqual({ 'h2/meter power': 12.5, 'h2/meter energy': 100 });
      expect(await all(store.readings('h1', 0, T0 + 2))).toHaveLength(2);
      await store.commit({ readings: [reading({ at: T0 + 2, values: { power: 9 } })] });
      expect(await present()).toMatchObject({ 'h1/meter power': 9 });
      expect(await present()).not.toHaveProperty('h1/meter energy');
    });

    it('leaves out what an ended key had sealed and goes on with a new one', async () => {
      await store.commit({ ...changesOf(building, home, ana), readings: [reading()] });
      await destroyKey({ kind: 'home', home: 'h1', tenancy: null, group: 'closed' });
      await destroyKey({ kind: 'person', person: 'ana' });
      expect(await all(store.changes(0))).toEqual([{ seq: 1, at: AT, change: building }]);
      expect(await all(store.values())).toEqual([]);
      expect(await all(store.readings('h1', 0, T0 + 1))).toEqual([]);
      expect(await store.revision()).toBe(3);
      await store.commit({ ...changesOf(home), readings: [reading({ at: T0 + 1, values: { power: 7 } })] });
      expect(await all(store.changes(3))).toEqual([{ seq: 4, at: AT, change: home }]);
      expect(await present()).toEqual({ 'h1/meter power': 7 });
    });

    it('lists dead letters newest first and counts them by code', async () => {
      const letter = (at: number, code: string, of: string | null) => ({
        code,
        home: of,
        topic: 'zigbee2mqtt/hall',
        property: null,
        detail: 'not JSON',
        at,
      });
      const letters = [
        letter(1, 'payload.json', 'h1'),
        letter(2, 'topic.unknown', null),
        letter(3, 'payload.json', 'h1'),
      ];
      await store.commit({ deadLetters: letters });
      expect(await store.deadLetters({ first: 2 })).toEqual([letters[2], letters[1]]);
      expect(await store.deadLetters({ home: 'h1', first: 10 })).toEqual([letters[2], letters[0]]);
      expect(await store.deadLetterCounts()).toEqual([
        { code: 'payload.json', count: 2 },
        { code: 'topic.unknown', count: 1 },
      ]);
    });

    it('drops readings before an instant and keeps the present', async () => {
      const day = 86_400_000;
      await store.commit({
        readings: [reading({ at: T0 - 2 * day }), reading({ at: T0 + 10 }), reading({ at: T0 + 20 })],
      });
      expect(await store.dropReadings(T0 + 20)).toBe(2);
      expect((await all(store.readings('h1', 0, T0 + day))).map(({ at }) => at)).toEqual([T0 + 20]);
      expect(await present()).toMatchObject({ 'h1/meter power': 12.5 });
    });

    it('gives the twin as it was at any instant, and a fork of it that leaves no trace', async () => {
      const at = (hours: number) => new Date(T0 + hours * 3_600_000).toISOString();
      const flagged: Change = { kind: 'home_flagged', home: 'h1', flag: 'elder_alone', on: true };
      const meter = { home: 'h1', room: null, address: '0x1', name: 'm', vendor: 'v', model: 'x' } as const;
      const history: Change[] = [
        building,
        home,
        { kind: 'device_registered', device: { id: 'h1/meter', ...meter, trust: 'normal' } },
        ana,
        flagged,
      ];
      const readings = [1, 4].map((hours) =>
        reading({ at: T0 + hours * 3_600_000, receivedAt: T0 + hours * 3_600_000 }),
      );
      await store.commit({ changes: history.map((change, hours) => ({ at: at(hours), change })), readings });
      const past = await graphAt(store, Date.parse(at(3)), { values: ['h1'] });
      expect([past.revision, past.home('h1').flags.size, past.people.size]).toEqual([4, 0, 1]);
      expect(past.device('h1', 'h1/meter').values.get('power')).toMatchObject({ value: 12.5, at: T0 + 3_600_000 });
      const fork = forkGraph(past, [flagged, { kind: 'occupancy_changed', home: 'h1', occupancy: 'vacant' }]);
      expect([fork.home('h1').occupancy, past.home('h1').occupancy]).toEqual(['vacant', 'rented']);
      expect(fork.home('h1')).toEqual({ ...past.home('h1'), flags: new Set(['elder_alone']), occupancy: 'vacant' });
      expect((await graphAt(store, Date.parse(at(9)))).home('h1').occupancy).toBe('rented');
      expect(await store.revision()).toBe(5);
      await expect(graphAt(store, T0 - 1)).rejects.toMatchObject({ code: 'twin:instant.too_early' });
      await destroyKey({ kind: 'person', person: 'ana' });
      const { people, erased } = await graphAt(store, Date.parse(at(4)));
      expect([people.size, erased]).toEqual([0, 1]);
    });

    it('takes an empty batch and answers the revision', async () => {
      await store.commit(changesOf(building));
      expect(await store.commit({})).toEqual({ revision: 1 });
    });
  });
}
