import { randomUUID } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';
import { CodedError } from '../twin/CodedError.ts';

export type StrangerOptions = {
  /** Such as `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** What the client id starts with; the rest is drawn. */
  readonly name: string;
  readonly connectTimeoutMs?: number;
};

/**
 * Connects to a broker as any device would: by MQTT 3.1.1 over the network. The client comes back by itself when the
 * broker goes away, and sends again what was not acknowledged.
 *
 * @throws CodedError `bus:broker.unreachable` when nobody answers, `bus:client.refused` when the broker turns us away.
 */
export async function connectStranger({ url, name, ...options }: StrangerOptions): Promise<MqttClient> {
  const { username, password, connectTimeoutMs = 10_000 } = options;
  const client = mqtt.connect(hostOf(url) && url, {
    protocolVersion: 4,
    clientId: `${name}-${randomUUID()}`,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    reconnectPeriod: 500,
    connectTimeout: connectTimeoutMs,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('the broker closed the connection')));
    });
  } catch (cause) {
    client.end(true);
    throw connectProblem(cause, url);
  }
  // Without a listener a failed attempt to come back would end the process.
  client.on('error', () => {});
  return client;
}

function connectProblem(cause: unknown, url: string): CodedError {
  // The broker's own refusals carry a number, those of the network a name such as ECONNREFUSED.
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'number') {
    const hint = 'the user name is the id of a home, the password its device token: `twinward token --mqtt <home>`';
    return new CodedError('bus:client.refused', `the broker at \`${hostOf(url)}\` refuses us: ${cause.message}`, {
      cause,
      hint,
    });
  }
  const hint = 'start one with `twinward serve`, or name another with `--url`';
  return new CodedError('bus:broker.unreachable', `no broker answers at \`${hostOf(url)}\``, { cause, hint });
}

function hostOf(url: string): string {
  const { protocol, host } = URL.parse(url) ?? {};
  if (host !== undefined && host !== '' && /^(?:mqtts?|wss?):$/.test(protocol ?? '')) return host;
  throw new CodedError('command:usage', `\`${url}\` is no address of a broker`, {
    hint: 'such as `mqtt://127.0.0.1:1883`',
  });
}
