/** Bounds of a number; a side that has none is left out. */
export type Range = { readonly min?: number; readonly max?: number };

/** Power, current and energy flow both ways where a home feeds in, so their bounds are on both sides. */
const BOTH_WAYS = (max: number): Range => ({ min: -max, max });
const UP_TO = (max: number): Range => ({ min: 0, max });

/** What a number can be at all on this earth and in a home, by unit. */
const BY_UNIT: Readonly<Record<string, Range>> = {
  '%': UP_TO(100),
  '°C': { min: -60, max: 120 },
  '°F': { min: -76, max: 248 },
  K: BOTH_WAYS(400),
  hPa: { min: 300, max: 1_100 },
  mbar: { min: 300, max: 1_100 },
  kPa: { min: 30, max: 110 },
  bar: UP_TO(100),
  psi: UP_TO(1_500),
  lx: UP_TO(200_000),
  lqi: UP_TO(255),
  V: BOTH_WAYS(1_000),
  mV: BOTH_WAYS(1_000_000),
  A: BOTH_WAYS(1_000),
  mA: BOTH_WAYS(1_000_000),
  W: BOTH_WAYS(1_000_000),
  kW: BOTH_WAYS(1_000),
  VA: BOTH_WAYS(1_000_000),
  kVA: BOTH_WAYS(1_000),
  VAR: BOTH_WAYS(1_000_000),
  kWh: UP_TO(1e9),
  Wh: UP_TO(1e12),
  Hz: UP_TO(1_000),
  ppm: UP_TO(1_000_000),
  ppb: UP_TO(1e9),
  'µg/m³': UP_TO(1_000_000),
  'mg/m³': UP_TO(1_000),
  '#/cm³': UP_TO(1e9),
  m: UP_TO(10_000),
  cm: UP_TO(1_000_000),
  mm: UP_TO(1e7),
  s: UP_TO(1e10),
  ms: UP_TO(1e13),
  min: UP_TO(1e9),
  h: UP_TO(1e8),
  'm³': UP_TO(1e8),
  L: UP_TO(1e11),
  gal: UP_TO(1e11),
  'm³/h': BOTH_WAYS(100_000),
  dBA: UP_TO(200),
  dBm: { min: -200, max: 50 },
  '°': BOTH_WAYS(360),
  rpm: UP_TO(1_000_000),
  'mm/s': BOTH_WAYS(100_000),
  'm/s': BOTH_WAYS(1_000),
};

/** One unit as its makers spell it. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ...{
    C: '°C',
    '℃': '°C',
    ºC: '°C',
    '℉': '°F',
    lux: 'lx',
    Lx: 'lx',
    VAr: 'VAR',
    w: 'W',
    watt: 'W',
    volt: 'V',
    Volt: 'V',
  },
  ...{ sec: 's', 'sec.': 's', Sec: 's', second: 's', seconds: 's', Seconds: 's', S: 's' },
  ...{ minute: 'min', minutes: 'min', 'min.': 'min', Hours: 'h', Hr: 'h', H: 'h', hours: 'h' },
  ...{ meters: 'm', m3: 'm³', 'ug/m3': 'µg/m³', dB: 'dBA', '*': '°' },
};

/** Names that say more than their unit, or have none. */
const BY_NAME: readonly (readonly [RegExp, Range])[] = [
  [/^(battery|battery_level)$/, UP_TO(100)],
  [/^linkquality$/, UP_TO(255)],
  [/^power_factor/, BOTH_WAYS(100)],
  [/_(count|counts)$|_count_\d+$/, UP_TO(Number.MAX_SAFE_INTEGER)],
  [/^vpd$/, UP_TO(50)],
  // Sensirion's indexes end there by definition.
  [/^(voc|nox)_index$/, UP_TO(500)],
  [/calibration|offset|correction|compensation|_delta|deviation|rotation|slide/, BOTH_WAYS(100_000)],
  [/^(abs_|min_|max_).*limit/, BOTH_WAYS(1_000)],
  [/^(device|cpu|probe|ntc|cable|internal|.*heat_exchanger).*temperature|^temperature_probe/, { min: -100, max: 400 }],
];

/**
 * The bounds outside which a reading is a glitch of the radio or the sensor, for properties whose model names none:
 * by name first, then by unit, else none at all.
 *
 * @example
 * physicalRange('temperature', '°C'); // { min: -60, max: 120 }
 */
export function physicalRange(name: string, unit: string | undefined): Range {
  const named = BY_NAME.find(([pattern]) => pattern.test(name));
  if (named) return named[1];
  return unit === undefined ? {} : (BY_UNIT[SPELLINGS[unit] ?? unit] ?? {});
}
