import { int } from 'neo4j-driver';
import { PAGE_ROWS } from './inPages.ts';
import type { Neo4jConnection } from './Neo4jConnection.ts';

/** Deletes all nodes with any of the labels, with their relationships, in as many transactions as it takes. */
export async function deleteNodes(connection: Neo4jConnection, labels: readonly string[]): Promise<void> {
  for (const label of labels) while ((await deletePage(connection, label)) > 0);
}

function deletePage(connection: Neo4jConnection, label: string): Promise<number> {
  return connection.write(async (transaction) => {
    const { records } = await transaction.run<{ deleted: number }>(
      `MATCH (n:${label}) WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS deleted`,
      { limit: int(PAGE_ROWS) },
    );
    return records[0]!.get('deleted');
  });
}
