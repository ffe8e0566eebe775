import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { SqliteStore } from '../twin/stores/sqlite/SqliteStore.ts';
import { describeTwinStore } from '../twin/stores/TwinStore.cases.ts';
import { FileKeyStore } from './keys/fileKeyStore/FileKeyStore.ts';
import { Sm4Sealer } from './Sm4Sealer.ts';
import { decryptGcm } from './sm4.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-sealer-'));
afterAll(() => rmSync(root, { recursive: true }));
const openKeys = () => FileKeyStore.open(mkdtempSync(join(root, 'f')), {});

const PLAIN = Buffer.from('{"occupancy":true}');
const HOME = { kind: 'home', home: 'h1', tenancy: 'lease1', group: 'closed' } as const;

it('opens what it sealed, with a fresh nonce each time', () => {
  const sealer = new Sm4Sealer(openKeys());
  const [one, two] = [sealer.seal(HOME, PLAIN), sealer.seal(HOME, PLAIN)];
  expect(Buffer.from(sealer.open(one)!)).toEqual(PLAIN);
  expect(one.keyId).toBe(two.keyId);
  expect(Buffer.from(one.body.subarray(0, 12))).not.toEqual(Buffer.from(two.body.subarray(0, 12)));
  expect(Buffer.from(one.body).includes(PLAIN)).toBe(false);
});

it('uses no nonce twice, over many drawings', () => {
  const sealer = new Sm4Sealer(openKeys());
  const nonces = Array.from({ length: 5_000 }, () =>
    Buffer.from(sealer.seal(HOME, PLAIN).body.subarray(0, 12)).toString('hex'),
  );
  expect(new Set(nonces).size).toBe(5_000);
});

it('seals with SM4-GCM, the nonce in front and the key id bound to it', () => {
  const keys = openKeys();
  const { keyId, body } = new Sm4Sealer(keys).seal(HOME, PLAIN);
  const plain = decryptGcm(keys.key(keyId)!, body.subarray(0, 12), Buffer.from(keyId), body.subarray(12));
  expect(plain).toEqual(PLAIN);
});

it('gives each person, home, tenancy and grade group a key of its own', () => {
  const sealer = new Sm4Sealer(openKeys());
  const scopes = [
    HOME,
    { ...HOME, group: 'open' },
    { ...HOME, tenancy: 'lease2' },
    { ...HOME, tenancy: null },
    { ...HOME, home: 'h2' },
    { kind: 'person', person: 'h1' },
    { kind: 'system', name: 'h1' },
  ] as const;
  expect(new Set(scopes.map((scope) => sealer.seal(scope, PLAIN).keyId)).size).toBe(scopes.length);
});

it('answers null for what a destroyed key sealed, and seals anew under another', () => {
  const sealer = new Sm4Sealer(openKeys());
  const sealed = sealer.seal(HOME, PLAIN);
  const other = sealer.seal({ ...HOME, home: 'h2' }, PLAIN);
  expect(sealer.destroy(HOME)).toBe(sealed.keyId);
  expect(sealer.open(sealed)).toBeNull();
  expect(sealer.open(other)).not.toBeNull();
  expect(sealer.seal(HOME, PLAIN).keyId).not.toBe(sealed.keyId);
});

it('refuses a body of which any byte was changed, cut off, or given another key id [DH-6.2.11-2]', () => {
  const sealer = new Sm4Sealer(openKeys());
  const { keyId, body } = sealer.seal(HOME, PLAIN);
  const broken = expect.objectContaining({ code: 'trust:seal.broken' });
  for (let index = 0; index < body.length; index++) {
    const changed = Buffer.from(body);
    changed[index]! ^= 1;
    expect(() => sealer.open({ keyId, body: changed })).toThrow(broken);
  }
  for (const length of [0, 5, 12, 27, body.length - 1]) {
    expect(() => sealer.open({ keyId, body: body.subarray(0, length) })).toThrow(broken);
  }
  const other = sealer.seal({ ...HOME, home: 'h2' }, PLAIN);
  expect(() => sealer.open({ keyId: other.keyId, body })).toThrow(broken);
});

describeTwinStore('SqliteStore sealed by SM4', async () => {
  const sealer = new Sm4Sealer(openKeys());
  const store = SqliteStore.open(':memory:', sealer);
  const destroyKey = async (scope: Parameters<Sm4Sealer['destroy']>[0]) => {
    sealer.destroy(scope);
    store.forgetValues();
  };
  return { store, destroyKey };
});
