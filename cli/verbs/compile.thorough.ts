import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

function twinward(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(root, 'cli/bin/twinward.js'), 'compile', ...args], {
    encoding: 'utf8',
    cwd: root,
    maxBuffer: 1 << 26,
  });
}

// Each starts a compiler of its own.
describe('compile', { timeout: 120_000 }, () => {
  it('tells digest, sizes, entry points and what is read', () => {
    const { status, stdout } = twinward('--json');
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as { hash: string; entrypoints: string[]; readSet: string[]; builtins: string[] };
    expect(told.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(told.entrypoints).toContain('main/verdict');
    expect(told.readSet).toContain('resource.label.grade');
    expect(told.builtins).toContain('internal.member_2');
  });

  it('shows the code of one policy with the lines that it comes from', () => {
    const { status, stdout } = twinward('--show', 'sharing.care');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\/\/ policies\/sharing\/care\/care\.rego:\d+$/m);
    expect(stdout).toMatch(/^\/\/ g0\.data\.sharing\.care\.permit$/m);
    expect(stdout).not.toContain('data.sharing.credit');
    expect(twinward('--show', 'policies/sharing/care').stdout).toBe(stdout);
  });

  it('shows a program that JavaScript takes', () => {
    const { stdout } = twinward('--show');
    expect(() => new Function('S', 'P', 'K', 'B', 'R', 'C', stdout)).not.toThrow();
  });

  it('refuses a draft that is none', () => {
    const { status, stderr } = twinward('heat_wav');
    expect(status).not.toBe(0);
    expect(stderr).toContain('did you mean `heat_wave`?');
  });
});
