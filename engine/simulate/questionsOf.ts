import { CodedError } from '../../twin/CodedError.ts';
import type { Area, Organisation } from '../../twin/changes.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Action, OrganisationKind, Purpose } from '../../twin/words.ts';
import type { Asking, Subject } from '../AccessRequest.ts';
import type { Question } from '../census/Question.ts';
import { nearest } from '../clauses/nearest.ts';
import { type ExpandedRequester, expandRequesters } from './expandRequesters.ts';
import { localOrganisations } from './localOrganisations.ts';
import type { Requester, Scenario } from './Scenario.ts';

/** So many of what there is are told where a name is wrong. */
const MOST_TOLD = 8;

/** So many may be asked at once: memory grows by a number for each question and each group of homes. */
const MOST_QUESTIONS = 5_000;

/** A question with what a report says of it. */
export type ScenarioQuestion = Question & { readonly action: Action; readonly purpose: Purpose };

/**
 * The questions of a scenario: for each requester, patterns written out, one for each of its actions and purposes.
 * Throws `scenario:questions.too_many`, `scenario:area.not_found` and `scenario:organisation.not_found` for what the population does not have, `scenario:property.not_found` for what no device has, and as `expandRequesters` does.
 */
export function questionsOf(scenario: Scenario, graph: TwinGraph): readonly ScenarioQuestion[] {
  requireArea(graph, scenario.area, '/area');
  const localOf = localFinder(graph);
  const expanded = expandRequesters(scenario.requesters, graph);
  assertFewQuestions(expanded, scenario);
  return expanded.flatMap(({ requester, index }) => {
    const subjectAt = subjectFinder(requester, { graph, localOf }, `/requesters/${index}`);
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

function assertFewQuestions(expanded: readonly ExpandedRequester[], { actions, purposes }: Scenario): void {
  const count = expanded.reduce(
    (sum, { requester }) => sum + (requester.actions ?? actions).length * (requester.purposes ?? purposes).length,
    0,
  );
  if (count <= MOST_QUESTIONS) return;
  const [said, most] = [count, MOST_QUESTIONS].map((number) => number.toLocaleString('en-GB'));
  throw new CodedError(
    'scenario:questions.too_many',
    `requesters, actions and purposes make ${said} questions, and none may have more than ${most}`,
    { place: { path: '/requesters' }, hint: 'ask for fewer actions and purposes at once, or in several scenarios' },
  );
}

/** Which organisation serves which area, looked up once for each kind: many requesters may be of one. */
function localFinder(graph: TwinGraph): (kind: OrganisationKind) => ReturnType<typeof localOrganisations> {
  const known = new Map<OrganisationKind, ReturnType<typeof localOrganisations>>();
  return (kind) => {
    const local = known.get(kind) ?? localOrganisations(graph, kind);
    known.set(kind, local);
    return local;
  };
}

/** Who asks about homes in an area; the same object for the same subject, and null where nobody does. */
function subjectFinder(
  requester: Requester,
  { graph, localOf }: { readonly graph: TwinGraph; readonly localOf: ReturnType<typeof localFinder> },
  path: string,
): (area: string) => Subject | null {
  const { organisation, area } = requester;
  if (area !== undefined && area !== 'own') requireArea(graph, area, `${path}/area`);
  if (typeof organisation !== 'object') {
    const found = organisation === undefined ? null : requireOrganisation(graph, organisation, `${path}/organisation`);
    const subject = subjectOf(requester, found);
    return () => subject;
  }
  const local = localOf(organisation.local);
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
  throw notFound('area', id, graph.areas.keys(), path);
}

function requireOrganisation(graph: TwinGraph, id: string, path: string): Organisation {
  const organisation = graph.organisations.get(id);
  if (organisation) return organisation;
  throw notFound('organisation', id, graph.organisations.keys(), path);
}

function notFound(what: 'area' | 'organisation', id: string, known: Iterable<string>, path: string): CodedError {
  const ids = [...known];
  const [guess] = nearest(id, ids, 1);
  const some = ids.slice(0, MOST_TOLD).map((each) => `\`${each}\``);
  return new CodedError(`scenario:${what}.not_found`, `the population has no ${what} \`${id}\``, {
    place: { path },
    hint:
      guess === undefined
        ? `it has ${some.join(', ')}${ids.length > some.length ? ` and ${ids.length - some.length} more` : ''}`
        : `did you mean \`${guess}\`?`,
  });
}
