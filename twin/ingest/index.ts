// What messages say.

// The dialects, and the one that a topic begins with.
export { commandTopic } from './commandTopic.ts';
export { decodeMessage } from './decodeMessage.ts';
// The devices of a home as its messages tell of them.
export { HomeDirectory } from './HomeDirectory.ts';
export type { IngestEvent } from './IngestEvent.ts';
