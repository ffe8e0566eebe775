import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { auth, driver } from 'neo4j-driver';
import { CodedError } from '../../twin/CodedError.ts';
import { fetchNeo4j } from './fetchNeo4j.ts';

const USER = 'neo4j';
const PASSWORD = 'only-for-tests';
const START_LIMIT_MS = 120_000;

/** A Neo4j server that runs as a process of ours. */
export type RunningNeo4j = {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Where it keeps its data. */
  readonly folder: string;
  /** Kills the process at once, as a power cut would, and starts it again on the same port and data. */
  readonly crash: () => Promise<void>;
  /** Ends the process and deletes its data. */
  readonly stop: () => Promise<void>;
};

/** Starts a real Neo4j Community on a free port of loopback, with its data in a temporary folder. */
export async function startNeo4j(): Promise<RunningNeo4j> {
  const jars = fetchNeo4j();
  const home = mkdtempSync(join(tmpdir(), 'twinward-neo4j-'));
  const url = `bolt://127.0.0.1:${await configure(home)}`;
  setPassword(jars, home);
  let server = await launch(jars, home, url);
  return {
    url,
    user: USER,
    password: PASSWORD,
    folder: home,
    crash: async () => {
      await end(server, 'SIGKILL');
      server = await launch(jars, home, url);
    },
    stop: async () => {
      await end(server, 'SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function configure(home: string): Promise<number> {
  const port = await freePort();
  mkdirSync(join(home, 'conf'));
  const lines = [
    'server.default_listen_address=127.0.0.1',
    `server.bolt.listen_address=127.0.0.1:${port}`,
    'server.http.enabled=false',
    'server.https.enabled=false',
    'dbms.security.auth_enabled=true',
    'dbms.usage_report.enabled=false',
    'server.memory.pagecache.size=128m',
    // An empty store would take 600 MB of logs otherwise.
    'db.tx_log.preallocate=false',
    'db.tx_log.rotation.size=32m',
    'db.tx_log.rotation.retention_policy=2 files',
    // A stop would take 11 s instead of 1 s otherwise.
    'internal.dbms.bolt.netty_server_shutdown_quiet_period=0',
  ];
  writeFileSync(join(home, 'conf', 'neo4j.conf'), `${lines.join('\n')}\n`);
  return port;
}

/** It must be set before the first start. */
function setPassword(jars: string, home: string): void {
  const command = ['org.neo4j.server.startup.Neo4jAdminCommand', 'dbms', 'set-initial-password', PASSWORD];
  const { status, error, stdout, stderr } = spawnSync(
    'java',
    ['-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), ...command],
    { encoding: 'utf8', env: { ...process.env, NEO4J_HOME: home, NEO4J_CONF: join(home, 'conf') } },
  );
  if (status !== 0) throw notStarted(error?.message ?? stdout + stderr);
}

async function launch(jars: string, home: string, url: string): Promise<ChildProcess> {
  const logFile = join(home, 'server.log');
  const log = openSync(logFile, 'a');
  const server = spawn(
    'java',
    [
      ...['-Xmx512m', '-XX:+UseSerialGC', '-cp', join(jars, '*'), 'org.neo4j.server.CommunityEntryPoint'],
      ...[`--home-dir=${home}`, `--config-dir=${join(home, 'conf')}`],
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const killWithUs = () => server.kill('SIGKILL');
  process.once('exit', killWithUs);
  server.once('exit', () => process.off('exit', killWithUs));
  if (await answers(url, server)) return server;
  await end(server, 'SIGKILL');
  throw notStarted(existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-2_000) : 'no log');
}

/** Whether the server answers a query before the time is up; it takes connections a second or two before that. */
async function answers(url: string, server: ChildProcess): Promise<boolean> {
  const limit = Date.now() + START_LIMIT_MS;
  while (server.exitCode === null && server.signalCode === null && Date.now() < limit) {
    const client = driver(url, auth.basic(USER, PASSWORD), { connectionTimeout: 1_000, maxTransactionRetryTime: 0 });
    try {
      await client.executeQuery('RETURN 1');
      return true;
    } catch {
      await sleep(200);
    } finally {
      await client.close();
    }
  }
  return false;
}

async function end(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  const late = setTimeout(() => server.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(late);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function notStarted(reason: string): CodedError {
  return new CodedError('config:neo4j.unavailable', `Neo4j did not start: ${reason}`, {
    hint: 'it needs Java 17 and 1 GB of memory',
  });
}
