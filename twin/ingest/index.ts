// What messages say, and what is wrong with them.
export type { DeadLetter, DeadLetterCode } from './DeadLetter.ts';
export type { HomeDevices, KnownDevice } from './HomeDevices.ts';
export { HomeDirectory } from './HomeDirectory.ts';
export type { Decoded, IngestEvent, ListedDevice, ReportedValue } from './IngestEvent.ts';
// Which of two values holds.
export { type Instant, isNewer, isRepeat } from './isNewer.ts';
// The dialects.
export { decodeZigbee2mqtt } from './zigbee2mqtt.ts';
