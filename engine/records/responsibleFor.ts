import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Responsible } from '../../twin/homeRecords.ts';
import type { IncidentClass } from '../../twin/words.ts';
import { NOBODY } from '../AccessRequest.ts';
import { relationsOf } from '../facts/pairFacts.ts';

type Known = {
  readonly class: IncidentClass;
  /** The platform at which a leaked datum left, by its organisation. */
  readonly leftAt: string | null;
  /** The device that failed. */
  readonly device: string | null;
};

/**
 * Who answers for an incident by what the twin knows: for a leak the platform where the datum left (CC-4.2.2-a), for a
 * failure whoever the failed device belongs to or is managed by (CC-4.2.2-b). Null where that is unclear: then the parties
 * investigate together.
 */
export function responsibleFor(
  graph: TwinGraph,
  home: HomeNode,
  { class: kind, leftAt, device }: Known,
): Responsible | null {
  if (kind === 'data_leak') {
    const left = leftAt === null ? undefined : graph.organisations.get(leftAt);
    return left ? { party: left.id, because: `the datum left at the platform of \`${left.name}\`` } : null;
  }
  if (device === null || !home.devices.has(device)) return null;
  const bound = [...home.records.values()].find(({ record, state }) => {
    return record.kind === 'binding' && record.device === device && state === 'bound';
  });
  if (bound?.record.kind === 'binding')
    return { party: bound.record.person, because: 'the device is bound to this person' };
  const managers = [...graph.organisations.values()].filter((organisation) => {
    const { id, kind: of } = organisation;
    return relationsOf(graph, home, { ...NOBODY, organisation: { id, kind: of } }).includes('manages');
  });
  const [manager, another] = managers;
  // Two who manage it both may be: then it is unclear.
  return manager && !another ? { party: manager.id, because: 'it manages the home that the device is in' } : null;
}
