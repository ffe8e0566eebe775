import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { FileKeyStore } from './FileKeyStore.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-keys-'));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = () => mkdtempSync(join(root, 'f'));
const open = (folder: string, env = {}) => FileKeyStore.open(folder, env);
const withCode = (code: string) => expect.objectContaining({ code });
const bytesOf = (folder: string) => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

it('gives a scope one key, and the same after it is opened again', () => {
  const folder = newFolder();
  const before = open(folder);
  const key = before.liveKey('home h1');
  expect(key.bytes).toHaveLength(16);
  expect(before.liveKey('home h1')).toEqual(key);
  expect(before.liveKey('home h2')).not.toEqual(key);
  before.flush();
  before.close();
  const after = open(folder);
  expect(Buffer.from(after.liveKey('home h1').bytes)).toEqual(Buffer.from(key.bytes));
  expect(Buffer.from(after.key(key.id)!)).toEqual(Buffer.from(key.bytes));
  expect(after.keyring).toBe(before.keyring);
  after.close();
});

it('holds no key in the clear in its files, which only their owner may read', () => {
  const folder = newFolder();
  const store = open(folder);
  const { bytes } = store.liveKey('home h1');
  const secret = store.secret('mac', () => Buffer.from('a secret of some length'));
  store.flush();
  expect(bytesOf(folder).includes(Buffer.from(bytes))).toBe(false);
  expect(bytesOf(folder).includes(Buffer.from(secret))).toBe(false);
  for (const name of readdirSync(folder)) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  store.close();
});

it('destroys a key in all its files, remembers that it was, and gives the scope a new one', () => {
  const folder = newFolder();
  const store = open(folder);
  const key = store.liveKey('person ana');
  store.flush();
  const db = new DatabaseSync(join(folder, 'keys.db'), { readOnly: true });
  const wrapped = db.prepare('SELECT wrapped FROM keys WHERE id = ?').get(key.id)?.['wrapped'] as Uint8Array;
  db.close();
  expect(bytesOf(folder).includes(wrapped)).toBe(true);
  expect(store.destroy('person ana')).toBe(key.id);
  expect(store.key(key.id)).toBeNull();
  expect(bytesOf(folder).includes(wrapped)).toBe(false);
  expect(store.destroy('person ana')).toBeNull();
  expect(store.liveKey('person ana').id).not.toBe(key.id);
  store.close();
});

it('does not take a key for destroyed that it never knew', () => {
  const store = open(newFolder());
  expect(() => store.key('kForeign')).toThrow(withCode('trust:key.unknown'));
  store.close();
});

it('refuses a wrong root key and makes no new keys', () => {
  const folder = newFolder();
  const right = { TWINWARD_ROOT_KEY: '00112233445566778899aabbccddeeff' };
  const store = open(folder, right);
  const { id } = store.liveKey('home h1');
  store.close();
  const attempt = () => open(folder, { TWINWARD_ROOT_KEY: 'ff112233445566778899aabbccddeeff' });
  expect(attempt).toThrow(withCode('trust:root_key.wrong'));
  expect(attempt).not.toThrow(/ff1122/);
  const again = open(folder, right);
  expect(again.liveKey('home h1').id).toBe(id);
  again.close();
});

it('refuses to start when the root key is gone, malformed, or open to others', () => {
  const folder = newFolder();
  open(folder).close();
  const path = join(folder, 'root.key');
  chmodSync(path, 0o644);
  expect(() => open(folder)).toThrow(withCode('trust:root_key.exposed'));
  chmodSync(path, 0o600);
  renameSync(path, `${path}.away`);
  expect(() => open(folder)).toThrow(withCode('trust:root_key.missing'));
  writeFileSync(path, 'not a key', { mode: 0o600 });
  expect(() => open(folder)).toThrow(withCode('trust:root_key.malformed'));
  renameSync(`${path}.away`, path);
  open(folder).close();
});

it('refuses wrapped keys that were exchanged between rows', () => {
  const folder = newFolder();
  const store = open(folder);
  const [one, two] = [store.liveKey('home h1'), store.liveKey('home h2')];
  store.close();
  const db = new DatabaseSync(join(folder, 'keys.db'));
  const wrapped = db.prepare('SELECT wrapped FROM keys WHERE id = ?').get(two.id)?.['wrapped'] as Uint8Array;
  db.prepare('UPDATE keys SET wrapped = ? WHERE id = ?').run(wrapped, one.id);
  db.close();
  const again = open(folder);
  expect(() => again.liveKey('home h1')).toThrow(withCode('trust:seal.broken'));
  again.close();
});

it('says that a damaged file cannot be read', () => {
  const folder = newFolder();
  open(folder).close();
  writeFileSync(join(folder, 'keys.db'), 'noise, '.repeat(1000));
  expect(() => open(folder)).toThrow(withCode('trust:keys.unreadable'));
});
