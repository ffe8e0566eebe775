import { CodedError } from '../../CodedError.ts';
import type { Neo4jConnection } from './Neo4jConnection.ts';
import { RELATION_TYPES } from './projectChanges.ts';

/** The version of the nodes. A database with a higher one was written by a newer Twinward. */
const SCHEMA_VERSION = 1;

/** Without these a point read costs 60 ms at 100,000 devices, and a race could store a row twice. */
const CONSTRAINTS = [
  ['head', '(n:TwinHead) REQUIRE n.id'],
  ['batch', '(n:Batch) REQUIRE n.id'],
  ['change', '(n:Change) REQUIRE n.seq'],
  ['reading', '(n:Reading) REQUIRE n.seq'],
  ['device_values', '(n:DeviceValues) REQUIRE n.id'],
  ['dead_letter', '(n:DeadLetter) REQUIRE n.seq'],
  ['dead_letter_count', '(n:DeadLetterCount) REQUIRE n.code'],
  ['area', '(n:Area) REQUIRE n.id'],
  ['party', '(n:Party) REQUIRE n.id'],
  ['home', '(n:Home) REQUIRE n.id'],
  ['room', '(n:Room) REQUIRE (n.home, n.id)'],
  ['device', '(n:Device) REQUIRE (n.home, n.id)'],
  ['lease', '(n:Lease) REQUIRE (n.home, n.id)'],
] as const;

const INDEXES = [
  ['batch_number', '(n:Batch) ON (n.number)'],
  ['reading_of_home', '(n:Reading) ON (n.home, n.at, n.device)'],
  ['reading_at', '(n:Reading) ON (n.at)'],
  ['device_values_of_device', '(n:DeviceValues) ON (n.home, n.device)'],
  ['dead_letter_of_home', '(n:DeadLetter) ON (n.home)'],
  // An integrator knows a device by its id alone.
  ['device_id', '(n:Device) ON (n.id)'],
  ...['Party', 'Home', 'Room', 'Device', 'Lease'].map((label) => [`key_of_${label}`, `(n:${label}) ON (n.keyId)`]),
  ...RELATION_TYPES.map((type) => [`key_of_${type}`, `()-[n:${type}]-() ON (n.keyId)`]),
] as const;

/**
 * Makes constraints, indexes and the head of the twin where they are missing. Throws `store:version.newer` when a newer
 * Twinward wrote the database and `store:not_empty` when it holds something else. It waits for a server that has just
 * started.
 */
export async function prepareSchema(connection: Neo4jConnection): Promise<void> {
  await refuseForeignData(connection);
  await connection.write(async (transaction) => {
    for (const [name, of] of CONSTRAINTS) {
      await transaction.run(`CREATE CONSTRAINT twinward_${name} IF NOT EXISTS FOR ${of} IS UNIQUE`);
    }
    for (const [name, of] of INDEXES) {
      await transaction.run(`CREATE INDEX twinward_${name} IF NOT EXISTS FOR ${of}`);
    }
  });
  await connection.read((transaction) => transaction.run('CALL db.awaitIndexes(600)'));
  const version = await connection.write(async (transaction) => {
    const { records } = await transaction.run<{ version: number }>(
      `MERGE (h:TwinHead {id: 'twin'})
       ON CREATE SET h.version = ${SCHEMA_VERSION}, h.seq = 0, h.readings = 0, h.letters = 0, h.batches = 0
       RETURN h.version AS version`,
    );
    return records[0]!.get('version');
  });
  if (version > SCHEMA_VERSION) {
    throw new CodedError(
      'store:version.newer',
      `the Neo4j database has version ${version}, this Twinward reads ${SCHEMA_VERSION}`,
      { hint: 'use the newer Twinward that wrote it' },
    );
  }
}

/** Projected nodes have everyday labels and are deleted when they are made anew, so nobody else's may be among them. */
async function refuseForeignData(connection: Neo4jConnection): Promise<void> {
  const foreign = await connection.read(async (transaction) => {
    const { records } = await transaction.run<{ foreign: boolean }>(
      'RETURN NOT EXISTS { (h:TwinHead) } AND EXISTS { MATCH (n) } AS foreign',
    );
    return records[0]!.get('foreign');
  });
  if (!foreign) return;
  throw new CodedError('store:not_empty', 'the Neo4j database holds data that is not of a twin', {
    hint: 'give the twin a database of its own',
  });
}
