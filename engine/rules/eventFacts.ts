import { CodedError } from '../../twin/CodedError.ts';
import type { DeviceNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { HomeFlag } from '../../twin/words.ts';
import type { FactName } from './FactName.ts';
import type { RuleFacts } from './RuleEvaluator.ts';
import { aboutOf, type RuleEvent } from './RuleEvent.ts';
import type { CountParams, TemporalState } from './TemporalState.ts';

export type FactSources = { readonly graph: TwinGraph; readonly temporal: TemporalState };
type Params = Readonly<Record<string, unknown>>;
type ReadFact = (event: RuleEvent, sources: FactSources, params: Params) => unknown;

const UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** How each fact that rules may ask for is read. */
const FACTS: Readonly<Record<FactName, ReadFact>> = {
  property: (event, { graph }, params) => {
    const name = String(params['name']);
    if (event.kind === 'state_reported' && Object.hasOwn(event.reading.values, name)) return event.reading.values[name];
    return deviceOf(event, graph)?.values.get(name)?.value ?? null;
  },
  count: (event, { temporal }, params) => {
    const { device, at } = aboutOf(event);
    return device === null ? 0 : temporal.count(device, params as CountParams, at);
  },
  absent_for: (event, { temporal }, params) => {
    const { device, at } = aboutOf(event);
    const heardAt = device === null ? null : temporal.heardAt(device);
    return heardAt === null ? 0 : (at - heardAt) / UNITS[params['unit'] as keyof typeof UNITS];
  },
  event: (event) => event.kind,
  device_state: (event, { graph }) => deviceOf(event, graph)?.state ?? null,
  device_model: (event, { graph }) => deviceOf(event, graph)?.device.model ?? null,
  occupancy: (event, { graph }) => graph.home(aboutOf(event).home).occupancy,
  home_flag: (event, { graph }, params) => graph.home(aboutOf(event).home).flags.has(params['name'] as HomeFlag),
};

/** The facts about one event, for the conditions of the rules it woke. */
export function eventFacts(event: RuleEvent, sources: FactSources): RuleFacts {
  return (fact, params) => {
    if (!Object.hasOwn(FACTS, fact)) throw new CodedError('rule:fact.unknown', `no fact \`${fact}\``);
    return FACTS[fact as FactName](event, sources, params);
  };
}

/** The device that the event is about; null for an event of the home. */
function deviceOf(event: RuleEvent, graph: TwinGraph): DeviceNode | null {
  const { home, device } = aboutOf(event);
  return device === null ? null : graph.device(home, device);
}
