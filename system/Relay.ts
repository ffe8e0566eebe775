import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** What a relay does to what passes it. */
export type Weather = 'clear' | 'answers_lost' | 'down';

/**
 * A stretch of network between a client and the program: it can cut what is connected, lose what the program answers, or
 * let nobody through. It keeps its port while the program comes and goes.
 */
export class Relay {
  weather: Weather = 'clear';
  readonly #target: () => number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  /** Opens a relay on a port of its own; `target` says each time which port of this machine it leads to. */
  static async open(target: () => number): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets nobody through any more. */
  close(): void {
    this.weather = 'down';
    this.cut();
    this.#server.close();
  }

  #join(client: Socket): void {
    if (this.weather === 'down') return void client.destroy();
    const port = this.#port();
    if (port === null) return void client.destroy();
    const server = dial(port, '127.0.0.1');
    this.#keep(client, server);
    this.#keep(server, client);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => {
      if (this.weather === 'clear') client.write(bytes);
    });
  }

  /** Null while the program is about to say where it is. */
  #port(): number | null {
    try {
      return this.#target();
    } catch {
      return null;
    }
  }

  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
