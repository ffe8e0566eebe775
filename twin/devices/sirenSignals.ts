import type { DeviceType, PropertyType } from './DeviceType.ts';

/** What a siren tells: a danger, that something which watches has failed, or nothing any more. */
export type SirenSignal = 'alarm' | 'fault' | 'silence';

/** What makes a siren give a signal: its property and the value to set. */
type Setting = { readonly property: string; readonly value: unknown };

/** For how long a siren sounds by one command, in seconds. */
export const SOUNDING_SECONDS = 180;

/**
 * How sirens are driven, by the property that drives them: the first value that the model knows. A fault is told apart
 * from a danger by ear and by eye: a flash and one short sound, or the light alone; a siren that can only howl says
 * nothing of faults (RA-6.2.2-c).
 */
const SETTINGS: Readonly<Record<string, Readonly<Record<SirenSignal, readonly unknown[]>>>> = {
  warning: {
    alarm: [{ mode: 'emergency', strobe: true, duration: SOUNDING_SECONDS }],
    fault: [{ mode: 'emergency', level: 'low', strobe: true, strobe_duty_cycle: 1, duration: 2 }],
    silence: [{ mode: 'stop', strobe: false, duration: 0 }],
  },
  alarm: {
    alarm: [true, 'ON', 'sound_light', 'alarm_sound_light'],
    fault: ['light', 'alarm_light'],
    silence: [false, 'OFF', 'off', 'normal'],
  },
  alarm_state: { alarm: ['alarm_sound_light'], fault: ['alarm_light'], silence: ['normal'] },
  siren_on: { alarm: ['ON'], fault: [], silence: ['OFF'] },
  // An entity of Home Assistant.
  state: { alarm: ['on'], fault: [], silence: ['off'] },
};

/** What to set on a siren of this type for a signal; empty when it has none for it. */
export function sirenSettings(type: DeviceType, signal: SirenSignal): readonly Setting[] {
  return Object.entries(SETTINGS).flatMap(([property, values]) => {
    const known = type.byProperty.get(property)?.type;
    if (!known?.access.settable) return [];
    const value = values[signal].map((each) => fitted(each, known)).find((each) => each !== undefined);
    return value === undefined ? [] : [{ property, value }];
  });
}

/** The value as the property takes it; undefined when it does not. */
function fitted(value: unknown, { type, values, valueOn, valueOff, parts = [] }: PropertyType): unknown {
  if (type === 'text') return value;
  if (type === 'enum') return values?.includes(value as string) ? value : undefined;
  if (type === 'binary') return value === valueOn || value === valueOff ? value : undefined;
  // Models differ in the parts they have.
  const names = new Set(parts.map(({ name }) => name));
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => names.has(name)));
}

/** What a siren says of itself. */
export const SIREN_STATES = ['sounding', 'silent', 'unknown'] as const;
export type SirenState = (typeof SIREN_STATES)[number];

/** Whether a siren sounds by what it reports; one that is driven by `warning` alone reports nothing. */
export function sirenState(type: DeviceType, said: (property: string) => unknown): SirenState {
  for (const [property, values] of Object.entries(SETTINGS)) {
    const value = said(property);
    if (value === undefined || value === null || !type.byProperty.has(property)) continue;
    if (typeof value === 'object') return (value as { mode?: unknown }).mode === 'stop' ? 'silent' : 'sounding';
    return values.silence.includes(value) ? 'silent' : 'sounding';
  }
  return 'unknown';
}
