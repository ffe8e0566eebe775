import { ZenDecisionContent, ZenEngine } from '@gorules/zen-engine';
import { LogicEngine } from 'json-logic-engine';
import { CompiledRules } from '../../engine/rules/compiled/CompiledRules.ts';
import { eventFacts } from '../../engine/rules/eventFacts.ts';
import { matchRules } from '../../engine/rules/matchRules.ts';
import type { LoadedRule } from '../../engine/rules/Rule.ts';
import { ruleBook } from '../../engine/rules/RuleBook.ts';
import { TemporalState } from '../../engine/rules/TemporalState.ts';
import { type Figure, median } from '../Benchmark.ts';
import { npmEngine } from './npmEngine.ts';
import { type Message, type Window, windowWorld } from './ruleWorlds.ts';

type Engine = { readonly name: string; readonly ask: (event: Message) => Promise<readonly string[]> };

const RULES = 1_000;
const ROUNDS = 5;

/**
 * One workload on every engine, each in its own form and asked its fastest way: a thousand rules, each for a model of device,
 * a property between two numbers and another above one. Every answer is compared before anything is measured.
 */
export async function comparePeers({ smoke, seed }: { smoke: boolean; seed: number }): Promise<readonly Figure[]> {
  const { rules, windows, graph, events } = windowWorld(smoke ? 100 : RULES, seed);
  const sources = { graph, temporal: new TemporalState(rules) };
  const book = ruleBook(rules);
  const compiled = new CompiledRules(rules);
  const ids = rules.map(({ rule }) => rule.id);
  const npm = npmEngine(rules);
  const ours: Engine[] = [
    {
      name: 'twinward',
      ask: async (event) => (await matchRules(event, book, sources)).matches.map(({ rule }) => rule),
    },
    {
      name: 'twinward, each rule tried',
      ask: async (event) => compiled.evaluate(ids, eventFacts(event, sources)).matches.map(({ rule }) => rule),
    },
  ];
  const peers: Engine[] = [
    zen(windows, graph.homes.get('home-1')!.devices),
    jsonLogic(windows, graph.homes.get('home-1')!.devices),
    { name: 'json-rules-engine', ask: (event) => npm(eventFacts(event, sources)) },
  ];
  await assertEqual([...ours, ...peers], smoke ? events.slice(0, 5) : events, rules);

  const rates = new Map<Engine, number[]>([...ours, ...peers].map((engine) => [engine, []]));
  for (let round = 0; round < (smoke ? 1 : ROUNDS); round += 1) {
    for (const [engine, each] of rates) each.push(await perSecond(engine, events, smoke ? 5 : 300));
  }
  return ours.flatMap((engine) =>
    peers.map((peer): Figure => {
      const other = { name: peer.name, value: median(rates.get(peer)!) };
      return {
        what: `${rules.length} rules, ${engine.name}`,
        value: median(rates.get(engine)!),
        unit: 'events/s',
        peer: other,
      };
    }),
  );
}

type Devices = ReadonlyMap<string, { readonly device: { readonly model: string } }>;

/** A decision table of which every row that fits is told; its content is compiled before. */
function zen(windows: readonly Window[], devices: Devices): Engine {
  const fields = [...new Set(windows.flatMap(({ inside, above }) => [inside.name, above.name]))];
  const table = {
    hitPolicy: 'collect',
    inputs: ['model', ...fields].map((field) => ({ id: field, name: field, field })),
    outputs: [{ id: 'rule', name: 'rule', field: 'rule' }],
    rules: windows.map(({ id, model, inside, above }) => ({
      _id: id,
      // An empty cell wants nothing.
      ...Object.fromEntries(fields.map((field) => [field, ''])),
      model: JSON.stringify(model),
      [inside.name]: `(${inside.low}..${inside.high})`,
      [above.name]: `> ${above.low}`,
      rule: JSON.stringify(id),
    })),
  };
  const nodes = [
    { id: 'in', name: 'in', type: 'inputNode' },
    { id: 'table', name: 'table', type: 'decisionTableNode', content: table },
    { id: 'out', name: 'out', type: 'outputNode' },
  ];
  const edges = [
    { id: 'first', sourceId: 'in', targetId: 'table', type: 'edge' },
    { id: 'second', sourceId: 'table', targetId: 'out', type: 'edge' },
  ];
  const decision = new ZenEngine().createDecision(new ZenDecisionContent({ nodes, edges }));
  return {
    name: 'zen-engine',
    async ask({ reading }) {
      const { model } = devices.get(reading.device)!.device;
      const { result } = await decision.evaluate({ ...reading.values, model });
      return (result as { rule: string }[]).map(({ rule }) => rule);
    },
  };
}

/** Each rule as a function that the engine compiled. */
function jsonLogic(windows: readonly Window[], devices: Devices): Engine {
  const engine = new LogicEngine();
  const rules = windows.map(({ id, model, inside, above }) => ({
    id,
    holds: engine.build({
      and: [
        { '===': [{ var: 'model' }, model] },
        { '>': [{ var: inside.name }, inside.low] },
        { '<': [{ var: inside.name }, inside.high] },
        { '>': [{ var: above.name }, above.low] },
      ],
    }) as (data: unknown) => unknown,
  }));
  return {
    name: 'json-logic-engine',
    async ask({ reading }) {
      const { model } = devices.get(reading.device)!.device;
      const data = { ...reading.values, model };
      const found: string[] = [];
      for (const { id, holds } of rules) if (holds(data)) found.push(id);
      return found;
    },
  };
}

async function assertEqual(engines: readonly Engine[], events: readonly Message[], rules: readonly LoadedRule[]) {
  let found = 0;
  for (const event of events) {
    const [first, ...others] = await Promise.all(
      engines.map(async ({ name, ask }) => ({ name, found: [...(await ask(event))].sort() })),
    );
    found += first!.found.length;
    for (const other of others) {
      if (String(other.found) === String(first!.found)) continue;
      throw new Error(`an event is answered \`${first!.found}\` and by ${other.name} \`${other.found}\``);
    }
  }
  if (found === 0) throw new Error(`none of ${rules.length} rules ever matched`);
}

async function perSecond({ ask }: Engine, events: readonly Message[], atLeastMs: number): Promise<number> {
  const began = performance.now();
  let asked = 0;
  while (performance.now() - began < atLeastMs) {
    await ask(events[asked % events.length]!);
    asked += 1;
  }
  return (asked / (performance.now() - began)) * 1000;
}
