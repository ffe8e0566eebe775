import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isSignature, signMessage } from './signatures.ts';
import { makeSigningKey, readPublicKey, readSigningKey } from './signingKeyFile.ts';
import { formatTrustedKeys, readTrustedKeys, type TrustedKey } from './trustedKeys.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinward-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const coded = (code: string) => expect.objectContaining({ code: `trust:${code}` });
const make = (holder: string, passphrase?: string) =>
  makeSigningKey(at(holder), { holder, algorithm: 'sm2', passphrase });

const ana = make('ana');
make('zoe');
const message = Buffer.from('a bundle');

describe('a signing key', () => {
  it('is read as it was made, by its owner alone, and its public half verifies', () => {
    expect(readSigningKey(at('ana.key'))).toEqual(ana);
    expect(statSync(at('ana.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('ana.pub'), 'utf8')).not.toContain(ana.privateKey);
    expect(
      isSignature(message, signMessage(message, readSigningKey(at('ana.key'))), readPublicKey(at('ana.pub'))),
    ).toBe(true);
  });

  it('opens only under the passphrase that it was sealed with, and is not in its file otherwise', () => {
    const key = make('ben', 'a long sentence');
    expect(readFileSync(at('ben.key'), 'utf8')).not.toContain(key.privateKey);
    expect(readSigningKey(at('ben.key'), 'a long sentence')).toEqual(key);
    expect(() => readSigningKey(at('ben.key'), 'another')).toThrow(coded('signing_key.passphrase_wrong'));
    expect(() => readSigningKey(at('ben.key'))).toThrow(coded('signing_key.passphrase_wrong'));
  });

  it('is neither written over nor read when others can read it', () => {
    expect(() => make('ana')).toThrow(coded('signing_key.exists'));
    make('cleo');
    chmodSync(at('cleo.key'), 0o644);
    expect(() => readSigningKey(at('cleo.key'))).toThrow(coded('signing_key.exposed'));
    expect(() => readSigningKey(at('ana.pub'))).toThrow(coded('signing_key.invalid'));
    expect(() => readSigningKey(at('nobody.key'))).toThrow(coded('signing_key.unreadable'));
  });
});

describe('the trusted keys', () => {
  const key = readPublicKey(at('ana.pub'));
  const keep = (text: string) => () => {
    writeFileSync(at('keys.json'), text);
    return readTrustedKeys(at('keys.json'));
  };
  const keepKeys = (...keys: readonly object[]) => keep(formatTrustedKeys(keys as TrustedKey[]));

  it('are read as they were written', () => {
    const keys: TrustedKey[] = [{ ...key, roles: ['reviewer'], until: '2027-01-01T00:00:00.000Z' }];
    expect(keepKeys(...keys)()).toEqual(keys);
  });

  it.each<[string, () => unknown, string]>([
    ['is not there', () => readTrustedKeys(at('none.json')), 'missing'],
    ['is no JSON', keep('{'), 'invalid'],
    ['has no list', keep('{}'), 'invalid'],
    ['has one key twice', keepKeys(key, { ...key, holder: 'eve' }), 'invalid'],
    ['has a key under another name', keepKeys({ ...key, id: 'sm2-0' }), 'invalid'],
    ['has a key of another algorithm', keepKeys({ ...key, algorithm: 'ed25519' }), 'invalid'],
    ['has an algorithm that is none', keepKeys({ ...key, algorithm: 'none' }), 'invalid'],
    ['has a key without a holder', keepKeys({ ...key, holder: '' }), 'invalid'],
    ['has one holder by two names', keepKeys(key, { ...readPublicKey(at('zoe.pub')), holder: 'Ana ' }), 'invalid'],
    ['has a role that is none', keepKeys({ ...key, roles: ['king'] }), 'invalid'],
    ['has an end that is no instant', keepKeys({ ...key, until: 'soon' }), 'invalid'],
  ])('are none when the file %s', (_what, read, code) => {
    expect(read).toThrow(coded(`trusted_keys.${code}`));
  });

  it('are none when others can write the file', () => {
    keepKeys(key)();
    chmodSync(at('keys.json'), 0o666);
    expect(() => readTrustedKeys(at('keys.json'))).toThrow(coded('trusted_keys.exposed'));
  });
});
