import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

// The launcher in a repository of its own, whose command line does what the test needs.
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'twinward-launcher-')));
  mkdirSync(join(folder, 'cli/bin'), { recursive: true });
  copyFileSync(join(root, 'cli/bin/twinward.js'), join(folder, 'cli/bin/twinward.js'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the launcher', () => {
  it('starts the pinned Node with the arguments and passes on the exit code', () => {
    main('console.log(process.version, JSON.stringify(process.argv.slice(2))); process.exitCode = 3;');
    const { status, stdout } = spawnSync(process.execPath, [launcher(), 'a b', '--json'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'v26.10.0 ["a b","--json"]\n' });
  });

  it.each(olderNodes())('does so under the host Node %s', (_version, node) => {
    main('console.log(process.version); process.exitCode = 1;');
    expect(spawnSync(node, [launcher()], { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: 'v26.10.0\n' });
  });

  it('gives a server a larger young generation, and no other verb', () => {
    main('console.log(...process.execArgv);');
    const flags = (verb: string) => spawnSync(process.execPath, [launcher(), verb], { encoding: 'utf8' }).stdout.trim();
    expect(flags('serve')).toContain('--max-semi-space-size=32');
    expect(flags('check')).not.toContain('semi-space');
  });

  it('exits 3 and names npm install where the pinned Node is missing', () => {
    rmSync(join(folder, 'node_modules'));
    main('');
    expect(spawnSync(process.execPath, [launcher()], { encoding: 'utf8' })).toMatchObject({
      status: 3,
      stdout: '',
      stderr: 'twinward: the pinned Node is not installed\nhint: run `npm install` in the folder of the repository\n',
    });
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('passes on %s and waits for the end', async (signal) => {
    main(
      `process.on('${signal}', () => { console.log('told'); setTimeout(() => process.exit(0), 50); }); console.log('up'); setInterval(() => {}, 1000);`,
    );
    const child = spawn(process.execPath, [launcher()], { stdio: ['pipe', 'pipe', 'inherit'] });
    const told = linesOf(child);
    await told('up');
    child.kill(signal);
    await told('told');
    expect(await endOf(child)).toEqual({ code: 0, signal: null });
  });

  it('dies of the signal that its child died of', async () => {
    main(`console.log('up'); setInterval(() => {}, 1000);`);
    const child = spawn(process.execPath, [launcher()], { stdio: ['pipe', 'pipe', 'inherit'] });
    await linesOf(child)('up');
    child.kill('SIGTERM');
    expect(await endOf(child)).toEqual({ code: null, signal: 'SIGTERM' });
  });
});

function main(source: string): void {
  writeFileSync(join(folder, 'cli/main.ts'), source);
}

const launcher = (): string => join(folder, 'cli/bin/twinward.js');

/** Other Nodes on this machine; a machine whose only Node is the pinned one has none. */
function olderNodes(): [version: string, node: string][] {
  const found = spawnSync('which', ['-a', 'node'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  return [...new Set(found.map((node) => realpathSync(node)))]
    .map((node): [string, string] => [spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim(), node])
    .filter(([version]) => version !== process.version);
}

/** Waits for lines that the child prints, in any order of asking. */
function linesOf(child: ChildProcess): (line: string) => Promise<void> {
  let seen = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk;
  });
  return async (line) => {
    while (!seen.split('\n').includes(line)) await new Promise((resolve) => child.stdout!.once('data', resolve));
  };
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}
