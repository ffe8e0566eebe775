/**
 * What the conditions of rules may ask, each about the device that woke the rule and its home:
 * - `property {name}`: the value in the message, else the last one known, else null
 * - `count {property, in, within, reset_by?}`: how many messages said one of these values in this time
 * - `absent_for {unit}`: how long nothing came from the device, in `minutes`, `hours` or `days`
 * - `event`: the kind of event that woke the rule
 * - `device_state`, `device_model`, `occupancy`: as the twin knows them
 * - `home_flag {name}`: whether the home bears the mark
 */
export const FACT_NAMES = [
  'property',
  'count',
  'absent_for',
  'event',
  'device_state',
  'device_model',
  'occupancy',
  'home_flag',
] as const;
export type FactName = (typeof FACT_NAMES)[number];
