import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import type { Logger } from 'pino';
import { CodedError, type ErrorCode } from '../twin/CodedError.ts';

/** A refusal of something that was asked to be done. `decisionId` leads to its explanation. */
export class AccessDenied extends CodedError {
  readonly decisionId: string;

  constructor(message: string, decisionId: string) {
    super('access:denied', message, { hint: `ask \`explain(decisionId: "${decisionId}")\` why` });
    this.decisionId = decisionId;
  }
}

type Area = ErrorCode extends `${infer Folder}:${string}` ? Folder : never;

/** Whose failures a client may read as they are; the others tell of files, keys and disks, and are masked. */
const SHOWN: Readonly<Record<Area, boolean>> = {
  access: true,
  command: true,
  engine: true,
  ingest: true,
  policy: true,
  rule: true,
  scenario: true,
  twin: true,
  bus: false,
  config: false,
  store: false,
  trust: false,
};

/** The HTTP status of failures of the whole request; all others are answers with errors in them. */
const STATUSES: Readonly<Record<string, number>> = {
  'engine:records.unavailable': 503,
  'engine:unready': 503,
  'policy:bundle.missing': 503,
};

/** What a client sees in the place of an error that it should not read. */
const INTERNAL = 'something went wrong on our side; the id finds it in the log';

/**
 * Makes the one function that turns whatever was thrown into what a client sees: failures with a code as they are, the
 * mistakes that GraphQL found in the query as they are, and of everything else only an id, which stands in the log too.
 */
export function createErrorMask({ log, newId }: { readonly log: Logger; readonly newId: () => string }) {
  return (error: unknown): GraphQLError => {
    const thrown = rootOf(error);
    if (thrown instanceof GraphQLError) return thrown;
    if (thrown instanceof CodedError && SHOWN[areaOf(thrown.code)])
      return located(error, thrown.message, shown(thrown));
    const id = newId();
    log.error({ err: thrown, id }, 'a request failed');
    return located(error, INTERNAL, { code: 'engine:internal', id, unexpected: true });
  };
}

/** What a client is told of the failure of something that it waits for; `engine:internal` is for the log to tell. */
export function toldOfFailure(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
} {
  if (!(error instanceof CodedError && SHOWN[areaOf(error.code)]))
    return { code: 'engine:internal', message: 'something went wrong on our side; the log tells what', hint: null };
  return { code: error.code, message: error.message, hint: error.hint ?? null };
}

/** A coded failure in the shape of a GraphQL error, for answers that no query leads to. */
export function toGraphQLError(error: CodedError): GraphQLError {
  return new GraphQLError(error.message, { extensions: shown(error) });
}

function shown(error: CodedError): GraphQLErrorExtensions {
  const status = STATUSES[error.code];
  return {
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.place === undefined ? {} : { place: error.place }),
    ...(error instanceof AccessDenied ? { decisionId: error.decisionId } : {}),
    ...(status === undefined ? {} : { http: { status } }),
  };
}

function areaOf(code: ErrorCode): Area {
  return code.slice(0, code.indexOf(':')) as Area;
}

/** GraphQL wraps what resolvers throw, and tools wrap that again. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
}

function located(error: unknown, message: string, extensions: GraphQLErrorExtensions): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
