import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/** One message of the recording, as its bytes came; `at` is when the broker got it, in milliseconds since 1970. */
export type RecordedMessage = {
  readonly at: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
};

/** An incident of the recording: what happened, when, on which topic. */
export type RecordedLabel = {
  readonly t: string;
  readonly until: string;
  readonly kind: string;
  readonly topic: string;
  readonly note: string;
};

/** The two days of one home behind Zigbee2MQTT, in the order in which the broker got them. */
export function readRecording(): readonly RecordedMessage[] {
  type Line = { readonly t: string; readonly topic: string; readonly payload: unknown; readonly retain: boolean };
  return (readLines('recording') as readonly Line[]).map(({ t, topic, payload, retain }) => ({
    at: Date.parse(t),
    topic,
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
    retain,
  }));
}

/** What went on in the recording. Labels are for judging; nothing under test may read them. */
export function readLabels(): readonly RecordedLabel[] {
  return readLines('labels') as readonly RecordedLabel[];
}

function readLines(name: string): readonly unknown[] {
  const bytes = readFileSync(new URL(`./zigbee2mqtt-home.${name}.jsonl.br`, import.meta.url));
  return brotliDecompressSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
