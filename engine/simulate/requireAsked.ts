import { CodedError } from '../../twin/CodedError.ts';
import { deviceModels, deviceType } from '../../twin/devices/index.ts';
import type { Columns } from '../census/Columns.ts';
import { nearest } from '../clauses/nearest.ts';
import type { Scenario } from './Scenario.ts';

/**
 * Makes sure that a scenario asks about something: a report of nothing reads as one of no change. Throws
 * `scenario:population.empty`, `scenario:area.empty` for an area in which no home stands, and
 * `scenario:property.not_found` for a name that no device has.
 *
 * @param stands whether homes stand in an area, by its number in the columns, that belongs to the scenario's area
 */
export function requireAsked({ area, properties = [] }: Scenario, columns: Columns, stands: boolean): void {
  requireHomes(columns);
  if (!stands) {
    throw new CodedError('scenario:area.empty', `no home stands in the area \`${area}\``, {
      place: { path: '/area' },
      hint: 'name an area around homes, or more homes',
    });
  }
  const there = new Set(columns.deviceClasses.properties.map(({ property }) => property));
  for (const [index, name] of properties.entries()) if (!there.has(name)) requireProperty(name, index);
}

/** Throws `scenario:population.empty`. */
export function requireHomes({ size }: { readonly size: number }): void {
  if (size > 0) return;
  throw new CodedError('scenario:population.empty', 'the population has no homes', {
    place: { path: '/population' },
    hint: 'fill the twin first, or play it on a generated city: `{ seed: 1, homes: 2000 }`',
  });
}

/** The catalogue of all devices takes a moment to read, and is needed only for what no home has. */
function requireProperty(name: string, index: number): void {
  const known = new Set(deviceModels().flatMap((model) => [...(deviceType(model)?.byProperty.keys() ?? [])]));
  if (known.has(name)) return;
  const [guess] = nearest(name, [...known], 1);
  throw new CodedError('scenario:property.not_found', `no device has a property \`${name}\``, {
    place: { path: `/properties/${index}` },
    hint:
      guess === undefined
        ? 'properties are called as devices report them, such as `temperature`'
        : `did you mean \`${guess}\`?`,
  });
}
