import type { Columns } from '../engine/census/Columns.ts';
import { cellInput } from '../engine/census/cellInput.ts';
import { questionsOf } from '../engine/simulate/questionsOf.ts';
import type { Scenario } from '../engine/simulate/Scenario.ts';

export const NOW = Date.parse('2027-07-20T14:00:00+08:00');
/** Somebody of the area, somebody of the whole city, and somebody of one home. */
export const scenario: Scenario = {
  name: 'test',
  title: 'test',
  question: 'test',
  at: '2027-07-20T14:00:00+08:00',
  population: { seed: 1, homes: 0 },
  area: 'city',
  actions: ['read'],
  purposes: ['care', 'community_service'],
  requesters: [
    { id: 'office', tier: 'community', organisation: { local: 'community_office' }, area: 'own' },
    { id: 'hospital', tier: 'city', organisation: 'hospital-1' },
    { id: 'neighbour', tier: 'home', person: 'home-9-person-1' },
  ],
};

/** Every cell that somebody of the scenario asks for: its ids, and its input as the columns hold it. */
export function cellsOf(columns: Columns) {
  const { areas, areaOf, deviceClasses, deviceStart, devices, source } = columns;
  return questionsOf(scenario, source.graph).flatMap(({ askingAt }) =>
    Array.from({ length: columns.size }, (_, home) => {
      const asking = askingAt(areas[areaOf.at(home)]!);
      const ids = source.idsOf(home);
      if (!asking) return [];
      return ids.devices.flatMap((device, at) =>
        deviceClasses.devices[devices.at(deviceStart.at(home) + at)]!.map((number) => {
          const property = deviceClasses.properties[number]!;
          const input = cellInput(columns, { home, property, asking, now: NOW });
          return { asking, home: ids.home, device, property: property.property, input };
        }),
      );
    }).flat(),
  );
}
