import { obligationText } from '../../obligations/obligationText.ts';
import type { SmallestChange } from '../ImpactReport.ts';
import { counted } from './numbers.ts';

/** What the facts are called in sentences, by their paths. */
export const FACT_WORDS: Readonly<Record<string, string>> = {
  'resource.home.flags': 'the marks on the home',
  'context.emergency': 'the alarms of the home',
  'resource.home.lease': 'the lease of the home',
  'resource.home.occupancy': 'the occupancy of the home',
  'resource.home.waivers': 'the rules that are waived for the home',
  'resource.owners': 'the people whose datum it is',
  'resource.label.sharing': 'the sharing attribute of the datum',
  'resource.label.grade': 'the grade of the datum',
  'resource.label.sensitive': 'the sensitivity of the datum',
  'resource.label.category': 'the category of the datum',
  'resource.label.subject_class': 'the subject class of the datum',
  relations: 'the relations of the requester to the home',
  'context.break_glass': 'the categories opened in an emergency',
  'context.time_windows': 'the windows of the day',
  purpose: 'the purpose',
  'subject.multi_factor': 'the second factor of the requester',
  'subject.assurance': 'the assurance of the requester',
  'subject.age_band': 'the age of the requester',
  'subject.roles': 'the roles of the requester',
  'subject.tier': 'the tier of the requester',
  'subject.organisation': 'the kind of organisation of the requester',
  'resource.device.state': 'the state of the device',
  'resource.device.trust': 'the trust in the device',
  'resource.device.last_seen': 'the last sign of the device',
  'resource.device.kind': 'the kind of the device',
  'context.channel': 'the channel',
  'context.residency': 'the residency of the answer',
};

/** What would flip a witness: `if the marks on the home were without elder_alone: aggregate, as before the change`. */
export function flipText(change: SmallestChange): string {
  if (change.kind === 'none') return `${change.reason} (${counted(change.tried, 'single change')} tried)`;
  const { path, condition, outcome, obligations, restores } = change;
  const told = condition.replace(path, FACT_WORDS[path] ?? path);
  const bound = obligations.length > 0 ? `, on condition of ${obligationText(obligations)}` : '';
  return `if ${told}: ${outcome}${bound}${restores ? ', as before the change' : ''}`;
}
