import type { AlarmKind } from '../../twin/words.ts';
import type { LinkedCommand, RaiseAlarm } from './Rule.ts';
import type { RuleEvent } from './RuleEvent.ts';

const SIRENS: readonly LinkedCommand[] = [{ devices: 'siren', signal: 'alarm' }];
const SIRENS_AND_EXITS: readonly LinkedCommand[] = [...SIRENS, { devices: 'lock', property: 'state', value: 'UNLOCK' }];

/** A rule that needs no file and no evaluator. */
export type BuiltInRule = {
  readonly id: string;
  readonly property: string;
  readonly event: RaiseAlarm;
  readonly holds: (value: unknown) => boolean;
};

/**
 * What raises the alarms of life safety when rule files or their evaluator fail. They are plainer than the files: a
 * sensor that says so is believed, and only sirens and exits follow, which nobody may refuse.
 */
const BUILT_IN: readonly BuiltInRule[] = [
  builtIn('gas_leak', 'gas', SIRENS),
  builtIn('carbon_monoxide', 'carbon_monoxide', SIRENS),
  builtIn('smoke', 'smoke', SIRENS_AND_EXITS),
  builtIn('heat', 'heat', SIRENS_AND_EXITS),
  builtIn('residual_current', 'leakage_current', SIRENS, (value) => Number(value) >= 300),
  builtIn('water_leak', 'water_leak', []),
  builtIn('sos', 'sos', SIRENS),
  builtIn('sos', 'action', SIRENS, (value) => value === 'emergency' || value === 'sos'),
  builtIn('hold_up', 'action', [], (value) => value === 'panic'),
];

/** The built-in rules whose property the message holds and whose condition holds. */
export function builtInMatches(event: RuleEvent): readonly BuiltInRule[] {
  if (event.kind !== 'state_reported') return [];
  const { values } = event.reading;
  return BUILT_IN.filter(({ property, holds }) => Object.hasOwn(values, property) && holds(values[property]));
}

function builtIn(
  alarm: AlarmKind,
  property: string,
  commands: readonly LinkedCommand[],
  holds: BuiltInRule['holds'] = (value) => value === true,
): BuiltInRule {
  return { id: `built_in.${alarm}`, property, event: { type: 'raise_alarm', params: { alarm, commands } }, holds };
}
