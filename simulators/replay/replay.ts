import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { CodedError } from '../../twin/CodedError.ts';
import { connectStranger } from '../connectStranger.ts';
import { countMessages, type RecordedMessage, readRecording } from './readRecording.ts';
import { SendWindow } from './SendWindow.ts';
import { SourceTimes } from './SourceTimes.ts';

export type ReplayOptions = {
  /** A recording: a file of JSON lines, plain or as `.gz` or `.br`, or `-` for standard input. */
  readonly source: string;
  /** The broker, such as `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  /** Publishes below `homes/<home>/`; without it the topics are those of the recording. */
  readonly home?: string;
  readonly username?: string;
  readonly password?: string;
  /** How many times as fast as it was recorded; 1 unless given. */
  readonly speed?: number;
  /** Leaves every payload as it is; otherwise `last_seen` is moved to the present. */
  readonly asRecorded?: boolean;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number | null }) => void;
  /** Told of each line that is no message; the rest goes on. */
  readonly onProblem?: (problem: CodedError) => void;
  /** Ends the replay early; what is under way is still waited for. */
  readonly signal?: AbortSignal;
  /** How long to wait for any acknowledgement before giving up. */
  readonly patienceMs?: number;
};

export type ReplaySummary = {
  readonly sent: number;
  readonly acknowledged: number;
  /** Lines that were no messages. */
  readonly failed: number;
  readonly ms: number;
};

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Plays a recording to a broker over the network at QoS 1, as a stranger's gateway would. Where the broker goes away it
 * waits, comes back and sends again what was not acknowledged.
 *
 * @example
 * await replay({ source: 'recording.jsonl', url: 'mqtt://127.0.0.1:1883', speed: 1000 });
 * // { sent: 4474, acknowledged: 4474, failed: 0, ms: 172801 }
 * @throws CodedError `bus:broker.unreachable`, `bus:client.refused`, `bus:stalled`, `command:file.unreadable`.
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { source, speed = 1, signal, onProblem, onProgress, asRecorded = false } = options;
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new CodedError('command:usage', `\`${speed}\` is no speed`, { hint: 'a number above 0; 1 is as recorded' });
  }
  const total = await countMessages(source);
  const client = await connectStranger({ ...options, name: 'replay' });
  const began = Date.now();
  const window = new SendWindow({ size: 200, patienceMs: options.patienceMs ?? 30_000 });
  let [sent, failed] = [0, 0];
  let times: SourceTimes | undefined;
  try {
    for await (const entry of readRecording(source)) {
      if (signal?.aborted) break;
      if (entry.kind === 'bad') {
        failed += 1;
        onProblem?.(entry.problem);
      } else {
        times ??= new SourceTimes({ recordedStart: entry.at, start: Date.now(), speed });
        await pause(times.due(entry.at) - Date.now(), signal);
        if (signal?.aborted) break;
        await window.send(() => publish(client, entry, options.home, asRecorded ? undefined : times));
        sent += 1;
      }
      onProgress?.({ done: sent + failed, total });
    }
    await window.drained();
    await client.endAsync();
    return { sent, acknowledged: window.acknowledged, failed, ms: Date.now() - began };
  } finally {
    window.close();
    client.end(true);
  }
}

async function publish(
  client: MqttClient,
  { topic, payload, retain }: RecordedMessage,
  home: string | undefined,
  times: SourceTimes | undefined,
): Promise<void> {
  const name = home === undefined ? topic : `homes/${home}/${topic}`;
  const moved = times === undefined ? payload : times.rewrite(topic, payload);
  await client.publishAsync(name, typeof moved === 'string' ? moved : JSON.stringify(moved), { qos: 1, retain });
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // Timers hold 24 days at most.
  for (let left = ms; left > 0 && !signal?.aborted; left -= LONGEST_TIMER_MS) {
    const options = signal === undefined ? {} : { signal };
    // An end that comes meanwhile is no failure: the caller looks at the signal itself.
    await sleep(Math.min(left, LONGEST_TIMER_MS), undefined, options).catch(() => {});
  }
}
