import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFolder } from './lockFolder.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-lock-'));
afterAll(() => rmSync(root, { recursive: true }));

const locked = (message: string) =>
  expect.objectContaining({ code: 'config:folder.locked', message: expect.stringContaining(message) });

it('takes a folder once, and again after it was released', () => {
  const folder = join(root, 'new', 'folder');
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(locked('another process'));
  writeFileSync(join(folder, 'server.json'), '{"pid": 4711}');
  expect(() => lockFolder(folder)).toThrow(locked('process 4711'));
  lock.release();
  lockFolder(folder).release();
});

it('tells to wait while a server starts that has not said who it is', () => {
  const folder = join(root, 'starting');
  const lock = lockFolder(folder);
  const hinted = (hint: string) => expect.objectContaining({ hint: expect.stringMatching(hint) });
  expect(() => lockFolder(folder)).toThrow(hinted('^wait a moment if a server is starting there; else stop it'));
  writeFileSync(join(folder, 'server.json'), '{"pid": 4711}');
  expect(() => lockFolder(folder)).toThrow(hinted('^stop it'));
  lock.release();
});

it('says so where no folder can be made', () => {
  expect(() => lockFolder('/proc/twinward/folder')).toThrow(
    expect.objectContaining({ code: 'config:folder.unusable' }),
  );
});

it('frees a folder when the process that had it is killed', async () => {
  const folder = join(root, 'killed');
  const source = `import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, 'lockFolder.ts'))};
    globalThis.lock = lockFolder(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(() => lockFolder(folder)).toThrow(locked('another process'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockFolder(folder).release();
});

it('says that a folder cannot be used', () => {
  writeFileSync(join(root, 'lock.db-is-a-file'), '');
  for (const path of ['lock.db-is-a-file', 'lock.db-is-a-file/below'])
    expect(() => lockFolder(join(root, path))).toThrow(expect.objectContaining({ code: 'config:folder.unusable' }));
  const folder = join(root, 'odd');
  const lock = lockFolder(folder);
  lock.release();
  writeFileSync(join(folder, 'lock.db'), 'no database, '.repeat(500));
  expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'config:folder.unusable' }));
});
