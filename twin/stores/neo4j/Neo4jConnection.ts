import { auth, type Driver, driver, type ManagedTransaction, session } from 'neo4j-driver';
import { CodedError } from '../../CodedError.ts';
import { neo4jError } from './neo4jError.ts';

/** What runs Cypher inside a transaction. */
export type Transaction = Pick<ManagedTransaction, 'run'>;

/** Where a Neo4j server is and how to log in to it. */
export type Neo4jAddress = {
  /** `neo4j://host:7687` or `bolt://host:7687`; with `+s` after the scheme it is encrypted. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The server's default database when left out. */
  readonly database?: string;
};

/** How long a transaction is tried again while the server is away: a killed one needs 10 to 30 s to come back. */
const RETRY_MS = 60_000;

/**
 * The connections to a Neo4j server, with its errors in the port's words. Every transaction sees what the one before
 * it wrote, on a cluster too.
 */
export class Neo4jConnection {
  readonly #driver: Driver;
  readonly #database: { readonly database?: string };

  /** Connects to nothing yet. Throws `store:address.invalid`. */
  constructor({ url, user, password, database }: Neo4jAddress) {
    this.#database = database === undefined ? {} : { database };
    try {
      this.#driver = driver(url, auth.basic(user, password), {
        connectionTimeout: 5_000,
        maxTransactionRetryTime: RETRY_MS,
        // Numbers of ours stay far below 2^53: milliseconds, and counts of rows.
        disableLosslessIntegers: true,
      });
    } catch (cause) {
      throw new CodedError('store:address.invalid', 'the address of the Neo4j server cannot be used', {
        hint: 'write it as `neo4j://host:7687` or `bolt://host:7687`',
        cause,
      });
    }
  }

  /** The server's name and version, such as `Neo4j/5.26.30`. It is not tried twice. */
  async agent(): Promise<string> {
    try {
      const { agent } = await this.#driver.getServerInfo(this.#database);
      return agent ?? '';
    } catch (error) {
      throw neo4jError(error);
    }
  }

  read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#inSession(session.READ, (opened) => opened.executeRead(work));
  }

  /** All that the work wrote is durable when this resolves. The work may run several times, and be applied twice. */
  write<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#inSession(session.WRITE, (opened) => opened.executeWrite(work));
  }

  /** Runs work in one transaction that is not tried again and is undone in the end, for the locks that it takes. */
  holding<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#inSession(session.WRITE, async (opened) => {
      const transaction = await opened.beginTransaction();
      try {
        return await work(transaction);
      } finally {
        await transaction.close();
      }
    });
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  async #inSession<Result>(
    defaultAccessMode: typeof session.READ | typeof session.WRITE,
    work: (opened: ReturnType<Driver['session']>) => Promise<Result>,
  ): Promise<Result> {
    const bookmarkManager = this.#driver.executeQueryBookmarkManager;
    const opened = this.#driver.session({ defaultAccessMode, bookmarkManager, ...this.#database });
    try {
      return await work(opened);
    } catch (error) {
      throw neo4jError(error);
    } finally {
      await opened.close();
    }
  }
}
