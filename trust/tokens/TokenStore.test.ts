import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TokenStore } from './TokenStore.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-tokens-'));
afterAll(() => rmSync(root, { recursive: true }));

const HOUR = 3_600_000;
function withClock(path = ':memory:') {
  const clock = { now: 1_000_000 };
  return { clock, tokens: new TokenStore(path, () => clock.now) };
}

it('knows whose token it is, and no other', () => {
  const { tokens } = withClock();
  const token = tokens.issue('ana', 'home');
  expect(token).toMatch(/^tw_[\w-]{43}$/);
  expect(tokens.authenticate(token)).toEqual({
    kind: 'account',
    account: 'ana',
    tier: 'home',
    expiresAt: 1_000_000 + 24 * HOUR,
  });
  const other = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
  for (const bad of ['', 'tw_', other, `${token}A`, token.toLowerCase() + token, token.replace('tw_', 'twd_')]) {
    expect(tokens.authenticate(bad)).toBeNull();
  }
});

it('draws ten thousand tokens without a repeat and with as many ones as zeros, in as many runs as chance gives [SH-7-f]', () => {
  const { tokens } = withClock();
  const drawn = Array.from({ length: 10_000 }, () => tokens.issue('ana', 'home'));
  expect(new Set(drawn).size).toBe(10_000);
  const bytes = Buffer.concat(drawn.map((token) => Buffer.from(token.slice(3), 'base64url')));
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  expect(bits).toHaveLength(2_560_000);
  // Both counts have a standard deviation of 800: six of them are left by chance once in 500 million runs.
  expect(Math.abs(bits.replaceAll('0', '').length - 1_280_000)).toBeLessThan(4_800);
  expect(Math.abs((bits.match(/0+|1+/g) ?? []).length - 1_280_000)).toBeLessThan(4_800);
});

it('ends a token after 24 hours, or sooner when so asked, never later', () => {
  const { clock, tokens } = withClock();
  const day = tokens.issue('ana', 'home');
  const hour = tokens.issue('ana', 'home', { lifeMs: HOUR });
  const year = tokens.issue('ana', 'home', { lifeMs: 9_000 * HOUR });
  clock.now += HOUR - 1;
  expect(tokens.authenticate(hour)).not.toBeNull();
  clock.now += 1;
  expect(tokens.authenticate(hour)).toBeNull();
  clock.now += 23 * HOUR - 1;
  expect(tokens.authenticate(day)).not.toBeNull();
  clock.now += 1;
  expect([tokens.authenticate(day), tokens.authenticate(year)]).toEqual([null, null]);
});

it('keeps tokens over a restart, their digests only, in a file for its owner', () => {
  const folder = mkdtempSync(join(root, 'f'));
  const path = join(folder, 'tokens.db');
  const before = withClock(path).tokens;
  const token = before.issue('ana', 'home');
  const device = before.issueDevice('h1');
  expect(statSync(path).mode & 0o077).toBe(0);
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    expect([bytes.includes(token.slice(3)), bytes.includes(device.slice(4))]).toEqual([false, false]);
  }
  before.close();
  const after = withClock(path).tokens;
  expect(after.authenticate(token)).toMatchObject({ account: 'ana' });
  expect(after.authenticateDevice('h1', device)).toBe(true);
  after.close();
});

it('ends a token that is revoked, and all of an account', () => {
  const { tokens } = withClock();
  const [one, two, other] = [tokens.issue('ana', 'home'), tokens.issue('ana', 'home'), tokens.issue('bo', 'city')];
  tokens.revoke(one);
  expect(tokens.authenticate(one)).toBeNull();
  expect(tokens.authenticate(two)).not.toBeNull();
  tokens.revokeAccount('ana');
  expect(tokens.authenticate(two)).toBeNull();
  expect(tokens.authenticate(other)).not.toBeNull();
});

it('has one device token for each home, good for MQTT alone', () => {
  const { tokens } = withClock();
  const first = tokens.issueDevice('h1');
  const second = tokens.issueDevice('h1');
  const other = tokens.issueDevice('h2');
  expect(second).toMatch(/^twd_[\w-]{43}$/);
  expect(tokens.authenticateDevice('h1', first)).toBe(false);
  expect(tokens.authenticateDevice('h1', second)).toBe(true);
  expect(tokens.authenticateDevice('h1', other)).toBe(false);
  expect(tokens.authenticate(second)).toBeNull();
  expect(tokens.authenticateDevice('ana', tokens.issue('ana', 'home'))).toBe(false);
});

it('has one administrator token, that of the last start', () => {
  const { tokens } = withClock();
  const first = tokens.issueAdministrator();
  const second = tokens.issueAdministrator();
  expect(tokens.authenticate(first)).toBeNull();
  expect(tokens.authenticate(second)).toMatchObject({ kind: 'administrator' });
});

it('names the file that is damaged, and what is lost with it', () => {
  const path = join(root, 'damaged.db');
  writeFileSync(path, 'x'.repeat(8_192));
  expect(() => withClock(path)).toThrow(
    expect.objectContaining({ code: 'store:corrupt', message: expect.stringContaining(path) }),
  );
});
