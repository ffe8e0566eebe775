import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-rollout-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  writeFileSync(join(folder, 'a.twb'), '');
  writeFileSync(join(folder, 'list.yaml'), '- 1');
});

it.each([
  [['go'], 2, '`go` is nothing that is done with a roll-out'],
  [['stop', 'a.twb'], 2, 'only `start` takes a bundle'],
  [['start', 'a.twb', '--manual', '--wait', '24h'], 2, 'not for both'],
  [['start', 'a.twb', '--max-errors', 'few'], 2, '`--max-errors` takes a whole number'],
  [['start', 'a.twb', '--budget', 'list.yaml'], 1, 'the budget is no list of bounds'],
])('%j ends with %i', (args, status, said) => {
  expect(twinward('rollout', ...args)).toMatchObject({ status, stderr: expect.stringContaining(said), stdout: '' });
});

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, TWINWARD_DATA: folder };
  return spawnSync(join(root, 'node_modules/.bin/twinward'), args, { cwd: folder, env, encoding: 'utf8' });
}
