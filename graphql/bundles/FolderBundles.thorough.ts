import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deserialize, serialize } from 'node:v8';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type BundleFile, formatBundle } from '../../engine/bundle/BundleFile.ts';
import { packBundle } from '../../engine/bundle/packBundle.ts';
import { keyOf, NOW, refit, signedBy, trusted } from '../../engine/bundle/testBundle.ts';
import type { PolicyInput } from '../../engine/facts/PolicyInput.ts';
import type { Compiled } from '../../engine/rego/Compiled.ts';
import type { LoadedRule } from '../../engine/rules/Rule.ts';
import { isActivation } from '../../trust/activations/ActivationRecord.ts';
import { formatTrustedKeys, type TrustedKey } from '../../trust/signing/trustedKeys.ts';
import { HeldClock } from '../testWorld.ts';
import { verifyFolder } from '../writer/FolderDatabase.ts';
import { Writer } from '../writer/Writer.ts';
import { FolderBundles } from './FolderBundles.ts';

const ROOT = join(import.meta.dirname, '../..');
const MINUTE = 60_000;
const temp = mkdtempSync(join(tmpdir(), 'twinward-bundles-'));
afterAll(() => rmSync(temp, { recursive: true }));

const [ana, ben, eve] = [keyOf('ana'), keyOf('ben', 'ed25519'), keyOf('eve')];
const about = {
  name: 'test',
  revision: 'r1',
  author: 'ana',
  created: new Date(NOW).toISOString(),
  expires: new Date(NOW + 60 * MINUTE).toISOString(),
};
const base = packBundle(ROOT, about);
const WEATHER = 'policies/sharing/weather/weather.rego';
const weather = with_({ [WEATHER]: readFileSync(join(import.meta.dirname, 'testdata/weather.rego'), 'utf8') });
const GAS = 'rules/safety/gas_leak.json';
const gas = with_({ [GAS]: base.files[GAS]!.replace('"title": "', '"title": "Other: ') });
const bytes = (bundle: BundleFile) => formatBundle(signedBy(bundle, ana, ben));

function with_(files: Readonly<Record<string, string>>): BundleFile {
  return refit(base.manifest, { ...base.files, ...files });
}

const FACTS = 'policies/facts.yaml';

const WRONG_CASE = `
- note: nobody reads a station
  when: { purpose: research, resource: { label: { subject_class: public } } }
  want: { outcome: denied, rules: [sharing.weather/never], clauses: [] }
`;
const usual = parse(readFileSync(join(ROOT, 'policies/default_input.yaml'), 'utf8')) as PolicyInput;
/** Research reads a public weather station. */
const station: PolicyInput = {
  ...usual,
  purpose: 'research',
  resource: { ...usual.resource, label: { ...usual.resource.label, subject_class: 'public' } },
};

/** How many rows each table of a folder holds that belongs to the twin or tells of what was done. */
function rowsOf({ path }: Folder): Readonly<Record<string, number>> {
  const db = new DatabaseSync(join(path, 'twinward.db'), { readOnly: true });
  const tables = ['changes', 'readings', 'device_values', 'dead_letters', 'decisions', 'audit', 'activations'];
  const count = (table: string) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n']);
  const rows = Object.fromEntries(tables.map((table) => [table, count(table)]));
  db.close();
  return rows;
}

/** Resolves when all that came due has been dealt with: what is asked waits for its turn. */
async function settled({ bundles }: Folder): Promise<void> {
  await expect(bundles.cancel(0)).rejects.toMatchObject({ code: 'command:activation.not_scheduled' });
}

const mtimeOf = (file: string): number => statSync(file).mtimeMs;

/** A data folder with its writer open, as the server has it. */
class Folder {
  readonly path = mkdtempSync(join(temp, 'f'));
  readonly clock = new HeldClock();
  readonly rules: (readonly LoadedRule[])[] = [];
  readonly problems: unknown[] = [];
  root = ROOT;
  writer!: Writer;
  bundles!: FolderBundles;
  /** Set to keep anything from being written. */
  fails = false;

  async open(): Promise<FolderBundles> {
    this.writer = await Writer.open({ folder: this.path, demo: false });
    this.bundles = new FolderBundles({
      root: this.root,
      folder: this.path,
      clock: this.clock,
      cacheKey: this.writer.bundleKey,
      readActivations: () => this.writer.activations(),
      commit: ({ audit, ...batch }) => {
        if (this.fails) return Promise.reject(new Error('the disk is full'));
        const at = new Date(this.clock.now()).toISOString();
        return this.writer.commit({ ...batch, audit: audit.map((entry) => ({ at, entry })) });
      },
      migrationOf: () => null,
      onRules: ({ rules }) => this.rules.push(rules),
      onProblem: (error) => this.problems.push(error),
      twin: null,
    });
    await this.bundles.start();
    return this.bundles;
  }

  async close(): Promise<void> {
    this.bundles.close();
    await this.writer.close();
  }

  async reopen(): Promise<FolderBundles> {
    await this.close();
    return this.open();
  }

  trust(...keys: readonly TrustedKey[]): void {
    writeFileSync(join(this.path, 'trusted-keys.json'), formatTrustedKeys(keys), { mode: 0o600 });
  }

  /** The kinds of all records, such as `1 built_in`. */
  get records(): readonly string[] {
    return this.bundles.history.records.map(({ number, kind }) => `${number} ${kind}`);
  }

  get file(): string {
    const { manifest } = this.bundles.history.records.findLast(isActivation)!;
    return join(this.path, 'bundles', `${manifest}.twb`);
  }

  async refusals(): Promise<readonly string[]> {
    const found = await this.writer.findAudit({ kind: 'activation_refused', first: 100 });
    return found.map(({ entry }) => ('code' in entry ? entry.code : ''));
  }
}

const folders: Folder[] = [];
/** Folders as they were left: what is compiled is there with its key, so no test compiles it again. */
const templates = { fresh: new Folder(), activated: new Folder() };

/** A folder that was opened before; with `activated` the bundle `weather` is the active one, under number 2. */
async function open(
  from: keyof typeof templates = 'fresh',
  setUp: (folder: Folder) => void = () => {},
): Promise<Folder> {
  const folder = new Folder();
  cpSync(templates[from].path, folder.path, { recursive: true });
  folders.push(folder);
  setUp(folder);
  await folder.open();
  return folder;
}
beforeAll(async () => {
  const { fresh, activated } = templates;
  fresh.trust(trusted(ana), trusted(ben));
  await fresh.open();
  await fresh.bundles.activate(bytes(weather), { dryRun: true });
  await fresh.close();
  cpSync(fresh.path, activated.path, { recursive: true });
  await activated.open();
  await activated.bundles.activate(bytes(weather));
  await activated.close();
});
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.close();
});
const refused = (code: string) => ({ code: `policy:bundle.${code}` });

describe('a folder', () => {
  it('begins with the policies of the program, and has a signed record of it', async () => {
    const folder = await open();
    expect(folder.records).toEqual(['1 built_in']);
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    expect(folder.rules).toHaveLength(1);
    expect(await folder.writer.verify()).toMatchObject({ intact: true });
    await folder.reopen();
    expect(folder.records).toEqual(['1 built_in']);
  });

  it('takes the policies of a newer program anew, until a signed bundle was activated', async () => {
    const newer = mkdtempSync(join(temp, 'newer'));
    for (const part of ['policies', 'rules']) cpSync(join(ROOT, part), join(newer, part), { recursive: true });
    cpSync(join(import.meta.dirname, 'testdata/weather.rego'), join(newer, WEATHER));
    const folder = await open('fresh', (each) => {
      each.root = newer;
    });
    expect(folder.records).toEqual(['1 built_in', '2 built_in']);
    const withWeather = folder.bundles.active().id;
    await folder.bundles.activate(bytes(gas));
    expect(folder.bundles.active().id).not.toBe(withWeather);
    folder.root = ROOT;
    await folder.reopen();
    expect(folder.bundles.active().id).toBe(gas.manifest.content);
    expect(folder.records).toEqual(['1 built_in', '2 built_in', '3 activated']);
  });
});

describe('activating', () => {
  it('lets the next decision use the new bundle, ends what is under way with the old one, and writes to no twin', async () => {
    const folder = await open();
    const underWay = folder.bundles.active();
    const before = rowsOf(folder);
    const { record, changes } = await folder.bundles.activate(bytes(weather));
    expect(changes.policies).toEqual({ added: ['sharing.weather'], changed: [], removed: [] });
    expect(changes.rules).toEqual({ added: [], changed: [], removed: [] });
    expect(record).toMatchObject({
      number: 2,
      kind: 'activated',
      previous: base.manifest.content,
      by: 'administrator',
    });
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
    const ask = (bundle: typeof underWay) => bundle.at(NOW).evaluator.evaluate(station);
    expect(ask(folder.bundles.active()).permits.map(({ reason }) => reason.rule)).toContain('stations');
    expect(ask(underWay).permits.map(({ reason }) => reason.rule)).not.toContain('stations');
    // One record and its line in the audit; of the twin not a row.
    expect(rowsOf(folder)).toEqual({ ...before, audit: before['audit']! + 1, activations: 2 });
  });

  it('lists what it would change, and changes nothing, when it is only asked', async () => {
    const folder = await open();
    const { record, changes, proof } = await folder.bundles.activate(bytes(gas), { dryRun: true });
    expect(record).toBeNull();
    expect(changes.rules).toEqual({ added: [], changed: ['gas_leak'], removed: [] });
    expect(proof!.policyCases).toBeGreaterThan(50);
    expect(proof!.inputs).toBeGreaterThan(2_000);
    expect(folder.records).toEqual(['1 built_in']);
    expect(folder.bundles.active().id).toBe(base.manifest.content);
  });

  it('numbers records without a gap, also when many are wanted at once', async () => {
    const folder = await open();
    await Promise.all([weather, gas, weather].map((each) => folder.bundles.activate(bytes(each))));
    expect(folder.records).toEqual(['1 built_in', '2 activated', '3 activated', '4 activated']);
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
    expect(await folder.writer.verify()).toMatchObject({ intact: true });
  });

  it('does not happen when it cannot be written down', async () => {
    const folder = await open();
    folder.fails = true;
    await expect(folder.bundles.activate(bytes(weather))).rejects.toThrow('the disk is full');
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    folder.fails = false;
    await folder.bundles.activate(bytes(weather));
    expect(folder.records).toEqual(['1 built_in', '2 activated']);
  });

  const LIFE = 'lifecycles/lease.json';
  const NEVER = base.files[GAS]!.replaceAll('"gas"', '"gaz"');
  const { signatures: _, ...stripped } = signedBy(weather, ana, ben);
  it.each<[string, Uint8Array, string, TrustedKey[]?]>([
    ['had its signatures stripped', formatBundle(stripped), 'unsigned'],
    ['is foreign', formatBundle(signedBy(weather, ana, eve)), 'key_foreign'],
    ['is by its author alone', formatBundle(signedBy(weather, ana)), 'author_alone'],
    ['is no bundle', Buffer.from('garbage'), 'unreadable'],
    ['was altered', Buffer.from(bytes(weather).toString().replace('Weather stations', 'Wether stations_')), 'altered'],
    ['is signed by keys that are trusted no more', bytes(weather), 'key_foreign', []],
    [
      'does not compile',
      bytes(with_({ [WEATHER]: 'package sharing.weather\n\nx := input.nowhere\n' })),
      'not_compiling',
    ],
    ['has a rule that is none', bytes(with_({ [GAS]: '{}' })), 'rules_wrong'],
    ['has a rule that no device can make act', bytes(with_({ [GAS]: NEVER })), 'rules_contradictory'],
    [
      'does not do what its cases say',
      bytes(with_({ 'policies/sharing/weather/cases.yaml': WRONG_CASE })),
      'case_failed',
    ],
    [
      'was made with another lifecycle',
      bytes(with_({ [LIFE]: base.files[LIFE]!.replace('active', 'running') })),
      'lifecycle_other',
    ],
    [
      'was made with other settings of facts',
      bytes(with_({ [FACTS]: base.files[FACTS]!.replace('PT12H', 'PT13H') })),
      'facts_other',
    ],
  ])(
    'is refused when the bundle %s: the active one stays, and the audit says why',
    async (_what, handed, code, keys) => {
      const folder = await open();
      if (keys) folder.trust(...keys);
      await expect(folder.bundles.activate(handed)).rejects.toMatchObject(refused(code));
      expect(folder.bundles.active().id).toBe(base.manifest.content);
      expect(folder.records).toEqual(['1 built_in']);
      expect(await folder.refusals()).toEqual([`policy:bundle.${code}`]);
    },
  );

  it('is refused after the end of the bundle, also when the clock is set back then', async () => {
    const folder = await open();
    await folder.bundles.activate(bytes(weather));
    folder.clock.advance(61 * MINUTE);
    await folder.bundles.rollBack('1');
    folder.clock.advance(-60 * MINUTE);
    await expect(folder.bundles.activate(bytes(weather))).rejects.toMatchObject(refused('expired'));
  });

  it('is refused after the end of the bundle, and without a file of trusted keys', async () => {
    const folder = await open();
    rmSync(join(folder.path, 'trusted-keys.json'));
    await expect(folder.bundles.activate(bytes(weather))).rejects.toMatchObject(refused('keys_missing'));
    folder.trust(trusted(ana), trusted(ben));
    folder.clock.advance(61 * MINUTE);
    await expect(folder.bundles.activate(bytes(weather))).rejects.toMatchObject(refused('expired'));
    expect(await folder.refusals()).toEqual(['policy:bundle.keys_missing', 'policy:bundle.expired']);
  });
});

describe('rolling back', () => {
  it('activates anew what was active here, the built-in one too, under a number of its own', async () => {
    const folder = await open('activated');
    await folder.bundles.activate(bytes(gas));
    await folder.bundles.rollBack('2');
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
    await folder.bundles.rollBack(base.manifest.content.slice(0, 12));
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    expect(folder.records.slice(2)).toEqual(['3 activated', '4 rolled_back', '5 rolled_back']);
    await folder.reopen();
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    expect(folder.records).toHaveLength(5);
  });

  it('goes to nothing that was never active here, nor to what is trusted no more', async () => {
    const folder = await open('activated');
    await folder.bundles.activate(bytes(gas));
    for (const to of ['9', eve.id, '', 'f'.repeat(64)]) {
      await expect(folder.bundles.rollBack(to)).rejects.toMatchObject(refused('never_active'));
    }
    folder.trust(trusted(ana));
    await expect(folder.bundles.rollBack('2')).rejects.toMatchObject(refused('key_foreign'));
    expect(folder.bundles.active().id).toBe(gas.manifest.content);
  });
});

describe('a schedule', () => {
  const due = NOW + 10 * MINUTE;

  it('brings its bundle at its instant, and not before', async () => {
    const folder = await open();
    await folder.bundles.activate(bytes(weather), { due });
    folder.clock.advance(10 * MINUTE - 1);
    await settled(folder);
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    folder.clock.advance(1);
    await settled(folder);
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
    expect(folder.records).toEqual(['1 built_in', '2 scheduled', '3 activated']);
    expect(folder.bundles.history.records[2]).toMatchObject({ by: 'schedule', schedule: 2 });
  });

  it('outlives a restart, and is made up for when it came due meanwhile', async () => {
    const folder = await open();
    await folder.bundles.activate(bytes(weather), { due });
    await folder.close();
    folder.clock.advance(20 * MINUTE);
    await folder.open();
    folder.clock.advance(0);
    await settled(folder);
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
  });

  it('is taken back by its number', async () => {
    const folder = await open();
    await folder.bundles.activate(bytes(weather), { due });
    expect(await folder.bundles.cancel(2)).toMatchObject({ number: 3, kind: 'cancelled', schedule: 2 });
    await expect(folder.bundles.cancel(2)).rejects.toMatchObject({ code: 'command:activation.not_scheduled' });
    folder.clock.advance(11 * MINUTE);
    await settled(folder);
    expect(folder.bundles.active().id).toBe(base.manifest.content);
  });

  it('comes to nothing when its signers are trusted no more at its instant, and says so', async () => {
    const folder = await open();
    await folder.bundles.activate(bytes(weather), { due });
    folder.trust(trusted(ana));
    folder.clock.advance(11 * MINUTE);
    await settled(folder);
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    expect(folder.bundles.history.records[2]).toMatchObject({
      kind: 'cancelled',
      because: 'policy:bundle.key_foreign',
    });
    expect(await folder.refusals()).toEqual(['policy:bundle.key_foreign']);
    expect(folder.problems).toMatchObject([refused('key_foreign')]);
  });

  it('is not taken for an instant that has passed, or after the end of the bundle', async () => {
    const folder = await open();
    const past = folder.bundles.activate(bytes(weather), { due: NOW });
    await expect(past).rejects.toMatchObject({ code: 'command:activation.due_past' });
    const late = folder.bundles.activate(bytes(weather), { due: NOW + 61 * MINUTE });
    await expect(late).rejects.toMatchObject(refused('expired'));
  });
});

describe('a start', () => {
  it('clears away what a killed process had laid out', async () => {
    const folder = await open();
    const left = join(folder.path, 'bundles', 'unpacked-abcdef');
    mkdirSync(join(left, 'policies'), { recursive: true });
    await folder.reopen();
    expect(existsSync(left)).toBe(false);
  });

  it('compiles nothing, and trusts no compilation that another wrote', async () => {
    const folder = await open('activated');
    const cached = () => readdirSync(join(folder.path, 'bundles')).filter((name) => name.endsWith('.rego'));
    const old = new Date(0);
    for (const name of cached()) utimesSync(join(folder.path, 'bundles', name), old, old);
    await folder.reopen();
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
    const touched = () => cached().filter((name) => mtimeOf(join(folder.path, 'bundles', name)) > 0);
    expect(touched()).toEqual([]);

    // The code of other policies under the name of the right ones, with a digest that fits.
    const bodies = cached().map((name) => readFileSync(join(folder.path, 'bundles', name)).subarray(32));
    const [one, other] = bodies.map((body) => deserialize(body) as Compiled);
    expect(one!.hash).not.toBe(other!.hash);
    for (const [mine, theirs] of [
      [one!, other!],
      [other!, one!],
    ] as const) {
      const forged = serialize({ ...theirs, hash: mine.hash });
      const path = join(folder.path, 'bundles', `${mine.hash}.rego`);
      writeFileSync(path, Buffer.concat([createHash('sha256').update(forged).digest(), forged]));
      utimesSync(path, old, old);
    }
    await folder.reopen();
    expect(folder.bundles.problems).toEqual([]);
    expect(
      folder.bundles
        .active()
        .at(NOW)
        .evaluator.evaluate(station)
        .permits.map(({ reason }) => reason.rule),
    ).toContain('stations');
    expect(touched()).toHaveLength(1);
  });

  it.each<[string, (folder: Folder, file: string) => void, RegExp]>([
    [
      'was altered',
      (_, file) => writeFileSync(file, readFileSync(file, 'utf8').replace('stations', 'statoins')),
      /is not the file that was packed/,
    ],
    ['is garbage', (_, file) => writeFileSync(file, 'garbage'), /it is no JSON/],
    ['is gone', (_, file) => rmSync(file), /not in the data folder/],
    ['is another good one', (_, file) => writeFileSync(file, bytes(gas)), /holds another bundle/],
    ['is signed by a key that was distrusted', (folder) => folder.trust(trusted(ana)), /not trusted here/],
    [
      'has no trusted keys to be verified by',
      (folder) => rmSync(join(folder.path, 'trusted-keys.json')),
      /no file of trusted keys/,
    ],
    [
      'has trusted keys that are broken',
      (folder) => writeFileSync(join(folder.path, 'trusted-keys.json'), '{'),
      /a trusted key is no JSON/,
    ],
  ])('answers nothing and says why when the active bundle %s', async (_what, breakIt, said) => {
    const folder = await open('activated');
    const { file } = folder;
    await folder.close();
    breakIt(folder, file);
    await folder.open();
    expect(folder.bundles.problems).toEqual([expect.stringMatching(said)]);
    expect(() => folder.bundles.active()).toThrow(expect.objectContaining({ code: 'policy:bundle.missing' }));
  });

  it('that answered nothing is mended by two people, without another', async () => {
    const folder = await open('activated');
    await folder.close();
    rmSync(folder.file);
    await folder.open();
    expect(folder.bundles.problems).toHaveLength(1);
    await folder.bundles.activate(bytes(gas));
    expect(folder.bundles.active().id).toBe(gas.manifest.content);
    expect(folder.bundles.problems).toEqual([]);
  });

  it('goes on with a bundle whose time for activation is over, and with a key that has ended since', async () => {
    const folder = await open('activated');
    folder.trust(trusted(ana), trusted(ben, { until: new Date(NOW + MINUTE).toISOString() }));
    folder.clock.advance(120 * MINUTE);
    await folder.reopen();
    expect(folder.bundles.problems).toEqual([]);
    expect(folder.bundles.active().id).toBe(weather.manifest.content);
  });

  it('answers nothing when the data were set back to an older bundle', async () => {
    const folder = await open('activated');
    await folder.close();
    copyFileSync(join(folder.path, 'twinward.db'), join(temp, 'older.db'));
    await folder.open();
    await folder.bundles.activate(bytes(gas));
    await folder.close();
    copyFileSync(join(temp, 'older.db'), join(folder.path, 'twinward.db'));
    await folder.open();
    expect(folder.bundles.problems).toEqual([expect.stringContaining('the data were set back')]);
    expect(() => folder.bundles.active()).toThrow();
    // Starting again settles nothing: two people do.
    await folder.reopen();
    expect(folder.bundles.problems).toEqual([expect.stringContaining('the data were set back')]);
    await folder.bundles.activate(bytes(gas));
    await folder.reopen();
    expect(folder.bundles.active().id).toBe(gas.manifest.content);
  });

  it('brings no bundle of data that were set back, though it was scheduled there', async () => {
    const folder = await open('activated');
    const due = NOW + 10 * MINUTE;
    await folder.bundles.activate(bytes(gas), { due });
    await folder.close();
    copyFileSync(join(folder.path, 'twinward.db'), join(temp, 'scheduled.db'));
    await folder.open();
    await folder.bundles.cancel(3);
    await folder.close();
    copyFileSync(join(temp, 'scheduled.db'), join(folder.path, 'twinward.db'));
    await folder.open();
    folder.clock.advance(20 * MINUTE);
    expect(() => folder.bundles.active()).toThrow();
    await expect(folder.bundles.cancel(3)).rejects.toMatchObject(refused('set_back'));
    const later = folder.bundles.activate(bytes(gas), { due: NOW + 30 * MINUTE });
    await expect(later).rejects.toMatchObject(refused('set_back'));
    await folder.bundles.rollBack('1');
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    expect(folder.records.slice(3)).toEqual(['4 rolled_back', '5 cancelled']);
  });

  it('finds the bundle of an old decision', async () => {
    const folder = await open('activated');
    await folder.bundles.activate(bytes(gas));
    await folder.reopen();
    const old = await folder.bundles.find(weather.manifest.content);
    expect(
      old!
        .at(NOW)
        .evaluator.evaluate(station)
        .permits.map(({ reason }) => reason.rule),
    ).toContain('stations');
    expect(await folder.bundles.find('0'.repeat(64))).toBeNull();
  });
});

describe('the log of activations', () => {
  const alter = async (sql: string) => {
    const folder = await open('activated');
    await folder.close();
    const db = new DatabaseSync(join(folder.path, 'twinward.db'));
    db.exec(sql);
    db.close();
    folders.splice(folders.indexOf(folder), 1);
    return folder;
  };

  it.each<[string, string, string, string | null]>([
    [
      'another bundle is named',
      `UPDATE activations SET body = replace(body, '"test"', '"tset"') WHERE seq = 2`,
      'altered',
      'activation 2 is not as it was written',
    ],
    ['its last record is gone', 'DELETE FROM activations WHERE seq = 2', 'truncated', null],
    [
      'all is gone',
      "DELETE FROM activations; DELETE FROM heads WHERE log = 'activations'",
      'truncated',
      'the data were set back',
    ],
  ])('is found broken when %s', async (_what, sql, problem, said) => {
    const folder = await alter(sql);
    const { intact, problems } = verifyFolder(folder.path);
    expect(intact).toBe(false);
    expect(problems).toMatchObject([{ log: 'activations', problem }]);
    await folder.open();
    folders.push(folder);
    if (said === null) expect(folder.writer.failure).toMatchObject({ code: 'trust:audit.broken' });
    else expect(folder.bundles.problems).toEqual([expect.stringContaining(said)]);
  });
});
