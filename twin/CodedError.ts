/** Where a problem is: a file with line and column, a path inside a document, or the id of a thing. */
export type Place = {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
};

export type CodedErrorOptions = {
  readonly place?: Place;
  /** What to do about it, kept apart from what is wrong. */
  readonly hint?: string;
  readonly cause?: unknown;
};

/** The code of an expected failure: the folder that knows it, then what is wrong. */
export type ErrorCode =
  `${'twin' | 'ingest' | 'store' | 'bus' | 'trust' | 'policy' | 'rule' | 'engine' | 'access' | 'scenario' | 'command' | 'config'}:${string}`;

/**
 * An expected failure: bad input, something missing, something refused. Bugs are `invariant` failures instead.
 *
 * @example
 * throw new CodedError('twin:device.not_found', 'no device `hall/lock` in home `demo`', { hint: 'see `twinward devices`' });
 */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, { place, hint, cause }: CodedErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CodedError';
    this.code = code;
    this.place = place;
    this.hint = hint;
  }
}

/** Says that something is always true; when it is not, that is a bug of ours and not the caller's fault. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
