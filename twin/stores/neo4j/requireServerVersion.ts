import { CodedError } from '../../CodedError.ts';

/** The oldest release that the adapter is tested on: the long-term one of the 5 series. */
const OLDEST = [5, 26] as const;

/**
 * Throws `store:server.old` unless a server's agent, such as `Neo4j/5.26.30` or `Neo4j/2025.10.1`, names a release
 * that the adapter can use.
 */
export function requireServerVersion(agent: string): void {
  const [, major, minor] = /^Neo4j\/(\d+)\.(\d+)/.exec(agent) ?? [];
  const found = major !== undefined && minor !== undefined;
  if (found && (Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]))) return;
  throw new CodedError('store:server.old', `the server says that it is \`${agent}\``, {
    hint: `use Neo4j ${OLDEST.join('.')} or newer`,
  });
}
