import { labelled, onOneLine } from './output.ts';

type Json = Readonly<Record<string, unknown>>;

/** An effect as the commands ask for it. */
type ToldEffect = {
  readonly kind: string;
  readonly what: Json;
  readonly result: string;
  readonly decisionId: string | null;
  readonly error: string | null;
  readonly deliveries: readonly { readonly to: string; readonly outcome: string; readonly decision: string }[];
  readonly due: string | null;
  readonly alarmState: string | null;
  readonly command: { readonly state: string; readonly reason: string | null } | null;
  readonly explanation: {
    readonly reproduced: boolean;
    readonly decision: {
      readonly outcome: string;
      readonly reasons: readonly { readonly policy: string | null; readonly rule: string | null }[];
    };
  } | null;
  /** What came of it when it was due; left out of what came so. */
  readonly later?: { readonly at: string; readonly result: string; readonly effects: readonly ToldEffect[] } | null;
};

/** A run as the commands ask for it. */
export type ToldRun = {
  readonly id: string;
  readonly reader: string;
  readonly rule: string;
  readonly title: string | null;
  readonly severity: string;
  readonly homeId: string;
  readonly deviceId: string | null;
  readonly at: string;
  readonly ranAt: string;
  readonly event: Json & { readonly kind: string };
  readonly clauses: readonly { readonly id: string }[];
  readonly reproduced: boolean;
  readonly conditions: readonly {
    readonly fact: string | null;
    readonly params: Json | null;
    readonly path: string | null;
    readonly operator: string | null;
    readonly value: unknown;
    readonly got: unknown;
    readonly held: boolean;
  }[];
  readonly effects: readonly ToldEffect[];
};

const EFFECT = `kind what result decisionId error deliveries due alarmState command { state reason }
  explanation { reproduced decision { outcome reasons { policy rule } } }`;

/** What the commands ask of a run. */
export const RUN_FIELDS = `id reader rule title severity homeId deviceId at ranAt event reproduced clauses { id }
  conditions { fact params path operator value got held }
  effects { ${EFFECT} later { at result effects { ${EFFECT} } } }`;

const INDENT = 12;

/** A run for people to read: what happened, why the rule held, what came of it and by which decisions. */
export function runText(run: ToldRun): string {
  const { title, rule, event, deviceId, homeId, at, ranAt, severity, clauses, conditions, effects } = run;
  const values = event['values'] === undefined ? '' : ` ${JSON.stringify(event['values'])}`;
  const cites = clauses.length === 0 ? '' : `, ${clauses.map(({ id }) => id).join(', ')}`;
  return [
    `${rule}${title === null ? '' : `: ${onOneLine(title)}`} (${severity}${cites})`,
    `run ${run.id} at ${ranAt}, ${run.reproduced ? 'evaluates again to the same answer' : 'WHICH EVALUATES DIFFERENTLY NOW'}`,
    '',
    ...labelled('Event', `${event.kind} of ${deviceId ?? homeId} at ${at}${onOneLine(values)}`, INDENT),
    ...conditions.flatMap((each, index) => labelled(index === 0 ? 'Because' : '', conditionText(each), INDENT)),
    ...effects.flatMap((each, index) => effectLines(each, index === 0 ? 'Effects' : '')),
  ].join('\n');
}

function conditionText({ fact, params, path, operator, value, got, held }: ToldRun['conditions'][number]): string {
  const verdict = held ? 'held' : 'did not hold';
  if (fact === null) return `a condition of the home ${verdict}`;
  const asked = params === null || Object.keys(params).length === 0 ? '' : ` ${JSON.stringify(params)}`;
  const at = path === null ? '' : ` ${path}`;
  return onOneLine(`${fact}${asked}${at} ${operator} ${JSON.stringify(value)}: got ${JSON.stringify(got)}, ${verdict}`);
}

function effectLines(effect: ToldEffect, label: string): readonly string[] {
  const {
    kind,
    what,
    result,
    decisionId,
    error,
    deliveries,
    due,
    alarmState,
    command,
    explanation,
    later = null,
  } = effect;
  const { kind: _, ...rest } = what;
  const reasons = explanation?.decision.reasons.map(({ policy, rule }) => `${policy}/${rule}`).join(', ');
  const by = decisionId === null ? '' : ` by ${decisionId}${reasons ? ` (${reasons})` : ''}`;
  const when = due === null ? '' : ` for ${due}`;
  const became = command?.state ?? alarmState;
  return [
    ...labelled(label, onOneLine(`${kind} ${JSON.stringify(rest)}: ${result}${when}${by}`), INDENT),
    ...(error === null ? [] : labelled('', `  ${onOneLine(error)}`, INDENT)),
    ...(became == null ? [] : labelled('', `  now ${became}${command?.reason ? `, ${command.reason}` : ''}`, INDENT)),
    ...deliveries.flatMap(({ to, outcome, decision }) => labelled('', `  to ${to}: ${outcome} by ${decision}`, INDENT)),
    ...(later === null ? [] : labelled('', `  ${later.result} at ${later.at}`, INDENT)),
    ...(later?.effects ?? []).flatMap((each) => effectLines(each, '')),
  ];
}
