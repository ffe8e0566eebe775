import { createHash } from 'node:crypto';
import type { ReactionRow } from '../../trust/reactions/ReactionLog.ts';
import type { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { tenancyOf } from '../../twin/graph/tenancyOf.ts';
import { peopleOf } from '../facts/pairFacts.ts';
import type { Delivery, EffectRecord, NoticeEffect, ShareEffect } from '../rules/Effect.ts';
import { aboutOf } from '../rules/RuleEvent.ts';
import type { PendingEffect } from './PendingEffect.ts';
import type { EffectResult, Run } from './Run.ts';

/** A notice as it is kept for one who is told; `name` of its row is that person or organisation. */
export type KeptNotice = Pick<NoticeEffect, 'run' | 'rule' | 'to' | 'text' | 'about'> & { readonly decision: string };

/** What was shared, as it is kept for one platform; `name` of its row is its organisation. `at` is the value's own. */
export type KeptShare = Pick<ShareEffect, 'run' | 'rule' | 'tier' | 'purpose' | 'what'> &
  Pick<Delivery, 'decision' | 'outcome' | 'obligations' | 'shown' | 'at'>;

export type KeptParts = {
  readonly runs?: readonly Run[];
  readonly effects: readonly EffectRecord[];
  readonly pending: readonly PendingEffect[];
  readonly results?: readonly EffectResult[];
};

/** What is to be kept of a reaction in a home beside the changes of the twin. `now` is in milliseconds since 1970. */
export function reactionRows(parts: KeptParts, { graph, now }: { readonly graph: TwinGraph; readonly now: number }) {
  const { runs = [], effects, pending, results = [] } = parts;
  const rowOf = (home: string, row: Omit<ReactionRow, 'home' | 'tenancy' | 'device'> & { device?: string | null }) => {
    const tenancy = tenancyOf(graph.home(home));
    return { home, tenancy, device: null, ...row };
  };
  const ofEffects = effects.flatMap((record): ReactionRow[] => {
    const { effect, result } = record;
    if (result !== 'granted' || (effect.kind !== 'notice' && effect.kind !== 'share')) return [];
    return deliveriesOf(record, graph).map((delivery) => ({
      ...rowOf(effect.home, {
        id: `${effect.id}.${digestOf(delivery.to)}`,
        kind: effect.kind,
        name: delivery.to,
        at: now,
        ...(record.decision === 'life_safety' && { isUrgent: true }),
        body: effect.kind === 'notice' ? noticeBody(effect, delivery) : shareBody(effect, delivery),
      }),
    }));
  });
  return [
    ...runs.map((run): ReactionRow => {
      const { id, home, device, rule, at } = run;
      return rowOf(home, { id, kind: 'run', device, name: rule, at, body: run });
    }),
    ...ofEffects,
    ...pending.map((each): ReactionRow => {
      const { home, dueAt: at } = each;
      const { device } = aboutOf(each.occasion.event);
      return rowOf(home, { id: pendingRowId(each), kind: 'pending', device, name: 'pending', at, body: each });
    }),
    ...results.map((result): ReactionRow => {
      const { run, effect, home, at } = result;
      return rowOf(home, { id: `result ${effect}`, kind: 'result', name: run, at, body: result });
    }),
  ];
}

/** The id of what is kept of an effect while it is pending. */
export function pendingRowId({ id }: Pick<PendingEffect, 'id'>): string {
  return `pending ${id}`;
}

/** Of a danger to their life people are told without anybody having decided it. */
function deliveriesOf({ effect, decision, deliveries = [] }: EffectRecord, graph: TwinGraph): readonly Delivery[] {
  if (decision !== 'life_safety') return deliveries;
  return [...peopleOf(graph.home(effect.home))].map((to) => ({
    to,
    decision,
    outcome: 'raw',
    obligations: [],
    shown: null,
    at: null,
  }));
}

function noticeBody({ run, rule, to, text, about }: NoticeEffect, { decision }: Delivery): KeptNotice {
  return { run, rule, to, text, about, decision };
}

function shareBody({ run, rule, tier, purpose, what }: ShareEffect, { to: _, ...given }: Delivery): KeptShare {
  return { run, rule, tier, purpose, what, ...given };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
