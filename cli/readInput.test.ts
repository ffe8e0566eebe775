import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readInput } from './readInput.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinward-input-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('reads a file', async () => {
  writeFileSync(join(folder, 'scenario.yaml'), 'name: 热浪\n');
  expect(await readInput(join(folder, 'scenario.yaml'))).toBe('name: 热浪\n');
});

it('reads standard input for `-`', () => {
  const script = `import { readInput } from ${JSON.stringify(join(import.meta.dirname, 'readInput.ts'))}; console.log(await readInput('-'));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    input: '热浪',
    encoding: 'utf8',
  });
  expect(stdout).toBe('热浪\n');
});

it('says which file cannot be read, and why', async () => {
  await expect(readInput(join(folder, 'none.yaml'))).rejects.toMatchObject({
    code: 'command:file.unreadable',
    message: `cannot read \`${join(folder, 'none.yaml')}\`: there is no such file`,
    place: { file: join(folder, 'none.yaml') },
  });
  await expect(readInput(folder)).rejects.toMatchObject({ message: `cannot read \`${folder}\`: it is a folder` });
});
