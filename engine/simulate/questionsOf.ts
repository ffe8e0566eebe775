import { CodedError } from '../../twin/CodedError.ts';
import type { Area, Organisation } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Action, OrganisationKind, Purpose } from '../../twin/words.ts';
import type { Asking, Subject } from '../AccessRequest.ts';
import type { Question } from '../census/Question.ts';
import type { Requester, Scenario } from './Scenario.ts';

/** A question with what a report says of it. */
export type ScenarioQuestion = Question & { readonly action: Action; readonly purpose: Purpose };

/**
 * The questions of a scenario: for each requester one for each of its actions and purposes.
 * Throws `scenario:area.not_found` and `scenario:organisation.not_found` for what the population does not have.
 */
export function questionsOf(scenario: Scenario, graph: TwinGraph): readonly ScenarioQuestion[] {
  requireArea(graph, scenario.area, '/area');
  return scenario.requesters.flatMap((requester, index) => {
    const subjectAt = subjectFinder(requester, graph, `/requesters/${index}`);
    return (requester.actions ?? scenario.actions).flatMap((action) =>
      (requester.purposes ?? scenario.purposes).map((purpose): ScenarioQuestion => {
        const askings = new Map<Subject, Asking>();
        return {
          requester: requester.id,
          action,
          purpose,
          askingAt(area) {
            const subject = subjectAt(area);
            if (!subject) return null;
            const asking = askings.get(subject) ?? { subject, action, purpose, channel: requester.channel ?? 'api' };
            askings.set(subject, asking);
            return asking;
          },
        };
      }),
    );
  });
}

/** Who asks about homes in an area; the same object for the same subject, and null where nobody does. */
function subjectFinder(requester: Requester, graph: TwinGraph, path: string): (area: string) => Subject | null {
  const { organisation, area } = requester;
  if (area !== undefined && area !== 'own') requireArea(graph, area, `${path}/area`);
  if (typeof organisation !== 'object') {
    const found = organisation === undefined ? null : graph.organisations.get(organisation);
    if (found === undefined) {
      throw new CodedError(
        'scenario:organisation.not_found',
        `the population has no organisation \`${organisation}\``,
        {
          place: { path: `${path}/organisation` },
        },
      );
    }
    const subject = subjectOf(requester, found);
    return () => subject;
  }
  const local = localOrganisations(graph, organisation.local);
  const subjects = new Map<Organisation, Subject>();
  const byArea = new Map<string, Subject | null>();
  return (place) => {
    const known = byArea.get(place);
    if (known !== undefined) return known;
    const found = graph.areaPath(place).flatMap(({ id }) => local.get(id) ?? [])[0];
    const subject = found ? (subjects.get(found) ?? subjectOf(requester, found)) : null;
    if (found && subject) subjects.set(found, subject);
    byArea.set(place, subject);
    return subject;
  };
}

/**
 * The organisation of a kind that serves an area, by area: whose own area it is, or that has a relation to it. The first
 * by id where there are several.
 */
function localOrganisations(graph: TwinGraph, kind: OrganisationKind): ReadonlyMap<string, Organisation> {
  const serving = new Map<string, Organisation>();
  const organisations = [...graph.organisations.values()].filter((one) => one.kind === kind);
  for (const organisation of organisations.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const related = [...(graph.areaRelations.get(organisation.id) ?? [])].flatMap(([area, { size }]) =>
      size > 0 ? [area] : [],
    );
    for (const area of organisation.area ? [organisation.area, ...related] : related) {
      if (!serving.has(area)) serving.set(area, organisation);
    }
  }
  return serving;
}

function subjectOf(requester: Requester, organisation: Organisation | null): Subject {
  const { tier, person, area, roles, assurance, multi_factor } = requester;
  return {
    account: null,
    person: person ?? null,
    organisation: organisation && { id: organisation.id, kind: organisation.kind },
    area: area === 'own' ? (organisation?.area ?? null) : (area ?? null),
    tier,
    roles: roles ?? [],
    assurance: assurance ?? 'substantial',
    multiFactor: multi_factor ?? false,
  };
}

function requireArea(graph: TwinGraph, id: string, path: string): Area {
  const area = graph.areas.get(id);
  if (area) return area;
  throw new CodedError('scenario:area.not_found', `the population has no area \`${id}\``, { place: { path } });
}
