import type { BusRefusal } from '../../MessageBus.ts';
import { foreignCode, placeTopic, type TopicPlace } from '../placeTopic.ts';
import type { Peer } from './Admission.ts';

export type Refused = { readonly kind: 'refused'; readonly code: BusRefusal['code']; readonly detail: string };
export type Passed = { readonly kind: 'passed'; readonly place: TopicPlace };

/** Whether a client may publish on a topic: in its own home, and no commands. */
export function judgeMessage(peer: Peer, topic: string, bareTopicsHome: string | null): Passed | Refused {
  const place = placeTopic(topic, bareTopicsHome);
  if (place === null || !mayUse(peer, place)) {
    return { kind: 'refused', code: 'topic.foreign_home', detail: `the client speaks for home \`${peer.home}\`` };
  }
  const code = foreignCode(place.topic);
  if (code) return { kind: 'refused', code, detail: 'commands come from Twinward alone' };
  return { kind: 'passed', place };
}

/** Whether a client may subscribe with a filter: in its own home, by its own session, and not without end. */
export function judgeSubscription(
  peer: Peer,
  filter: string,
  { bareTopicsHome, most }: { readonly bareTopicsHome: string | null; readonly most: number },
): Passed | Refused {
  const place = placeTopic(filter, bareTopicsHome);
  const refused = (detail: string): Refused => ({ kind: 'refused', code: 'subscription.refused', detail });
  if (filter.startsWith('$share/')) return refused('shared subscriptions are not served; subscribe without `$share`');
  if (place === null || !mayUse(peer, place)) return refused('the filter reaches beyond the own home');
  const isOneTooMany = peer.subscriptions.size >= most && !peer.subscriptions.has(filter);
  return isOneTooMany ? refused(`the client has ${most} subscriptions already`) : { kind: 'passed', place };
}

/** Whether a client may get what is sent on a topic: the second lock, whatever its session may hold. */
export function mayReceive(peer: Peer, topic: string, bareTopicsHome: string | null): boolean {
  const place = placeTopic(topic, bareTopicsHome);
  return place !== null && mayUse(peer, place);
}

function mayUse(peer: Peer, place: TopicPlace): boolean {
  return place.home === peer.home && (place.bare || !peer.isAnonymous);
}
