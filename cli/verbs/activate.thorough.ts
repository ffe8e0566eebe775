import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatBundle } from '../../engine/bundle/BundleFile.ts';
import { packBundle } from '../../engine/bundle/packBundle.ts';
import { keyOf, signedBy, trusted } from '../../engine/bundle/testBundle.ts';
import { Writer } from '../../graphql/writer/Writer.ts';
import { formatTrustedKeys } from '../../trust/signing/trustedKeys.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-activate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [ana, ben] = [keyOf('ana'), keyOf('ben')];
const expires = new Date(Date.now() + 86_400_000).toISOString();
const bundle = packBundle(root, { name: 'winter', revision: 'r1', author: 'ana', created: null, expires });
beforeAll(async () => {
  await (await Writer.open({ folder, demo: false })).close();
  writeFileSync(join(folder, 'trusted-keys.json'), formatTrustedKeys([trusted(ana), trusted(ben)]), { mode: 0o600 });
  writeFileSync(join(folder, 'one.twb'), formatBundle(signedBy(bundle, ana)));
  writeFileSync(join(folder, 'two.twb'), formatBundle(signedBy(bundle, ana, ben)));
});

it('activates, rolls back, schedules and lists on a folder without a server', () => {
  expect(twinward('activate', 'one.twb')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^twinward: the bundle is refused: nobody but its author `ana` signed it\nhint: /),
  });
  expect(twinward('activate', 'two.twb', '--dry-run').stdout).toMatch(
    /^may be activated, .*:\n {2}signed by ana and ben\n/,
  );
  expect(twinward('activate', 'two.twb').stdout).toMatch(/^2: bundle \w{12} is active\n {2}signed by ana and ben\n/);
  expect(twinward('activate', '--rollback', '1').stdout).toMatch(
    /^3: .*\n {2}signed by nobody: it came with the program/,
  );
  const at = new Date(Date.now() + 3_600_000).toISOString();
  expect(twinward('activate', 'two.twb', '--at', at).stdout).toContain(`will be active from ${at}`);
  expect(twinward('activate', '--cancel', '4').stdout).toBe(
    'what was scheduled under number 4 will not become active\n',
  );

  const listed = twinward('bundles');
  expect(listed.status).toBe(0);
  expect(listed.stdout).toMatch(/^ +1 +\S+Z +built_in /m);
  expect(listed.stdout).toMatch(/^ +2 +\S+Z +activated +\w{12} winter +ana, ben/m);
  expect(listed.stdout).toMatch(/^ +3 +\* +\S+Z +rolled_back /m);
  expect(listed.stdout).toMatch(/^ +5 +\S+Z +cancelled .* of 4$/m);
  expect(listed.stdout).toMatch(/^refused:\n.* policy:bundle\.author_alone\n$/m);
  expect(twinward('verify').stdout).toContain('activations 5 rows');
}, 120_000);

it.each([
  [['activate'], 'one thing is activated'],
  [['activate', 'two.twb', '--rollback', '1'], 'one thing is activated'],
  [['activate', 'two.twb', '--at', 'soon'], '`soon` is no date'],
  [['activate', '--rollback', '1', '--at', '2100-01-01'], 'only a bundle is activated `--at`'],
  [['activate', '--cancel', '4', '--dry-run'], 'without a dry run'],
  [['activate', '--cancel', 'all'], '`all` is no number'],
])('%j is wrong usage', (args, said) => {
  expect(twinward(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(said) });
});

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, TWINWARD_DATA: folder };
  return spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...args], { cwd: folder, env, encoding: 'utf8' });
}
