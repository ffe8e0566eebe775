import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, TestWorld } from './testWorld.ts';

const MINUTE = 60_000;

/** Nobody but a home's people reads the environment from ten minutes after `NOW` on, and for an hour. */
const CLOSED = `# METADATA
# title: What a home feels like stays in it
# custom:
#   owner: data protection office
#   announced: "${second(NOW + 5 * MINUTE)}"
#   in_force: "${second(NOW + 10 * MINUTE)}"
#   repealed: "${second(NOW + 70 * MINUTE)}"
package sharing.closed

# METADATA
# title: The environment of a home is not for the community
# custom:
#   clauses: [DH-5.4.6-s3]
deny contains {"rule": "environment"} if {
	input.subject.tier == "community"
	input.resource.label.category == "environment"
}
`;

let bundle: PolicyBundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dates-'));
  const policies = join(folder, 'policies');
  cpSync(join(import.meta.dirname, '../policies'), policies, { recursive: true });
  mkdirSync(join(policies, 'sharing/closed'));
  writeFileSync(join(policies, 'sharing/closed/closed.rego'), CLOSED);
  bundle = await loadValidPolicies(policies);
  return () => rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

it('follows the dates of policies by the clock alone, without a restart and without a write to the twin', async () => {
  const { revision } = world.graph;
  const seen: [number, string, string[]][] = [];
  for (const minutes of [0, 5, 10 - 1 / MINUTE, 10, 70 - 1 / MINUTE, 70]) {
    world.clock.advance(NOW + minutes * MINUTE - world.clock.now());
    const { outcome, announced } = await decision();
    seen.push([minutes, outcome, announced.map(({ from, outcome: later }) => `${from} ${later}`)]);
  }
  const starts = `${new Date(NOW + 10 * MINUTE).toISOString()} denied`;
  const ends = `${new Date(NOW + 70 * MINUTE).toISOString()} aggregate`;
  expect(seen).toEqual([
    [0, 'aggregate', []],
    [5, 'aggregate', [starts, ends]],
    [10 - 1 / MINUTE, 'aggregate', [starts, ends]],
    [10, 'denied', [ends]],
    [70 - 1 / MINUTE, 'denied', [ends]],
    [70, 'aggregate', []],
  ]);
  expect(world.graph.revision).toBe(revision);
});

it('explains a decision by the policies of its own instant, to the same bytes, whatever holds by then', async () => {
  world.clock.advance(20 * MINUTE);
  const { id } = await decision();
  world.clock.advance(100 * MINUTE);
  const date = second(NOW + 5 * MINUTE);
  const { data } = await ask('community_officer', EXPLAIN, { variables: { id, date } });
  expect(data).toMatchObject({
    explain: {
      reproduced: true,
      decision: {
        outcome: 'denied',
        reasons: [{ rule: 'environment' }],
        announced: [{ outcome: 'aggregate', reasons: [{ policy: 'sharing.tiered' }] }],
      },
      at: { from: new Date(NOW + 5 * MINUTE).toISOString(), outcome: 'aggregate' },
    },
  });
  const none = await ask('community_officer', EXPLAIN, { variables: { id, date: '2027-02-30' } });
  expect(none.errors?.[0]?.extensions).toMatchObject({ code: 'command:date.invalid' });
});

type Asked = {
  id: string;
  outcome: string;
  announced: { from: string; outcome: string }[];
};

async function decision(): Promise<Asked> {
  const { data } = await ask('community_officer', DECIDE);
  return (data as unknown as { decide: [Asked] }).decide[0];
}

const DECIDE = `{
  decide(requests: [{ home: "home-1", device: "home-1:0x01", property: "temperature" }]) {
    id outcome announced { from outcome }
  }
}`;
const EXPLAIN = `query ($id: ID!, $date: String!) {
  explain(decisionId: $id) {
    reproduced
    decision { outcome reasons { rule } announced { from outcome reasons { policy } } }
    at(date: $date) { from outcome }
  }
}`;

function second(instant: number): string {
  return new Date(instant).toISOString().replace('.000', '');
}
