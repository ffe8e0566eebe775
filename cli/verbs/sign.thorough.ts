import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-sign-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('lets one make a bundle and another sign it too', () => {
  expect(twinward('keys', 'new', 'ana').status).toBe(0);
  expect(twinward('keys', 'new', 'ben', '--algorithm', 'ed25519').status).toBe(0);
  expect(twinward('keys').stdout).toMatch(/^no key is trusted/);
  expect(twinward('keys', 'trust', 'ana.pub').status).toBe(0);
  const { stdout: listed } = twinward('keys', 'trust', 'ben.pub', '--role', 'reviewer', '--until', '2100-01-01');
  expect(listed).toMatch(/^ana +author, reviewer +open +sm2-\w+$/m);
  expect(listed).toMatch(/^ben +reviewer +2099-12-31T16:00:00.000Z +ed25519-\w+$/m);

  const signed = twinward('sign', '--key', 'ana.key', '--out', 'one.twb', '--json');
  expect(signed.status, signed.stderr).toBe(0);
  const { id, proof, manifest } = JSON.parse(signed.stdout);
  expect(manifest.author).toBe('ana');
  expect(proof.policyCases).toBeGreaterThan(50);
  expect(proof.ruleCases).toBeGreaterThan(20);
  expect(proof.inputs).toBeGreaterThan(2_000);
  expect(twinward('sign', '--add', 'one.twb', '--key', 'ana.key')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('ana has signed this bundle already'),
  });
  const both = twinward('sign', '--add', 'one.twb', '--key', 'ben.key');
  expect(both.stdout).toContain('made by ana, signed by ana and ben');
  expect(both.stdout).toContain(id.slice(0, 12));

  const ben = /ed25519-\w+/.exec(listed)![0];
  expect(twinward('keys', 'distrust', ben).stdout).not.toContain(ben);
  expect(twinward('keys', 'distrust', ben)).toMatchObject({ status: 3 });
}, 90_000);

it('signs nothing that does not compile or does not do what its cases say', () => {
  const clone = join(folder, 'clone');
  for (const part of ['policies', 'rules']) cpSync(join(root, part), join(clone, part), { recursive: true });
  twinward('keys', 'new', 'cleo');
  const file = join(clone, 'policies/sharing/tiered/tiered.rego');
  const text = readFileSync(file, 'utf8');

  writeFileSync(file, text.replaceAll('"outcome": "', '"outcome": "raw_').replaceAll('raw_raw', 'raw'));
  const other = twinward('sign', clone, '--key', 'cleo.key', '--out', 'two.twb');
  expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining('of its cases came out otherwise') });
  expect(other.stderr).toContain('policies/sharing/tiered/cases.yaml');

  writeFileSync(file, `${text}\nbroken := input.nowhere\n`);
  const broken = twinward('sign', clone, '--key', 'cleo.key', '--out', 'two.twb');
  expect(broken).toMatchObject({ status: 1, stderr: expect.stringContaining('do not compile') });
  expect(existsSync(join(folder, 'two.twb'))).toBe(false);
}, 90_000);

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, TWINWARD_DATA: join(folder, 'var') };
  return spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...args], { cwd: folder, env, encoding: 'utf8' });
}
