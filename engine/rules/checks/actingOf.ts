import { areAny, both, type Devices, type Models } from './Devices.ts';
import type { RuleView } from './RuleView.ts';
import { meet, type Situation } from './Situation.ts';
import { holds } from './ValueSet.ts';
import type { Wake, Waking } from './wakesOf.ts';

/** One way in which a rule comes to act: what wakes it, the situation that it then finds, and by which models. */
export type Acting = {
  readonly wake: Wake;
  readonly situation: Situation;
  /** The models of which the event may be; null for an event of no device. */
  readonly models: Models | null;
};

/** Every way in which a rule can come to act: none when it never does, null when they are too many to be looked at. */
export function actingOf({ wakes, waking, situations }: RuleView, devices: Devices): readonly Acting[] | null {
  if (!situations) return null;
  return wakes.flatMap((wake) =>
    situations.flatMap((each): readonly Acting[] => {
      const situation = meet(wake.implies, each);
      if (!situation) return [];
      if (!wake.ofDevice) return [{ wake, situation, models: null }];
      const models = modelsIn(situation, waking, devices);
      return areAny(models) ? [{ wake, situation, models }] : [];
    }),
  );
}

/** How two rules come to act on one event; null when they never do. */
export function actingTogether(a: Acting, b: Acting, devices: Devices): Situation | null {
  if (!byOneEvent(a.wake, b.wake)) return null;
  const situation = meet(a.situation, b.situation);
  if (!situation || !a.models || !b.models) return situation;
  const models = both(both(a.models, b.models), modelsIn(situation, {}, devices));
  return areAny(models) ? situation : null;
}

/** Several properties come in one message. */
function byOneEvent(a: Wake, b: Wake): boolean {
  if (a.kind === 'other' || a.kind !== b.kind) return false;
  return a.kind === 'property' || a.key === b.key;
}

/** The models of the waking device that can be in a situation. */
export function modelsIn(situation: Situation, { kind, model }: Waking, devices: Devices): Models {
  let models = devices.matching({ kind, model });
  for (const { asked, set } of situation.values.values()) {
    const { fact, params } = asked;
    if (fact === 'property' && params['device'] === undefined) {
      models = both(models, devices.saying(String(params['name']), set));
    }
    if (fact === 'device_model')
      models = both(
        models,
        devices.thatAre('model', (each) => holds(set, each)),
      );
    if (fact === 'device_kind')
      models = both(
        models,
        devices.thatAre('kind', (each) => holds(set, each)),
      );
  }
  return models;
}
