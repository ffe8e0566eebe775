import { expect, it } from 'vitest';
import { requireServerVersion } from './requireServerVersion.ts';

it('takes the long-term release, newer ones and those numbered by year', () => {
  for (const agent of ['Neo4j/5.26.0', 'Neo4j/5.26.30', 'Neo4j/5.27-aura', 'Neo4j/2025.10.1']) {
    expect(() => requireServerVersion(agent)).not.toThrow();
  }
});

it('refuses older releases and servers that are no Neo4j, and says what to use', () => {
  for (const agent of ['Neo4j/4.4.41', 'Neo4j/5.25.1', 'Memgraph/3.0', '']) {
    expect(() => requireServerVersion(agent)).toThrow(
      expect.objectContaining({ code: 'store:server.old', hint: 'use Neo4j 5.26 or newer' }),
    );
  }
});
