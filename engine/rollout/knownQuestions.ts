import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { PURPOSES } from '../../twin/words.ts';
import type { Asking, Subject } from '../AccessRequest.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { ScenarioQuestion } from '../simulate/questionsOf.ts';
import { subjectOf } from '../subjectOf.ts';

/** So many people ask for their own homes: each is a question of its own. */
const MOST_PEOPLE = 200;

/** What those ask whom the twin knows. */
export type KnownQuestions = {
  readonly questions: readonly ScenarioQuestion[];
  readonly people: { readonly asked: number; readonly known: number };
};

/**
 * The questions of all who have an account: those who act for an organisation or a platform read for every purpose, once
 * for accounts that are alike; people who have something to do with a home of the cohort read for themselves.
 */
export function knownQuestions(graph: TwinGraph): KnownQuestions {
  const offices = new Map<string, Subject>();
  const people = new Map<string, Subject>();
  for (const account of graph.accounts.values()) {
    const subject = { ...subjectOf(graph, account), account: null };
    const { person, organisation } = subject;
    if (person !== null && organisation === null) {
      if (!people.has(person) && hasHomeInCohort(graph, person)) people.set(person, subject);
    } else {
      offices.set(canonicalJson({ ...subject, person: null }), { ...subject, person: null });
    }
  }
  const asking = [...people.values()].slice(0, MOST_PEOPLE);
  return {
    questions: [
      ...[...offices.values()].flatMap((subject) => PURPOSES.map((purpose) => question(subject, purpose))),
      ...asking.map((subject) => question(subject, 'own_use')),
    ],
    people: { asked: asking.length, known: people.size },
  };
}

function question(subject: Subject, purpose: Asking['purpose']): ScenarioQuestion {
  const asking: Asking = { subject, action: 'read', purpose, channel: 'api' };
  return { requester: subject.tier, action: asking.action, purpose, askingAt: () => asking };
}

function hasHomeInCohort(graph: TwinGraph, person: string): boolean {
  for (const home of graph.homesOfSubject.get(person) ?? []) if (graph.cohortOf(home) === 'rollout') return true;
  return false;
}
