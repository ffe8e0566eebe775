import { stateOf } from '../readingConditions.ts';
import type { Expression } from './Expression.ts';
import type { Reading } from './Value.ts';

/** What `states.sensor.hall.state` and `states.light.hall.attributes.brightness` read, as templates were once written. */
export function statesMember(expression: Expression): Reading | null {
  const path = pathBelowStates(expression)?.flatMap((key, place) => (place === 0 ? key.split('.') : [key])) ?? [];
  const [domain, object, part, attribute, ...more] = path;
  if (domain === undefined || object === undefined || more.length > 0) return null;
  const reading = stateOf(`${domain}.${object}`.toLowerCase());
  if (part === 'state') return attribute === undefined ? reading : null;
  return part === 'attributes' && attribute !== undefined ? { ...reading, attribute } : null;
}

function pathBelowStates(expression: Expression): readonly string[] | null {
  if (expression.kind === 'name') return expression.name === 'states' ? [] : null;
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return null;
  const above = pathBelowStates(expression.of);
  return above && [...above, String(expression.key.value)];
}
