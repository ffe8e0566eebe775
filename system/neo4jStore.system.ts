import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auth, type Driver, driver } from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLossyWire } from '../tools/neo4j/startLossyWire.ts';
import { type RunningNeo4j, startNeo4j } from '../tools/neo4j/startNeo4j.ts';
import type { Change } from '../twin/changes.ts';
import type { KeyScope } from '../twin/Sealer.ts';
import { EphemeralSealer } from '../twin/stores/EphemeralSealer.ts';
import type { Neo4jStore } from '../twin/stores/neo4j/Neo4jStore.ts';
import { openNeo4jStore, restoreNeo4jStore } from '../twin/stores/neo4j/openNeo4jStore.ts';
import { describeTwinStore } from '../twin/stores/TwinStore.cases.ts';
import type { Reading } from '../twin/TwinStore.ts';

let server: RunningNeo4j;
/** An integrator's own connection. */
let client: Driver;
const folder = mkdtempSync(join(tmpdir(), 'twinward-neo4j-test-'));

beforeAll(async () => {
  server = await startNeo4j();
  client = driver(server.url, auth.basic(server.user, server.password), { disableLosslessIntegers: true });
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const empty = () => cypher('MATCH (n) DETACH DELETE n');
const open = (sealer: EphemeralSealer) => openNeo4jStore({ ...server, sealer });

async function cypher(query: string, parameters: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> {
  const { records } = await client.executeQuery(query, parameters);
  return records.map((record) => record.toObject());
}

/** Ends a key as its owner's erasure does, and tells the store. */
async function destroyKey(store: Neo4jStore, sealer: EphemeralSealer, scope: KeyScope): Promise<void> {
  const { keyId } = sealer.seal(scope, new Uint8Array());
  sealer.destroy(scope);
  await store.forgetKey(keyId);
}

const AT = '2026-01-01T00:00:00.000Z';
const at = (...changes: Change[]) => ({ changes: changes.map((change) => ({ at: AT, change })) });
const city: Change = { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } };
const block: Change = { kind: 'area_added', area: { id: 'b1', level: 'building', name: 'Block 1', parent: 'city' } };
const home: Change = { kind: 'home_added', home: { id: 'h1', area: 'b1', name: 'Home 1', occupancy: 'rented' } };
const hall: Change = { kind: 'room_added', room: { id: 'hall', home: 'h1', name: 'the hall' } };
const person = (id: string): Change => ({ kind: 'person_added', person: { id, ageBand: 'elder' } });
const company: Change = {
  kind: 'organisation_added',
  organisation: { id: 'keeper', kind: 'property_company', name: 'Keeper Ltd', area: 'b1' },
};
const lock: Change = {
  kind: 'device_registered',
  device: {
    ...{ id: 'h1/lock', home: 'h1', room: 'hall', address: '0x1', name: 'front door' },
    ...{ vendor: 'Aqara', model: 'ZNMS12LM', trust: 'normal' },
  },
};
const lease: Change = {
  kind: 'lease_signed',
  lease: { id: 'l1', home: 'h1', tenant: 'tina', landlord: 'olga', starts: AT, ends: '2026-12-31T00:00:00.000Z' },
};
const relation = (kind: 'relation_added' | 'relation_ended', subject: string, object = 'h1'): Change => ({
  kind,
  subject,
  relation: 'manages',
  object,
});
const town = [city, block, company, home, hall, person('tina'), person('olga'), lock, lease];

const reading = (over: Partial<Reading> = {}): Reading => ({
  ...{ home: 'h1', device: 'h1/meter', at: 1_000, receivedAt: 1_001, values: { power: 1 } },
  ...{ tenancy: null, group: 'closed', current: true, ...over },
});

describeTwinStore('Neo4jStore', async () => {
  await empty();
  const sealer = new EphemeralSealer();
  const store = await open(sealer);
  return { store, destroyKey: (scope) => destroyKey(store, sealer, scope) };
});

describe('Neo4jStore', () => {
  beforeEach(empty);

  it('goes on where it was left when it is opened again', async () => {
    const sealer = new EphemeralSealer();
    const before = await open(sealer);
    await before.commit({ ...at(home), readings: [reading()] });
    await before.close();
    const after = await open(sealer);
    expect(await after.commit(at(hall))).toEqual({ revision: 2 });
    expect((await Array.fromAsync(after.changes(0))).map(({ change }) => change)).toEqual([home, hall]);
    expect(await Array.fromAsync(after.values())).toMatchObject([{ property: 'power', value: 1 }]);
    await after.close();
  });

  it('loses nothing and doubles nothing when the server is killed under its writers', async () => {
    const store = await open(new EphemeralSealer());
    const told = 300;
    const writes = Array.from({ length: told }, (_, n) =>
      store.commit({
        ...at({ kind: 'room_added', room: { id: `r${n}`, home: 'h1', name: `room ${n}` } }),
        readings: [reading({ at: n, values: { n } })],
        deadLetters: [{ code: 'payload.json', home: null, topic: 't', property: null, detail: String(n), at: n }],
      }),
    );
    await writes[100];
    await server.crash();
    const revisions = (await Promise.all(writes)).map(({ revision }) => revision);
    expect(revisions).toEqual(Array.from({ length: told }, (_, n) => n + 1));
    expect((await Array.fromAsync(store.changes(0))).map(({ seq }) => seq)).toEqual(revisions);
    expect(await Array.fromAsync(store.readings('h1', 0, told))).toHaveLength(told);
    expect(await store.deadLetterCounts()).toEqual([{ code: 'payload.json', count: told }]);
    await store.close();
  });

  it('applies a batch once that the driver sends again because the answer to its commit was lost', async () => {
    const wire = await startLossyWire(new URL(server.url));
    const store = await openNeo4jStore({ ...server, url: wire.url, sealer: new EphemeralSealer() });
    const letter = { code: 'payload.json', home: null, topic: 't', property: null, detail: 'd', at: 1 };
    wire.loseNextCommitAnswer();
    const commit = await store.commit({ ...at(home), readings: [reading()], deadLetters: [letter] });
    expect(wire.lost()).toBe(1);
    expect(commit).toEqual({ revision: 1 });
    expect(await Array.fromAsync(store.changes(0))).toHaveLength(1);
    expect(await Array.fromAsync(store.readings('h1', 0, 2_000))).toHaveLength(1);
    expect(await store.deadLetterCounts()).toEqual([{ code: 'payload.json', count: 1 }]);
    await store.close();
    await wire.close();
  });

  it('counts on without a gap when two processes write at once', async () => {
    const sealer = new EphemeralSealer();
    const stores = await Promise.all([open(sealer), open(sealer)]);
    const writes = Array.from({ length: 60 }, (_, n) =>
      stores[n % 2]!.commit({
        ...at({ kind: 'room_added', room: { id: `r${n}`, home: 'h1', name: `room ${n}` } }),
        readings: [reading({ at: n, values: { [`p${n}`]: n } })],
      }),
    );
    const revisions = (await Promise.all(writes)).map(({ revision }) => revision);
    expect(revisions.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    // One row holds the values of a device: each writer kept what the other had put there.
    expect(await Array.fromAsync(stores[0].values())).toHaveLength(60);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('lets one of two processes through that write for one revision', async () => {
    const sealer = new EphemeralSealer();
    const stores = await Promise.all([open(sealer), open(sealer)]);
    const writes = stores.map((store) => store.commit({ ...at(home), expectedRevision: 0 }));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'store:revision.conflict' },
    });
    expect(await stores[0].revision()).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('undoes a batch whole when its last part fails', async () => {
    const store = await open(new EphemeralSealer());
    await cypher('CREATE (:DeadLetter {seq: 1})');
    const letter = { code: 'payload.json', home: null, topic: 't', property: null, detail: 'd', at: 1 };
    const failing = store.commit({ ...at(home), readings: [reading()], deadLetters: [letter] });
    await expect(failing).rejects.toMatchObject({ code: 'store:corrupt' });
    expect(await store.revision()).toBe(0);
    expect(await cypher('MATCH (n) WHERE n:Change OR n:Reading OR n:DeviceValues OR n:Home RETURN n')).toEqual([]);
    await cypher('MATCH (l:DeadLetter) DELETE l');
    expect(await store.commit({ ...at(home), deadLetters: [letter] })).toEqual({ revision: 1 });
    await store.close();
  });

  it('writes no private value in the clear into any file of the server', async () => {
    const store = await open(new EphemeralSealer());
    // Long, because Neo4j packs short texts.
    const mark = (of: string) => `PLAINMARK-${of}-${'x'.repeat(100)}`;
    await store.commit({
      ...at({ kind: 'home_added', home: { id: 'h1', area: 'b1', name: mark('name'), occupancy: 'rented' } }),
      readings: [reading({ device: `h1/VISIBLE-${'x'.repeat(100)}`, values: { note: mark('value') } })],
    });
    expect(JSON.stringify(await Array.fromAsync(store.values()))).toContain('PLAINMARK-value');
    const data = join(server.folder, 'data');
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.map((file) => readFileSync(join(file.parentPath, file.name)).toString('latin1')).join('');
    expect(bytes).toContain('h1/VISIBLE-');
    expect(bytes.includes('PLAINMARK')).toBe(false);
    await store.close();
  });

  it('refuses to give out a row that was altered or exchanged', async () => {
    const store = await open(new EphemeralSealer());
    await store.commit({ ...at(home, hall), readings: [reading(), reading({ at: 2_000 })] });
    const read = () => Array.fromAsync(store.readings('h1', 0, 1_500));
    await cypher('MATCH (r:Reading {seq: 1}), (o:Reading {seq: 2}) SET r.was = r.body, r.body = o.body');
    await expect(read()).rejects.toMatchObject({ code: 'store:corrupt' });
    const [row] = (await cypher('MATCH (r:Reading {seq: 1}) RETURN r.was AS body')) as [{ body: Int8Array }];
    row.body[20]! ^= 1;
    await cypher('MATCH (r:Reading {seq: 1}) SET r.body = $body', row);
    await expect(read()).rejects.toMatchObject({ code: 'trust:seal.broken' });
    await cypher('MATCH (r:Reading {seq: 1}) SET r.body = r.was');
    expect(await read()).toHaveLength(1);
    await cypher('MATCH (c:Change {seq: 1}) SET c.kind = "room_added"');
    await expect(Array.fromAsync(store.changes(0))).rejects.toMatchObject({ code: 'store:corrupt' });
    await store.close();
  });
});

describe('the graph that integrators query', () => {
  let store: Neo4jStore;
  let sealer: EphemeralSealer;
  beforeEach(async () => {
    await empty();
    sealer = new EphemeralSealer();
    store = await open(sealer);
    return () => store.close();
  });

  /** Everything projected, as texts. */
  async function graph(): Promise<string[]> {
    const rows = await cypher(
      `MATCH (n) WHERE n:Area OR n:Party OR n:Home OR n:Room OR n:Device OR n:Lease
       OPTIONAL MATCH (n)-[r]->(o)
       RETURN labels(n) AS labels, n.id AS id, coalesce(n.level, n.kind, n.occupancy, n.state) AS word,
         type(r) + ' ' + o.id AS link`,
    );
    return rows
      .map(({ labels, id, word, link }) => [(labels as string[]).join(':'), id, word, link].filter(Boolean).join(' '))
      .sort();
  }

  it('holds areas, homes, rooms, devices, parties, leases and relations', async () => {
    await store.commit(at(...town, relation('relation_added', 'keeper'), relation('relation_added', 'keeper', 'b1')));
    expect(await graph()).toEqual([
      'Area b1 building LIES_IN city',
      'Area city city',
      'Device h1/lock registered INSTALLED_IN h1',
      'Device h1/lock registered IN_ROOM hall',
      'Home h1 rented STANDS_IN b1',
      'Lease l1 signed GRANTED_BY olga',
      'Lease l1 signed HELD_BY tina',
      'Lease l1 signed LEASES h1',
      'Party:Organisation keeper property_company MANAGES b1',
      'Party:Organisation keeper property_company MANAGES h1',
      'Party:Organisation keeper property_company SERVES b1',
      'Party:Person olga',
      'Party:Person tina',
      'Room hall PART_OF h1',
    ]);
  });

  it('holds ids and closed words, and nothing else of a private body', async () => {
    await store.commit(at(...town, { kind: 'home_flagged', home: 'h1', flag: 'medical_care', on: true }));
    const rows = await cypher(
      'MATCH (n) WHERE n:Party OR n:Home OR n:Room OR n:Device OR n:Lease UNWIND keys(n) AS key RETURN DISTINCT key',
    );
    expect(rows.map(({ key }) => key).sort()).toEqual(['home', 'id', 'keyId', 'kind', 'occupancy', 'state', 'trust']);
  });

  it('is the same whatever order things are told in', async () => {
    await store.commit(at(...town));
    const expected = await graph();
    await empty();
    const other = await open(sealer);
    for (const change of town.toReversed()) await other.commit(at(change));
    expect(await graph()).toEqual(expected);
    await other.close();
  });

  it('follows what moves and ends', async () => {
    await store.commit(at(...town, relation('relation_added', 'keeper')));
    await store.commit(
      at(
        { kind: 'device_transitioned', home: 'h1', device: 'h1/lock', to: 'online' },
        { kind: 'occupancy_changed', home: 'h1', occupancy: 'vacant' },
        { kind: 'lease_transitioned', home: 'h1', lease: 'l1', to: 'ended' },
        relation('relation_ended', 'keeper'),
      ),
    );
    const moved = await graph();
    expect(moved).toContain('Device h1/lock online INSTALLED_IN h1');
    expect(moved).toContain('Home h1 vacant STANDS_IN b1');
    expect(moved).toContain('Lease l1 ended LEASES h1');
    expect(moved.join()).not.toContain('MANAGES');
    await store.commit(
      at({ kind: 'home_added', home: { id: 'h1', area: 'city', name: 'Home 1', occupancy: 'vacant' } }),
    );
    expect((await graph()).filter((line) => line.includes('STANDS_IN'))).toEqual(['Home h1 vacant STANDS_IN city']);
  });

  it('loses with a key what that key had sealed', async () => {
    await store.commit(at(...town, relation('relation_added', 'tina'), relation('relation_added', 'keeper')));
    await destroyKey(store, sealer, { kind: 'person', person: 'tina' });
    const withoutTina = await graph();
    expect(withoutTina.join()).not.toContain('tina');
    expect(withoutTina).toContain('Party:Organisation keeper property_company MANAGES h1');
    await destroyKey(store, sealer, { kind: 'home', home: 'h1', tenancy: null, group: 'closed' });
    expect(await graph()).toEqual([
      'Area b1 building LIES_IN city',
      'Area city city',
      'Party:Organisation keeper property_company SERVES b1',
      'Party:Person olga',
    ]);
  });

  it('is made anew from what can still be opened, as it was', async () => {
    await store.commit(at(...town, relation('relation_added', 'keeper'), relation('relation_added', 'tina')));
    const expected = await graph();
    await cypher('MATCH (n) WHERE n:Device OR n:Party DETACH DELETE n');
    await store.rebuildProjection();
    expect(await graph()).toEqual(expected);
    // A process that broke off between the key and the graph leaves this for the next start.
    sealer.destroy({ kind: 'person', person: 'olga' });
    await cypher('MATCH (h:TwinHead) REMOVE h.projection');
    const next = await open(sealer);
    expect((await graph()).join()).not.toContain('Person olga');
    await next.close();
  });
});

describe('a backup of Neo4jStore', () => {
  const path = (name: string) => join(folder, name);
  const restore = (name: string, sealer: EphemeralSealer) => restoreNeo4jStore(path(name), { ...server, sealer });
  beforeEach(empty);

  it('restores into an empty database as a store of the same rows', async () => {
    const sealer = new EphemeralSealer();
    const store = await open(sealer);
    const letter = { code: 'payload.json', home: 'h1', topic: 't', property: null, detail: 'd', at: 1 };
    await store.commit({ ...at(...town), readings: [reading(), reading({ at: 2_000 })], deadLetters: [letter] });
    const rows = async (of: Neo4jStore) => ({
      changes: await Array.fromAsync(of.changes(0)),
      values: await Array.fromAsync(of.values()),
      readings: await Array.fromAsync(of.readings('h1', 0, 5_000)),
      letters: await of.deadLetters({ first: 10 }),
      counts: await of.deadLetterCounts(),
      graph: await cypher('MATCH (n)-[r]->(o) RETURN n.id AS n, type(r) AS r, o.id AS o ORDER BY n, r, o'),
    });
    const expected = await rows(store);
    await store.backup(path('whole'));
    await expect(store.backup(path('whole'))).rejects.toMatchObject({ code: 'store:backup.exists' });
    await expect(restore('whole', sealer)).rejects.toMatchObject({ code: 'store:restore.not_empty' });
    await store.close();
    await empty();
    const copy = await restore('whole', sealer);
    expect(await rows(copy)).toEqual(expected);
    expect(await copy.commit(at(hall))).toEqual({ revision: town.length + 1 });
    await copy.close();
  });

  it('is refused when it is cut off, altered or something else', async () => {
    const sealer = new EphemeralSealer();
    const store = await open(sealer);
    await store.commit(at(city, block));
    await store.backup(path('good'));
    await store.close();
    await empty();
    const text = readFileSync(path('good'), 'utf8');
    const damaged = { code: 'store:backup.damaged' };
    writeFileSync(path('cut'), text.slice(0, text.lastIndexOf('{"kind":"end"')));
    await expect(restore('cut', sealer)).rejects.toMatchObject(damaged);
    writeFileSync(path('altered'), text.replace('"at":"2026', '"at":"2025'));
    await expect(restore('altered', sealer)).rejects.toMatchObject(damaged);
    writeFileSync(path('other'), 'no backup at all');
    await expect(restore('other', sealer)).rejects.toMatchObject(damaged);
    await expect(restore('missing', sealer)).rejects.toMatchObject({ code: 'store:backup.unreadable' });
    expect(await cypher('MATCH (c:Change) RETURN c')).toEqual([]);
  });
});

describe('opening Neo4jStore', () => {
  beforeEach(empty);
  const sealer = new EphemeralSealer();

  it('says that no server answers', async () => {
    const opening = openNeo4jStore({ ...server, url: 'bolt://127.0.0.1:1', sealer });
    await expect(opening).rejects.toMatchObject({ code: 'store:unreachable', hint: expect.stringContaining('port') });
  });

  it('says that the password is wrong, without the password', async () => {
    const opening = openNeo4jStore({ ...server, password: 'PLAINMARK', sealer });
    const error = await opening.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'store:login.refused', hint: expect.stringContaining('password') });
    expect(String(error)).not.toContain('PLAINMARK');
  });

  it('says that an address cannot be used', async () => {
    const opening = openNeo4jStore({ ...server, url: 'http://127.0.0.1:7474', sealer });
    await expect(opening).rejects.toMatchObject({ code: 'store:address.invalid' });
  });

  it('refuses a database that holds something else, and leaves it alone', async () => {
    await cypher('CREATE (:Person {name: "somebody"})');
    await expect(open(sealer)).rejects.toMatchObject({ code: 'store:not_empty' });
    expect(await cypher('MATCH (n) RETURN n.name AS name')).toEqual([{ name: 'somebody' }]);
  });

  it('refuses a database of a newer version', async () => {
    const store = await open(sealer);
    await store.close();
    await cypher('MATCH (h:TwinHead) SET h.version = 2');
    await expect(open(sealer)).rejects.toMatchObject({ code: 'store:version.newer' });
  });
});
