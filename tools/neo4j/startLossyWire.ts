import { createConnection, createServer, type Socket } from 'node:net';

/** A relay to a Bolt server that can break a connection at the worst moment. */
export type LossyWire = {
  readonly url: string;
  /** The next commit reaches the server and is applied; its answer never arrives, the connection breaks instead. */
  readonly loseNextCommitAnswer: () => void;
  /** How many answers were lost. */
  readonly lost: () => number;
  readonly close: () => Promise<void>;
};

/** A COMMIT message of Bolt in its chunk: length 2, an empty structure, its tag, end of the message. */
const COMMIT = Buffer.from('0002b0120000', 'hex');

/** Starts a relay on a free port of loopback. */
export async function startLossyWire(target: URL): Promise<LossyWire> {
  let armed = false;
  let lost = 0;
  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = createConnection(Number(target.port), target.hostname);
    let losing = false;
    near.on('data', (bytes: Buffer) => {
      if (armed && bytes.includes(COMMIT)) {
        armed = false;
        losing = true;
      }
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!losing) {
        near.write(bytes);
        return;
      }
      // The server has answered, so the commit is applied.
      lost += 1;
      near.destroy();
      far.destroy();
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const address = relay.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `bolt://127.0.0.1:${port}`,
    loseNextCommitAnswer: () => {
      armed = true;
    },
    lost: () => lost,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => relay.close(() => resolve()));
    },
  };
}
