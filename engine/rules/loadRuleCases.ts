import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import type { GeoPlace, Measured } from '../../twin/changes.ts';
import type { AlarmEvent } from '../../twin/lifecycles/alarm.ts';
import type { AgeBand, AlarmState, HomeFlag, HomeMode, Occupancy } from '../../twin/words.ts';
import { DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import type { LoadedRule } from './Rule.ts';

/** One thing that happens in a case; `at` is an ISO 8601 duration since its start. */
export type RuleCaseMessage =
  | {
      readonly at: string;
      readonly topic: string;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly seen?: string;
    }
  | { readonly at: string; readonly alarm: string; readonly event: AlarmEvent }
  | { readonly at: string; readonly mode: HomeMode }
  | { readonly at: string; readonly sweep: true };
export type WantedAlarm = {
  readonly kind: string;
  readonly device: string;
  readonly at: string;
  readonly state: AlarmState;
  readonly measured?: Measured;
};
export type WantedNotice = { readonly to: string; readonly text: string };
export type WantedCommand = { readonly device: string; readonly property: string; readonly value: unknown };

/** A case of a rule: what happens in a home, and every alarm and command that comes of it. */
export type RuleCase = {
  /** The line of its file on which it begins. */
  readonly line: number;
  readonly note: string;
  readonly clauses?: readonly string[];
  readonly given: {
    readonly devices: Readonly<Record<string, string>>;
    readonly packs?: readonly string[];
    readonly place?: GeoPlace;
    readonly occupancy?: Occupancy;
    readonly flags?: readonly HomeFlag[];
    readonly residents?: readonly AgeBand[];
  };
  readonly messages: readonly RuleCaseMessage[];
  readonly want: {
    readonly alarms: readonly WantedAlarm[];
    readonly commands?: readonly WantedCommand[];
    readonly notices?: readonly WantedNotice[];
    readonly mode?: HomeMode;
  };
};

export type LoadedCases = {
  readonly file: string;
  readonly cases: readonly RuleCase[];
  readonly problems: readonly CodedError[];
};

/** Reads the cases that stand beside a rule; that there are none is a problem of the rule. */
export function loadRuleCases(root: string, { file }: LoadedRule): LoadedCases {
  const casesFile = file.replace(/\.json$/, '.cases.yaml');
  if (!existsSync(join(root, casesFile))) return { file: casesFile, cases: [], problems: [missing(file, casesFile)] };
  const schema = JSON.parse(readFileSync(join(root, 'rules/cases.schema.json'), 'utf8')) as object;
  const fits = schemaCheck(schema);
  const source = new DataSource(casesFile, readFileSync(join(root, casesFile), 'utf8'), 'rule');
  if (!fits(source.value)) return { file: casesFile, cases: [], problems: schemaProblems(source, fits) };
  const cases = (source.value as Omit<RuleCase, 'line'>[]).map((one, index): RuleCase => {
    return { ...one, line: source.place([index]).line ?? 1 };
  });
  return { file: casesFile, cases, problems: [] };
}

function missing(file: string, casesFile: string): CodedError {
  return new CodedError('rule:cases.missing', 'the rule has no case', {
    place: { file },
    hint: `write \`${casesFile}\`: one in which the rule acts, and one in which it does not`,
  });
}
