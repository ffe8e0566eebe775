import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectServer, findServer } from './serverClient.ts';

// A GraphQL server that tells which token it was given and refuses as ours does.
const yoga = createYoga<object>({
  healthCheckEndpoint: '/healthz',
  logging: false,
  maskedErrors: false,
  schema: createSchema({
    typeDefs: 'type Query { token: String  echo(word: String!): String  refused: String }',
    resolvers: {
      Query: {
        token: (_parent: unknown, _args: unknown, { request }: { request: Request }) =>
          request.headers.get('authorization'),
        echo: (_parent: unknown, { word }: { word: string }) => word,
        refused: () => {
          throw new GraphQLError('no home `x`', { extensions: { code: 'twin:home.not_found', hint: 'see `homes`' } });
        },
      },
    },
  }),
});

let server: Server;
let url: string;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-client-'));
  server = createServer(yoga);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the client', () => {
  it('finds the server of the data folder and shows its token', async () => {
    writeServerFile({ http: url });
    const client = await connectServer({ env: env() });
    expect(client.url).toBe(url);
    expect(await client.query('{ token }')).toEqual({ token: 'Bearer tw_admin' });
    expect(await client.query('query ($word: String!) { echo(word: $word) }', { word: '热浪' })).toEqual({
      echo: '热浪',
    });
  });

  it('never shows the token of the data folder to another server', async () => {
    writeServerFile({ http: 'http://127.0.0.1:1' });
    const another = await connectServer({ url, env: env() });
    expect(await another.query('{ token }')).toEqual({ token: null });
    const named = await connectServer({ url, env: { ...env(), TWINWARD_TOKEN: 'tw_mine' } });
    expect(await named.query('{ token }')).toEqual({ token: 'Bearer tw_mine' });
  });

  it('throws the first error of the server with its code and hint', async () => {
    const client = await connectServer({ url, env: env() });
    await expect(client.query('{ refused }')).rejects.toMatchObject({
      code: 'twin:home.not_found',
      message: 'no home `x`',
      hint: 'see `homes`',
    });
    await expect(client.query('{ nonsense }')).rejects.toMatchObject({ code: 'command:server.refused' });
  });

  it('says so when the server breaks off', async () => {
    const client = await connectServer({ url, env: env() });
    await stop();
    await expect(client.query('{ token }')).rejects.toMatchObject({ code: 'command:server.unreachable' });
  });
});

describe('without a server', () => {
  it('finds nothing, or says how to start one', async () => {
    expect(await findServer({ env: env() })).toBeNull();
    await expect(connectServer({ env: env() })).rejects.toMatchObject({
      code: 'command:server.unreachable',
      message: `no server answers for the data folder \`${folder}\``,
      hint: expect.stringContaining('`twinward serve`'),
    });
  });

  it('does not trust a server.json whose server has gone', async () => {
    writeServerFile({ http: url });
    await stop();
    expect(await findServer({ env: env() })).toBeNull();
  });

  it('tells apart a server.json that cannot be read', async () => {
    writeFileSync(join(folder, 'server.json'), '{ "pid": 1');
    await expect(findServer({ env: env() })).rejects.toMatchObject({
      code: 'command:server.unreadable',
      place: { file: join(folder, 'server.json') },
    });
  });

  it('refuses what is no address', async () => {
    await expect(findServer({ url: 'localhost', env: env() })).rejects.toMatchObject({ code: 'command:usage' });
    await expect(findServer({ url: 'ftp://localhost', env: env() })).rejects.toMatchObject({ code: 'command:usage' });
  });
});

const env = (): NodeJS.ProcessEnv => ({ TWINWARD_DATA: folder });

function writeServerFile({ http }: { readonly http: string }): void {
  const content = JSON.stringify({ pid: process.pid, http, mqtt: 'mqtt://127.0.0.1:1883', token: 'tw_admin' });
  writeFileSync(join(folder, 'server.json'), content, { mode: 0o600 });
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
