import { createReadStream } from 'node:fs';
import { compose, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { CodedError } from '../../twin/CodedError.ts';

/** A message of a recording. */
export type RecordedMessage = {
  readonly kind: 'message';
  readonly line: number;
  /** When the broker got it, in milliseconds since 1970. */
  readonly at: number;
  readonly topic: string;
  /** Text is the bytes as they came; anything else is that JSON value. */
  readonly payload: unknown;
  readonly retain: boolean;
};

/** A line that is no message, with the reason. */
export type BadLine = { readonly kind: 'bad'; readonly line: number; readonly problem: CodedError };

/**
 * Reads a recording line by line: a file of JSON lines, plain or as `.gz` or `.br`, or standard input for `-`. What is
 * wrong with a line comes in its place, and the reading goes on.
 *
 * @throws CodedError `command:file.unreadable` when the file cannot be opened, or breaks off.
 */
export async function* readRecording(source: string): AsyncGenerator<RecordedMessage | BadLine> {
  let line = 0;
  for await (const text of lines(source)) {
    line += 1;
    if (text.trim() === '') continue;
    yield parseLine(text, line, source);
  }
}

/** How many lines with something in them a recording has; null for standard input, which can be read once only. */
export async function countMessages(source: string): Promise<number | null> {
  if (source === '-') return null;
  let count = 0;
  for await (const text of lines(source)) if (text.trim() !== '') count += 1;
  return count;
}

async function* lines(source: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of source === '-' ? process.stdin : open(source)) {
      const pieces = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = pieces.pop() ?? '';
      yield* pieces;
    }
  } catch (cause) {
    throw unreadable(source, cause);
  }
  if (rest !== '') yield rest;
}

function open(path: string): Readable {
  const file = createReadStream(path);
  if (path.endsWith('.gz')) return compose(file, createGunzip());
  return path.endsWith('.br') ? compose(file, createBrotliDecompress()) : file;
}

function parseLine(text: string, line: number, file: string): RecordedMessage | BadLine {
  const bad = (what: string, cause?: unknown): BadLine => {
    const hint = 'a line is `{"t": "<ISO 8601>", "topic": "...", "payload": ..., "retain": false}`';
    const problem = new CodedError('command:recording.line', `line ${line} of the recording ${what}`, {
      place: { file, line },
      hint,
      cause,
    });
    return { kind: 'bad', line, problem };
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return bad('is no JSON', cause);
  }
  if (typeof value !== 'object' || value === null) return bad('is no object');
  const { t, topic, payload, retain = false } = value as Readonly<Record<string, unknown>>;
  const at = typeof t === 'string' ? Date.parse(t) : Number.NaN;
  if (Number.isNaN(at)) return bad('has no time `t`');
  if (typeof topic !== 'string' || topic === '' || /[+#\0]/.test(topic)) return bad('has no topic to publish on');
  if (payload === undefined) return bad('has no payload');
  if (typeof retain !== 'boolean') return bad('has a `retain` that is neither true nor false');
  return { kind: 'message', line, at, topic, payload, retain };
}

function unreadable(source: string, cause: unknown): CodedError {
  const { code } = cause as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
  };
  const reason = reasons[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
  return new CodedError('command:file.unreadable', `cannot read \`${source}\`: ${reason}`, {
    place: { file: source },
    hint: 'a recording is a file of JSON lines, plain or as `.gz` or `.br`; `-` reads standard input',
    cause,
  });
}
