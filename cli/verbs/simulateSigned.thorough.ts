import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../engine/canonicalJson.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'twinward-signed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function twinward(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, TWINWARD_DATA: folder },
  });
}

// Each starts a process and counts some homes, on a machine that may be busy.
describe('a signed report', { timeout: 180_000 }, () => {
  it('is made with a key, believed when it is trusted, and gives the same bytes when it is played again', () => {
    const draft = join(folder, 'tiered.rego');
    const text = readFileSync(join(root, 'policies/drafts/quick_fix/tiered.rego'), 'utf8');
    writeFileSync(draft, text);
    expect(twinward('keys', 'new', 'ana').status).toBe(0);
    const played = ['--scenario', 'property_manager', '--homes', '300', '--fail-on', 'newly_denied'];
    const sign = ['simulate', draft, ...played, '--sign', 'ana.key', '--output', 'signed.json'];
    expect(twinward(...sign)).toMatchObject({ status: 2, stderr: expect.stringContaining('not as text') });
    expect(twinward(...sign, '--json')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^not as expected: .* newly_raw, .*\nbeyond a limit: .* newly_denied, .*\n$/),
    });

    const foreign = twinward('simulate', '--verify', 'signed.json');
    expect([foreign.status, foreign.stdout]).toEqual([1, expect.stringMatching(/not trusted here\nNOT BELIEVED$/m)]);
    twinward('keys', 'trust', 'ana.pub');
    const verified = twinward('simulate', '--verify', 'signed.json', '--json');
    expect([verified.status, JSON.parse(verified.stdout)]).toEqual([
      0,
      {
        believed: true,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        signatures: [expect.objectContaining({ held: true, signer: 'ana' })],
      },
    ]);

    const again = twinward('simulate', '--rerun', 'signed.json');
    expect([again.status, again.stdout]).toEqual([
      0,
      expect.stringMatching(/who is trusted here\nthe same bytes came out$/m),
    ]);

    const signed = readFileSync(join(folder, 'signed.json'), 'utf8');
    writeFileSync(join(folder, 'altered.json'), signed.replace(/"cells": \d+/, '"cells": 1'));
    const altered = twinward('simulate', '--verify', 'altered.json');
    expect([altered.status, altered.stdout]).toEqual([
      1,
      expect.stringContaining('its signature by ana is of something else'),
    ]);

    // What a report says of itself ends no line, so that it cannot stand there as ours.
    const lie = JSON.parse(signed) as { statement: { scenario: object; report: { inputs: object } } };
    const scenario = { ...lie.statement.scenario, title: 'Heat\nbelieved' };
    const digest = createHash('sha256').update(canonicalJson(scenario)).digest('hex');
    const report = { ...lie.statement.report, inputs: { ...lie.statement.report.inputs, scenario: digest } };
    writeFileSync(
      join(folder, 'lying.json'),
      JSON.stringify({ ...lie, statement: { ...lie.statement, scenario, report } }),
    );
    const lying = twinward('simulate', '--verify', 'lying.json');
    expect([lying.status, lying.stdout.split('\n').slice(0, 1)]).toEqual([1, ['Heat believed']]);

    const copy = join(folder, 'elsewhere', folder.slice(folder.lastIndexOf('/') + 1));
    mkdirSync(copy, { recursive: true });
    renameSync(draft, join(copy, 'tiered.rego'));
    expect(twinward('simulate', '--rerun', 'signed.json').status).toBe(3);
    expect(twinward('simulate', join(copy, 'tiered.rego'), '--rerun', 'signed.json').stdout).toContain(
      'the same bytes',
    );

    writeFileSync(draft, text.replace('"outcome": "raw"', '"outcome": "reduced"'));
    const other = JSON.parse(twinward('simulate', '--rerun', 'signed.json', '--json').stdout) as object;
    expect(other).toMatchObject({
      same: false,
      inputs: [{ input: 'proposed' }],
      members: expect.arrayContaining(['matrix']),
    });
  });

  it.each([
    [['--verify', 'nowhere.json'], 3, 'cannot read'],
    [['--verify', 'ana.pub'], 1, 'it is no signed report'],
    [['--rerun', 'ana.pub'], 1, 'it is no signed report'],
  ])('refuses %j', (args, code, said) => {
    const { status, stderr } = twinward('simulate', ...args);
    expect([status, stderr]).toEqual([code, expect.stringContaining(said)]);
  });
});
