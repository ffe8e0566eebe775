import type { HomeNode } from '../../../twin/graph/TwinGraph.ts';
import type { HomeResource } from '../../AccessRequest.ts';
import type { ShareEffect } from '../Effect.ts';
import type { RuleEffect } from '../Rule.ts';
import { aboutOf } from '../RuleEvent.ts';
import type { EffectType } from './EffectType.ts';
import { standingAlarm } from './standingAlarm.ts';

type WantedShare = Extract<RuleEffect, { kind: 'share' }>;

/** A value of the device of the event, or an alarm of the home, for the platforms of a tier. */
export const share: EffectType<'share', ShareEffect> = {
  resolve: (wanted, { run, rule, severity, event }, id, { graph }) => {
    const { home, device } = aboutOf(event);
    const what = resourceOf(wanted, graph.home(home), device);
    const { tier, purpose } = wanted;
    return what ? [{ kind: 'share', id, run, rule, severity, home, tier, purpose, what }] : [];
  },
  request: ({ what }) => ({ action: 'subscribe', resource: what }),
};

function resourceOf(wanted: WantedShare, home: HomeNode, device: string | null): HomeResource | null {
  const { id } = home.home;
  if ('property' in wanted)
    return device === null ? null : { type: 'property', home: id, device, property: wanted.property };
  const raised = standingAlarm(home, wanted.alarm);
  return raised && { type: 'alarm', home: id, id: raised.id };
}
