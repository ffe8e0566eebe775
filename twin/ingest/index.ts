// What messages say.

// The devices of a home as its messages tell of them.
export { HomeDirectory } from './HomeDirectory.ts';
export type { IngestEvent } from './IngestEvent.ts';
// The dialects.
export { decodeZigbee2mqtt } from './zigbee2mqtt.ts';
