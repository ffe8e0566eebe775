import { Random } from '../../simulators/populations/Random.ts';
import { CATEGORIES, GRADES, PURPOSES } from '../../twin/words.ts';
import { type SharingRequest, sharingRequests } from './SharingRequest.ts';

/** How many rules name one organisation, whatever the number of rules. */
const RULES_EACH = 4;

/**
 * A policy of any size as a city's grows: one rule for each agreement with an organisation, for one purpose, category and
 * grade. The more rules, the more organisations; a request can matter to the few of its own.
 */
export function agreementPolicy(seed: number, rules: number): string {
  const random = new Random(seed);
  const permits = Array.from({ length: rules }, (_, index) =>
    [
      `permit contains {"rule": "agreement_${index}"} if {`,
      `\tinput.subject.organisation == "${organisation(index)}"`,
      `\tinput.purpose == "${random.pick(PURPOSES)}"`,
      `\tinput.resource.label.category in {"${random.pick(CATEGORIES)}", "${random.pick(CATEGORIES)}"}`,
      `\tinput.resource.label.grade != "${random.pick(GRADES)}"`,
      '}',
    ].join('\n'),
  );
  return ['package bench.agreements', ...permits, ''].join('\n\n');
}

/** Requests of the organisations that the policy of this size names. */
export function agreementRequests(seed: number, rules: number, count: number): SharingRequest[] {
  const random = new Random(seed, rules);
  return sharingRequests(seed, count).map((request) => ({
    ...request,
    subject: { ...request.subject, organisation: organisation(random.below(rules)) },
  }));
}

function organisation(rule: number): string {
  return `organisation_${Math.floor(rule / RULES_EACH)}`;
}
