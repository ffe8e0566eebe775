import type { Condition } from '../../Rule.ts';
import { allOf, anyOf, notOf } from '../conditionsOf.ts';
import { NotTaken } from '../NotTaken.ts';
import { isOneOf, stateOf } from '../readingConditions.ts';
import { keyOf, type Scope, withVariable } from '../Scope.ts';
import { compared, conditionOf, contained, isComparison, toValue } from './compared.ts';
import type { Expression, Template } from './Expression.ts';
import { filtered } from './filtered.ts';
import { callMethod } from './knownValues.ts';
import { callFunction, memberOf, nowMethod } from './lookUp.ts';
import { mustBeKnown } from './mustBeKnown.ts';
import { parseTemplate } from './parseTemplate.ts';
import { statesMember } from './statesMember.ts';
import { joined, trimmed } from './texts.ts';
import { type Known, known, truth, type Value } from './Value.ts';

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
      return (
        statesMember(expression) ?? memberOf(of(expression.of), mustBeKnown(of(expression.key), 'a key', scope), scope)
      );
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

function filter({ name, of, args }: Extract<Expression, { kind: 'filter' }>, scope: Scope): Value {
  const [first = undefined] = args.map((arg) => mustBeKnown(evaluate(arg, scope), 'an argument', scope));
  if (name === 'default' || name === 'd') return orDefault(of, first ?? '', scope);
  return filtered(
    evaluate(of, scope),
    name,
    args.map((arg) => mustBeKnown(evaluate(arg, scope), 'an argument', scope)),
  );
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
  if (isComparison(operator)) return toValue(compared(a, operator, b, scope));
  if (operator === '~') return joined([a, b]);
  return computed(a, operator, b);
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
