import fc from 'fast-check';
import { TwinGraph } from '../../../../twin/graph/TwinGraph.ts';
import type { Condition, FactCondition, LoadedRule, Rule, Wakes } from '../../Rule.ts';
import type { RuleEvent } from '../../RuleEvent.ts';

const MODELS = ['WSDCGQ11LM', 'SP-EUC01', 'YRD226/246 TSDB'];
const ROOMS = ['hall', 'attic'];
const PROPERTIES = ['a', 'b', 'c'];
const VALUES = [0, 1, 'x', true, null];

/** Two homes with three devices in each, alike in all but their ids. */
export const twoHomes = new TwinGraph();
for (const home of ['h1', 'h2']) {
  twoHomes.apply({ kind: 'home_added', home: { id: home, area: 'a', name: home, occupancy: 'owner_occupied' } });
  for (const name of ROOMS) twoHomes.apply({ kind: 'room_added', room: { id: `${home}:${name}`, home, name } });
  for (const [index, model] of MODELS.entries()) {
    const about = { home, room: index < 2 ? `${home}:${ROOMS[index]}` : null, vendor: '', trust: 'normal' } as const;
    const device = { ...about, id: `${home}:${index}`, address: String(index), name: `device ${index}`, model };
    twoHomes.apply({ kind: 'device_registered', device });
  }
}

const scalar = fc.constantFrom(...VALUES);
const words = { device_model: MODELS, room: [...ROOMS, null], device_kind: ['sensor', 'lock', 'actuator'] };
const names = ['device 0', 'device 1', 'cellar'];

const property = fc.record({ name: fc.constantFrom(...PROPERTIES), value: scalar });
const onFact: fc.Arbitrary<FactCondition> = fc.oneof(
  property.map(({ name, value }) => ({ fact: 'property', params: { name }, operator: 'equal', value }) as const),
  fc.record({ name: fc.constantFrom(...PROPERTIES), value: fc.array(scalar, { maxLength: 3 }) }).map(
    ({ name, value }) => ({ fact: 'property', params: { name }, operator: 'in', value }) as const,
  ),
  property.map(({ name, value }) => ({ fact: 'property', params: { name }, operator: 'notEqual', value }) as const),
  fc
    .constantFrom(...(Object.keys(words) as (keyof typeof words)[]))
    .chain((fact) => fc.constantFrom(...words[fact]).map((value) => ({ fact, operator: 'equal', value }))),
  fc.constantFrom(...names).map((value) => ({ fact: 'device_name', operator: 'equal', value }) as const),
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => {
  const several = fc.array(tie('condition'), { minLength: 1, maxLength: 3 });
  return {
    condition: fc.oneof(
      { maxDepth: 3 },
      onFact,
      several.map((all): Condition => ({ all })),
      several.map((any): Condition => ({ any })),
      tie('condition').map((not): Condition => ({ not })),
    ),
  };
});

const devices = fc.oneof(
  fc.constantFrom(...MODELS).map((model) => ({ model })),
  fc.constantFrom(...names).map((name) => ({ name })),
  fc.record({ room: fc.constantFrom(...ROOMS), kind: fc.constantFrom('sensor' as const, 'lock' as const) }),
);
const some = fc.uniqueArray(fc.constantFrom(...PROPERTIES), { minLength: 1, maxLength: 2 });
const wakes: fc.Arbitrary<Wakes> = fc.record(
  { properties: some, changes: some, events: fc.constant(['device_online'] as const), devices },
  { requiredKeys: [] },
);

/** A rule, and the home for which it is; null is for all. */
export type RandomWake = { readonly loaded: LoadedRule; readonly home: string | null };

export const randomWakes: fc.Arbitrary<readonly RandomWake[]> = fc
  .array(
    fc.record({
      on: wakes,
      conditions: condition,
      priority: fc.constantFrom(1, 1, 5),
      home: fc.constantFrom(null, null, 'h1', 'h2'),
    }),
    { maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map(({ home, conditions, ...draft }, index) => {
      const id = `r${index}`;
      const event = { type: 'raise_alarm', params: { alarm: 'device_silent' } } as const;
      const rule: Rule = { id, title: id, severity: 'fault', clauses: [], ...draft, conditions: { all: [conditions] }, event };
      return { home, loaded: { rule, file: `${id}.json` } };
    }),
  );

const values = fc.dictionary(fc.constantFrom(...PROPERTIES), scalar, { maxKeys: 3, noNullPrototype: true });
const about = fc.record({ home: fc.constantFrom('h1', 'h2'), index: fc.constantFrom(0, 1, 2) });

export const randomEvent: fc.Arbitrary<RuleEvent> = fc
  .record({ about, values, changed: fc.subarray(PROPERTIES), online: fc.integer({ min: 0, max: 5 }) })
  .map(({ about: { home, index }, values, changed, online }): RuleEvent => {
    const device = `${home}:${index}`;
    if (online === 0) return { kind: 'device_online', home, device, at: 0 };
    const reading = { home, device, at: 0, receivedAt: 0, values, tenancy: null, group: 'open', current: true } as const;
    const previous = Object.fromEntries(changed.filter((name) => Object.hasOwn(values, name)).map((name) => [name, 'before']));
    return { kind: 'state_reported', reading, previous };
  });

/** The ids of the rules that `on` says an event wakes, in their order: what the index must find of those that hold, without `on.devices`. */
export function wokenByReading(all: readonly RandomWake[], event: RuleEvent): readonly string[] {
  const home = event.kind === 'state_reported' ? event.reading.home : event.home;
  const woken = all.filter(({ loaded: { rule }, home: of }) => {
    if (of !== null && of !== home) return false;
    const { properties = [], changes = [], events = [] } = rule.on;
    if (event.kind !== 'state_reported') return events.some((kind) => kind === event.kind);
    const { reading, previous = {} } = event;
    return (
      properties.some((name) => Object.hasOwn(reading.values, name)) ||
      changes.some((name) => Object.hasOwn(previous, name))
    );
  });
  const priority = ({ loaded }: RandomWake) => loaded.rule.priority ?? 1;
  return woken.sort((a, b) => priority(b) - priority(a)).map(({ loaded }) => loaded.rule.id);
}
