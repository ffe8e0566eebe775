import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
let copy: string;

// A clone of its own, since what the page says writes policies.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'twinward-readme-'));
  for (const folder of ['cli', 'engine', 'graphql', 'policies', 'rules', 'simulators', 'trust', 'twin', 'package.json'])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('five minutes as an architect', { timeout: 300_000 }, () => {
  // A draft that opens too much breaks cases and expectations, as the page says.
  const BREAKS = /quick_fix/;

  it('is a walk whose commands work, one after the other, in a clean clone', () => {
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    const section = page.split('## Five minutes as an architect')[1]!.split('\n## ')[0]!;
    const blocks = [...section.matchAll(/```sh\n([^`]*)```/g)].map(([, block]) => block!);
    const commands = blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('npx twinward '));
    // Those with a server have tests of their own.
    const offline = commands.filter((line) => /twinward (?:new|check|test|eval|fmt|simulate)\b/.test(line));
    expect(offline.length).toBeGreaterThanOrEqual(8);
    for (const line of offline) {
      const words = line.split(/ {2,}#/)[0]!.replace('npx twinward', `'${process.execPath}' cli/bin/twinward.js`);
      // A smaller city is as good for showing that the command works.
      const command = words.includes(' simulate ') ? `${words} --homes 2000` : words;
      const env = { ...process.env, TWINWARD_DATA: join(copy, 'var') };
      const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: copy, encoding: 'utf8', env });
      expect({ line, status, stderr }).toEqual({ line, status: BREAKS.test(line) ? 1 : 0, stderr: '' });
    }
  });
});
