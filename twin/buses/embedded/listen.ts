import type { Server } from 'node:net';
import { CodedError, invariant } from '../../CodedError.ts';

export type Address = { readonly host: string; readonly port: number };

/**
 * Opens a server for MQTT and says where it listens, which port 0 leaves open.
 *
 * @throws CodedError `bus:port.taken` when somebody else listens there, `bus:port.unusable` when it cannot be opened.
 */
export async function listen(server: Server, { host, port }: Address): Promise<Address> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(error, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  invariant(address !== null && typeof address === 'object', 'a TCP server has an address');
  return { host: address.address, port: address.port };
}

function listenProblem(cause: Error & { code?: string }, host: string, port: number): CodedError {
  if (cause.code === 'EADDRINUSE') {
    const hint = 'stop what listens there, or set TWINWARD_MQTT_PORT to a free port';
    return new CodedError('bus:port.taken', `port \`${port}\` for MQTT is taken on \`${host}\``, { hint, cause });
  }
  const hint = 'set TWINWARD_MQTT_PORT to a port that may be used';
  return new CodedError('bus:port.unusable', `port \`${port}\` for MQTT cannot be opened on \`${host}\``, {
    hint,
    cause,
  });
}
