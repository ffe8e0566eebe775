// What messages say.

// The dialects, and the one that a topic begins with.
export { commandTopic } from './commandTopic.ts';
export { decodeMessage } from './decodeMessage.ts';
export type { IngestEvent } from './IngestEvent.ts';
