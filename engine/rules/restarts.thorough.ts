import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Change } from '../../twin/changes.ts';
import { foldGraph } from '../../twin/graph/foldGraph.ts';
import { EphemeralSealer } from '../../twin/stores/EphemeralSealer.ts';
import { SqliteStore } from '../../twin/stores/sqlite/SqliteStore.ts';
import type { TwinBatch } from '../../twin/TwinStore.ts';
import { Intake } from '../intake/Intake.ts';
import { LiveTwin } from '../LiveTwin.ts';
import type { Condition, LoadedRule, Wakes } from './Rule.ts';
import { RulesInForce } from './RulesInForce.ts';
import { restoreTemporal } from './restoreTemporal.ts';
import { dueNow, nextDueOf } from './time/dueUntil.ts';

const T0 = Date.parse('2026-03-06T05:50:00.000Z');
const MINUTE = 60_000;
const WRONG = 'unlock_failure_invalid_pin_or_id';
const DEVICES = { door: 'SNZB-04', climate: 'SNZB-02', lock: 'YRD226/246 TSDB' };

const rule = (id: string, on: Wakes, ...all: readonly Condition[]): LoadedRule => ({
  file: `rules/${id}.json`,
  rule: {
    id,
    title: id,
    severity: 'comfort',
    clauses: [],
    on,
    conditions: { all },
    event: { type: 'act', params: { effects: [{ kind: 'notice', to: 'residents', text: id }] } },
  },
});
const atLeast = (
  fact: 'count' | 'held_for' | 'rate_of_change' | 'absent_for' | 'repeats',
  params: object,
  value: number,
): Condition => ({
  fact,
  params: params as Readonly<Record<string, unknown>>,
  operator: 'greaterThanInclusive',
  value,
});

/** Rules that remember in every way there is. */
const RULES = [
  rule(
    'open',
    { changes: ['contact'] },
    atLeast('held_for', { property: 'contact', in: [false], unit: 'minutes' }, 10),
  ),
  rule(
    'hot',
    { properties: ['temperature'] },
    atLeast('held_for', { property: 'temperature', above: 25, unit: 'minutes' }, 15),
  ),
  rule(
    'rising',
    { properties: ['temperature'] },
    atLeast('rate_of_change', { property: 'temperature', within: 'PT30M', per: 'hour' }, 10),
  ),
  rule(
    'codes',
    { properties: ['action'] },
    atLeast('count', { property: 'action', in: [WRONG], within: 'PT20M', reset_by: ['unlock'] }, 2),
  ),
  rule('stuck', { properties: ['temperature'] }, atLeast('repeats', { property: 'temperature', within: 'PT1H' }, 2)),
  rule(
    'closed',
    { changes: ['contact'] },
    { fact: 'previous', params: { name: 'contact' }, operator: 'equal', value: false },
  ),
  rule('morning', { times: ['07:00', '14:00'] }),
  rule(
    'often',
    { every: 'PT45M' },
    atLeast('held_for', { property: 'contact', in: [false], unit: 'minutes', device: 'door' }, 5),
  ),
  rule('silent', { silence: 'PT2H' }, atLeast('absent_for', { unit: 'hours' }, 2)),
];

type Step =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'say'; readonly device: keyof typeof DEVICES; readonly value: number; readonly late: number }
  | { readonly kind: 'reach'; readonly device: keyof typeof DEVICES };

const device = fc.constantFrom(...(Object.keys(DEVICES) as (keyof typeof DEVICES)[]));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: 70 }).map((n) => n * MINUTE),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      device,
      value: fc.nat({ max: 9 }),
      // Mostly in time; sometimes late, now and then by more than counts.
      late: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        fc.nat({ max: 90 }).map((n) => n * MINUTE),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reach' as const), device }) },
);

const valuesOf = (name: keyof typeof DEVICES, value: number): object => {
  if (name === 'door') return { contact: value % 2 === 0 };
  return name === 'climate' ? { temperature: 18 + value } : { action: value < 6 ? WRONG : 'unlock' };
};

/** Plays steps on a program that is started anew before some of them, and tells what rules did and when. */
async function play(steps: readonly Step[], restarts: ReadonlySet<number>): Promise<string[]> {
  const store = SqliteStore.open(':memory:', new EphemeralSealer());
  const world: Change[] = [
    { kind: 'area_added', area: { id: 'b', level: 'building', name: 'B', parent: null } },
    { kind: 'home_added', home: { id: 'h', area: 'b', name: 'h', occupancy: 'rented' } },
    ...Object.entries(DEVICES).map(([id, model]): Change => {
      const about = { room: null, address: id, name: id, vendor: 'v', model, trust: 'normal' } as const;
      return { kind: 'device_registered', device: { id, home: 'h', ...about } };
    }),
  ];
  await store.commit({ changes: world.map((change) => ({ at: new Date(T0).toISOString(), change })) });
  const told: string[] = [];
  let now = T0;
  let takenUntil = T0;

  const start = async () => {
    const graph = await foldGraph(store);
    const rules = new RulesInForce(RULES, takenUntil);
    await restoreTemporal(rules.temporal, { graph, store, now, takenUntil });
    const clock = { now: () => now, after: () => () => undefined };
    const ledger = { commit: ({ twin = {} }: { readonly twin?: TwinBatch }) => store.commit(twin) };
    const twin = new LiveTwin<string>({ graph, clock, ledger });
    const intake = new Intake<string>({
      graph,
      twin,
      clock,
      book: rules.book,
      temporal: rules.temporal,
      decideEffect: async () => ({ outcome: 'raw', decisionId: 'd' }),
      auditOf: ({ effect: { rule: id } }) => {
        told.push(`${id} ${now - T0}`);
        return id;
      },
      auditOfTime: () => [],
      onDeadLetter: () => undefined,
      onProblem: ({ what, cause }) => {
        throw new Error(what, { cause });
      },
    });
    const waiting = { graph, temporal: rules.temporal, timers: rules.timers };
    return {
      intake,
      /** Lets time pass, and rules be woken at their instants. */
      async pass(until: number) {
        for (let next = nextDueOf(waiting); next <= until; next = nextDueOf(waiting)) {
          now = Math.max(now, next);
          for (const event of dueNow(waiting, next)) await intake.happen(event);
        }
        now = until;
        await intake.sweep();
        takenUntil = until;
      },
    };
  };

  let running = await start();
  for (const [index, each] of steps.entries()) {
    if (restarts.has(index)) running = await start();
    await running.pass(now + 1_000);
    if (each.kind === 'pass') await running.pass(now + each.ms);
    else {
      const [topic, said] =
        each.kind === 'reach'
          ? [`zigbee2mqtt/${each.device}/availability`, { state: 'online' }]
          : [`zigbee2mqtt/${each.device}`, { ...valuesOf(each.device, each.value), last_seen: now - each.late }];
      const payload = Buffer.from(JSON.stringify(said));
      await running.intake.take({ home: 'h', topic, payload, retain: false, duplicate: false, receivedAt: now });
    }
  }
  await running.pass(now + 30 * MINUTE);
  await store.close();
  return told;
}

it('rules do the same things at the same instants, however often the program is started anew in between', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.infiniteStream(fc.nat({ max: 3 })),
      async (steps, chance) => {
        const restarts = new Set(steps.flatMap((_, index) => (chance.next().value === 0 ? [index] : [])));
        const whole = await play(steps, new Set());
        for (const each of whole) seen.add(each.split(' ')[0]!);
        expect(await play(steps, restarts)).toEqual(whole);
      },
    ),
    { numRuns: 150 },
  );
  // Every kind of rule had something to do, so that all of them were compared.
  expect([...seen].sort()).toEqual(RULES.map(({ rule: { id } }) => id).sort());
});
