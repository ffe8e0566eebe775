import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { combine } from '../combine.ts';
import { decideInput } from '../decideInput.ts';
import type { PolicyInput } from '../facts/PolicyInput.ts';
import { compositionModule } from './compositionModule.ts';
import { loadPolicies, loadValidPolicies, openCompiled, type PolicyBundle } from './loadPolicies.ts';
import { readPolicyCases } from './policyCases.ts';
import { findPolicies } from './policyFiles.ts';
import { RegoCompiler } from './RegoCompiler.ts';

const root = join(import.meta.dirname, '../../policies');
/** When the active policies and the drafts are in force. */
const THEN = Date.parse('2027-07-20T14:00:00+08:00');
const compiler = new RegoCompiler();
afterAll(() => compiler.close());

describe('loadPolicies', () => {
  it('finds a policy in a new folder without anybody registering it', async () => {
    const folder = copyOfPolicies();
    write(folder, 'sharing/weather/weather.rego', policy('sharing.weather'));
    const bundle = await loadValidPolicies(folder, { compiler });
    expect(bundle.rules.filter(({ policy: name }) => name === 'sharing.weather')).toHaveLength(1);
    expect(combine(bundle.at(THEN).evaluator.evaluate(communityOfficer)).reasons.map(({ rule }) => rule)).toEqual([
      'weather',
    ]);
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
    const again = source.slice(source.indexOf('\n\n'));
    for (const other of [again, again.replace('permit contains', 'cap contains')]) {
      write(folder, 'sharing/weather/weather.rego', source + other);
      const load = await loadPolicies(folder, { compiler });
      expect(load.kind === 'rejected' && load.problems.map(({ code }) => code)).toEqual(['policy:rule.twice']);
    }
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

  it('refuses what its evaluator cannot do, before anything is asked', async () => {
    const folder = copyOfPolicies();
    write(folder, 'lib/limits/limits.rego', 'package lib.limits\n\nmost := 18446744073709551617\n');
    write(
      folder,
      'sharing/weather/weather.rego',
      policy('sharing.weather').replace('input.action == "read"', 'count(input.action) < data.lib.limits.most'),
    );
    const load = await loadPolicies(folder, { compiler });
    expect(load).toEqual({
      kind: 'rejected',
      problems: [
        {
          code: 'policy:plan.unsupported',
          message: 'the compiled evaluator cannot do the number 18446744073709551617',
        },
      ],
    });
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
    [
      'a draft that is no .rego file',
      () => loadPolicies(root, { draft: join(root, 'README.md') }),
      'policy:draft.not_found',
    ],
    ['a draft without Rego', () => loadPolicies(root, { draft: join(root, 'clauses') }), 'policy:draft.not_found'],
  ])('says so of %s', async (_what, load, code) => {
    await expect(load()).rejects.toMatchObject({ code });
  });

  it('brings policies into force and out of it at their dates, with nothing loaded again', async () => {
    const folder = copyOfPolicies();
    const dates = { announced: '2026-10-01', in_force: '2027-01-01T09:00:00+08:00', repealed: '2027-07-01' };
    write(folder, 'sharing/weather/weather.rego', policy('sharing.weather', dates));
    const { at, id, compiled } = await loadValidPolicies(folder, { compiler });
    const starts = Date.parse('2027-01-01T09:00:00+08:00');
    const ends = Date.parse('2027-07-01T00:00:00+08:00');
    const outcomes = [starts - 1, starts, ends - 1, ends].map(
      (instant) => combine(at(instant).evaluator.evaluate(communityOfficer)).outcome,
    );
    expect(outcomes).toEqual(['aggregate', 'raw', 'raw', 'aggregate']);
    const kept = openCompiled(compiled);
    expect(kept.id).toBe(id);
    expect(combine(kept.at(starts).evaluator.evaluate(communityOfficer)).outcome).toBe('raw');
    expect(combine(kept.at(ends).evaluator.evaluate(communityOfficer)).outcome).toBe('aggregate');
  });

  it('permits nothing before any policy is in force', async () => {
    const { at } = await loadValidPolicies(root, { compiler });
    const { outcome, reasons } = combine(at(Date.parse('2026-08-31T15:59:59Z')).evaluator.evaluate(communityOfficer));
    expect({ outcome, rules: reasons.map(({ rule }) => rule) }).toEqual({ outcome: 'denied', rules: ['no_permit'] });
  });

  it('evaluates what is announced beside what is in force, without effect', async () => {
    const folder = copyOfPolicies();
    const dates = { announced: '2026-10-01', in_force: '2027-01-01', repealed: '2027-07-01' };
    write(folder, 'sharing/weather/weather.rego', policy('sharing.weather', dates));
    const { at } = await loadValidPolicies(folder, { compiler });
    const announcedAt = Date.parse('2026-10-01T00:00:00+08:00');
    expect(decideInput(communityOfficer, at(announcedAt - 1)).announced).toBeUndefined();
    expect(decideInput(communityOfficer, at(announcedAt))).toMatchObject({
      outcome: 'aggregate',
      announced: [
        { from: '2026-12-31T16:00:00.000Z', outcome: 'raw', reasons: [{ policy: 'sharing.weather' }] },
        { from: '2027-06-30T16:00:00.000Z', outcome: 'aggregate' },
      ],
    });
  });

  it('refuses dates that are none, that contradict each other, or that stand elsewhere', async () => {
    const folder = copyOfPolicies();
    const file = 'sharing/weather/weather.rego';
    const problemsOf = async (source: string) => {
      write(folder, file, source);
      const load = await loadPolicies(folder, { compiler });
      return load.kind === 'rejected' && load.problems.map(({ code, row }) => [code, row]);
    };
    const dated = (dates: Partial<PolicyDateTexts>) => policy('sharing.weather', { ...IN_FORCE, ...dates });
    expect(await problemsOf(dated({ in_force: '2027-02-30' }))).toEqual([['policy:date.invalid', 7]]);
    expect(await problemsOf(dated({ announced: '2028-01-01' }))).toEqual([['policy:date.contradictory', 7]]);
    expect(await problemsOf(dated({ repealed: '2026-01-01' }))).toEqual([['policy:date.contradictory', 8]]);
    const onRule = dated({}).replace('#   clauses', '#   repealed: "2027-01-01"\n#   clauses');
    expect(await problemsOf(onRule)).toEqual([['policy:date.misplaced', 14]]);
    expect(await problemsOf(dated({}).replace('# METADATA', '#METADATA'))).toEqual([['policy:date.unseen', 7]]);
  });

  it('lets a waiver keep from acting what says that it may, in the homes it covers, and nothing else', async () => {
    const folder = copyOfPolicies();
    const deny = `# METADATA
# title: Not of devices
# custom:
#   clauses: [DH-5.4.6]
deny contains {"rule": "closed"} if input.action == "read"
`;
    const outcomeOf = async (source: string, waivers: readonly string[]) => {
      write(folder, 'sharing/weather/weather.rego', source);
      const { at } = await loadValidPolicies(folder, { compiler });
      return combine(at(THEN).evaluator.evaluate(withHome(communityOfficer, { waivers })));
    };
    const closed = `${policy('sharing.weather')}\n${deny}`;
    const open = closed.replace('[DH-5.4.6]\ndeny', '[DH-5.4.6]\n#   waivable: true\ndeny');
    expect((await outcomeOf(closed, ['sharing.weather/closed'])).outcome).toBe('denied');
    expect((await outcomeOf(open, ['sharing.weather/other'])).outcome).toBe('denied');
    const lifted = await outcomeOf(open, ['sharing.weather/closed']);
    expect(lifted).toMatchObject({ outcome: 'raw', underneath: { outcome: 'denied' } });
    expect(lifted.reasons.map(({ code, rule }) => [code, rule])).toEqual([
      ['permit', 'weather'],
      ['waived', 'closed'],
    ]);
  });

  it('refuses a permit that says it may be waived', async () => {
    const folder = copyOfPolicies();
    const source = policy('sharing.weather').replace('[DH-5.4.6]', '[DH-5.4.6]\n#   waivable: true');
    write(folder, 'sharing/weather/weather.rego', source);
    const load = await loadPolicies(folder, { compiler });
    expect(load.kind === 'rejected' && load.problems.map(({ code }) => code)).toContain('policy:waivable.invalid');
  });

  describe('with a draft', () => {
    let active: PolicyBundle;
    beforeEach(async () => {
      active ??= await loadValidPolicies(root, { compiler });
    });

    it('adds a package that is new, and decides by it', async () => {
      const { changes, at } = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/heat_wave') });
      const files = ['policies/drafts/heat_wave/heat_wave.rego'];
      expect(changes).toEqual({ replaced: [], added: [{ package: 'sharing.heat_wave', files }], removed: [] });
      const elder = withHome(communityOfficer, { flags: ['elder_alone'] });
      expect(combine(active.at(THEN).evaluator.evaluate(elder)).outcome).toBe('aggregate');
      expect(combine(at(THEN).evaluator.evaluate(elder))).toMatchObject({
        outcome: 'reduced',
        obligations: [
          { type: 'audit' },
          { type: 'coarsen_time', window: 'PT15M' },
          { type: 'notify', who: 'residents' },
        ],
        reasons: [{ policy: 'sharing.heat_wave', rule: 'elder_alone', file: files[0] }],
      });
      expect(combine(at(THEN).evaluator.evaluate(communityOfficer)).outcome).toBe('aggregate');
    });

    it('adds to the read set what only the draft reads', async () => {
      const { at } = await loadValidPolicies(root, { compiler, draft: join(root, 'drafts/heat_wave') });
      const paths = at(THEN).evaluator.readSet.map((path) => path.join('.'));
      expect(
        paths.filter((path) => !active.at(THEN).evaluator.readSet.some((known) => known.join('.') === path)),
      ).toEqual(['resource.home.flags']);
    });

    it('replaces the files of the same package and tells which rules went', async () => {
      const { changes, at } = await loadValidPolicies(root, {
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
      expect(combine(at(THEN).evaluator.evaluate(communityOfficer)).outcome).toBe('raw');
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
        expect(second.at(THEN).evaluator.evaluate(input)).toEqual(first.at(THEN).evaluator.evaluate(input));
      }
    });

    it('compiles again when what was kept is damaged', async () => {
      const cache = temporaryFolder();
      await loadValidPolicies(root, { compiler, cache });
      const file = join(cache, readdirSync(cache)[0]!);
      const bytes = readFileSync(file);
      bytes[1000] = bytes[1000]! ^ 1;
      writeFileSync(file, bytes);
      const { at } = await loadValidPolicies(root, { compiler, cache });
      expect(combine(at(THEN).evaluator.evaluate(communityOfficer)).outcome).toBe('aggregate');
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

type PolicyDateTexts = { readonly announced: string; readonly in_force: string; readonly repealed?: string };
const IN_FORCE: PolicyDateTexts = { announced: '2026-01-01', in_force: '2026-01-01' };

function policy(name: string, dates = IN_FORCE): string {
  const lines = Object.entries(dates).map(([key, date]) => `#   ${key}: "${date}"\n`);
  return `# METADATA
# title: Weather
# custom:
#   owner: weather office
${lines.join('')}package ${name}

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
