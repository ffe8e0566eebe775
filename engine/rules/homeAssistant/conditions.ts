import type { Condition } from '../Rule.ts';
import { allOf, anyOf, notOf } from './conditionsOf.ts';
import { inRange, numberAttribute } from './inRange.ts';
import { NotTaken } from './NotTaken.ts';
import { named } from './named.ts';
import { factOf, isOneOf, stateOf } from './readingConditions.ts';
import { asNotTaken, type Scope } from './Scope.ts';
import { between } from './template/clockCondition.ts';
import { templateCondition } from './template/evaluate.ts';
import type { Known, Reading } from './template/Value.ts';
import {
  durationOf,
  entitiesOf,
  isOff,
  isoDuration,
  isTemplate,
  knownOf,
  strangers,
  timeOf,
  within,
} from './values.ts';
import { weekdayCondition } from './weekdayCondition.ts';
import { listed, textOf, type YamlMap, type YamlTree } from './YamlTree.ts';

/** What a condition becomes: one of a rule, or what it is known to be before anything happens. */
export type Asked = Condition | boolean;

type Convert = (tree: YamlMap, scope: Scope) => Asked;

const KINDS: Readonly<Record<string, Convert>> = {
  and: (tree, scope) => every(listed(tree.entries.get('conditions')), scope),
  or: (tree, scope) => some(listed(tree.entries.get('conditions')), scope),
  not: (tree, scope) => opposite(some(listed(tree.entries.get('conditions')), scope)),
  state: stateCondition,
  numeric_state: numericCondition,
  time: timeCondition,
  sun: sunCondition,
  template: (tree, scope) => template(tree.entries.get('value_template') ?? tree.entries.get('condition'), scope),
  trigger: triggerCondition,
};
const COMMON = ['condition', 'enabled', 'alias'];

/** The kind of a condition; text alone is a template. */
function conditionKind(tree: YamlTree): string {
  if (tree.kind === 'scalar') return 'template';
  if (tree.kind === 'list') return 'and';
  const short = ['and', 'or', 'not'].find((key) => tree.entries.has(key));
  const kind = textOf(tree.entries.get('condition')) ?? short ?? 'unknown';
  // A template may stand in the place of a kind.
  return isTemplate(kind) ? 'template' : kind;
}

/** What conditions become that must all hold. */
export function every(trees: readonly YamlTree[], scope: Scope): Asked {
  const asked = each(trees, scope);
  if (asked.includes(false)) return false;
  const open = asked.filter((each) => typeof each !== 'boolean');
  return open.length === 0 ? true : allOf(open);
}

/** Every one is looked at, so that all that is not taken is told; then the first of those is thrown. */
function each(trees: readonly YamlTree[], scope: Scope): readonly Asked[] {
  const problems: unknown[] = [];
  const asked = trees
    .filter((tree) => !isOff(tree))
    .map((tree) => {
      try {
        return conditionOf(tree, scope);
      } catch (error) {
        problems.push(error);
        return false;
      }
    });
  if (problems.length > 0) throw problems[0];
  return asked;
}

function some(trees: readonly YamlTree[], scope: Scope): Asked {
  const asked = each(trees, scope);
  if (asked.includes(true)) return true;
  const open = asked.filter((each) => typeof each !== 'boolean');
  return open.length === 0 ? false : anyOf(open);
}

export function opposite(asked: Asked): Asked {
  return typeof asked === 'boolean' ? !asked : notOf(asked);
}

/** What one condition becomes. Throws `NotTaken` with its line, which the scope's tally hears of. */
export function conditionOf(tree: YamlTree, scope: Scope): Asked {
  const construct = `condition ${conditionKind(tree)}`;
  try {
    const asked = convert(tree, scope);
    scope.tally.record(tree, construct, null);
    return asked;
  } catch (error) {
    // What a group holds has been told already.
    const problem = asNotTaken(error);
    if (!GROUPS.has(conditionKind(tree))) scope.tally.record(tree, construct, problem);
    throw problem;
  }
}

const GROUPS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

function convert(tree: YamlTree, scope: Scope): Asked {
  return within(tree, () => {
    if (tree.kind === 'scalar') return template(tree, scope);
    if (tree.kind === 'list') return every(tree.items, scope);
    const short = ['and', 'or', 'not'].find((key) => tree.entries.has(key));
    if (short !== undefined && !tree.entries.has('condition')) {
      const inner = listed(tree.entries.get(short));
      if (short === 'and') return every(inner, scope);
      return short === 'or' ? some(inner, scope) : opposite(some(inner, scope));
    }
    const kind = conditionKind(tree);
    const ofKind = named(KINDS, kind);
    if (!ofKind) {
      throw new NotTaken(`condition ${kind}`, `conditions of the kind \`${kind}\` are not known to rules`, {
        instead: 'use a condition on a state, a number, the time or the sun',
      });
    }
    return ofKind(tree, scope);
  });
}

function template(tree: YamlTree | undefined, scope: Scope): Asked {
  if (tree?.kind !== 'scalar' || tree.tag !== null) throw new NotTaken('condition template', 'it holds no template');
  return within(tree, () => templateCondition(String(tree.value), scope));
}

function stateCondition(tree: YamlMap, scope: Scope): Asked {
  const read = ['entity_id', 'state', 'attribute', 'for', 'match'];
  refuseStrangers(tree, read, 'state');
  const attribute = textOf(tree.entries.get('attribute')) ?? null;
  const states = listed(tree.entries.get('state')).map((state) => stateText(state, attribute, scope));
  if (states.length === 0) throw new NotTaken('condition state', 'it names no state');
  const lasting = tree.entries.get('for');
  const asked = entitiesOf(tree.entries.get('entity_id'), scope).map((entity): Asked => {
    const reading: Reading = { ...stateOf(entity), attribute };
    if (lasting) return heldFor(reading, states, durationOf(lasting, scope), scope);
    return settledByTrigger(reading, states, scope) ?? isOneOf(reading, states, scope);
  });
  if (asked.length === 0) throw new NotTaken('condition state', 'it names no entity');
  const isAny = textOf(tree.entries.get('match')) === 'any';
  if (asked.includes(isAny)) return isAny;
  const open = asked.filter((one) => typeof one !== 'boolean');
  if (open.length === 0) return !isAny;
  return isAny ? anyOf(open) : allOf(open);
}

/** A condition on the very state that the trigger asks for holds when it is set off, or never does. */
function settledByTrigger(
  { entity, attribute }: Reading,
  states: readonly Known[],
  { trigger, isActing }: Scope,
): boolean | null {
  if (isActing) return null;
  if (trigger.platform !== 'state' || trigger.attribute !== null || attribute !== null) return null;
  if (trigger.entity !== entity || !trigger.to) return null;
  if (trigger.to.every((state) => states.map(String).includes(state))) return true;
  return trigger.to.some((state) => states.map(String).includes(state)) ? null : false;
}

/** As long as nothing else was said: from one of the states to another the time begins anew. */
function heldFor(reading: Reading, states: readonly Known[], ms: number, scope: Scope): Condition {
  const { params } = factOf(reading, scope);
  const { name, ...device } = params as { readonly name: string };
  const each = states.map((state): Condition => {
    const said = scope.entities.value(reading.entity, String(state));
    return {
      fact: 'held_for',
      params: { property: name, in: [said], unit: 'seconds', ...device },
      operator: 'greaterThanInclusive',
      value: ms / 1_000,
    };
  });
  return anyOf(each);
}

function stateText(tree: YamlTree, attribute: string | null, scope: Scope): Known {
  return within(tree, () => {
    const state = knownOf(tree, scope);
    if (attribute !== null) return state;
    if (typeof state === 'boolean') {
      throw new NotTaken('state', 'without quotes YAML reads `on` and `off` as true and false, which is no state', {
        instead: `write "${state ? 'on' : 'off'}" in quotes`,
      });
    }
    if (typeof state === 'string' && /^(?:input_\w+|sensor)\.\w+$/.test(state)) {
      throw new NotTaken('condition state of another entity', `it compares with what \`${state}\` says`, {
        instead: 'write the state itself',
      });
    }
    return String(state);
  });
}

function numericCondition(tree: YamlMap, scope: Scope): Asked {
  refuseStrangers(tree, ['entity_id', 'above', 'below', 'attribute', 'value_template'], 'numeric_state');
  const attribute = numberAttribute(tree);
  const ranges = entitiesOf(tree.entries.get('entity_id'), scope).map((entity) =>
    inRange({ ...stateOf(entity), attribute, as: 'number' }, tree, scope),
  );
  if (ranges.length === 0) throw new NotTaken('condition numeric_state', 'it names no entity');
  return allOf(ranges);
}

/** From `after` on and up to `before`; over midnight where `before` is the earlier. */
function timeCondition(tree: YamlMap, scope: Scope): Asked {
  refuseStrangers(tree, ['after', 'before', 'weekday'], 'time');
  const at = (key: string) => {
    const time = tree.entries.get(key);
    return time ? timeOf(time, scope, 'condition time', key === 'before') : null;
  };
  const [after, before] = [at('after'), at('before')];
  const parts: Condition[] = [];
  if (after !== null || before !== null) parts.push(between(after ?? '00:00', before ?? '00:00'));
  const days = weekdayCondition(tree.entries.get('weekday'), scope);
  if (days) parts.push(days);
  if (parts.length === 0) throw new NotTaken('condition time', 'it says no time');
  return allOf(parts);
}

/** As Home Assistant takes it: after sunset and before sunrise together are the night. */
function sunCondition(tree: YamlMap, scope: Scope): Asked {
  refuseStrangers(tree, ['after', 'before', 'after_offset', 'before_offset'], 'sun');
  const params = { ...sunEdge(tree, 'after', scope), ...sunEdge(tree, 'before', scope) };
  if (Object.keys(params).length === 0)
    throw new NotTaken('condition sun', 'it says neither `after` nor `before` what');
  return { fact: 'sun', params, operator: 'equal', value: true };
}

function sunEdge(tree: YamlMap, side: 'after' | 'before', scope: Scope): Readonly<Record<string, string>> {
  const given = tree.entries.get(side);
  if (!given) return {};
  const event = textOf(given);
  if (event !== 'sunrise' && event !== 'sunset') {
    throw new NotTaken('condition sun', `\`${event}\` is no event of the sun`);
  }
  const offset = tree.entries.get(`${side}_offset`);
  const ms = offset ? durationOf(offset, scope) : 0;
  return { [side]: event, ...(ms !== 0 && { [`${side}_offset`]: isoDuration(ms) }) };
}

function triggerCondition(tree: YamlMap, scope: Scope): Asked {
  const ids = listed(tree.entries.get('id')).map((id) => String(knownOf(id, scope)));
  return ids.includes(scope.trigger.id);
}

function refuseStrangers(tree: YamlMap, read: readonly string[], kind: string): void {
  const [stranger] = strangers(tree, [...COMMON, ...read]);
  if (stranger === undefined) return;
  throw new NotTaken(`condition ${kind} ${stranger}`, `\`${stranger}\` of a condition is not taken`, {
    line: tree.keyLines.get(stranger) ?? tree.line,
  });
}
