import { basename } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { ALARM_KINDS, type AlarmKind, LIFE_SAFETY_KINDS } from '../../twin/words.ts';
import { nearest } from '../clauses/nearest.ts';
import type { DataPath, DataSource } from '../documents/DataSource.ts';
import { duration } from './duration.ts';
import type { Condition, FactCondition, Rule, Wakes } from './Rule.ts';

/** What is wrong with a rule that fits the schema. `taken` is the file that has its id already. */
export function ruleProblems(source: DataSource, rule: Rule, taken: string | undefined): readonly CodedError[] {
  const problems: CodedError[] = [];
  const report: Report = (code, path, message, hint) => {
    problems.push(new CodedError(code, message, { place: source.place(path), ...(hint ? { hint } : {}) }));
  };
  checkId(rule, source.file, taken, report);
  checkAlarm(rule, report);
  checkDuration(rule.on.silence, ['on', 'silence'], report);
  for (const [condition, path] of located(rule.conditions, ['conditions'])) {
    checkCondition(condition, rule.on, path, report);
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

function checkAlarm({ event, severity }: Rule, report: Report): void {
  const { alarm } = event.params;
  const path = ['event', 'params', 'alarm'];
  if (!ALARM_KINDS.includes(alarm)) {
    const [guess] = nearest(alarm, ALARM_KINDS, 1);
    const hint = guess ? `did you mean \`${guess}\`?` : `there are ${ALARM_KINDS.join(', ')}`;
    report('rule:alarm.unknown', path, `no kind of alarm is called \`${alarm}\``, hint);
  } else if (isLifeSafety(alarm) !== (severity === 'life_safety')) {
    const hint = isLifeSafety(alarm) ? 'write `life_safety`' : 'only what threatens lives is `life_safety`';
    report('rule:severity.mismatch', ['severity'], `\`${severity}\` is not the severity of \`${alarm}\``, hint);
  }
}

function checkCondition({ fact, params }: FactCondition, on: Wakes, path: DataPath, report: Report): void {
  if (fact === 'count') {
    checkDuration(params?.['within'] as string, [...path, 'params', 'within'], report);
    const property = String(params?.['property']);
    if (!on.properties?.includes(property)) {
      report(
        'rule:wake.missing',
        path,
        `\`${property}\` is counted, but does not wake the rule`,
        'add it to `on.properties`',
      );
    }
  }
  if (fact === 'absent_for' && !on.silence) {
    report(
      'rule:wake.missing',
      path,
      'the rule asks for silence, but none wakes it',
      'add `on.silence`, such as `PT25H`',
    );
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

/** Every condition on a fact with its path. */
function* located(condition: Condition, path: DataPath): Generator<[FactCondition, DataPath]> {
  if ('fact' in condition) yield [condition, path];
  else if ('not' in condition) yield* located(condition.not, [...path, 'not']);
  else {
    const key = 'all' in condition ? 'all' : 'any';
    const parts = 'all' in condition ? condition.all : condition.any;
    for (const [index, part] of parts.entries()) yield* located(part, [...path, key, index]);
  }
}
