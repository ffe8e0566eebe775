import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createYoga } from 'graphql-yoga';
import { CodedError } from '../../twin/CodedError.ts';
import { TIERS, type Tier } from '../../twin/words.ts';
import { createErrorMask } from '../errors.ts';
import type { Caller } from '../resolvers/Caller.ts';
import type { Context } from '../resolvers/Context.ts';
import { Session } from '../resolvers/Session.ts';
import type { ServerPorts } from '../ServerPorts.ts';
import { createSchema } from '../schema/createSchema.ts';
import { authenticateRequest } from './authenticateRequest.ts';
import { landingPage } from './landingPage.ts';
import { limits, MAX_BODY } from './limits.ts';
import { onlyQueriesByGet } from './onlyQueriesByGet.ts';
import { onlyTypename } from './onlyTypename.ts';
import { recordBeforeAnswer } from './recordBeforeAnswer.ts';
import { refuseWhileUnready } from './refuseWhileUnready.ts';

export type HttpServerOptions = {
  readonly host: string;
  /** 0 means any that is free. */
  readonly port: number;
  /** A demo has a page at `/`. */
  readonly demo: boolean;
};

export type HttpServer = {
  readonly url: string;
  readonly port: number;
  /** Ends open streams, lets requests finish for a moment, and closes; resolves within two seconds. */
  close(): Promise<void>;
};

/** The endpoints by path: the tier that each serves; null serves the tier of the token. */
const ENDPOINTS: ReadonlyMap<string, Tier | null> = new Map<string, Tier | null>([
  ['/graphql', null],
  ...TIERS.map((tier) => [`/${tier}/graphql`, tier] as const),
]);

/** How long `close` waits for requests to finish before it cuts them off. */
const GRACE_MS = 1_000;

/**
 * Starts the HTTP doors: GraphQL at `/graphql` and at one endpoint for each tier (DH-5.4.4-1), over one set of resolvers,
 * and `/healthz`, `/readyz`, `/metrics`. Rejects with `config:port.taken` when the port is in use.
 */
export async function createHttpServer(ports: ServerPorts, options: HttpServerOptions): Promise<HttpServer> {
  const closing = new AbortController();
  const graphql = graphqlHandler(ports, closing.signal);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    route(request, response, { ports, options, graphql });
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () => close(server, closing),
  };
}

type GraphqlHandler = (request: IncomingMessage, response: ServerResponse, caller: Caller) => void;
type Doors = {
  readonly ports: ServerPorts;
  readonly options: HttpServerOptions;
  readonly graphql: GraphqlHandler;
};

function route(request: IncomingMessage, response: ServerResponse, doors: Doors): void {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
  const endpoint = ENDPOINTS.get(path);
  if (endpoint !== undefined) serveGraphql(request, response, { ...doors, path, endpoint });
  else if (request.method !== 'GET' && request.method !== 'HEAD') sendText(response, 405, 'only GET is served here\n');
  else servePage(response, path, doors);
}

function servePage(response: ServerResponse, path: string, { ports, options }: Doors): void {
  if (path === '/healthz') sendText(response, 200, 'ok\n');
  else if (path === '/readyz') sendReadiness(response, ports.unready());
  else if (path === '/metrics') void sendMetrics(response, ports);
  else if (path === '/' && options.demo) send(response, 200, 'text/html; charset=utf-8', landingPage());
  else sendText(response, 404, 'there is nothing here\n');
}

type GraphqlRoute = Pick<Doors, 'ports' | 'graphql'> & { readonly path: string; readonly endpoint: Tier | null };

function serveGraphql(
  request: IncomingMessage,
  response: ServerResponse,
  { path, endpoint, ports, graphql }: GraphqlRoute,
): void {
  const measured = ports.metrics.requests.startTimer({ endpoint: path });
  response.once('close', () => measured({ status: response.statusCode }));
  const who = authenticateRequest(request.headers.authorization, endpoint, ports);
  if (who.kind === 'refused') {
    ports.metrics.refused.inc({ code: who.code });
    ports.log.warn({ code: who.code, endpoint: path, from: request.socket.remoteAddress }, 'a request was refused');
    if (who.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    sendError(request, response, who.status, who);
    return;
  }
  if (request.method === 'POST' && !isJson(request.headers['content-type'])) {
    const message = 'a request by POST needs `content-type: application/json`';
    sendError(request, response, 415, { code: 'access:content_type.refused', message });
    return;
  }
  graphql(request, response, who.caller);
}

function graphqlHandler(ports: ServerPorts, closing: AbortSignal): GraphqlHandler {
  const yoga = createYoga<{ readonly caller: Caller }, Context>({
    schema: createSchema(),
    // All endpoints are one to yoga: the path told the tier, and the tier is the caller's.
    graphqlEndpoint: '*',
    context: ({ caller }) => ({ session: new Session(caller, ports), closing }),
    plugins: [onlyTypename(), limits(), onlyQueriesByGet(), refuseWhileUnready(), recordBeforeAnswer()],
    maskedErrors: { maskError: createErrorMask(ports) },
    maxRequestBodySize: MAX_BODY,
    batching: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    logging: false,
  });
  return (request, response, caller) => {
    Promise.resolve(yoga.handle(request, response, { caller })).catch((error: unknown) => {
      ports.log.error({ err: error }, 'a request failed outside of GraphQL');
      response.destroy();
    });
  };
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      reject(
        new CodedError('config:port.taken', `HTTP port \`${port}\` of \`${host}\` is taken`, {
          hint: 'stop what listens there, or set TWINWARD_HTTP_PORT to another port',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose request has just been answered is kept alive by its client, and would be waited for.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}

function sendReadiness(response: ServerResponse, reasons: readonly string[]): void {
  const body = JSON.stringify({ ready: reasons.length === 0, reasons });
  send(response, reasons.length === 0 ? 200 : 503, 'application/json', body);
}

async function sendMetrics(response: ServerResponse, { metrics, log }: ServerPorts): Promise<void> {
  try {
    send(response, 200, metrics.registry.contentType, await metrics.registry.metrics());
  } catch (error) {
    log.error({ err: error }, 'metrics could not be collected');
    sendText(response, 500, 'metrics could not be collected\n');
  }
}

/** An answer to a GraphQL request that no query was read for: it has errors and no data. */
function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { code, message }: { readonly code: string; readonly message: string },
): void {
  const spec = request.headers.accept?.includes('application/graphql-response+json');
  const type = spec ? 'application/graphql-response+json' : 'application/json';
  // What was not read of the body would be taken for the next request.
  if (request.method === 'POST') response.setHeader('Connection', 'close');
  send(response, status, `${type}; charset=utf-8`, JSON.stringify({ errors: [{ message, extensions: { code } }] }));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', text);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type }).end(body);
}

function isJson(type: string | undefined): boolean {
  return type?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}
