import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commitOf } from './commitOf.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-commit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is null outside a checkout and in one without a commit', () => {
  expect(commitOf(folder)).toBeNull();
  git('init', '--quiet');
  expect(commitOf(folder)).toBeNull();
});

it('is the commit that is checked out', () => {
  commit();
  expect(commitOf(folder)).toBe(git('rev-parse', 'HEAD'));
});

it('is null in a copy that lies inside the checkout of something else', () => {
  commit();
  mkdirSync(join(folder, 'copy'));
  expect(commitOf(join(folder, 'copy'))).toBeNull();
});

function commit(): void {
  git('init', '--quiet');
  git(
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.org',
    'commit',
    '--quiet',
    '--allow-empty',
    '--no-verify',
    '-m',
    'x',
  );
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
