import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Bundle } from '../engine/Bundles.ts';
import { loadValidPolicies } from '../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import type { Outcome } from '../twin/words.ts';

const compiler = new RegoCompiler();
afterAll(() => compiler.close());

const POLICIES = join(import.meta.dirname, '..', 'policies');

/** What the probe policy says of a property, by the grade of its label. */
export type Probe = {
  readonly general_1?: Said;
  readonly general_2?: Said;
  readonly general_3?: Said;
  readonly general_4?: Said;
};
type Said = { readonly outcome: Outcome; readonly obligations: readonly object[] };

/** A bundle whose one policy says of every property, record and action what a test asks for, by the grade of its label. */
export async function probePolicies(probe: Probe): Promise<Bundle> {
  const root = mkdtempSync(join(tmpdir(), 'twinward-probe-'));
  try {
    const folder = join(root, 'policies');
    mkdirSync(join(folder, 'probe'), { recursive: true });
    for (const file of ['main.rego', 'input.schema.json']) copyFileSync(join(POLICIES, file), join(folder, file));
    writeFileSync(join(folder, 'probe/probe.rego'), source(probe));
    return await loadValidPolicies(folder, { compiler });
  } finally {
    rmSync(root, { recursive: true });
  }
}

const source = (probe: Probe) => `# METADATA
# title: A policy for tests
# custom:
#   clauses: [DH-7.2.6]
#   owner: tests
#   announced: "2026-01-01"
#   in_force: "2026-01-01"
package probe

# METADATA
# title: What the test asks for
# custom:
#   clauses: [DH-7.2.6]
permit contains {"rule": "probe", "outcome": said.outcome, "obligations": said.obligations} if {
	said := _said[input.resource.label.grade]
}

_said := ${JSON.stringify(probe)}
`;
