import type { Condition } from '../../Rule.ts';
import { allOf, anyOf, notOf } from '../conditionsOf.ts';
import { NotTaken } from '../NotTaken.ts';
import { factOf, isOneOf, isOrdered, type Order, stateOf } from '../readingConditions.ts';
import { DependsOn, keyOf, type Scope, withVariable } from '../Scope.ts';
import { clockCondition } from './clockCondition.ts';
import type { Expression, Template } from './Expression.ts';
import {
  applyFilter,
  type Comparison,
  callMethod,
  compareKnown,
  isTrue,
  joinKnown,
  memberOfKnown,
} from './knownValues.ts';
import { parseTemplate } from './parseTemplate.ts';
import { type Known, known, type Reading, truth, type Value } from './Value.ts';

const ORDERS: Readonly<Record<string, Order>> = {
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
};
const TURNED: Readonly<Record<string, Comparison>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/**
 * What a template stands for before anything happens: a value that is known, a condition, or one that says from where it
 * will be known. Throws `NotTaken` with the place in the template.
 */
export function evaluateTemplate(text: string, scope: Scope): Value {
  return trimmed(evaluateParts(parseTemplate(text), scope).value);
}

/** The condition that a template is true. */
export function templateCondition(text: string, scope: Scope): Condition | boolean {
  return conditionOf(evaluateTemplate(text, scope), 0, scope);
}

function evaluateParts(parts: Template, scope: Scope): { readonly value: Value; readonly scope: Scope } {
  const values: Value[] = [];
  let inner = scope;
  for (const part of parts) {
    if (part.kind === 'text') values.push(known(part.text));
    else if (part.kind === 'value') values.push(evaluate(part.value, inner));
    else if (part.kind === 'set') inner = withVariable(inner, part.name, evaluate(part.value, inner));
    else {
      const chosen = evaluateChoice(part, inner);
      values.push(chosen.value);
      // A name that is given a value within a branch keeps it behind the choice, where it is known which branch it was.
      inner = chosen.scope ?? inner;
    }
  }
  return { value: joined(values), scope: inner };
}

type Choice = Extract<Template[number], { kind: 'choice' }>;

function evaluateChoice({ branches, otherwise }: Choice, scope: Scope): { value: Value; scope: Scope | null } {
  const [first, ...rest] = branches;
  if (!first) return evaluateParts(otherwise, scope);
  const condition = conditionOf(evaluate(first.test, scope), first.test.at, scope);
  const next = { kind: 'choice', branches: rest, otherwise, at: first.test.at } as const;
  if (condition === true) return evaluateParts(first.parts, scope);
  if (condition === false) return evaluateChoice(next, scope);
  const settled = scope.settled.get(keyOf(condition));
  if (settled !== undefined) return settled ? evaluateParts(first.parts, scope) : evaluateChoice(next, scope);
  if (sets(first.parts) || sets(otherwise) || rest.some(({ parts }) => sets(parts))) {
    throw new NotTaken('template {% set %} in {% if %}', 'which value the name has is not known before', {
      offset: first.test.at,
    });
  }
  const chosen = trimmed(evaluateParts(first.parts, scope).value);
  return {
    value: { kind: 'either', condition, chosen, otherwise: trimmed(evaluateChoice(next, scope).value) },
    scope: null,
  };
}

function sets(parts: Template): boolean {
  return parts.some((part) => part.kind === 'set');
}

/** Values one after the other, as text; one alone stays what it is. */
function joined(values: readonly Value[]): Value {
  const telling = values.filter(
    (value) => !(value.kind === 'known' && typeof value.value === 'string' && value.value.trim() === ''),
  );
  if (telling.length === 1 && telling[0]) return telling[0];
  const parts = values.flatMap((value) => (value.kind === 'joined' ? value.parts : [value]));
  if (parts.every((part) => part.kind === 'known')) return known(parts.map((part) => joinKnown(part.value)).join(''));
  return { kind: 'joined', parts };
}

/** Home Assistant takes the space around what a template says, and reads a number where it says one. */
function trimmed(value: Value): Value {
  if (value.kind !== 'known' || typeof value.value !== 'string') return value;
  const text = value.value.trim();
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return known(Number(text));
  if (text === 'True' || text === 'False') return known(text === 'True');
  return known(text);
}

/** What an expression stands for. */
function evaluate(expression: Expression, scope: Scope): Value {
  try {
    return evaluateHere(expression, scope);
  } catch (error) {
    if (error instanceof NotTaken && error.offset === undefined) {
      const { construct, message, instead, line } = error;
      throw new NotTaken(construct, message, {
        offset: expression.at,
        ...(instead !== undefined && { instead }),
        ...(line !== undefined && { line }),
      });
    }
    throw error;
  }
}

function evaluateHere(expression: Expression, scope: Scope): Value {
  const of = (inner: Expression) => evaluate(inner, scope);
  switch (expression.kind) {
    case 'literal':
      return known(expression.value);
    case 'list':
      return known(expression.items.map((item) => mustBeKnown(of(item), 'a list', scope)));
    case 'map':
      return known(
        Object.fromEntries(expression.entries.map(([key, item]) => [key, mustBeKnown(of(item), 'a map', scope)])),
      );
    case 'name':
      return nameValue(expression.name, scope);
    case 'member':
      return memberOf(of(expression.of), mustBeKnown(of(expression.key), 'a key', scope), scope);
    case 'call':
      return call(expression, scope);
    case 'filter':
      return filter(expression, scope);
    case 'test':
      return test(expression, scope);
    case 'not': {
      const condition = conditionOf(of(expression.of), expression.at, scope);
      return typeof condition === 'boolean' ? known(!condition) : truth(notOf(condition));
    }
    case 'minus': {
      const value = mustBeKnown(of(expression.of), 'a minus', scope);
      return known(-Number(value));
    }
    case 'binary':
      return binary(expression, scope);
    case 'if':
      return choice(expression, scope);
  }
}

function nameValue(name: string, scope: Scope): Value {
  const variable = scope.variables.get(name);
  if (variable?.kind === 'not_taken') throw variable.problem;
  if (variable) return variable;
  if (name === 'trigger') return { kind: 'trigger' };
  throw new NotTaken(`template ${name}`, `\`${name}\` is not known here`);
}

function memberOf(of: Value, key: Known, scope: Scope): Value {
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

function call({ of, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
  const texts = () => args.map((arg) => mustBeKnown(evaluate(arg, scope), 'an argument', scope));
  if (of.kind === 'name') return callFunction(of.name, texts, scope);
  if (of.kind === 'member' && of.key.kind === 'literal') {
    const method = String(of.key.value);
    const subject = evaluate(of.of, scope);
    if (subject.kind === 'now') return nowMethod(method, texts());
    if (subject.kind === 'known') return callMethod(subject.value, method, texts());
    throw new NotTaken(`template .${method}()`, `\`.${method}()\` is beyond the templates that are taken`);
  }
  throw new NotTaken('template call', 'this call is beyond the templates that are taken');
}

function callFunction(name: string, args: () => readonly Known[], scope: Scope): Value {
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

function nowMethod(method: string, [format]: readonly Known[]): Value {
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

function filter({ name, of, args }: Extract<Expression, { kind: 'filter' }>, scope: Scope): Value {
  const [first = undefined] = args.map((arg) => mustBeKnown(evaluate(arg, scope), 'an argument', scope));
  if (name === 'default' || name === 'd') return orDefault(of, first ?? '', scope);
  return filtered(
    evaluate(of, scope),
    name,
    args.map((arg) => mustBeKnown(evaluate(arg, scope), 'an argument', scope)),
  );
}

function filtered(value: Value, name: string, args: readonly Known[]): Value {
  if (value.kind === 'known') return known(applyFilter(value.value, name, args));
  if (value.kind === 'either') {
    return { ...value, chosen: filtered(value.chosen, name, args), otherwise: filtered(value.otherwise, name, args) };
  }
  if (value.kind === 'truth' && (name === 'bool' || name === 'trim')) return value;
  if (value.kind === 'payload' && ['string', 'trim', 'int', 'float'].includes(name)) return value;
  if (value.kind === 'reading') {
    const [fallback] = args;
    switch (name) {
      case 'float':
        return { ...value, as: 'number', ...numeric(fallback) };
      case 'int':
        return { ...value, as: 'number', isWhole: true, ...numeric(fallback) };
      case 'lower':
        if (value.as === 'is') return { ...value, as: 'lower' };
        break;
      case 'string':
      case 'trim':
        return value;
    }
  }
  throw new NotTaken(`template filter ${name}`, `the filter \`${name}\` is not taken of what is not known before`);
}

function numeric(fallback: Known | undefined): { readonly fallback?: number | null } {
  return typeof fallback === 'number' ? { fallback } : {};
}

/** `default` is for what is not there: a variable without value, or an entity that says nothing. */
function orDefault(of: Expression, fallback: Known, scope: Scope): Value {
  if (of.kind === 'name' && of.name !== 'trigger' && !scope.variables.has(of.name)) return known(fallback);
  const value = evaluate(of, scope);
  if (value.kind === 'known') return value.value === null ? known(fallback) : value;
  if (
    value.kind !== 'reading' ||
    (typeof fallback === 'object' && fallback !== null) ||
    typeof fallback === 'boolean'
  ) {
    throw new NotTaken('template filter default', 'the filter `default` is not taken of this');
  }
  return { ...value, fallback };
}

function test({ name, of, not, at }: Extract<Expression, { kind: 'test' }>, scope: Scope): Value {
  const sayTrue = (holds: boolean) => known(holds !== not);
  if (name === 'defined') {
    if (of.kind === 'name') return sayTrue(of.name === 'trigger' || scope.variables.has(of.name));
    evaluate(of, scope);
    return sayTrue(true);
  }
  if (name !== 'none')
    throw new NotTaken(`template is ${name}`, `the test \`is ${name}\` is not taken`, { offset: at });
  const value = evaluate(of, scope);
  if (value.kind === 'known') return sayTrue(value.value === null);
  if (value.kind === 'reading') {
    const condition = isOneOf(value, [null], scope);
    return truth(not ? notOf(condition) : condition);
  }
  if (value.kind === 'state_object') {
    if (value.moment === 'now' || scope.trigger.entity === null) return sayTrue(false);
    // An automation whose trigger asks what was before has something before.
    if (scope.trigger.from !== null) return sayTrue(false);
    const condition = isOneOf({ ...stateOf(scope.trigger.entity), moment: 'before' }, [null], scope);
    return truth(not ? notOf(condition) : condition);
  }
  throw new NotTaken('template is none', 'whether this is none is not known to a rule', { offset: at });
}

function choice({ test: asked, chosen, otherwise }: Extract<Expression, { kind: 'if' }>, scope: Scope): Value {
  const condition = conditionOf(evaluate(asked, scope), asked.at, scope);
  const settled = typeof condition === 'boolean' ? condition : scope.settled.get(keyOf(condition));
  const other = () => (otherwise ? evaluate(otherwise, scope) : known(''));
  if (settled !== undefined) return settled ? evaluate(chosen, scope) : other();
  return { kind: 'either', condition: condition as Condition, chosen: evaluate(chosen, scope), otherwise: other() };
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, scope: Scope): Value {
  const { operator, left, right, at } = expression;
  if (operator === 'and' || operator === 'or') {
    const first = conditionOf(evaluate(left, scope), at, scope);
    if (first === (operator === 'or')) return known(first);
    const second = conditionOf(evaluate(right, scope), right.at, scope);
    if (typeof first === 'boolean') return toValue(second);
    if (typeof second === 'boolean') return second === (operator === 'or') ? known(second) : truth(first);
    return truth(operator === 'and' ? allOf([first, second]) : anyOf([first, second]));
  }
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === 'in' || operator === 'not in') return toValue(contained(a, b, operator === 'not in', scope));
  if (operator in TURNED) return toValue(compared(a, operator as Comparison, b, scope));
  if (operator === '~') return joined([a, b]);
  return computed(a, operator, b);
}

function toValue(condition: Condition | boolean): Value {
  return typeof condition === 'boolean' ? known(condition) : truth(condition);
}

function computed(a: Value, operator: string, b: Value): Value {
  if (a.kind === 'known' && b.kind === 'known') {
    const [x, y] = [a.value, b.value];
    if (operator === '+' && typeof x === 'string' && typeof y === 'string') return known(x + y);
    if (typeof x === 'number' && typeof y === 'number') return known(arithmetic(x, operator, y));
    throw new NotTaken(`template ${operator}`, 'these two are not calculated with');
  }
  if (operator === '+' && [a, b].some((each) => each.kind === 'joined' || isText(each))) return joined([a, b]);
  throw new NotTaken(`template ${operator}`, 'rules do not calculate with what is not known before', {
    instead: 'compare the values themselves',
  });
}

function isText(value: Value): boolean {
  return value.kind === 'known' && typeof value.value === 'string';
}

function arithmetic(x: number, operator: string, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '//':
      return Math.floor(x / y);
    default:
      return x % y;
  }
}

function contained(a: Value, b: Value, not: boolean, scope: Scope): Condition | boolean {
  const options = mustBeKnown(b, 'a list', scope);
  if (a.kind === 'known') {
    const holds = Array.isArray(options)
      ? options.includes(a.value)
      : typeof options === 'string' && typeof a.value === 'string' && options.includes(a.value);
    return holds !== not;
  }
  if (!Array.isArray(options)) throw new NotTaken('template in', 'what it is looked for in is no list');
  const each = options.map((option: Known) => compared(a, '==', known(option), scope));
  if (a.kind === 'reading') {
    const condition = isOneOf(a, options as readonly Known[], scope);
    return not ? notOf(condition) : condition;
  }
  if (each.includes(true)) return !not;
  const open = each.filter((one) => typeof one !== 'boolean');
  if (open.length === 0) return not;
  return not ? notOf(anyOf(open)) : anyOf(open);
}

/** A comparison of two values, as a condition; as a truth where both are known. */
function compared(a: Value, operator: Comparison, b: Value, scope: Scope): Condition | boolean {
  if (a.kind === 'known' && b.kind === 'known') return compareKnown(a.value, operator, b.value);
  if (a.kind === 'either') return splitOver(a, (branch) => compared(branch, operator, b, scope));
  if (b.kind === 'either') return splitOver(b, (branch) => compared(a, operator, branch, scope));
  if (a.kind === 'known') return compared(b, TURNED[operator]!, a, scope);
  if (a.kind === 'clock' && b.kind === 'known') return clockCondition(a.part, operator, b.value);
  if (a.kind === 'payload' && b.kind === 'known') return payloadCondition(a.key, operator, b.value);
  if (a.kind === 'truth' && b.kind === 'known' && typeof b.value === 'boolean') {
    return (operator === '==') === b.value ? a.condition : notOf(a.condition);
  }
  if (a.kind !== 'reading' || (b.kind !== 'known' && b.kind !== 'reading')) {
    throw new NotTaken('template comparison', 'what is compared here is not known to a rule');
  }
  return readingCompared(a, operator, b, scope);
}

function readingCompared(
  a: Reading,
  operator: Comparison,
  b: Reading | { kind: 'known'; value: Known },
  scope: Scope,
): Condition {
  const order = ORDERS[operator];
  if (order !== undefined) {
    if (b.kind === 'reading') return isOrdered(a, order, b, scope);
    if (typeof b.value === 'number') return isOrdered(a, order, b.value, scope);
    throw new NotTaken('template comparison', 'texts are not ordered in a rule', { instead: 'use `| float(0)`' });
  }
  const equal = b.kind === 'known' ? isOneOf(a, [b.value], scope) : isSame(a, b, scope);
  return operator === '==' ? equal : notOf(equal);
}

function isSame(a: Reading, b: Reading, scope: Scope): Condition {
  const isNumber = a.as === 'number' || b.as === 'number';
  if (isNumber) {
    const orders = ['lessThanInclusive', 'greaterThanInclusive'] as const;
    return allOf(orders.map((order) => isOrdered(a, order, b, scope)));
  }
  if (a.as !== b.as || !scope.entities.isOwn(a.entity) || !scope.entities.isOwn(b.entity)) {
    throw new NotTaken('template comparison', 'whether these two say the same is not known to a rule');
  }
  return { ...factOf(a, scope), operator: 'equal', value: factOf(b, scope) };
}

function splitOver(
  { condition, chosen, otherwise }: Extract<Value, { kind: 'either' }>,
  ask: (value: Value) => Condition | boolean,
): Condition | boolean {
  const [yes, no] = [ask(chosen), ask(otherwise)];
  if (yes === no && typeof yes === 'boolean') return yes;
  const parts: Condition[] = [];
  if (yes !== false) parts.push(yes === true ? condition : allOf([condition, yes]));
  if (no !== false) parts.push(no === true ? notOf(condition) : allOf([notOf(condition), no]));
  return anyOf(parts);
}

function payloadCondition(key: string | null, operator: Comparison, value: Known): Condition {
  if (key === null) {
    throw new NotTaken('template trigger.payload', 'the twin keeps the parts of a message, not its text', {
      instead: 'ask for a key of `trigger.payload_json`',
    });
  }
  const ref = { fact: 'property', params: { name: key } } as const;
  const order = ORDERS[operator];
  return { ...ref, operator: order ?? (operator === '==' ? 'equal' : 'notEqual'), value };
}

/** The condition that a value is true, as Jinja and Home Assistant take it. */
function conditionOf(value: Value, at: number, scope: Scope): Condition | boolean {
  switch (value.kind) {
    case 'known':
      return isTrue(value.value);
    case 'truth':
      return scope.settled.get(keyOf(value.condition)) ?? value.condition;
    case 'either':
      return splitOver(value, (branch) => conditionOf(branch, at, scope));
    case 'reading':
      if (value.as === 'number') return notOf(isOneOf(value, [0, null], scope));
      break;
    case 'state_object':
      return true;
  }
  throw new NotTaken('template', 'whether this is true is not known to a rule', { offset: at });
}

/**
 * A value that must be known before anything happens. Throws `DependsOn` where it is one or another by a condition, and
 * `NotTaken` where it is known only when it happens.
 */
export function mustBeKnown(value: Value, where: string, scope: Scope): Known {
  switch (value.kind) {
    case 'known':
      return value.value;
    case 'either': {
      const settled = scope.settled.get(keyOf(value.condition));
      if (settled === undefined) throw new DependsOn(value.condition);
      return mustBeKnown(settled ? value.chosen : value.otherwise, where, scope);
    }
    case 'joined':
      return trimmedKnown(value.parts.map((part) => joinKnown(mustBeKnown(part, where, scope))).join(''));
    case 'reading': {
      const option = value.moment === 'now' ? optionOf(value, scope) : undefined;
      if (option !== undefined) return option;
      if (!scope.said || value.isWhole || value.as === 'lower') break;
      if (value.since !== undefined && value.since !== (scope.after ?? 0)) {
        throw new NotTaken(
          'template value',
          'it is what the entity said before the delay, and would be said as it is then',
          {
            instead: 'ask the entity itself where it is said',
          },
        );
      }
      if (value.fallback !== undefined) scope.tally.note('what is not known is said as `unknown`');
      return scope.said.say(factOf(value, scope), aboutOf(value));
    }
    case 'payload':
      if (!scope.said || value.key === null) break;
      return scope.said.say({ fact: 'property', params: { name: value.key } }, value.key);
    case 'not_taken':
      throw value.problem;
  }
  throw new NotTaken('template value', `${where} holds a value that is known only when it happens`, {
    instead: 'write what it should be, or keep the automation in Home Assistant',
  });
}

function aboutOf({ entity, attribute, moment }: Reading): string {
  return [...(moment === 'before' ? ['before'] : []), entity, ...(attribute === null ? [] : [attribute])].join('_');
}

/** The state that the trigger came to, where it names the few that it can be: a rule is made for each. */
function optionOf(reading: Reading, scope: Scope): string | undefined {
  const { trigger, settled } = scope;
  if (reading.entity !== trigger.entity || reading.attribute !== null || trigger.platform !== 'state') return undefined;
  for (const option of trigger.to ?? []) {
    const condition = isOneOf({ ...reading, as: 'is' }, [option], scope);
    const answer = settled.get(keyOf(condition));
    if (answer === undefined) throw new DependsOn(condition);
    if (answer) return option;
  }
  return undefined;
}

function trimmedKnown(text: string): Known {
  const value = trimmed(known(text));
  return value.kind === 'known' ? value.value : text;
}
