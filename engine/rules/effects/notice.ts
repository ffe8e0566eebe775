import type { HomeNode } from '../../../twin/graph/TwinGraph.ts';
import type { HomeResource } from '../../AccessRequest.ts';
import { namedBy } from '../../runs/Run.ts';
import type { NoticeEffect } from '../Effect.ts';
import { aboutOf } from '../RuleEvent.ts';
import type { EffectType, Occasion } from './EffectType.ts';
import { standingAlarm } from './standingAlarm.ts';

const ABOUT_PROPERTIES: ReadonlySet<string> = new Set(['property', 'previous', 'count', 'held_for', 'rate_of_change']);

/** A fixed text for somebody of the home or around it, once for each event. */
export const notice: EffectType<'notice', NoticeEffect> = {
  resolve: ({ to, text }, occasion, id, { graph }) => {
    const { run, rule, severity, event } = occasion;
    const { home } = aboutOf(event);
    return [{ kind: 'notice', id, run, rule, severity, home, to, text, about: aboutWhat(occasion, graph.home(home)) }];
  },
  request: ({ home }) => ({ action: 'subscribe', resource: { type: 'home', home, id: home } }),
};

/**
 * What a text tells of, whatever its words: the properties that the conditions looked at, an alarm that the rule was woken
 * by, and where there is neither, the home.
 */
function aboutWhat({ event, because, tellsOf }: Occasion, node: HomeNode): readonly HomeResource[] {
  const { home, device } = aboutOf(event);
  const alarm = tellsOf && standingAlarm(node, tellsOf);
  if (alarm) return [{ type: 'alarm', home, id: alarm.id }];
  if (event.kind === 'alarm_changed') return [{ type: 'alarm', home, id: event.alarm }];
  const names = because.filter(({ fact }) => ABOUT_PROPERTIES.has(fact)).flatMap(namedBy);
  if (device === null) return [{ type: 'home', home, id: home }];
  if (names.length === 0) return [{ type: 'device', home, id: device }];
  return [...new Set(names)].map((property) => ({ type: 'property', home, device, property }));
}
