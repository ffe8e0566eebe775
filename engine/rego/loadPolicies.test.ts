import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { combine } from '../combine.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { compositionModule } from './compositionModule.ts';
import { loadPolicies, loadValidPolicies, type PolicyBundle } from './loadPolicies.ts';
import { readPolicyCases } from './policyCases.ts';
import { findPolicies } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';

const root = join(import.meta.dirname, '../../policies');
const compiler = new RegoCompiler();
afterAll(() => compiler.close());

describe('loadPolicies', () => {
  it('finds a policy in a new folder without anybody registering it', async () => {
    const folder = copyOfPolicies();
    write(folder, 'sharing/weather/weather.rego', policy('sharing.weather'));
    const bundle = await loadValidPolicies(folder, { compiler });
    expect(bundle.rules.filter(({ policy: name }) => name === 'sharing.weather')).toHaveLength(1);
    expect(combine(bundle.evaluator.evaluate(communityOfficer)).reasons.map(({ rule }) => rule)).toEqual(['weather']);
  });

  it('loads neither tests nor drafts', async () => {
    const { files } = await loadValidPolicies(root, { compiler });
    expect(files.filter((file) => file.includes('_test') || file.includes('drafts'))).toEqual([]);
    expect(files).toContain('policies/sharing/tiered/tiered.rego');
  });

  it('gives equal files the same id and changed files another', async () => {
    const folder = copyOfPolicies();
    const [first, second] = [
      await loadValidPolicies(root, { compiler }),
      await loadValidPolicies(folder, { compiler }),
    ];
    expect(second.id).toBe(first.id);
    write(folder, 'sharing/weather/weather.rego', policy('sharing.weather'));
    expect((await loadValidPolicies(folder, { compiler })).id).not.toBe(first.id);
  });

  it('reports every policy that lacks what reasons need, with its place', async () => {
    const folder = copyOfPolicies();
    write(
      folder,
      'sharing/weather/weather.rego',
      'package sharing.weather\n\npermit contains {"rule": "a", "outcome": "raw"} if input.action == "read"\n',
    );
    write(
      folder,
      'sharing/rain/rain.rego',
      `${policy('sharing.rain')}\npermit contains {"outcome": "raw"} if input.action == "read"\n`,
    );
    write(folder, 'sharing/snow/snow.rego', policy('sharing.hail'));
    const load = await loadPolicies(folder, { compiler });
    if (load.kind === 'loaded') throw new Error('loaded');
    expect(load.problems.map(({ code, file, row }) => [code, file, row])).toEqual([
      ['policy:package.misplaced', 'policies/sharing/snow/snow.rego', 7],
      ['policy:metadata.missing', 'policies/sharing/weather/weather.rego', 1],
      ['policy:rule.nameless', 'policies/sharing/rain/rain.rego', 15],
      ['policy:metadata.missing', 'policies/sharing/weather/weather.rego', 3],
      ['policy:metadata.missing', 'policies/sharing/weather/weather.rego', 3],
    ]);
  });

  it('refuses two rules of one name, since a reason could not say which decided', async () => {
    const folder = copyOfPolicies();
    const source = policy('sharing.weather');
    write(folder, 'sharing/weather/weather.rego', source + source.slice(source.indexOf('\n\n')));
    const load = await loadPolicies(folder, { compiler });
    expect(load.kind === 'rejected' && load.problems.map(({ code }) => code)).toEqual(['policy:rule.twice']);
  });

  it('refuses a rule that it would not ask', async () => {
    const folder = copyOfPolicies();
    write(
      folder,
      'sharing/weather/weather.rego',
      policy('sharing.weather').replace('permit contains', ' deny contains'),
    );
    const load = await loadPolicies(folder, { compiler });
    expect(load.kind === 'rejected' && load.problems.map(({ code, row }) => [code, row])).toEqual([
      ['policy:rule.unseen', 13],
    ]);
  });

  it('refuses a misspelt path of the input where it stands', async () => {
    const folder = copyOfPolicies();
    write(
      folder,
      'sharing/weather/weather.rego',
      policy('sharing.weather').replace('input.action', 'input.subject.tear'),
    );
    const load = await loadPolicies(folder, { compiler });
    expect(load.kind === 'rejected' && load.problems[0]).toMatchObject({
      file: 'policies/sharing/weather/weather.rego',
      row: 13,
    });
  });

  it.each([
    ['a folder that is not there', () => loadPolicies('nowhere'), 'policy:folder.not_found'],
    ['a draft that is not there', () => loadPolicies(root, { draft: 'nowhere' }), 'policy:draft.not_found'],
    ['a draft without Rego', () => loadPolicies(root, { draft: join(root, 'clauses') }), 'policy:draft.not_found'],
  ])('says so of %s', async (_what, load, code) => {
    await expect(load()).rejects.toMatchObject({ code });
  });

  describe('with a draft', () => {
    let active: PolicyBundle;
    beforeEach(async () => {
      active ??= await loadValidPolicies(root, { compiler });
    });

    it('adds a package that is new, and decides by it', async () => {
      const { changes, evaluator } = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/heat_wave') });
      const files = ['policies/drafts/heat_wave/heat_wave.rego'];
      expect(changes).toEqual({ replaced: [], added: [{ package: 'sharing.heat_wave', files }], removed: [] });
      const elder = withHome(communityOfficer, { flags: ['elder_alone'] });
      expect(combine(active.evaluator.evaluate(elder)).outcome).toBe('aggregate');
      expect(combine(evaluator.evaluate(elder))).toMatchObject({
        outcome: 'reduced',
        obligations: [
          { type: 'audit' },
          { type: 'coarsen_time', window: 'PT15M' },
          { type: 'notify', who: 'residents' },
        ],
        reasons: [{ policy: 'sharing.heat_wave', rule: 'elder_alone', file: files[0] }],
      });
      expect(combine(evaluator.evaluate(communityOfficer)).outcome).toBe('aggregate');
    });

    it('adds to the read set what only the draft reads', async () => {
      const { evaluator } = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/heat_wave') });
      const paths = evaluator.readSet.map((path) => path.join('.'));
      expect(paths.filter((path) => !active.evaluator.readSet.some((known) => known.join('.') === path))).toEqual([
        'resource.home.flags',
      ]);
    });

    it('replaces the files of the same package and tells which rules went', async () => {
      const { changes, evaluator } = await loadValidPolicies(root, {
        compiler,
        draft: join(root, 'drafts/quick_fix/tiered.rego'),
      });
      expect(changes.replaced).toEqual([
        {
          package: 'sharing.tiered',
          files: ['policies/sharing/tiered/tiered.rego'],
          by: ['policies/drafts/quick_fix/tiered.rego'],
        },
      ]);
      expect(changes.removed.map(({ rule }) => rule)).toContain('property_care');
      expect(combine(evaluator.evaluate(communityOfficer)).outcome).toBe('raw');
    });

    it('takes a policy out by a draft of its package without rules', async () => {
      const draft = join(temporaryFolder(), 'none.rego');
      writeFileSync(draft, 'package sharing.residency\n');
      const { rules } = await loadValidPolicies(root, { compiler, draft });
      expect(rules.filter(({ policy: name }) => name === 'sharing.residency')).toEqual([]);
    });
  });

  describe('with a cache', () => {
    it('compiles once, and the next load decides alike without a compiler', async () => {
      const cache = temporaryFolder();
      const first = await loadValidPolicies(root, { compiler, cache });
      const ended = new RegoCompiler();
      await ended.close();
      const second = await loadValidPolicies(root, { compiler: ended, cache });
      expect(second.id).toBe(first.id);
      for (const { input } of readPolicyCases(root)) {
        expect(second.evaluator.evaluate(input)).toEqual(first.evaluator.evaluate(input));
      }
    });

    it('compiles again when what was kept is damaged', async () => {
      const cache = temporaryFolder();
      await loadValidPolicies(root, { compiler, cache });
      const file = join(cache, readdirSync(cache)[0]!);
      const bytes = readFileSync(file);
      bytes[1000] = bytes[1000]! ^ 1;
      writeFileSync(file, bytes);
      const { evaluator } = await loadValidPolicies(root, { compiler, cache });
      expect(combine(evaluator.evaluate(communityOfficer)).outcome).toBe('aggregate');
    });

    it('loads without one where its folder cannot be made', async () => {
      const file = join(temporaryFolder(), 'file');
      writeFileSync(file, '');
      expect((await loadPolicies(root, { compiler, cache: join(file, 'cache') })).kind).toBe('loaded');
    });
  });
});

describe('the composition', () => {
  it('names every package that permits, caps or denies', () => {
    const { source } = compositionModule(findPolicies(root));
    expect(source).toContain('"sharing.tiered": data.sharing.tiered.permit');
    expect(source).not.toContain('data.lib');
  });
});

const communityOfficer: PolicyInput = readPolicyCases(root).find(({ note }) =>
  note.startsWith('the community reads temperatures'),
)!.input;

function withHome(input: PolicyInput, home: Partial<PolicyInput['resource']['home']>): PolicyInput {
  return { ...input, resource: { ...input.resource, home: { ...input.resource.home, ...home } } };
}

function policy(name: string): string {
  return `# METADATA
# title: Weather
# custom:
#   owner: weather office
#   announced: "2026-01-01"
#   in_force: "2026-01-01"
package ${name}

# METADATA
# title: Everybody reads the weather
# custom:
#   clauses: [DH-5.4.6]
permit contains {"rule": "weather", "outcome": "raw"} if input.action == "read"
`;
}

function copyOfPolicies(): string {
  const folder = join(temporaryFolder(), 'policies');
  cpSync(root, folder, { recursive: true });
  return folder;
}

function write(folder: string, file: string, source: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), source);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
