import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import { ESCALATION_TARGETS, type EscalationTarget } from '../../twin/words.ts';
import { duration } from '../rules/duration.ts';
import { ALARM_CLASSES, type AlarmClass } from './alarmClass.ts';

/** Whom an alarm is told to, and how long after it was raised, in milliseconds. */
export type EscalationStep = { readonly after: number; readonly to: EscalationTarget };
/** The steps of each class of alarm, soonest first. */
export type EscalationPlan = Readonly<Record<AlarmClass, readonly EscalationStep[]>>;

export const ESCALATION_FILE = 'rules/escalation.yaml';

/** Reads a plan; throws `rule:escalation.invalid` with the place of the first thing that is wrong. */
export function parseEscalationPlan(text: string, file: string): EscalationPlan {
  const members = readMembers(text, file);
  for (const name of Object.keys(members)) {
    if (!ALARM_CLASSES.includes(name as AlarmClass))
      throw invalid(file, `/${name}`, `no alarms are called \`${name}\``, `there are ${ALARM_CLASSES.join(', ')}`);
  }
  return Object.fromEntries(
    ALARM_CLASSES.map((name) => [name, stepsOf(members[name], { file, path: `/${name}` })]),
  ) as EscalationPlan;
}

type Place = { readonly file: string; readonly path: string };

function stepsOf(raw: unknown, { file, path }: Place): readonly EscalationStep[] {
  if (!Array.isArray(raw) || raw.length === 0)
    throw invalid(file, path, 'there are no steps', 'write `- { after: PT1M, to: residents }`');
  const steps = raw.map((each: { readonly after?: unknown; readonly to?: unknown } | null, index): EscalationStep => {
    const to = ESCALATION_TARGETS.find((known) => known === each?.to);
    if (to === undefined) {
      const hint = `there are ${ESCALATION_TARGETS.join(', ')}`;
      throw invalid(file, `${path}/${index}/to`, `nobody is called \`${each?.to}\``, hint);
    }
    return { after: afterOf(each?.after, { file, path: `${path}/${index}/after` }), to };
  });
  const late = steps.findIndex((step, index) => index > 0 && step.after <= steps[index - 1]!.after);
  if (late > 0) {
    throw invalid(file, `${path}/${late}/after`, 'a step comes after the one before it', 'write the soonest first');
  }
  const twice = steps.findIndex(({ to }, index) => steps.findIndex((step) => step.to === to) < index);
  if (twice > 0) throw invalid(file, `${path}/${twice}/to`, 'each is told once', 'leave one of the two out');
  return steps;
}

function afterOf(text: unknown, { file, path }: Place): number {
  try {
    return duration(String(text));
  } catch (cause) {
    throw invalid(file, path, `\`${text}\` is not a duration`, (cause as CodedError).hint ?? '');
  }
}

function readMembers(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return (parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new CodedError('rule:escalation.invalid', 'the plan of escalation is no YAML', { place: { file }, cause });
  }
}

function invalid(file: string, path: string, message: string, hint: string): CodedError {
  return new CodedError('rule:escalation.invalid', message, { place: { file, path }, hint });
}

/** What holds where the file cannot be read: calling for help must not rest on a file. */
const BUILT_IN: EscalationPlan = {
  life_safety: [
    { after: 15_000, to: 'residents' },
    { after: 30_000, to: 'community' },
    { after: 120_000, to: 'responders' },
  ],
  security: [
    { after: 60_000, to: 'residents' },
    { after: 300_000, to: 'community' },
    { after: 900_000, to: 'responders' },
  ],
  fault: [
    { after: 3_600_000, to: 'residents' },
    { after: 43_200_000, to: 'property' },
  ],
};

/** The plan under a root, and what keeps it from being read: then the built-in one holds. */
export function loadEscalationPlan(root: string): {
  readonly plan: EscalationPlan;
  readonly problem: CodedError | null;
} {
  try {
    return {
      plan: parseEscalationPlan(readFileSync(`${root}/${ESCALATION_FILE}`, 'utf8'), ESCALATION_FILE),
      problem: null,
    };
  } catch (cause) {
    const problem =
      cause instanceof CodedError
        ? cause
        : new CodedError('rule:file.unreadable', `cannot read \`${ESCALATION_FILE}\``, {
            place: { file: ESCALATION_FILE },
            cause,
          });
    return { plan: BUILT_IN, problem };
  }
}
