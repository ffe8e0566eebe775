import { eventFacts } from '../engine/rules/eventFacts.ts';
import { matchRules } from '../engine/rules/matchRules.ts';
import type { LoadedRule } from '../engine/rules/Rule.ts';
import { ruleBook } from '../engine/rules/RuleBook.ts';
import { TemporalState } from '../engine/rules/TemporalState.ts';
import { type Benchmark, type Figure, median } from './Benchmark.ts';
import { npmEngine } from './rules/npmEngine.ts';
import { comparePeers } from './rules/peers.ts';
import { denseWorld, type Message, type RuleWorld, sparseWorld } from './rules/ruleWorlds.ts';

const SEED = 7;
const ROUNDS = 5;

/** What rules cost an event: found, facts read, tried and explained, beside the npm engine on the same rules and facts. */
export const rulesBenchmark: Benchmark = {
  name: 'rules',
  title: 'an event on rules, from waking to matches with their explanations',
  async run({ smoke }) {
    const figures: Figure[] = [];
    for (const count of smoke ? [30, 300] : [30, 1_000, 10_000]) {
      figures.push(...(await compare(`${count} rules, 1 % can matter`, sparseWorld(count, SEED), smoke)));
    }
    for (const count of smoke ? [300] : [1_000, 10_000]) {
      figures.push(...(await compare(`${count} rules, each must be tried`, denseWorld(count, SEED), smoke)));
    }
    figures.push(...(await comparePeers({ smoke, seed: SEED })));
    return figures;
  },
};

type Ask = (event: Message) => Promise<readonly string[]>;

async function compare(what: string, world: RuleWorld, smoke: boolean): Promise<readonly Figure[]> {
  const { rules, graph, events } = world;
  const temporal = new TemporalState(rules);
  const sources = { graph, temporal };
  const book = ruleBook(rules);
  const ours: Ask = async (event) => (await matchRules(event, book, sources)).matches.map(({ rule }) => rule);
  const every = npmEngine(rules);
  const npm: Ask = (event) => every(eventFacts(event, sources));
  const preselected = preselectedEngines(world);
  const selected: Ask = (event) => preselected(event)(eventFacts(event, sources));

  const few = events.slice(0, smoke ? 3 : rules.length > 5_000 ? 4 : 20);
  await assertEqual(few, { ours, npm, selected, rules });
  const woken = events.reduce((sum, event) => sum + book.index.wokenBy(event, graph).length, 0) / events.length;
  const rates: { ours: number; npm: number; selected: number }[] = [];
  for (let round = 0; round < (smoke ? 1 : ROUNDS); round += 1) {
    rates.push({
      ours: await perSecond(ours, events, smoke ? 5 : 300),
      npm: await perSecond(npm, few, smoke ? 5 : 300),
      selected: await perSecond(selected, few, smoke ? 5 : 300),
    });
  }
  const rate = (of: 'ours' | 'npm' | 'selected') => median(rates.map((each) => each[of]));
  const note = `${woken.toFixed(1)} rules are tried`;
  const value = rate('ours');
  const unit = 'events/s';
  return [
    { what, value, unit, peer: { name: 'json-rules-engine', value: rate('npm') }, note },
    { what: `${what}, preselected`, value, unit, peer: { name: 'json-rules-engine', value: rate('selected') } },
  ];
}

/** For the messages of each device an engine of the rules that wait for one of their properties, made before. */
function preselectedEngines({ rules }: RuleWorld) {
  const engines = new Map<string, ReturnType<typeof npmEngine>>();
  return ({ reading }: Message) => {
    const { device, values } = reading;
    let engine = engines.get(device);
    if (!engine) {
      engine = npmEngine(rules.filter(({ rule }) => rule.on.properties!.some((each) => Object.hasOwn(values, each))));
      engines.set(device, engine);
    }
    return engine;
  };
}

type Asked = { readonly ours: Ask; readonly npm: Ask; readonly selected: Ask; readonly rules: readonly LoadedRule[] };

/** A figure means something when all of them find the same. */
async function assertEqual(events: readonly Message[], { ours, npm, selected, rules }: Asked): Promise<void> {
  const wakes = new Map(rules.map(({ rule }) => [rule.id, rule.on.properties!]));
  for (const event of events) {
    const isWoken = (id: string) => wakes.get(id)!.some((property) => Object.hasOwn(event.reading.values, property));
    const wanted = String([...(await npm(event))].filter(isWoken).sort());
    for (const ask of [ours, selected]) {
      const found = String([...(await ask(event))].sort());
      if (found !== wanted) throw new Error(`an event is answered \`${found}\` and by json-rules-engine \`${wanted}\``);
    }
  }
}

/** Events a second, over a time of `atLeastMs`, each asked when the one before is answered. */
async function perSecond(ask: Ask, events: readonly Message[], atLeastMs: number): Promise<number> {
  const began = performance.now();
  let asked = 0;
  do {
    for (const event of events) await ask(event);
    asked += events.length;
  } while (performance.now() - began < atLeastMs);
  return (asked / (performance.now() - began)) * 1000;
}
