import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-clauses-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  write('vitest.config.ts', [
    `import { ClauseReporter } from ${JSON.stringify(join(root, 'tools/clauseReporter.ts'))};`,
    `export default { test: { include: ['**/*.test.ts'], reporters: ['default', new ClauseReporter({ root: ${JSON.stringify(root)} })] } };`,
  ]);
  write('b.test.ts', [
    `import { describe, expect, it } from 'vitest';`,
    `describe('a policy', () => {`,
    `  it('denies what is not shared [DH-5.4.6-s3] [DH-5.4.6]', () => expect(1).toBe(1));`,
    `});`,
  ]);
  write('a.test.ts', [
    `import { expect, it } from 'vitest';`,
    `it('denies twice [DH-5.4.6-s3]', () => expect(1).toBe(1));`,
    `it('names no clause', () => expect(1).toBe(1));`,
  ]);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes which tests show which clause, sorted and without times, after a whole passing run', () => {
  expect(run().status).toBe(0);
  expect(Object.entries(shown())).toEqual([
    ['DH-5.4.6', ['b.test.ts > a policy > denies what is not shared']],
    ['DH-5.4.6-s3', ['a.test.ts > denies twice', 'b.test.ts > a policy > denies what is not shared']],
  ]);
});

it('keeps what other suites have shown while their files are there', () => {
  write('c.system.ts', ['']);
  const title = 'c.system.ts > loses no alarm';
  write('docs/clauses/shown.json', [
    JSON.stringify({ 'DH-5.4.6': [title, 'gone.system.ts > is gone', 'b.test.ts > was renamed'] }),
  ]);
  expect(run().status).toBe(0);
  expect(shown()).toMatchObject({ 'DH-5.4.6': ['b.test.ts > a policy > denies what is not shared', title] });
});

it('leaves the file untouched when nothing changed', () => {
  run();
  const long = new Date('2020-01-01T00:00:00Z');
  utimesSync(shownFile(), long, long);
  run();
  expect(statSync(shownFile()).mtime).toEqual(long);
});

it('writes nothing for one file, for a name pattern or beside `it.only`', () => {
  write('docs/clauses/shown.json', ['{}']);
  expect(run('a.test.ts').status).toBe(0);
  expect(run('-t', 'twice').status).toBe(0);
  write('a.test.ts', [
    `import { it } from 'vitest';`,
    `it.only('runs alone', () => {});`,
    `it('waits [DH-5.4.6-s3]', () => {});`,
  ]);
  expect(run().status).toBe(0);
  expect(shown()).toEqual({});
});

it('writes nothing when a test that names a clause is skipped', () => {
  write('docs/clauses/shown.json', ['{}']);
  write('a.test.ts', [`import { it } from 'vitest';`, `it.skip('sleeps [DH-5.4.6-s3]', () => {});`]);
  expect(run().status).toBe(0);
  expect(shown()).toEqual({});
});

it('writes nothing when a test fails', () => {
  write('docs/clauses/shown.json', ['{}']);
  write('c.test.ts', [`import { expect, it } from 'vitest';`, `it('fails', () => expect(1).toBe(2));`]);
  expect(run().status).toBe(1);
  expect(shown()).toEqual({});
});

it('fails the run when a title names an unknown clause, and suggests one', () => {
  write('c.test.ts', [`import { it } from 'vitest';`, `it('is mistyped [DH-5.4.6-s33]', () => {});`]);
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain('c.test.ts > is mistyped');
  expect(stderr).toContain('no clause `DH-5.4.6-s33`; did you mean `DH-5.4.6-s3`');
});

it('fails the run when a clause stands elsewhere than at the end of the title of a test', () => {
  write('c.test.ts', [
    `import { describe, it } from 'vitest';`,
    `describe('denial [DH-5.4.6]', () => { it('holds', () => {}); });`,
  ]);
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain('`[DH-5.4.6]` has to stand at the end');
});

function run(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  // Without the variables by which the outer run would speak to this one.
  // Where everything is checked (`CI`) vitest refuses `it.only` before a reporter could.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && name !== 'CI'),
  );
  return spawnSync(process.execPath, [vitest, 'run', '--root', folder, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
}

function write(file: string, lines: readonly string[]): void {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
}

const shownFile = (): string => join(folder, 'docs/clauses/shown.json');
const shown = (): Record<string, string[]> => JSON.parse(readFileSync(shownFile(), 'utf8')) as Record<string, string[]>;
