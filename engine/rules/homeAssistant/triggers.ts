import type { Condition, SunWake, Wakes } from '../Rule.ts';
import { allOf, notOf } from './conditionsOf.ts';
import { inRange, limitsOf, numberAttribute } from './inRange.ts';
import { NotTaken } from './NotTaken.ts';
import { named } from './named.ts';
import { factOf, isOneOf, stateOf } from './readingConditions.ts';
import { type Scope, type Trigger, triggerOf } from './Scope.ts';
import type { Known, Reading } from './template/Value.ts';
import { leastGap, patternWakes } from './timePattern.ts';
import { durationOf, entitiesOf, isoDuration, knownOf, strangers, timeOf, within } from './values.ts';
import { weekdayCondition } from './weekdayCondition.ts';
import { listed, member, textOf, type YamlMap, type YamlTree } from './YamlTree.ts';

/** One way in which an automation is set off: what wakes the rule, and what must hold then. */
export type Setting = {
  readonly trigger: Trigger;
  readonly wakes: Wakes;
  readonly conditions: readonly Condition[];
  /** The least time from one setting off to the next, in milliseconds; 0 where there is none. */
  readonly every: number;
  /** Names that this trigger gives values. */
  readonly variables?: YamlTree;
};

type Context = { readonly tree: YamlMap; readonly scope: Scope; readonly id: string };
const DAY = 86_400_000;
/** Every trigger may have these. */
const COMMON = ['platform', 'trigger', 'id', 'enabled', 'alias', 'variables'];

/** The kind of a trigger, by its old or its new name. */
export function platformOf(tree: YamlTree): string {
  const platform = tree.kind === 'map' ? textOf(member(tree, 'trigger', 'platform')) : undefined;
  return platform ?? 'unknown';
}

/** What a trigger becomes: one setting for each entity, because each is a device of its own. */
export function settingsOf(tree: YamlTree, number: number, scope: Scope): readonly Setting[] {
  return within(tree, () => {
    const platform = platformOf(tree);
    if (tree.kind !== 'map') throw new NotTaken('trigger', 'this is no trigger');
    const id = textOf(tree.entries.get('id')) ?? String(number);
    const settings = named(PLATFORMS, platform);
    if (!settings) throw new NotTaken(`trigger ${platform}`, notTakenBecause(platform), { instead: KEEP });
    const variables = tree.entries.get('variables');
    const found = settings({ tree, scope, id });
    return variables ? found.map((setting) => ({ ...setting, variables })) : found;
  });
}

const KEEP = 'keep this automation in Home Assistant';
const REASONS: Readonly<Record<string, string>> = {
  event: 'events of the bus of Home Assistant do not reach the twin',
  homeassistant: 'the twin does not hear of a start of Home Assistant',
  webhook: 'Twinward takes no calls from outside for a home',
  template: 'a template can look at anything, and nothing says what wakes it',
  tag: 'tags do not reach the twin',
};

function notTakenBecause(platform: string): string {
  return named(REASONS, platform) ?? `triggers of the kind \`${platform}\` are not known to rules`;
}

const PLATFORMS: Readonly<Record<string, (context: Context) => readonly Setting[]>> = {
  state: stateSettings,
  numeric_state: numericSettings,
  time: timeSettings,
  time_pattern: patternSettings,
  sun: sunSettings,
  mqtt: mqttSettings,
};

function stateSettings({ tree, scope, id }: Context): readonly Setting[] {
  refuseStrangers(tree, ['entity_id', 'to', 'from', 'not_to', 'not_from', 'for', 'attribute'], 'state');
  const attribute = textOf(tree.entries.get('attribute')) ?? null;
  const [to, from] = [statesOf(tree.entries.get('to'), scope), statesOf(tree.entries.get('from'), scope)];
  const [notTo, notFrom] = [statesOf(tree.entries.get('not_to'), scope), statesOf(tree.entries.get('not_from'), scope)];
  const lasting = tree.entries.get('for');
  // Each state lasts by itself: from one of them to another the time begins anew.
  const goals = lasting && to ? to.map((state) => [state]) : [to];
  const ways = eachEntity(tree, scope).flatMap((entity) => goals.map((goal) => ({ entity, goal })));
  return ways.map(({ entity, goal }) => {
    const trigger = triggerOf('state', id, {
      entity,
      attribute,
      to: textsOf(goal),
      from: textsOf(from),
      lasts: lasting !== undefined,
    });
    const inner = { ...scope, trigger };
    const reading: Reading = { ...stateOf(entity), attribute };
    const { name, device } = propertyOf(reading, inner);
    const before: Reading = { ...reading, moment: 'before' };
    const conditions: Condition[] = [];
    if (lasting) conditions.push(heldFor({ tree, lasting, reading, to: goal, name, from }, inner));
    else if (goal) conditions.push(isOneOf(reading, goal, inner));
    if (notTo) conditions.push(notOf(isOneOf(reading, notTo, inner)));
    if (from) conditions.push(isOneOf(before, from, inner));
    if (notFrom) conditions.push(notOf(isOneOf(before, notFrom, inner)));
    const wakes = { [lasting ? 'properties' : 'changes']: [name], devices: { name: device } };
    return { trigger, wakes, conditions, every: 0 };
  });
}

type Lasting = {
  readonly tree: YamlMap;
  readonly lasting: YamlTree;
  readonly reading: Reading;
  readonly to: readonly Known[] | null;
  readonly from: readonly Known[] | null;
  readonly name: string;
};

/** A state that has lasted. A timer wakes the rule when the time is full, and messages meanwhile do not. */
function heldFor({ tree, lasting, reading, to, from, name }: Lasting, scope: Scope): Condition {
  if (!to && from) {
    throw new NotTaken('trigger state for', 'a rule waits for one state to last, not for a state to stay away', {
      instead: 'name the state (`to`)',
    });
  }
  // Without `to` it is whatever state it came to.
  const values = to && { in: to.map((state) => scope.entities.value(reading.entity, String(state))) };
  return whenFull({
    fact: 'held_for',
    params: { property: name, ...values, unit: 'seconds' },
    operator: 'greaterThanInclusive',
    value: positive(durationOf(lasting, scope), tree) / 1_000,
  });
}

/** Only the timer: a message that says the same again after that time sets nothing off. */
function whenFull(held: Condition): Condition {
  return allOf([{ fact: 'event', operator: 'equal', value: 'condition_held' }, held]);
}

function numericSettings({ tree, scope, id }: Context): readonly Setting[] {
  refuseStrangers(tree, ['entity_id', 'above', 'below', 'for', 'attribute', 'value_template'], 'numeric_state');
  const attribute = numberAttribute(tree);
  return eachEntity(tree, scope).map((entity) => {
    const lasting = tree.entries.get('for');
    const trigger = triggerOf('numeric_state', id, { entity, attribute, lasts: lasting !== undefined });
    const inner = { ...scope, trigger };
    const reading: Reading = { ...stateOf(entity), attribute, as: 'number' };
    const { name, device } = propertyOf(reading, inner);
    const within = inRange(reading, tree, inner);
    if (lasting) {
      return { trigger, every: 0, ...numberHeldFor({ tree, lasting, name, device }, inner) };
    }
    const before = notOf(inRange({ ...reading, moment: 'before' }, tree, inner));
    // A state that was gone comes back with the same number, and sets off again.
    const changes = attribute === null && scope.entities.isOwn(entity) ? [...new Set(['state', name])] : [name];
    return { trigger, wakes: { changes, devices: { name: device } }, conditions: [within, before], every: 0 };
  });
}

type LastingNumber = {
  readonly tree: YamlMap;
  readonly lasting: YamlTree;
  readonly name: string;
  readonly device: string;
};

function numberHeldFor({ tree, lasting, name, device }: LastingNumber, scope: Scope) {
  const { above, below } = limitsOf(tree, scope);
  if (typeof above === 'object' || typeof below === 'object') {
    throw new NotTaken(
      'trigger numeric_state for',
      'a number that lasts is held against numbers, not against another entity',
    );
  }
  scope.tally.note('a number that lasts goes on lasting while the entity is unavailable');
  const held: Condition = {
    fact: 'held_for',
    params: {
      property: name,
      ...(above !== undefined && { above }),
      ...(below !== undefined && { below }),
      unit: 'seconds',
    },
    operator: 'greaterThanInclusive',
    value: positive(durationOf(lasting, scope), tree) / 1_000,
  };
  return { wakes: { properties: [name], devices: { name: device } }, conditions: [whenFull(held)] };
}

function timeSettings({ tree, scope, id }: Context): readonly Setting[] {
  refuseStrangers(tree, ['at', 'weekday'], 'time');
  const times = listed(tree.entries.get('at')).map((at) => timeOf(at, scope, 'trigger time'));
  if (times.length === 0) throw new NotTaken('trigger time', 'it says no time', { instead: 'write `at`' });
  const unique = [...new Set(times)].sort();
  const days = weekdayCondition(tree.entries.get('weekday'), scope);
  const [trigger, wakes] = [triggerOf('time', id), { times: unique }];
  return [{ trigger, wakes, conditions: days ? [days] : [], every: leastGap(unique) }];
}

function patternSettings({ tree, scope, id }: Context): readonly Setting[] {
  refuseStrangers(tree, ['hours', 'minutes', 'seconds'], 'time_pattern');
  return [{ trigger: triggerOf('time_pattern', id), conditions: [], ...patternWakes(tree, scope) }];
}

function sunSettings({ tree, scope, id }: Context): readonly Setting[] {
  refuseStrangers(tree, ['event', 'offset'], 'sun');
  const event = textOf(tree.entries.get('event'));
  if (event !== 'sunrise' && event !== 'sunset')
    throw new NotTaken('trigger sun', `\`${event}\` is no event of the sun`);
  const offset = tree.entries.get('offset');
  const ms = offset ? durationOf(offset, scope) : 0;
  const sun: SunWake = ms === 0 ? { event } : { event, offset: isoDuration(ms) };
  // From one day to the next the sun moves by a few minutes; by half a day it never does below the polar circles.
  return [{ trigger: triggerOf('sun', id), wakes: { sun: [sun] }, conditions: [], every: DAY / 2 }];
}

const ZIGBEE2MQTT = 'zigbee2mqtt/';

/** Messages of Zigbee2MQTT are those of a device of its name; which of its properties matter, the conditions say. */
function mqttSettings({ tree, scope, id }: Context): readonly Setting[] {
  refuseStrangers(tree, ['topic', 'payload', 'value_template', 'encoding', 'qos'], 'mqtt');
  const topic = textOf(tree.entries.get('topic')) ?? '';
  const name = topic.startsWith(ZIGBEE2MQTT) ? topic.slice(ZIGBEE2MQTT.length) : '';
  if (
    name === '' ||
    name.startsWith('bridge/') ||
    /[#+]/.test(name) ||
    /\/(?:set|get|availability)(?:\/|$)/.test(name)
  ) {
    throw new NotTaken('trigger mqtt', `\`${topic}\` is no topic on which a device of Zigbee2MQTT tells its state`, {
      instead: KEEP,
    });
  }
  const trigger = triggerOf('mqtt', id, { topic });
  const payload = tree.entries.get('payload');
  if (!payload) return [{ trigger, wakes: { devices: { name } }, conditions: [], every: 0 }];
  const template = textOf(tree.entries.get('value_template')) ?? '';
  const key = /^\s*\{\{\s*value_json\.(\w+)\s*\}\}\s*$/.exec(template)?.[1];
  if (key === undefined) {
    throw new NotTaken('trigger mqtt payload', 'the twin keeps the parts of a message, not its text', {
      instead: 'take a part of it: `value_template: "{{ value_json.action }}"`',
    });
  }
  const condition: Condition = {
    fact: 'property',
    params: { name: key },
    operator: 'equal',
    value: knownOf(payload, scope),
  };
  return [{ trigger, wakes: { properties: [key], devices: { name } }, conditions: [condition], every: 0 }];
}

function eachEntity(tree: YamlMap, scope: Scope): readonly string[] {
  const entities = [...new Set(entitiesOf(tree.entries.get('entity_id'), scope))];
  if (entities.length === 0) throw new NotTaken('trigger', 'it names no entity', { instead: 'write `entity_id`' });
  return entities;
}

/** States that a trigger names; null for any, which is what nothing and `null` mean. */
function statesOf(tree: YamlTree | undefined, scope: Scope): readonly Known[] | null {
  const states = listed(tree).map((item) => {
    const state = knownOf(item, scope);
    if (typeof state !== 'boolean') return state;
    throw within(item, () => {
      return new NotTaken('state', 'without quotes YAML reads `on` and `off` as true and false, which is no state', {
        instead: `write "${state ? 'on' : 'off'}" in quotes`,
        line: item.line,
      });
    });
  });
  return states.length === 0 ? null : states;
}

function textsOf(states: readonly Known[] | null): readonly string[] | null {
  return states?.map(String) ?? null;
}

function propertyOf(reading: Reading, scope: Scope): { readonly name: string; readonly device: string } {
  const { params } = factOf(reading, scope);
  return { name: String(params?.['name']), device: scope.entities.target(reading.entity).device };
}

function positive(ms: number, tree: YamlMap): number {
  if (ms > 0) return ms;
  throw new NotTaken('duration', 'it lasts no time', { instead: 'leave out `for`', line: tree.line });
}

function refuseStrangers(tree: YamlMap, read: readonly string[], platform: string): void {
  const [stranger] = strangers(tree, [...COMMON, ...read]);
  if (stranger === undefined) return;
  throw new NotTaken(`trigger ${platform} ${stranger}`, `\`${stranger}\` of a trigger is not taken`, {
    line: tree.keyLines.get(stranger) ?? tree.line,
  });
}
