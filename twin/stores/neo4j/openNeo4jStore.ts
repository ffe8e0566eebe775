import type { Sealer } from '../../Sealer.ts';
import { type Neo4jAddress, Neo4jConnection } from './Neo4jConnection.ts';
import { Neo4jStore } from './Neo4jStore.ts';
import { refreshProjection } from './rebuildProjection.ts';
import { requireServerVersion } from './requireServerVersion.ts';
import { restoreBackup } from './restoreBackup.ts';
import { prepareSchema } from './schema.ts';

export type Neo4jOptions = Neo4jAddress & { readonly sealer: Sealer };

/**
 * Opens the twin in a Neo4j database, and prepares the database when it is empty. Throws `store:unreachable`,
 * `store:login.refused`, `store:server.old`, `store:version.newer`, and `store:not_empty` for somebody else's data.
 *
 * @example
 * const store = await openNeo4jStore({ url: 'bolt://127.0.0.1:7687', user: 'neo4j', password, sealer });
 */
export function openNeo4jStore(options: Neo4jOptions): Promise<Neo4jStore> {
  return openAfter(options, async () => {});
}

/** Fills an empty Neo4j database from a backup and opens it; the sealer must hold the keys of then. */
export function restoreNeo4jStore(path: string, options: Neo4jOptions): Promise<Neo4jStore> {
  return openAfter(options, (connection) => restoreBackup(connection, path));
}

async function openAfter(
  { sealer, ...address }: Neo4jOptions,
  prepare: (connection: Neo4jConnection) => Promise<void>,
): Promise<Neo4jStore> {
  const connection = new Neo4jConnection(address);
  try {
    requireServerVersion(await connection.agent());
    await prepareSchema(connection);
    await prepare(connection);
    await refreshProjection(connection, sealer);
    return new Neo4jStore(connection, sealer);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
