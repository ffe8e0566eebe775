import { basename } from 'node:path';
import { CodedError, type Place } from '../../twin/CodedError.ts';
import { ALARM_KINDS, type AlarmKind, LIFE_SAFETY_KINDS } from '../../twin/words.ts';
import { nearest } from '../clauses/nearest.ts';
import type { DataPath, DataSource } from '../documents/DataSource.ts';
import { claimantOfRule, speaksFor } from './claimantOfRule.ts';
import { duration } from './duration.ts';
import { type FactName, RULE_FACTS } from './facts/index.ts';
import type { FactParams } from './facts/RuleFact.ts';
import {
  type Condition,
  type ConditionReference,
  type FactCondition,
  type FactValue,
  factConditions,
  factsAsked,
  type Rule,
  type Severity,
  type SharedConditions,
  type Wakes,
} from './Rule.ts';
import { referencesOf, withShared } from './sharedConditions.ts';

type Known = {
  /** The file that has the rule's id already. */
  readonly taken: string | undefined;
  readonly shared: SharedConditions;
};

/** What is wrong with a rule that fits the schema. */
export function ruleProblems(source: DataSource, rule: Rule, { taken, shared }: Known): readonly CodedError[] {
  const problems: CodedError[] = [];
  const report: Report = (code, path, message, hint) => {
    problems.push(new CodedError(code, message, { place: source.place(path), ...(hint ? { hint } : {}) }));
  };
  checkId(rule, source.file, taken, report);
  checkOutcome(rule, report);
  checkClaimant(rule, report);
  checkValues(rule, report);
  checkWakes(rule.on, report);
  for (const [condition, path] of located(rule.conditions, ['conditions'])) {
    if ('fact' in condition) checkCondition(condition, rule.on, path, report);
    else checkReference(condition, { shared, on: rule.on, path, report });
  }
  return problems;
}

/** What is wrong with conditions that rules refer to and that fit the schema. */
export function sharedConditionProblems(source: DataSource, shared: SharedConditions): readonly CodedError[] {
  const problems: CodedError[] = [];
  for (const [name, condition] of Object.entries(shared)) {
    for (const unknown of referencesOf(withShared(condition, shared, [name]))) {
      problems.push(unknownCondition(unknown, { shared, place: source.place([name]), within: name }));
    }
  }
  return problems;
}

type Report = (code: `rule:${string}`, path: DataPath, message: string, hint?: string) => void;

function checkId({ id }: Rule, file: string, taken: string | undefined, report: Report): void {
  if (taken) report('rule:id.taken', ['id'], `\`${taken}\` has the id \`${id}\` already`);
  const name = basename(file, '.json');
  if (id !== name)
    report('rule:id.mismatch', ['id'], `the id \`${id}\` is not the name of its file`, `write \`${name}\``);
}

function checkClaimant({ severity, claimant }: Rule, report: Report): void {
  if (claimant === undefined || speaksFor(severity, claimant)) return;
  const message = `a rule of severity \`${severity}\` does not speak for \`${claimant}\``;
  report(
    'rule:claimant.too_strong',
    ['claimant'],
    message,
    `leave it out: it speaks for \`${claimantOfRule({ severity })}\``,
  );
}

function checkOutcome({ event, severity }: Rule, report: Report): void {
  if (event.type === 'raise_alarm') {
    checkAlarm(event.params.alarm, { severity, path: ['event', 'params', 'alarm'], report });
    return;
  }
  for (const [index, effect] of event.params.effects.entries()) {
    const path = ['event', 'params', 'effects', index];
    checkDuration(effect.after, [...path, 'after'], report);
    if (effect.kind === 'alarm') checkAlarm(effect.alarm, { severity, path: [...path, 'alarm'], report });
    else if (effect.kind === 'share' && 'alarm' in effect) checkKind(effect.alarm, [...path, 'alarm'], report);
  }
}

/** Facts whose values stand in an effect, and names in it that stand for none. */
function checkValues({ event, on }: Rule, report: Report): void {
  if (event.type !== 'act') return;
  for (const [index, { with: asked, ...effect }] of event.params.effects.entries()) {
    if (!asked) continue;
    const path = ['event', 'params', 'effects', index, 'with'];
    const text = JSON.stringify(effect);
    for (const [name, value] of Object.entries(asked)) {
      checkFact(value, on, [...path, name], report);
      if (!text.includes(`{${name}}`)) report('rule:value.unused', [...path, name], `nothing says \`{${name}}\``);
    }
  }
}

function checkWakes({ silence, every, sun = [], alarms = [], devices, ...wakes }: Wakes, report: Report): void {
  checkDuration(silence, ['on', 'silence'], report);
  checkEvery(every, report);
  for (const [index, { offset }] of sun.entries()) {
    checkDuration(offset?.replace('-', ''), ['on', 'sun', index, 'offset'], report);
  }
  for (const [index, each] of alarms.entries()) {
    const [kind, path] = typeof each === 'string' ? [each, []] : [each.kind, ['kind']];
    checkKind(kind, ['on', 'alarms', index, ...path], report);
  }
  const isWoken = silence || every || sun.length > 0 || alarms.length > 0 || Object.keys(wakes).length > 0;
  if (!isWoken && devices) report('rule:wake.missing', ['on'], '`devices` alone wakes no rule', 'add `properties`');
}

/** Tells of a kind of alarm that does not exist. */
function checkKind(alarm: AlarmKind, path: DataPath, report: Report): boolean {
  if (ALARM_KINDS.includes(alarm)) return true;
  const [guess] = nearest(alarm, ALARM_KINDS, 1);
  const hint = guess ? `did you mean \`${guess}\`?` : `there are ${ALARM_KINDS.join(', ')}`;
  report('rule:alarm.unknown', path, `no kind of alarm is called \`${alarm}\``, hint);
  return false;
}

type At = { readonly severity: Severity; readonly path: DataPath; readonly report: Report };

function checkAlarm(alarm: AlarmKind, { severity, path, report }: At): void {
  if (!checkKind(alarm, path, report)) return;
  if (severity === 'comfort') {
    report('rule:severity.mismatch', ['severity'], '`comfort` raises no alarm', 'write `fault` or `security`');
  } else if (isLifeSafety(alarm) !== (severity === 'life_safety')) {
    const hint = isLifeSafety(alarm) ? 'write `life_safety`' : 'only what threatens lives is `life_safety`';
    report('rule:severity.mismatch', ['severity'], `\`${severity}\` is not the severity of \`${alarm}\``, hint);
  }
}

function checkCondition(condition: FactCondition, on: Wakes, path: DataPath, report: Report): void {
  for (const asked of factsAsked(condition)) checkFact(asked, on, path, report);
  checkWords(condition, path, report);
  if (condition.fact === 'held_for' && typeof condition.value !== 'number') {
    const hint = 'write the number in its place';
    report('rule:wake.missing', [...path, 'value'], 'no timer can wait for what is not a number', hint);
  }
}

/** Tells of a word that the fact never says, so that the condition is always or never so. */
function checkWords({ fact, operator, value }: FactCondition, path: DataPath, report: Report): void {
  const { words } = RULE_FACTS[fact];
  const plain = operator.slice(operator.lastIndexOf(':') + 1);
  if (!words || !['equal', 'notEqual', 'in', 'notIn'].includes(plain) || operator.includes('swap')) return;
  for (const each of Array.isArray(value) ? value : [value]) {
    if (typeof each === 'object' || words.includes(String(each))) continue;
    const [guess] = nearest(String(each), words, 1);
    const hint = guess ? `did you mean \`${guess}\`?` : `it says ${words.map((word) => `\`${word}\``).join(', ')}`;
    report('rule:value.unknown', [...path, 'value'], `\`${fact}\` never says \`${each}\``, hint);
  }
}

function checkFact({ fact, params = {} }: FactValue, on: Wakes, path: DataPath, report: Report): void {
  const at = [...path, 'params'];
  if (fact === 'count') {
    checkDuration(params['within'] as string, [...at, 'within'], report);
    const property = String(params['property']);
    if (!on.properties?.includes(property)) {
      report(
        'rule:wake.missing',
        path,
        `\`${property}\` is counted, but does not wake the rule`,
        'add it to `on.properties`',
      );
    }
  }
  if (fact === 'rate_of_change') checkDuration(params['within'] as string, [...at, 'within'], report);
  if (fact === 'absent_for' && !on.silence) {
    report(
      'rule:wake.missing',
      path,
      'the rule asks for silence, but none wakes it',
      'add `on.silence`, such as `PT25H`',
    );
  }
  if (fact === 'alarm') checkKind(params['kind'] as AlarmKind, [...at, 'kind'], report);
  if (fact === 'sun') {
    for (const name of ['after_offset', 'before_offset']) {
      checkDuration((params[name] as string | undefined)?.replace('-', ''), [...at, name], report);
    }
  }
  const [wrong, hint] = misfit(fact, params) ?? [];
  if (wrong) report('rule:params.invalid', at, wrong, hint);
}

/** What no schema says well: parameters that are too many or too few together. */
function misfit(fact: FactName, params: FactParams): readonly [message: string, hint: string] | null {
  const has = (...names: readonly string[]) => names.some((name) => params[name] !== undefined);
  if (fact === 'held_for' && has('in') && has('above', 'below')) {
    return ['`held_for` takes either `in` or a number to be `above` or `below`', 'write the values as `in`'];
  }
  if (fact === 'room_held_for' && has('in') === has('above', 'below')) {
    return ['`room_held_for` takes either `in` or a number to be `above` or `below`', 'write the values as `in`'];
  }
  if (fact === 'sun' && !has('after', 'before'))
    return ['`sun` takes `after` or `before`', 'write `"after": "sunset"`'];
  if (fact === 'sun' && ((has('after_offset') && !has('after')) || (has('before_offset') && !has('before')))) {
    return ['an offset stands beside what it is an offset of', 'write `after` beside `after_offset`'];
  }
  return null;
}

const [SHORTEST, LONGEST] = [duration('PT10S'), duration('P1D')];

function checkEvery(every: string | undefined, report: Report): void {
  const path = ['on', 'every'];
  const ms = every === undefined ? SHORTEST : msOf(every);
  if (ms === null) checkDuration(every, path, report);
  else if (ms < SHORTEST || ms > LONGEST) {
    const hint = 'from `PT10S` to `P1D`; for times of day write `times`';
    report('rule:duration.invalid', path, `\`${every}\` is no time after which a rule may be woken again`, hint);
  }
}

function msOf(text: string): number | null {
  try {
    return duration(text);
  } catch {
    return null;
  }
}

function checkDuration(text: string | undefined, path: DataPath, report: Report): void {
  if (text === undefined) return;
  try {
    duration(text);
  } catch (error) {
    const { message, hint } = error as CodedError;
    report('rule:duration.invalid', path, message, hint);
  }
}

function isLifeSafety(alarm: AlarmKind): boolean {
  return LIFE_SAFETY_KINDS.includes(alarm);
}

type Referred = {
  readonly shared: SharedConditions;
  readonly on: Wakes;
  readonly path: DataPath;
  readonly report: Report;
};

/** What is wrong with what a reference stands for, told where the reference stands. */
function checkReference(reference: ConditionReference, { shared, on, path, report }: Referred): void {
  const { condition: name } = reference;
  if (!Object.hasOwn(shared, name)) {
    const { code, message, hint } = unknownCondition(name, { shared, place: {} });
    report(code as 'rule:condition.unknown', [...path, 'condition'], message, hint);
    return;
  }
  for (const each of factConditions(withShared(reference, shared))) checkCondition(each, on, path, report);
}

function unknownCondition(
  name: string,
  { shared, place, within }: { readonly shared: SharedConditions; readonly place: Place; readonly within?: string },
): CodedError {
  // What is known and still not put in its place comes back to itself.
  if (Object.hasOwn(shared, name)) {
    const hint = 'write out what it means';
    return new CodedError('rule:condition.endless', `the condition \`${within}\` comes back to \`${name}\``, {
      place,
      hint,
    });
  }
  const [guess] = nearest(name, Object.keys(shared), 1);
  const hint = guess ? `did you mean \`${guess}\`?` : 'write it into `rules/shared_conditions.json`';
  return new CodedError('rule:condition.unknown', `no shared condition is called \`${name}\``, { place, hint });
}

/** Every condition on a fact, and every reference, with its path. */
function* located(condition: Condition, path: DataPath): Generator<[FactCondition | ConditionReference, DataPath]> {
  if ('fact' in condition || 'condition' in condition) yield [condition, path];
  else if ('not' in condition) yield* located(condition.not, [...path, 'not']);
  else {
    const key = 'all' in condition ? 'all' : 'any';
    const parts = 'all' in condition ? condition.all : condition.any;
    for (const [index, part] of parts.entries()) yield* located(part, [...path, key, index]);
  }
}
