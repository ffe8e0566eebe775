import type { HttpServer } from './http/createHttpServer.ts';
import { readEvents } from './http/readEvents.ts';

export type Answer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly data: Readonly<Record<string, never>> | null | undefined;
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
};

/** Asks a server over HTTP, as a client would. The token of an account of a test world is `tw_` and its id. */
export function clientOf(server: HttpServer) {
  return async (
    account: string | null,
    query: string,
    { path = '/graphql', variables = {} }: { path?: string; variables?: Readonly<Record<string, unknown>> } = {},
  ): Promise<Answer> => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(account ? { authorization: `Bearer tw_${account}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { data, errors = [] } = JSON.parse(text);
    return { status: response.status, headers: response.headers, text, data, errors };
  };
}

/** Opens streams of a server by server-sent events, as a client would; `next` gives each event, then `complete`. */
export function streamsOf(server: HttpServer) {
  return async (account: string, query: string) => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer tw_${account}`,
      },
      body: JSON.stringify({ query }),
    });
    if (!response.headers.get('content-type')?.includes('text/event-stream')) throw new Error(await response.text());
    const events = readEvents(response.body!);
    return {
      next: async () => {
        const { done, value } = await events.next();
        return done ? 'complete' : value;
      },
      cancel: () => abort.abort(),
    };
  };
}
