import type { SirenSignal } from '../../twin/devices/index.ts';
import { type AlarmKind, LIFE_SAFETY_KINDS } from '../../twin/words.ts';

/** How much an alarm matters: what it is escalated by. */
export const ALARM_CLASSES = ['life_safety', 'security', 'fault'] as const;
export type AlarmClass = (typeof ALARM_CLASSES)[number];

/** What sirens tell of an alarm: a danger, a failed device by a signal of its own, or nothing. */
export const ALARM_SIGNALS = ['alarm', 'fault', 'none'] as const satisfies readonly (SirenSignal | 'none')[];
export type AlarmSignal = (typeof ALARM_SIGNALS)[number];

/** Kinds that tell of a thing that failed and not of a danger (RA-6.2.2-c). */
const FAULTS: readonly AlarmKind[] = ['device_silent', 'fault'];
/** Dangers of which sirens tell. A leak wakes nobody, and a hold-up is told where the robber hears nothing. */
const LOUD: readonly AlarmKind[] = [
  'gas_leak',
  'carbon_monoxide',
  'smoke',
  'heat',
  'residual_current',
  'sos',
  'intrusion',
  'burglary',
];
/** Kinds of which nothing is told in the home itself (DH-4.3.4-s2). */
const SILENT: readonly AlarmKind[] = ['hold_up'];

export function classOf(kind: AlarmKind): AlarmClass {
  if (LIFE_SAFETY_KINDS.includes(kind)) return 'life_safety';
  return FAULTS.includes(kind) ? 'fault' : 'security';
}

export function signalOf(kind: AlarmKind): AlarmSignal {
  if (LOUD.includes(kind)) return 'alarm';
  return FAULTS.includes(kind) ? 'fault' : 'none';
}

/** Whether an alarm of this kind is kept from the home's own screens until somebody upstream has seen it. */
export function isSilent(kind: AlarmKind): boolean {
  return SILENT.includes(kind);
}
