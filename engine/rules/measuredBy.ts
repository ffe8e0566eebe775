import type { Measured } from '../../twin/changes.ts';
import { deviceType } from '../../twin/devices/index.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { ConditionResult } from './RuleEvaluator.ts';
import type { RuleEvent } from './RuleEvent.ts';

/** What detectors measure beside saying yes or no, by what they say. */
const MEASURES: Readonly<Record<string, readonly string[]>> = {
  smoke: ['smoke_density_dbm', 'smoke_concentration', 'smoke_density', 'smoke_level'],
  heat: ['temperature'],
  gas: ['gas_value', 'gas_density'],
  carbon_monoxide: ['co', 'carbon_monoxide_value', 'co_ppm'],
};
const COMPARISON = /^(?:less|greater)Than/;

/** The number that raised an alarm (RA-6.2.1): one beyond its limit, or what a detector measured; null without one. */
export function measuredBy(event: RuleEvent, because: readonly ConditionResult[], graph: TwinGraph): Measured | null {
  if (event.kind !== 'state_reported') return null;
  const { home, device, values } = event.reading;
  for (const { fact, params, operator, held } of because) {
    if (fact !== 'property' || !held) continue;
    const asked = String(params?.['name']);
    const measures = COMPARISON.test(operator) ? [asked] : (MEASURES[asked] ?? []);
    const property = measures.find((each) => typeof values[each] === 'number');
    if (property === undefined) continue;
    const type = deviceType(graph.home(home).devices.get(device)?.device.model ?? '');
    return { property, value: values[property] as number, unit: type?.byProperty.get(property)?.type.unit ?? null };
  }
  return null;
}
