import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { factSettings } from '../engine/facts/factSettings.ts';
import { noteContacts } from '../engine/noteContacts.ts';
import { loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { createHttpServer, type HttpServer } from './http/createHttpServer.ts';
import { clientOf } from './testClient.ts';
import { NOW, TestWorld } from './testWorld.ts';

const CLIMATE = 'demo:0xa1';

/** Nobody commands what was not heard lately, and the community reads in office hours alone. */
const DOUBTS = `# METADATA
# title: What nobody knows now
# custom:
#   owner: data protection office
#   announced: "2026-06-01"
#   in_force: "2026-09-01"
package sharing.doubts

# METADATA
# title: A device is commanded when it was heard lately
# custom:
#   clauses: [RA-7.1.2-d]
deny contains {"rule": "unheard", "needs": "resource.device.last_seen"} if {
	input.action == "command"
	input.resource.device.last_seen != "fresh"
}

# METADATA
# title: The community reads in office hours
# custom:
#   clauses: [DH-5.4.6-s2]
deny contains {"rule": "after_hours"} if {
	input.subject.tier == "community"
	not "office_hours" in input.context.time_windows
}
`;

let bundle: PolicyBundle;
let world: TestWorld;
let server: HttpServer;
let ask: ReturnType<typeof clientOf>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'doubt-'));
  const policies = join(folder, 'policies');
  cpSync(join(import.meta.dirname, '../policies'), policies, { recursive: true });
  mkdirSync(join(policies, 'sharing/doubts'));
  writeFileSync(join(policies, 'sharing/doubts/doubts.rego'), DOUBTS);
  bundle = await loadValidPolicies(policies);
  return () => rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  world = new TestWorld(bundle);
  const device = { id: CLIMATE, home: 'demo', room: null, address: '0xa1', name: 'hall/climate' };
  const model = { vendor: 'Aqara', model: 'WSDCGQ11LM', trust: 'normal' } as const;
  world.apply([{ kind: 'device_registered', device: { ...device, ...model } }]);
  server = await createHttpServer(world.ports, { host: '127.0.0.1', port: 0, demo: false });
  ask = clientOf(server);
  return () => server.close();
});

it('denies on a fact that is missing or too old, and says which, how old and what would settle it [RA-7.1.2-d]', async () => {
  const never = await decide('resident', 'command');
  expect(never).toMatchObject({ outcome: 'denied', reasons: [{ rule: 'unheard' }] });
  expect(never.reasons[0]?.missingFact).toEqual({
    path: 'resource.device.last_seen',
    lastAt: null,
    ageSeconds: null,
    remedy: 'a message of the device: wake it, or see to its battery and its connection',
  });
  world.report('demo', CLIMATE, { temperature: 21 }, NOW);
  expect((await decide('resident', 'command')).outcome).toBe('raw');
  pass(factSettings.lastSeenStaleAfter - 1);
  expect((await decide('resident', 'command')).outcome).toBe('raw');
  pass(1);
  const stale = await decide('resident', 'command');
  expect(stale.reasons[0]?.missingFact).toMatchObject({
    lastAt: new Date(NOW).toISOString(),
    ageSeconds: factSettings.lastSeenStaleAfter / 1000,
  });
  pass(1);
  world.report('demo', CLIMATE, { temperature: 21 }, world.clock.now());
  expect((await decide('resident', 'command')).outcome).toBe('raw');

  const { data } = await ask('resident', EXPLAIN, { variables: { id: stale.id } });
  const told = { path: 'resource.device.last_seen', lastAt: null };
  expect(data).toMatchObject({ explain: { reproduced: true, decision: { reasons: [{ missingFact: told }] } } });
});

it('tells when a device was last heard to nobody who has nothing to do with its home', async () => {
  world.report('demo', CLIMATE, { temperature: 21 }, NOW);
  pass(factSettings.lastSeenStaleAfter);
  world.apply([{ kind: 'basis_given', basis: { ...BASIS, grantee: 'person-of-home-far' } }]);
  const { reasons } = await decide('stranger', 'command');
  for (const { missingFact } of reasons) if (missingFact) expect(missingFact.lastAt).toBeNull();
  expect((await decide('resident', 'command')).reasons[0]?.missingFact?.lastAt).toBe(new Date(NOW).toISOString());
});

it('flips at the edge of a named window without a message', async () => {
  const { revision } = world.graph;
  const seen: string[] = [];
  for (const time of ['2026-11-04T16:59:59.999+08:00', '2026-11-04T17:00:00+08:00', '2026-11-05T09:00:00+08:00']) {
    pass(Date.parse(time) - world.clock.now());
    seen.push((await decide('community_officer', 'read')).outcome);
  }
  expect(seen).toEqual(['reduced', 'denied', 'reduced']);
  expect(world.graph.revision).toBe(revision);
});

const BASIS = {
  id: 'b',
  type: 'consent',
  home: 'demo',
  person: null,
  givenBy: 'somebody',
  purposes: ['own_use'],
  categories: ['environment'],
  granularity: 'full',
  ends: null,
} as const;

type Missing = { path: string; lastAt: string | null; ageSeconds: number | null; remedy: string };
type Asked = { id: string; outcome: string; reasons: { rule: string | null; missingFact: Missing | null }[] };

function pass(ms: number): void {
  world.clock.advance(ms);
  noteContacts(world.graph, world.clock.now(), factSettings.lastSeenStaleAfter);
}

async function decide(account: string, action: string): Promise<Asked> {
  const resource =
    action === 'read' ? `device: "${CLIMATE}", property: "temperature"` : `type: device, id: "${CLIMATE}"`;
  const { data } = await ask(
    account,
    `{ decide(requests: [{ home: "demo", ${resource}, action: ${action} }]) {
      id outcome reasons { rule missingFact { path lastAt ageSeconds remedy } }
    } }`,
  );
  return (data as unknown as { decide: [Asked] }).decide[0];
}

const EXPLAIN = `query ($id: ID!) {
  explain(decisionId: $id) { reproduced decision { reasons { missingFact { path lastAt } } } }
}`;
