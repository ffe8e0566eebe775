import { notOf } from '../conditionsOf.ts';
import { NotTaken } from '../NotTaken.ts';
import { isOneOf, stateOf } from '../readingConditions.ts';
import type { Scope } from '../Scope.ts';
import { memberOfKnown } from './knownValues.ts';
import { type Known, known, truth, type Value } from './Value.ts';

/** What a member of a value is: of the trigger, of a state that changed, of what is known. */
export function memberOf(of: Value, key: Known, scope: Scope): Value {
  const { trigger } = scope;
  const name = String(key);
  if (of.kind === 'known') return memberOfKnown(of.value, key);
  if (of.kind === 'either') {
    return { ...of, chosen: memberOf(of.chosen, key, scope), otherwise: memberOf(of.otherwise, key, scope) };
  }
  if (of.kind === 'payload_json') return { kind: 'payload', key: name };
  if (of.kind === 'now' && name === 'hour') return { kind: 'clock', part: 'hour' };
  if (of.kind === 'attributes' && trigger.entity !== null) {
    return { kind: 'reading', entity: trigger.entity, attribute: name, moment: of.moment, as: 'is' };
  }
  if (of.kind === 'state_object' && trigger.entity !== null) {
    if (name === 'state') return stateAt(trigger.entity, of.moment, scope);
    if (name === 'entity_id') return known(trigger.entity);
    if (name === 'name') return { ...stateOf(trigger.entity), attribute: 'friendly_name' };
    if (name === 'attributes') return { kind: 'attributes', moment: of.moment };
  }
  if (of.kind === 'trigger') return triggerMember(name, scope);
  throw new NotTaken(`template .${name}`, `\`.${name}\` of this is not known to a rule`);
}

/** A state that a trigger asks for is known. */
function stateAt(entity: string, moment: 'now' | 'before', { trigger }: Scope): Value {
  const possible = moment === 'now' ? trigger.to : trigger.from;
  const isState = trigger.platform === 'state' && trigger.attribute === null;
  const [only, ...others] = isState ? (possible ?? []) : [];
  return only !== undefined && others.length === 0 ? known(only) : { ...stateOf(entity), moment };
}

function triggerMember(name: string, { trigger }: Scope): Value {
  switch (name) {
    case 'id':
      return known(trigger.id);
    case 'platform':
      return known(trigger.platform);
    case 'entity_id':
      return known(trigger.entity);
    case 'topic':
      return known(trigger.topic);
    case 'to_state':
    case 'from_state':
      if (trigger.entity === null) return known(null);
      return { kind: 'state_object', moment: name === 'to_state' ? 'now' : 'before' };
    case 'payload_json':
      if (trigger.platform === 'mqtt') return { kind: 'payload_json' };
      break;
    case 'payload':
      if (trigger.platform === 'mqtt') return { kind: 'payload', key: null };
  }
  throw new NotTaken(`template trigger.${name}`, `\`trigger.${name}\` is not known to a rule`);
}

/** What a call of a function of Home Assistant stands for. */
export function callFunction(name: string, args: () => readonly Known[], scope: Scope): Value {
  switch (name) {
    case 'states':
      return stateOf(entityOf(args()[0]));
    case 'state_attr': {
      const [entity, attribute] = args();
      return { ...stateOf(entityOf(entity)), attribute: String(attribute) };
    }
    case 'is_state': {
      const [entity, state] = args();
      const reading = stateOf(entityOf(entity));
      return truth(isOneOf(reading, listOf(state ?? null), scope));
    }
    case 'is_state_attr': {
      const [entity, attribute, value] = args();
      return truth(isOneOf({ ...stateOf(entityOf(entity)), attribute: String(attribute) }, [value ?? null], scope));
    }
    case 'has_value': {
      const [entity] = args();
      return truth(notOf(isOneOf(stateOf(entityOf(entity)), ['unknown', 'unavailable'], scope)));
    }
    case 'now':
      return { kind: 'now' };
  }
  throw new NotTaken(`template ${name}()`, `\`${name}()\` is beyond the templates that are taken`, {
    instead: 'use a condition of Home Assistant in its place, or keep the automation there',
  });
}

/** What the present time is asked for. */
export function nowMethod(method: string, [format]: readonly Known[]): Value {
  if (method === 'weekday') return { kind: 'clock', part: 'weekday' };
  if (method === 'strftime' && (format === '%a' || format === '%A')) return { kind: 'clock', part: 'weekday_name' };
  throw new NotTaken(`template now().${method}()`, `\`now().${method}()\` is beyond the templates that are taken`, {
    instead: 'use a time condition',
  });
}

function entityOf(value: Known | undefined): string {
  if (typeof value === 'string' && /^[a-z_]+\.\w+$/i.test(value.trim())) return value.trim().toLowerCase();
  throw new NotTaken('template entity', 'the entity is not named');
}

function listOf(value: Known): readonly Known[] {
  return Array.isArray(value) ? value : [value];
}
