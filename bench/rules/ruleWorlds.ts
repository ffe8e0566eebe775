import type { Condition, LoadedRule, Rule } from '../../engine/rules/Rule.ts';
import type { RuleEvent } from '../../engine/rules/RuleEvent.ts';
import { Random } from '../../simulators/populations/Random.ts';
import { deviceModels } from '../../twin/devices/index.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';

/** Rules, a home, and messages of its devices. */
export type RuleWorld = {
  readonly rules: readonly LoadedRule[];
  readonly graph: TwinGraph;
  readonly events: readonly Message[];
};
export type Message = Extract<RuleEvent, { kind: 'state_reported' }>;

const HOME = 'home-1';
const MODELS = deviceModels().slice(0, 20);
const WORDS = Array.from({ length: 60 }, (_, index) => `property_${index}`);
/** Properties of a message, as of a common plug. */
const HELD = 11;
const EVENTS = 200;

/**
 * Rules each for a model of device and one of sixty properties, with two more conditions; messages of eleven properties. A
 * rule can matter to a message in 11/60 of cases by its property, and in a twentieth of these by its model: 0.9 %.
 */
export function sparseWorld(count: number, seed: number): RuleWorld {
  const random = new Random(seed);
  const rules = Array.from({ length: count }, (_, index) => {
    const name = random.pick(WORDS);
    return ruleOf(index, name, {
      all: [
        { fact: 'device_model', operator: 'equal', value: random.pick(MODELS) },
        { fact: 'property', params: { name }, operator: 'greaterThan', value: 60 + random.below(80) },
        {
          any: [
            { fact: 'property', params: { name }, operator: 'lessThan', value: random.below(120) },
            { fact: 'occupancy', operator: 'equal', value: 'vacant' },
          ],
        },
      ],
    });
  });
  return { rules, graph: homeGraph(), events: messages(random) };
}

/** Rules that all wait for one property and differ in what they want of it, so that each must be tried. */
export function denseWorld(count: number, seed: number): RuleWorld {
  const random = new Random(seed);
  const rules = Array.from({ length: count }, (_, index) =>
    ruleOf(index, WORDS[0]!, {
      all: [
        { fact: 'property', params: { name: WORDS[0]! }, operator: 'greaterThan', value: random.below(4_000) },
        { fact: 'property', params: { name: WORDS[1]! }, operator: 'lessThan', value: random.below(120) },
      ],
    }),
  );
  return { rules, graph: homeGraph(), events: messages(random).map(withFirstWords) };
}

/** What a rule of the common workload wants: a model, a property between two numbers, another above one. */
export type Window = {
  readonly id: string;
  readonly model: string;
  readonly inside: { readonly name: string; readonly low: number; readonly high: number };
  readonly above: { readonly name: string; readonly low: number };
};

/** Rules that other engines can say too, on messages that hold every property. */
export function windowWorld(count: number, seed: number): RuleWorld & { readonly windows: readonly Window[] } {
  const random = new Random(seed);
  const words = WORDS.slice(0, HELD);
  const windows = Array.from({ length: count }, (_, index): Window => {
    const low = random.below(80);
    const name = random.pick(words);
    const inside = { name, low, high: low + 5 + random.below(30) };
    const above = { name: random.pick(words.filter((word) => word !== name)), low: random.below(90) };
    return { id: `rule_${index}`, model: random.pick(MODELS), inside, above };
  });
  const rules = windows.map(({ model, inside, above }, index) => {
    const property = (name: string) => ({ fact: 'property', params: { name } }) as const;
    return ruleOf(index, inside.name, {
      all: [
        { fact: 'device_model', operator: 'equal', value: model },
        { ...property(inside.name), operator: 'greaterThan', value: inside.low },
        { ...property(inside.name), operator: 'lessThan', value: inside.high },
        { ...property(above.name), operator: 'greaterThan', value: above.low },
      ],
    });
  });
  const events = Array.from({ length: EVENTS }, (_, at) => {
    const values = Object.fromEntries(words.map((name) => [name, random.below(100)]));
    return messageOf(`device-${random.below(MODELS.length)}`, values, at);
  });
  return { rules, windows, graph: homeGraph(), events };
}

function ruleOf(index: number, property: string, conditions: Condition): LoadedRule {
  const rule: Rule = {
    id: `rule_${index}`,
    title: `Rule ${index}`,
    severity: 'fault',
    clauses: [],
    on: { properties: [property] },
    conditions,
    event: { type: 'raise_alarm', params: { alarm: 'device_silent' } },
  };
  return { rule, file: `rules/bench/rule_${index}.json` };
}

function homeGraph(): TwinGraph {
  const graph = new TwinGraph();
  graph.apply({ kind: 'home_added', home: { id: HOME, area: 'a', name: 'Home', occupancy: 'owner_occupied' } });
  for (const [index, model] of MODELS.entries()) {
    const device = { id: `device-${index}`, home: HOME, room: null, address: `0x${index}`, name: `device ${index}` };
    graph.apply({ kind: 'device_registered', device: { ...device, vendor: '', model, trust: 'normal' } });
  }
  return graph;
}

function messages(random: Random): Message[] {
  return Array.from({ length: EVENTS }, (_, at) => {
    const device = random.below(MODELS.length);
    const held = Array.from({ length: HELD }, (_each, index) => WORDS[(device * 3 + index) % WORDS.length]!);
    const values = Object.fromEntries(held.map((name) => [name, random.below(100)]));
    return messageOf(`device-${device}`, values, at);
  });
}

/** The same message with the properties that all rules of a dense world read. */
function withFirstWords({ reading }: Message, index: number): Message {
  const [first, second] = WORDS as [string, string];
  return messageOf(
    reading.device,
    { ...reading.values, [first]: index % 100, [second]: (index * 7) % 100 },
    reading.at,
  );
}

function messageOf(device: string, values: Readonly<Record<string, unknown>>, at: number): Message {
  const about = { home: HOME, device, at, receivedAt: at, tenancy: null } as const;
  return { kind: 'state_reported', reading: { ...about, values, group: 'open', current: true } };
}
