import { deviceType } from '../../twin/devices/index.ts';
import type { Claimant, DeviceKind } from '../../twin/words.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long a command waits for its acknowledgement, in milliseconds, and what it does while its device is away. */
export type CommandTerms = { readonly term: number; readonly offline: 'wait' | 'fail' };

/**
 * By kind of device. What moves a door or a valve, or makes a noise, does so now or not at all: who asked has gone by the
 * time the device comes back. A light or heater may catch up; a setting of a sensor waits until the sensor wakes, which on
 * a battery is within 25 hours (see `rules/README.md`).
 */
const COMMAND_TERMS: Readonly<Record<DeviceKind, CommandTerms>> = {
  lock: { term: MINUTE, offline: 'fail' },
  valve: { term: 2 * MINUTE, offline: 'fail' },
  siren: { term: MINUTE, offline: 'fail' },
  actuator: { term: 5 * MINUTE, offline: 'wait' },
  sensor: { term: 25 * HOUR, offline: 'wait' },
};

/** What life safety wants it wants as long as somebody may be in danger: it goes on trying. */
const LIFE_SAFETY_TERMS: CommandTerms = { term: HOUR, offline: 'wait' };

/** The terms of a command to a device of a model for a claimant. */
export function commandTerms(model: string, claimant: Claimant): CommandTerms {
  return claimant === 'life_safety' ? LIFE_SAFETY_TERMS : COMMAND_TERMS[deviceType(model)?.kind ?? 'actuator'];
}
