import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LOOSE = 'package a\n\nimport   rego.v1\n\nallow  if {  input.x == 1 }\n';
const TIDY = 'package a\n\nimport rego.v1\n\nallow if input.x == 1\n';
const BROKEN = 'package a\n\nallow if {\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-fmt-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('fmt', () => {
  it('writes what is not formatted, keeps modes and links, and leaves no other file behind', () => {
    write('loose.rego', LOOSE, 0o640);
    write('tidy.rego', TIDY);
    symlinkSync('loose.rego', join(folder, 'link.rego'));
    const { status, stdout } = fmt([folder]);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^wrote \S+\/link\.rego\n\n1 of 3 files written\n$/),
    });
    expect(read('loose.rego')).toBe(TIDY);
    expect(statSync(join(folder, 'loose.rego')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(['link.rego', 'loose.rego', 'tidy.rego']);
    expect(fmt([folder])).toMatchObject({ status: 0, stdout: 'fine: 3 files are formatted\n' });
  });

  it('lists with --check, exits 1 and writes nothing', () => {
    write('loose.rego', LOOSE);
    const { status, stdout } = fmt([folder, '--check']);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /loose\.rego:3: not formatted\n\n1 of 1 file not formatted\nhint: `twinward fmt` writes them\n$/,
    );
    expect(read('loose.rego')).toBe(LOOSE);
    expect(JSON.parse(fmt([folder, '--check', '--json']).stdout)).toEqual({
      files: 1,
      changed: [{ file: join(folder, 'loose.rego'), line: 3 }],
      problems: [],
    });
  });

  it('leaves a file that does not parse as it is, says where, and goes on with the others', () => {
    write('a_broken.rego', BROKEN);
    write('b_bytes.rego', Buffer.from([0x70, 0xff, 0xfe]));
    write('c_deep.rego', `package a\n\np := ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`);
    write('d_loose.rego', LOOSE);
    const { status, stdout } = fmt([folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/a_broken\.rego:\d+:\d+: unexpected eof token/);
    expect(stdout).toMatch(/b_bytes\.rego: the file is no UTF-8 text/);
    expect(stdout).toMatch(/c_deep\.rego:1:1: the compiler gave up: .*stack/);
    expect(stdout).toMatch(/wrote .*d_loose\.rego\n\n1 of 4 files written, 3 problems\n$/);
    expect(read('a_broken.rego')).toBe(BROKEN);
    expect(read('d_loose.rego')).toBe(TIDY);
  });

  it('formats standard input to standard output', () => {
    expect(fmt(['-'], LOOSE)).toMatchObject({ status: 0, stdout: TIDY, stderr: '' });
    expect(fmt(['-'], TIDY)).toMatchObject({ status: 0, stdout: TIDY });
    expect(fmt(['-', '--check'], LOOSE)).toMatchObject({ status: 1, stdout: 'standard input:3: not formatted\n' });
    expect(fmt(['-'], BROKEN)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^standard input:\d+:\d+: unexpected eof token\n$/),
    });
  });

  it('finds the policies, tests and drafts of this repository formatted', () => {
    expect(fmt(['--check'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^fine: \d\d+ files are formatted\n$/),
    });
  });

  it('refuses what is no Rego file, and what is not there', () => {
    expect(fmt(['package.json'])).toMatchObject({ status: 2, stderr: expect.stringContaining('is no Rego file') });
    expect(fmt([folder])).toMatchObject({ status: 2, stderr: expect.stringContaining('no Rego file at') });
    expect(fmt(['nowhere'])).toMatchObject({ status: 3, stderr: expect.stringContaining('`nowhere`') });
  });
});

function fmt(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  const root = join(import.meta.dirname, '..', '..');
  return spawnSync(process.execPath, ['cli/bin/twinward.js', 'fmt', ...args], { cwd: root, encoding: 'utf8', input });
}

function write(name: string, content: string | Buffer, mode = 0o644): void {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
