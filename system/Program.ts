import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';

export const ROOT = join(import.meta.dirname, '..');
const TWINWARD = join(ROOT, 'node_modules/.bin/twinward');

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Answer = { readonly status: number; readonly body: Record<string, any> };
type ServerFile = { readonly pid: number; readonly http: string; readonly mqtt: string; readonly token: string };

/** The program on a data folder of its own, driven from outside as its users drive it. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinward-'));
  readonly #more: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  #output = '';

  /** `env` is what the program finds in its environment besides. */
  constructor({ env = {} }: { readonly env?: NodeJS.ProcessEnv } = {}) {
    this.#more = env;
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TWINWARD_DATA: this.folder,
      TWINWARD_HTTP_PORT: '0',
      TWINWARD_MQTT_PORT: '0',
      ...this.#more,
    };
  }

  /**
   * Starts `twinward serve` and waits until it is ready, or answers that it is not. Returns how long that took, in
   * milliseconds.
   */
  async start(args: readonly string[] = ['--demo'], { ready = true } = {}): Promise<number> {
    const started = performance.now();
    this.#output = '';
    const child = spawn(TWINWARD, ['serve', ...args], {
      env: this.env,
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (this.#output += data));
    for (let tries = 0; tries < 1500; tries += 1) {
      if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}:\n${this.#output}`);
      if (this.#output.includes('Ctrl-C stops it') && (await this.#answers(child.pid!, ready ? 200 : 503)))
        return performance.now() - started;
      await sleep(20);
    }
    throw new Error(`serve was not ready in 30 s:\n${this.#output}`);
  }

  get output(): string {
    return this.#output;
  }

  get server(): ServerFile {
    return JSON.parse(readFileSync(join(this.folder, 'server.json'), 'utf8')) as ServerFile;
  }

  /** Kills the server itself, not its launcher, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child!;
    process.kill(this.server.pid, 'SIGKILL');
    await ended(child);
  }

  /** Ends the server politely. Returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child!;
    child.kill(signal);
    return ended(child);
  }

  /** Ends whatever runs and removes the folder. */
  async remove(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs another verb against the same folder. */
  run(
    args: readonly string[],
    { cwd = tmpdir(), env = this.env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(TWINWARD, args, { cwd, env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
        resolve({ code: error ? ((error.code as number | undefined) ?? null) : 0, stdout, stderr });
      });
    });
  }

  /** A token of a demo role, or of a home's devices: the last line of what the command prints. */
  async token(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(['token', ...args]);
    if (code !== 0) throw new Error(`no token: ${stderr}`);
    return stdout.trimEnd().split('\n').at(-1)!;
  }

  async ask(document: string, { token, path = '/graphql' }: { token?: string; path?: string } = {}): Promise<Answer> {
    const response = await fetch(`${this.server.http}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: document }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, any> };
  }

  /** A real MQTT 3.1.1 client of the demo home, which needs no name on the loopback. */
  connect(options: mqtt.IClientOptions = {}): Promise<MqttClient> {
    return mqtt.connectAsync(this.server.mqtt, { protocolVersion: 4, reconnectPeriod: 0, ...options });
  }

  async #answers(launcher: number, status: number): Promise<boolean> {
    try {
      const { pid, http } = this.server;
      process.kill(pid, 0);
      if (pid === launcher) return false;
      return (await fetch(`${http}/readyz`)).status === status;
    } catch {
      return false;
    }
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** Asks again until the answer is what is waited for; the last answer when it never is. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isSo: (value: Value) => boolean,
  { tries = 100, everyMs = 50 }: { tries?: number; everyMs?: number } = {},
): Promise<Value> {
  let value = await ask();
  for (let count = 1; count < tries && !isSo(value); count += 1) {
    await sleep(everyMs);
    value = await ask();
  }
  return value;
}
