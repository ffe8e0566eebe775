import type { HomeNode } from '../../../twin/graph/TwinGraph.ts';
import type { HomeResource } from '../../AccessRequest.ts';
import { namedBy } from '../../runs/Run.ts';
import type { NoticeEffect } from '../Effect.ts';
import { aboutOf, type RuleEvent } from '../RuleEvent.ts';
import type { EffectType, Occasion } from './EffectType.ts';
import { standingAlarm } from './standingAlarm.ts';

const ABOUT_PROPERTIES: ReadonlySet<string> = new Set([
  'property',
  'previous',
  'count',
  'held_for',
  'room_held_for',
  'rate_of_change',
  'repeats',
]);

/** A text for somebody of the home or around it, once for each event. */
export const notice: EffectType<'notice', NoticeEffect> = {
  resolve: ({ to, text, with: said = {} }, occasion, id, { graph }) => {
    const { run, rule, severity, event } = occasion;
    const { home } = aboutOf(event);
    const node = graph.home(home);
    const about = [...aboutWhat(occasion, node), ...toldBy(Object.values(said), event, node)];
    return [{ kind: 'notice', id, run, rule, severity, home, to, text, about }];
  },
  request: ({ home }) => ({ action: 'subscribe', resource: { type: 'home', home, id: home } }),
};

/**
 * What a text tells of, whatever its words: the properties that the conditions looked at, an alarm that the rule was woken
 * by, and where there is neither, the device or the home.
 */
function aboutWhat({ event, because, tellsOf }: Occasion, node: HomeNode): readonly HomeResource[] {
  const { home, device } = aboutOf(event);
  const alarm = tellsOf && standingAlarm(node, tellsOf);
  if (alarm) return [{ type: 'alarm', home, id: alarm.id }];
  if (event.kind === 'alarm_changed') return [{ type: 'alarm', home, id: event.alarm }];
  const told = toldBy(because, event, node);
  if (told.length > 0) return told;
  return [device === null ? { type: 'home', home, id: home } : { type: 'device', home, id: device }];
}

type Asked = { readonly fact: string; readonly params?: Readonly<Record<string, unknown>> };

/** The properties of which facts tell: of the device that the event is about, of the one that they name, or of all in its room. */
function toldBy(facts: readonly Asked[], event: RuleEvent, home: HomeNode): readonly HomeResource[] {
  const told = new Map<string, HomeResource>();
  for (const asked of facts) {
    if (!ABOUT_PROPERTIES.has(asked.fact)) continue;
    for (const device of devicesOf(asked, aboutOf(event).device, home)) {
      for (const property of namedBy({ params: asked.params ?? {} }))
        told.set(`${device} ${property}`, { type: 'property', home: home.home.id, device, property });
    }
  }
  return [...told.values()];
}

/** The devices that a fact asks about. */
function devicesOf({ fact, params = {} }: Asked, about: string | null, { devices }: HomeNode): readonly string[] {
  const { device: name, property } = params;
  if (fact === 'room_held_for') {
    const room = devices.get(about ?? '')?.device.room;
    const inRoom = [...devices.values()].filter(
      ({ device, values }) => device.room === room && values.has(`${property}`),
    );
    return inRoom.map(({ device }) => device.id);
  }
  if (name === undefined) return about === null ? [] : [about];
  return [...devices.values()].flatMap((each) =>
    each.name === name && each.state !== 'retired' ? [each.device.id] : [],
  );
}
