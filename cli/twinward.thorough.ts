import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERBS } from './verbs.ts';

const root = join(import.meta.dirname, '..');

describe('help', () => {
  it('names every verb, the exit codes and the variables', () => {
    const { status, stdout } = twinward('--help');
    expect(status).toBe(0);
    for (const { name, summary } of VERBS) expect(stdout).toMatch(new RegExp(`^ {2}${name} .*${summary}$`, 'm'));
    for (const words of ['Exit codes:', 'wrong usage', 'TWINWARD_DATA']) expect(stdout).toContain(words);
  });

  it.each(VERBS.map(({ name }) => name))('of `%s` has an example that names it', (name) => {
    const { status, stdout } = twinward(name, '--help');
    expect(status).toBe(0);
    expect(stdout.split('Examples:\n')[1]).toContain(`twinward ${name}`);
    expect(twinward('help', name).stdout).toBe(stdout);
  });

  it('gives examples whose files exist', () => {
    const examples = VERBS.map(({ name }) => twinward(name, '--help').stdout.split('Examples:\n')[1] ?? '').join('');
    const files = examples.match(/(?<![\w-])(?:policies|rules|simulators)\/\S+/g) ?? [];
    expect(files.filter((file) => !existsSync(join(root, file.replace(/:\d+$/, ''))))).toEqual([]);
  });

  it('is printed as an error when no verb is given', () => {
    const { status, stdout, stderr } = twinward();
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('Usage: twinward');
  });

  it('is not needed for the version', () => {
    expect(twinward('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('wrong usage', () => {
  it.each([
    [['claus'], 'twinward: unknown command `claus`\nhint: did you mean `clauses`?\n'],
    [['clauses', '--sorce'], 'twinward: unknown option `--sorce`\nhint: did you mean `--source`?\n'],
    [
      ['clauses', '--source', 'XX'],
      'twinward: option `--source <source>` argument `XX` is invalid\nhint: allowed choices are DH, RA, SH, CC, SC\n',
    ],
    [
      ['clauses', '--open', '--status', 'open'],
      'twinward: option `--open` cannot be used with option `--status <status>`\nhint: see `twinward clauses --help`\n',
    ],
    [
      ['clauses', 'DH-5.4.6', '--open'],
      'twinward: a clause is named together with a filter\nhint: `twinward clauses DH-5.4.6` shows one clause, filters list many\n',
    ],
  ])('%j exits 2 and says what to do', (args, said) => {
    expect(twinward(...args)).toMatchObject({ status: 2, stdout: '', stderr: said });
  });

  it('is JSON on standard error with `--json`', () => {
    const { status, stdout, stderr } = twinward('clauses', 'DH-5.4.6s3', '--json');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'engine:clause.not_found',
        message: 'no clause `DH-5.4.6s3`',
        hint: expect.stringContaining('`DH-5.4.6-s3`'),
      },
    });
  });
});

describe('clauses', () => {
  it('gives all 1,221 as JSON, with the commit', () => {
    const answer = json('clauses', '--json') as { commit: string; clauses: Record<string, unknown>[] };
    expect(answer.commit).toBe(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim());
    expect(answer.clauses).toHaveLength(1221);
    expect(new Set(answer.clauses.map((each) => each['id'])).size).toBe(1221);
    for (const each of answer.clauses) {
      expect(each).toEqual({
        id: expect.any(String),
        source: expect.stringMatching(/^(DH|RA|SH|CC|SC)$/),
        level: expect.stringMatching(/^(must|should|may)$/),
        status: expect.stringMatching(/^(shown|enforced|record|open)$/),
        by: expect.any(Array),
        tests: expect.any(Array),
      });
    }
  });

  it('filters by source and status', () => {
    const ids = (...args: string[]) =>
      (json('clauses', '--json', ...args) as { clauses: { id: string; status: string }[] }).clauses;
    expect(ids('--source', 'DH')).toHaveLength(355);
    const open = ids('--source', 'DH', '--open');
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ id, status }) => id.startsWith('DH-') && status === 'open')).toBe(true);
    expect(ids('--source', 'DH', '--status', 'open')).toEqual(open);
    expect(twinward('clauses', '--source', 'DH', '--open').stdout).toContain(`\n${open.length} clauses\n`);
  });

  it('sums up by source', () => {
    const { stdout } = twinward('clauses');
    for (const [source, count] of Object.entries({ DH: 355, RA: 233, SH: 191, CC: 118, SC: 324, all: 1221 })) {
      const counts = new RegExp(`^${source}\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+${count}\\b`, 'm').exec(stdout);
      expect(counts?.slice(1).reduce((sum, each) => sum + Number(each), 0)).toBe(count);
    }
  });

  it('shows one clause in both languages, with its evidence, parts and status', () => {
    const { status, stdout } = twinward('clauses', 'DH-5.4.6');
    expect(status).toBe(0);
    for (const words of [
      '公共数据三种共享属性',
      'Public data is divided by sharing attribute',
      'treated as',
      'DH-5.4.6-s3',
      'status',
    ])
      expect(stdout).toContain(words);
    expect(json('clauses', 'DH-5.4.6', '--json')).toMatchObject({
      clauses: [
        { id: 'DH-5.4.6', titleZh: '公共数据三种共享属性', parts: ['DH-5.4.6-s1', 'DH-5.4.6-s2', 'DH-5.4.6-s3'] },
      ],
    });
  });

  it('shows what the product does where clauses clash', () => {
    expect(twinward('clauses', 'SC-4.2.7-5').stdout).toMatch(/R-35 .*Twinward: 14 and\s+under/);
  });
});

it('works from another working directory and through the link that npm makes', () => {
  const link = join(root, 'node_modules', '.bin', 'twinward');
  expect(spawnSync(process.execPath, [link, 'clauses', 'DH-5.4.6'], { cwd: tmpdir(), encoding: 'utf8' })).toMatchObject(
    {
      status: 0,
      stdout: twinward('clauses', 'DH-5.4.6').stdout,
    },
  );
});

it('stays quiet when its reader stops early', () => {
  const command = `"${process.execPath}" "${join(root, 'cli/bin/twinward.js')}" clauses --json | head -n 1`;
  expect(spawnSync('bash', ['-o', 'pipefail', '-c', command], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stdout: '{\n',
    stderr: '',
  });
});

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, 'cli/bin/twinward.js'), ...args], { encoding: 'utf8' });
}

function json(...args: readonly string[]): unknown {
  return JSON.parse(twinward(...args).stdout);
}
