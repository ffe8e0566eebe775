import { int } from 'neo4j-driver';
import type { Sealer } from '../../Sealer.ts';
import { type ChangeRow, decodeChange, readChanges } from './changeLog.ts';
import { deleteNodes } from './deleteNodes.ts';
import { pagesOf } from './inPages.ts';
import type { Neo4jConnection } from './Neo4jConnection.ts';
import { projectChanges } from './projectChanges.ts';
import { writeProjection } from './writeProjection.ts';

/** The shape of the projected graph; a database with another one gets it made anew when it is opened. */
const PROJECTION_VERSION = 1;

/** Makes the projected graph anew, unless it has the shape of this Twinward and was made to its end. */
export async function refreshProjection(connection: Neo4jConnection, sealer: Sealer): Promise<void> {
  const version = await connection.read(async (transaction) => {
    const { records } = await transaction.run<{ version: number | null }>(
      "MATCH (h:TwinHead {id: 'twin'}) RETURN h.projection AS version",
    );
    return records[0]!.get('version');
  });
  if (version !== PROJECTION_VERSION) await rebuildProjection(connection, sealer);
}

/** Deletes the projected graph and folds it again from the changes that can be opened. */
export async function rebuildProjection(connection: Neo4jConnection, sealer: Sealer): Promise<void> {
  // Without a version until it is whole: what breaks off here is made anew at the next start.
  await setVersion(connection, null);
  await deleteNodes(connection, ['Device', 'Room', 'Lease', 'Home', 'Party', 'Area']);
  const pages = pagesOf((after: ChangeRow | null) =>
    connection.read((transaction) => readChanges(transaction, after?.seq ?? 0)),
  );
  for await (const rows of pages) {
    const opened = rows.flatMap((row) => {
      const record = decodeChange(sealer, row);
      return record ? [{ change: record.change, keyId: row.keyId }] : [];
    });
    await connection.write((transaction) => writeProjection(transaction, projectChanges(opened)));
  }
  await setVersion(connection, PROJECTION_VERSION);
}

async function setVersion(connection: Neo4jConnection, version: number | null): Promise<void> {
  await connection.write((transaction) =>
    transaction.run("MATCH (h:TwinHead {id: 'twin'}) SET h.projection = $version", {
      version: version === null ? null : int(version),
    }),
  );
}
