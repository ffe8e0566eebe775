import { deviceType } from '../../twin/devices/index.ts';
import type { HomeNode, TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Outcome } from '../../twin/words.ts';
import type { AccessRequest, Asking, HomeResource } from '../AccessRequest.ts';
import type { Decision } from '../Decision.ts';
import { allowsWhole, type FulfilPorts, fulfil, isSound } from '../fulfil.ts';
import { type Duties, dutiesOf } from '../obligations/duties.ts';
import type { Delivery, Effect, EffectDecision } from './Effect.ts';
import { effectRequest } from './effectRequest.ts';
import { type Receiver, tellingOf } from './effects/receiversOf.ts';

type Ports = {
  readonly graph: TwinGraph;
  readonly fulfil: FulfilPorts;
  readonly decide: (request: AccessRequest) => Pick<Decision, 'id' | 'outcome' | 'obligations'>;
  /** Takes note of what a decision asks for beside the answer. */
  readonly owe: (decision: Pick<Decision, 'id'>, request: AccessRequest, duties: Duties) => void;
};

/**
 * Decides an effect. First whether the rule may: nothing coarser can be made of an act, so what is not allowed whole is
 * denied. Then, where it tells somebody, what each of them may have by the policies that hold for them. One that nobody
 * may hear is denied by the last of those decisions.
 */
export async function decideEffectBy(effect: Effect, ports: Ports): Promise<EffectDecision> {
  const request = effectRequest(effect, ports.graph);
  const decision = ports.decide(request);
  const { id: decisionId } = decision;
  if (!allowsWhole(decision) || !owed(decision, request, ports)) return { outcome: 'denied', decisionId };
  if (effect.kind !== 'notice' && effect.kind !== 'share') return { outcome: decision.outcome, decisionId };
  const { receivers, what } = tellingOf(effect, ports.graph);
  const asked = await Promise.all(receivers.map((each) => deliver(effect.kind, each, what, ports)));
  const deliveries = asked.filter(({ outcome }) => outcome !== 'denied');
  const refusal = deliveries.length === 0 ? asked.at(-1) : undefined;
  if (refusal) return { outcome: 'denied', decisionId: refusal.decision };
  return { outcome: deliveries.length === 0 ? 'denied' : decision.outcome, decisionId, deliveries };
}

/** What somebody gets of what is told: a text only who may have all of what it tells of. */
async function deliver(
  kind: 'notice' | 'share',
  { id: to, subject, purpose }: Receiver,
  what: readonly HomeResource[],
  ports: Ports,
): Promise<Delivery> {
  let last: Delivery | null = null;
  for (const resource of what) {
    const request: AccessRequest = { subject, action: 'subscribe', purpose, resource, channel: 'api' };
    const decision = ports.decide(request);
    const delivery = { to, decision: decision.id, obligations: decision.obligations, shown: null, at: null };
    const isOpen = kind === 'notice' ? allowsWhole(decision) : decision.outcome !== 'denied' && isSound(decision);
    if (!isOpen || !owed(decision, request, ports)) return { ...delivery, outcome: 'denied' };
    last = { ...delivery, outcome: decision.outcome };
    if (kind === 'share') last = { ...last, ...(await shownOf(resource, decision, ports)) };
  }
  return last ?? { to, decision: '', outcome: 'denied', obligations: [], shown: null, at: null };
}

/** What a decision leaves of a value or an alarm. */
async function shownOf(
  resource: HomeResource,
  decision: Pick<Decision, 'outcome' | 'obligations'>,
  { graph, fulfil: ports }: Ports,
): Promise<{ readonly outcome: Outcome; readonly shown: unknown; readonly at: number | null }> {
  const home = graph.home(resource.home);
  if (resource.type === 'alarm') return shownAlarm(home, resource.id, decision);
  if (resource.type !== 'property') return DENIED;
  const device = graph.device(resource.home, resource.device);
  const type = deviceType(device.device.model)?.byProperty.get(resource.property)?.type;
  if (!type) return DENIED;
  const held = { ...resource, type, value: device.values.get(resource.property) };
  const { outcome, value, at } = await fulfil(held, decision, ports);
  // A value that may not be tied to its home would be, by lying with it.
  return value === null ? DENIED : { outcome, shown: value, at };
}

const DENIED = { outcome: 'denied', shown: null, at: null } as const;

/** Nothing coarser can be made of an alarm. */
function shownAlarm({ alarms }: HomeNode, id: string, decision: Pick<Decision, 'outcome' | 'obligations'>) {
  const node = alarms.get(id);
  if (!node || !allowsWhole(decision)) return DENIED;
  const { kind, device, raisedAt } = node.alarm;
  return { outcome: decision.outcome, shown: { id, kind, device, state: node.state }, at: Date.parse(raisedAt) };
}

/** Whether what a decision asks for beside the answer can be done; then it is taken note of. */
function owed(decision: Pick<Decision, 'id' | 'obligations'>, request: AccessRequest, ports: Ports): boolean {
  const { resource, ...asking }: { resource: AccessRequest['resource'] } & Asking = request;
  const duties = dutiesOf(decision.obligations, { asking, resource }, ports.graph);
  if (duties === null) return false;
  if (duties.duties.length > 0) ports.owe(decision, request, duties);
  return true;
}
