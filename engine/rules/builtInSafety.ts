import type { AlarmKind } from '../../twin/words.ts';
import type { LinkedCommand, RaiseAlarm } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';

const SIRENS: readonly LinkedCommand[] = [{ devices: 'siren', signal: 'alarm' }];
const SIRENS_AND_EXITS: readonly LinkedCommand[] = [...SIRENS, { devices: 'lock', property: 'state', value: 'UNLOCK' }];

/** A rule that needs no file and no evaluator. */
export type BuiltInRule = {
  readonly id: string;
  readonly property: string;
  readonly operator: keyof typeof HOLDS;
  readonly value: unknown;
  readonly event: RaiseAlarm;
};

const HOLDS = {
  equal: (value: unknown, wanted: unknown) => value === wanted,
  in: (value: unknown, wanted: unknown) => (wanted as readonly unknown[]).includes(value),
  greaterThanInclusive: (value: unknown, wanted: unknown) => Number(value) >= Number(wanted),
};

/**
 * What raises the alarms of life safety when rule files or their evaluator fail. They are plainer than the files: a
 * sensor that says so is believed, and only sirens and exits follow, which nobody may refuse.
 */
const BUILT_IN: readonly BuiltInRule[] = [
  builtIn('gas_leak', 'gas', SIRENS),
  builtIn('gas_leak', 'gas_sensor_state', SIRENS, ['equal', 'alarm']),
  builtIn('carbon_monoxide', 'carbon_monoxide', SIRENS),
  builtIn('carbon_monoxide', 'co_state', SIRENS, ['equal', 'alarm']),
  builtIn('smoke', 'smoke', SIRENS_AND_EXITS),
  builtIn('heat', 'heat', SIRENS_AND_EXITS),
  builtIn('residual_current', 'leakage_current', SIRENS, ['greaterThanInclusive', 300]),
  builtIn('water_leak', 'water_leak', []),
  builtIn('sos', 'sos', SIRENS),
  builtIn('sos', 'action', SIRENS, ['in', ['emergency', 'sos']]),
  builtIn('hold_up', 'action', [], ['equal', 'panic']),
];

/** The built-in rules whose property the message holds and whose condition holds. */
export function builtInMatches(event: RuleEvent): readonly BuiltInRule[] {
  if (event.kind !== 'state_reported') return [];
  const { values } = event.reading;
  return BUILT_IN.filter(
    ({ property, operator, value }) => Object.hasOwn(values, property) && HOLDS[operator](values[property], value),
  );
}

function builtIn(
  alarm: AlarmKind,
  property: string,
  commands: readonly LinkedCommand[],
  [operator, value]: readonly [BuiltInRule['operator'], unknown] = ['equal', true],
): BuiltInRule {
  const event = { type: 'raise_alarm', params: { alarm, commands } } as const;
  return { id: `built_in.${alarm}`, property, operator, value, event };
}
