import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';

/** The release that the adapter is tested on: the long-term one, which runs on Java 17. */
const VERSION = '5.26.30';
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/neo4j');

/**
 * The folder with the jars of Neo4j Community, fetched from Maven Central once (213 jars, 123 MB).
 * Throws `config:neo4j.unavailable` when Maven is missing or fails.
 */
export function fetchNeo4j(): string {
  const jars = join(CACHE, VERSION);
  if (existsSync(jars)) return jars;
  const partial = `${jars}.${process.pid}`;
  const { status, error, stdout, stderr } = spawnSync(
    'mvn',
    [
      ...['-q', '-B', '-ntp', '-f', join(import.meta.dirname, 'pom.xml'), `-Dneo4j.version=${VERSION}`],
      ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new CodedError('config:neo4j.unavailable', `Maven cannot fetch Neo4j: ${error?.message ?? stdout + stderr}`, {
      hint: 'install Maven and Java 17, and let it reach Maven Central',
      cause: error,
    });
  }
  // A folder under this name is whole: it appears at once.
  if (!existsSync(jars)) renameSync(partial, jars);
  return jars;
}
