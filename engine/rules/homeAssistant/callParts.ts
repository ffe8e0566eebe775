import type { RuleEffect } from '../Rule.ts';
import { NotTaken } from './NotTaken.ts';
import { isOneOf } from './readingConditions.ts';
import { DependsOn, keyOf, type Scope } from './Scope.ts';
import { wantsNumber } from './services.ts';
import { mustBeKnown } from './template/mustBeKnown.ts';
import type { Known, Reading, Value } from './template/Value.ts';
import { entitiesOf, evaluated, within } from './values.ts';
import { member, type YamlMap, type YamlTree } from './YamlTree.ts';

/**
 * The name of a service. One that a state completes (`light.turn_{{ trigger.to_state.state }}`) is a name for `on` and one
 * for `off`; any other state makes no service, where Home Assistant fails and nothing is done: null.
 */
export function serviceName(value: Value, scope: Scope): string | null {
  const parts = value.kind === 'joined' ? value.parts : [value];
  const names = parts.map((part) => {
    const isOfTrigger = part.kind === 'reading' && part.entity === scope.trigger.entity;
    return isOfTrigger ? onOrOff(part, scope) : String(mustBeKnown(part, 'the name of a service', scope));
  });
  return names.includes(null) ? null : names.join('').trim();
}

function onOrOff(reading: Reading, scope: Scope): string | null {
  for (const state of ['on', 'off']) {
    const condition = isOneOf(reading, [state], scope);
    const answer = scope.settled.get(keyOf(condition));
    if (answer === undefined) throw new DependsOn(condition);
    if (answer) return state;
  }
  return null;
}

/** What a service is given, without the entities that it is about. */
export function dataOf(tree: YamlMap, service: string, scope: Scope): Readonly<Record<string, Known>> {
  const data = member(tree, 'data', 'data_template');
  if (!data || (data.kind === 'scalar' && data.value === null)) return {};
  if (data.kind !== 'map') throw new NotTaken('action data', 'what the service is given is known only when it happens');
  const entries = [...data.entries].filter(([key]) => key !== 'entity_id');
  return Object.fromEntries(entries.map(([key, item]) => [key, givenValue(item, wantsNumber(service, key), scope)]));
}

/** A value for a service. Where it wants a number, a state is the number that it says. */
function givenValue(item: YamlTree, isNumber: boolean, scope: Scope): Known {
  return within(item, () => {
    const value = evaluated(item, scope);
    const isState = value.kind === 'reading' && value.as === 'is' && value.attribute === null;
    return mustBeKnown(isNumber && isState ? { ...value, as: 'number' } : value, 'this', scope);
  });
}

/** A member of what a service is given. */
export function inData(tree: YamlMap, key: string): YamlTree | undefined {
  const data = member(tree, 'data', 'data_template');
  return data?.kind === 'map' ? data.entries.get(key) : undefined;
}

/** The entities of a `target`. */
export function targetsOf(tree: YamlMap, scope: Scope): readonly string[] {
  const target = tree.entries.get('target');
  if (target?.kind !== 'map') return [];
  const [stranger] = [...target.entries.keys()].filter((key) => key !== 'entity_id');
  if (stranger !== undefined) {
    throw new NotTaken(`action target ${stranger}`, `what \`${stranger}\` means only Home Assistant knows`, {
      instead: 'name the entities',
      line: target.line,
    });
  }
  return entitiesOf(target.entries.get('entity_id'), scope);
}

/** A notification, told to those who live in the home: their phones and speakers are not the twin's to choose. */
export function noticeOf(tree: YamlMap, service: string, scope: Scope): RuleEffect {
  const { title, message, ...rest } = dataOf(tree, service, scope);
  const data = inData(tree, 'data');
  if (data?.kind === 'map' && data.entries.has('actions')) {
    throw new NotTaken('action notify with buttons', 'a notice has no buttons that somebody could answer with', {
      instead: 'leave out `actions`',
      line: data.line,
    });
  }
  if (message === undefined) throw new NotTaken(`action ${service}`, 'it says no message');
  scope.tally.note(`\`${service}\` is a notice to the residents, whatever device it was for`);
  if (Object.keys(rest).some((key) => !['target', 'notification_id'].includes(key))) {
    scope.tally.note('what a notification says beside title and message is left out');
  }
  const text = [title, message].filter((part) => part !== undefined && part !== null).map(String);
  return { kind: 'notice', to: 'residents', text: text.map((part) => part.trim()).join(': ') };
}
