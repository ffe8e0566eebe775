import { zigbeeModels, zigbeeType, zigbeeTypes } from './catalogue.ts';
import type { DeviceType } from './DeviceType.ts';
import { electromagneticLock } from './electromagneticLock.ts';
import { fireMonitor } from './fireMonitor.ts';
import { homeAssistantTypes } from './homeAssistant.ts';
import { roadSensor } from './roadSensor.ts';
import { smartMeter } from './smartMeter.ts';
import { surveillanceCamera } from './surveillanceCamera.ts';
import { weatherStation } from './weatherStation.ts';

/** Device types written by hand: one line each. */
const HAND_WRITTEN: ReadonlyMap<string, DeviceType> = new Map(
  [
    electromagneticLock,
    fireMonitor,
    roadSensor,
    smartMeter,
    surveillanceCamera,
    weatherStation,
    ...homeAssistantTypes,
  ].map((type) => [type.model, type]),
);

/**
 * The device type of a model, hand-written ones first; undefined when no catalogue knows the model.
 *
 * @example
 * deviceType('WSDCGQ11LM')?.description; // 'Temperature and humidity sensor'
 */
export function deviceType(model: string): DeviceType | undefined {
  return HAND_WRITTEN.get(model) ?? zigbeeType(model);
}

/** Every device type, hand-written ones first. It makes thousands: for those who look at all of them once. */
export function* deviceTypes(): Generator<DeviceType> {
  yield* HAND_WRITTEN.values();
  yield* zigbeeTypes();
}

/** Every model with a device type. */
export function deviceModels(): readonly string[] {
  return [...HAND_WRITTEN.keys(), ...zigbeeModels()];
}

// Which values a property can be set to.
export { accepts } from './accepts.ts';
// Names that no label is known for.
export { unlabelledProperties } from './catalogue.ts';
// What a device type is; `defineDeviceType` beside it writes one by hand.
export type { DeviceType, PropertyType } from './DeviceType.ts';
// How sirens are driven, and what they say of themselves.
export {
  SIREN_STATES,
  type SirenSignal,
  type SirenState,
  SOUNDING_SECONDS,
  sirenSettings,
  sirenState,
} from './sirenSignals.ts';
