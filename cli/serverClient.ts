import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents } from '../graphql/http/readEvents.ts';
import { CodedError, type ErrorCode } from '../twin/CodedError.ts';
import { dataFolder } from './dataFolder.ts';

/** What a running server writes to `server.json` in its data folder (mode 0600). It is a hint: the server may be gone. */
export type ServerFile = {
  readonly pid: number;
  /** `http://127.0.0.1:4000` */
  readonly http: string;
  /** `mqtt://127.0.0.1:1883` */
  readonly mqtt: string;
  /** The local admin token: runs commands, reads explanations, reads no readings. */
  readonly token: string;
};

/** Asks one running server by GraphQL. */
export type ServerClient = {
  readonly url: string;
  /** The `data` of the answer; the first of its errors is thrown with the server's code and hint. */
  readonly query: (
    document: string,
    variables?: Readonly<Record<string, unknown>>,
  ) => Promise<Readonly<Record<string, unknown>>>;
  /** The `data` of each event of a subscription, until it is complete. Errors are thrown as by `query`. */
  readonly subscribe: (
    document: string,
    variables?: Readonly<Record<string, unknown>>,
  ) => AsyncIterable<Readonly<Record<string, unknown>>>;
  /** Asks the same server as somebody else: whoever the token is of. */
  readonly withToken: (token: string) => ServerClient;
};

export type ServerOptions = {
  /** Another server than that of the data folder. */
  readonly url?: string;
  readonly env?: NodeJS.ProcessEnv;
};

/**
 * The server that `--url` or the data folder names, or null when none answers there. The admin token goes to the server
 * of the data folder only; for another one `TWINWARD_TOKEN` holds a token.
 */
export async function findServer({ url, env = process.env }: ServerOptions = {}): Promise<ServerClient | null> {
  const local = readServerFile(dataFolder(env));
  const chosen = url ?? local?.http;
  if (chosen === undefined) return null;
  const origin = originOf(chosen);
  if (!(await answers(origin))) return null;
  const token = local && origin === originOf(local.http) ? local.token : env['TWINWARD_TOKEN'];
  return clientOf(origin, token);
}

function clientOf(origin: string, token: string | undefined): ServerClient {
  return {
    url: origin,
    query: (document, variables) => query(origin, token, document, variables),
    subscribe: (document, variables) => subscribe(origin, token, document, variables),
    withToken: (other) => clientOf(origin, other),
  };
}

/** Like `findServer`, but `command:server.unreachable` when none answers. */
export async function connectServer(options: ServerOptions = {}): Promise<ServerClient> {
  const client = await findServer(options);
  if (client) return client;
  const where =
    options.url === undefined ? `for the data folder \`${dataFolder(options.env)}\`` : `at \`${options.url}\``;
  throw new CodedError('command:server.unreachable', `no server answers ${where}`, {
    hint: 'start one with `twinward serve`, or name it with `--url` or `TWINWARD_DATA`',
  });
}

/** What the data folder's `server.json` says; undefined when there is none. */
export function readServerFile(folder: string): ServerFile | undefined {
  const file = join(folder, 'server.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServerFile;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CodedError('command:server.unreadable', 'cannot read which server runs on the data folder', {
      place: { file },
      hint: 'ask as the user who started the server, or name it with `--url`',
      cause,
    });
  }
}

function originOf(url: string): string {
  const { protocol, origin } = URL.parse(url) ?? {};
  if (origin !== undefined && (protocol === 'http:' || protocol === 'https:')) return origin;
  throw new CodedError('command:usage', `\`${url}\` is no address of a server`, {
    hint: 'such as `http://127.0.0.1:4000`',
  });
}

/** A server that is gone refuses at once; one that has much to do may take a while. */
const PATIENCE_MS = 10_000;

async function answers(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}

type GraphQLAnswer = {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly hint?: string };
  }[];
};

async function query(
  origin: string,
  token: string | undefined,
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await post(origin, token, { document, variables });
  return dataOf((await readBody(origin, () => answer.json())) as GraphQLAnswer);
}

async function* subscribe(
  origin: string,
  token: string | undefined,
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const answer = await post(origin, token, { document, variables, accept: 'text/event-stream' });
  if (!answer.headers.get('content-type')?.includes('text/event-stream')) {
    dataOf((await readBody(origin, () => answer.json())) as GraphQLAnswer);
    return;
  }
  const events = readEvents(answer.body!);
  for (;;) {
    const { done, value } = await readBody(origin, () => events.next());
    if (done) return;
    yield dataOf(value as GraphQLAnswer);
  }
}

function dataOf({ data, errors }: GraphQLAnswer): Readonly<Record<string, unknown>> {
  const [error] = errors ?? [];
  if (!error && data) return data;
  // Codes of the server are those of our own closed union; what has another form is passed on under one of ours.
  const code = /^[a-z]+:/.test(error?.extensions?.code ?? '') ? error!.extensions!.code! : 'command:server.refused';
  const hint = error?.extensions?.hint;
  throw new CodedError(
    code as ErrorCode,
    error?.message ?? 'the server answers without data',
    hint === undefined ? {} : { hint },
  );
}

type Post = {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly accept?: string;
};

async function post(origin: string, token: string | undefined, post: Post): Promise<Response> {
  const { document, variables, accept = 'application/graphql-response+json, application/json' } = post;
  return readBody(origin, () =>
    fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: document, variables }),
    }),
  );
}

async function readBody<Result>(origin: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new CodedError('command:server.unreachable', `the server at \`${origin}\` broke off`, {
      hint: 'see its output, or start it again with `twinward serve`',
      cause,
    });
  }
}
