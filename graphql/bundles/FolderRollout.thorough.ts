import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NOBODY } from '../../engine/AccessRequest.ts';
import { type BundleFile, formatBundle } from '../../engine/bundle/BundleFile.ts';
import { packBundle } from '../../engine/bundle/packBundle.ts';
import { keyOf, NOW, refit, signedBy, trusted } from '../../engine/bundle/testBundle.ts';
import type { DecisionRecord } from '../../engine/Decision.ts';
import { decideInput } from '../../engine/decideInput.ts';
import { RequestDecisions } from '../../engine/RequestDecisions.ts';
import type { PlanWords } from '../../engine/rollout/parsePlan.ts';
import { predictImpact } from '../../engine/rollout/predictImpact.ts';
import type { LoadedRule } from '../../engine/rules/Rule.ts';
import { formatTrustedKeys, type TrustedKey } from '../../trust/signing/trustedKeys.ts';
import type { CodedError } from '../../twin/CodedError.ts';
import type { Change } from '../../twin/changes.ts';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import { decisionRecords } from '../decisionRecords.ts';
import { HeldClock } from '../testWorld.ts';
import { Writer } from '../writer/Writer.ts';
import { FolderBundles } from './FolderBundles.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOUR = 3_600_000;
const temp = mkdtempSync(join(tmpdir(), 'twinward-rollout-'));
afterAll(() => rmSync(temp, { recursive: true }));

const [ana, ben] = [keyOf('ana'), keyOf('ben')];
const base = packBundle(ROOT, {
  name: 'quiet',
  revision: 'r1',
  author: 'ana',
  created: new Date(NOW).toISOString(),
  expires: new Date(NOW + 90 * 24 * HOUR).toISOString(),
});
const QUIET = 'policies/sharing/quiet/quiet.rego';
const GAS = 'rules/safety/gas_leak.json';
/** Denies people the climate of their own rooms. Cases that say otherwise are left out. */
const quiet = changed({ [QUIET]: readFileSync(join(import.meta.dirname, 'testdata/quiet.rego'), 'utf8') });
const withRule = changed({
  [QUIET]: quiet.files[QUIET]!,
  [GAS]: base.files[GAS]!.replace('"title": "', '"title": "Other: '),
});
const ruleAlone = refit(base.manifest, { ...base.files, [GAS]: withRule.files[GAS]! });
const bytes = (bundle: BundleFile) => formatBundle(signedBy(bundle, ana, ben));

function changed(files: Readonly<Record<string, string>>): BundleFile {
  const contradicted = /^policies\/(?:access\/(?:duties|own_home|roles)|sharing\/public_data)\/cases\.yaml$/;
  const kept = Object.entries(base.files).filter(([path]) => !contradicted.test(path));
  return refit(base.manifest, { ...Object.fromEntries(kept), ...files });
}

/** Forty homes, each with its owner, who has an account, and two devices. */
function* city(): Generator<Change> {
  yield { kind: 'area_added', area: { id: 'a', level: 'building', name: 'a', parent: null } };
  for (let index = 1; index <= 40; index += 1) {
    const home = `home-${index}`;
    const person = `person-${index}`;
    yield { kind: 'person_added', person: { id: person, ageBand: 'adult' } };
    const account = { id: person, person, organisation: null, area: null, tier: 'home', roles: ['resident'] } as const;
    yield { kind: 'account_added', account: { ...account, assurance: 'substantial', multiFactor: false } };
    yield { kind: 'home_added', home: { id: home, area: 'a', name: home, occupancy: 'owner_occupied' } };
    for (const relation of ['resident', 'owner'] as const) {
      yield { kind: 'relation_added', subject: person, relation, object: home };
    }
    for (const [number, model] of ['WSDCGQ11LM', 'RTCGQ11LM'].entries()) {
      const id = `${home}:${number}`;
      const device = {
        id,
        home,
        room: null,
        address: id,
        name: model,
        vendor: 'Aqara',
        model,
        trust: 'normal',
      } as const;
      yield { kind: 'device_registered', device };
    }
  }
}

/** What the people of a home look at: the number of a device and a property. */
const READ: readonly (readonly [number, string])[] = [
  [0, 'temperature'],
  [1, 'occupancy'],
];

/** A data folder with its writer open and a twin in memory, as the server has them. */
class Folder {
  readonly path = mkdtempSync(join(temp, 'f'));
  readonly clock = new HeldClock();
  readonly graph = new TwinGraph();
  readonly rules: (readonly LoadedRule[])[] = [];
  readonly problems: unknown[] = [];
  readonly stopped: CodedError[] = [];
  readonly kept: DecisionRecord[] = [];
  writer!: Writer;
  bundles!: FolderBundles;

  constructor() {
    for (const change of city()) this.graph.apply(change);
  }

  async open(): Promise<void> {
    this.writer = await Writer.open({ folder: this.path, demo: false });
    this.bundles = new FolderBundles({
      root: ROOT,
      folder: this.path,
      clock: this.clock,
      cacheKey: this.writer.bundleKey,
      readActivations: () => this.writer.activations(),
      commit: ({ audit, ...batch }) => {
        const at = new Date(this.clock.now()).toISOString();
        return this.writer.commit({ ...batch, audit: audit.map((entry) => ({ at, entry })) });
      },
      migrationOf: () => null,
      onRules: ({ rules }) => this.rules.push(rules),
      onProblem: (error) => this.problems.push(error),
      twin: {
        predict: (what) => predictImpact({ ...what, graph: this.graph, now: this.clock.now() }),
        onStage: (share) => this.graph.rollOut(share),
        onStopped: (reason) => this.stopped.push(reason),
      },
    });
    await this.bundles.start();
  }

  async close(): Promise<void> {
    this.bundles.close();
    await this.writer.close();
  }

  async reopen(): Promise<void> {
    await this.close();
    // A new process knows of no roll-out but by its records.
    this.graph.rollOut(null);
    await this.open();
  }

  trust(...keys: readonly TrustedKey[]): void {
    writeFileSync(join(this.path, 'trusted-keys.json'), formatTrustedKeys(keys), { mode: 0o600 });
  }

  start(plan: PlanWords, bundle = quiet) {
    return this.bundles.startRollout(bytes(bundle), plan);
  }

  /** The owner of each of these homes looks at it, all in one request. */
  async read(homes: readonly string[], properties = READ): Promise<readonly DecisionRecord[]> {
    const before = this.kept.length;
    const records = decisionRecords(this.writer);
    const decisions = new RequestDecisions({
      graph: this.graph,
      bundle: this.bundles.active(),
      staged: this.bundles.staged(),
      records: {
        ...records,
        append: async (appended) => {
          await records.append(appended);
          this.kept.push(...appended);
        },
      },
      clock: this.clock,
      newId: randomUUID,
    });
    for (const home of homes) {
      const person = home.replace('home', 'person');
      const subject = { ...NOBODY, account: 'x', person, tier: 'home', roles: ['resident'] } as const;
      const asking = { subject, action: 'read', purpose: 'own_use', channel: 'api' } as const;
      for (const [number, property] of properties) {
        decisions.decide(asking, { type: 'property', home, device: `${home}:${number}`, property });
      }
    }
    await decisions.record();
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    return this.kept.slice(before);
  }

  /** The homes of the cohort, or the rest. */
  homes(cohort: 'rollout' | 'rest'): readonly string[] {
    return [...this.graph.homes.keys()].filter((home) => this.graph.cohortOf(home) === cohort);
  }

  get records(): readonly string[] {
    return this.bundles.history.records.map(({ number, kind, rollout }) =>
      rollout ? `${number} ${kind} ${rollout.stage}` : `${number} ${kind}`,
    );
  }

  async audit(kind: 'activation' | 'activation_refused' | 'decisions') {
    return (await this.writer.findAudit({ kind, first: 100 })).map(({ entry }) => entry);
  }
}

const folders: Folder[] = [];
/** A folder as its first start left it, with all compiled: no test compiles it again. */
const template = new Folder();

async function open(): Promise<Folder> {
  const folder = new Folder();
  cpSync(template.path, folder.path, { recursive: true });
  folders.push(folder);
  await folder.open();
  return folder;
}
beforeAll(async () => {
  template.trust(trusted(ana), trusted(ben));
  await template.open();
  await template.bundles.startRollout(bytes(quiet), {}, { dryRun: true });
  await template.close();
});
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.close();
});
const lax = { newly_denied: null, p99: null } as const;
const refused = (code: string) => ({ code });

describe('a roll-out', () => {
  it('decides for more and more homes, across a restart, until its bundle is the active one', async () => {
    const folder = await open();
    const { record } = await folder.start({ stages: [25, 60, 100], budget: lax });
    expect(record).toMatchObject({ number: 2, kind: 'staged', previous: base.manifest.content, by: 'administrator' });
    const first = folder.homes('rollout');
    expect(first.length).toBeGreaterThan(0);
    const decided = await folder.read([first[0]!, folder.homes('rest')[0]!]);
    expect(decided.map(({ bundle, outcome }) => [bundle === quiet.manifest.content, outcome])).toEqual([
      [true, 'denied'],
      [true, 'raw'],
      [false, 'raw'],
      [false, 'raw'],
    ]);
    expect(folder.bundles.rollout.status!.stages[0]!.observed).toMatchObject({ decided: 2, total: { newlyDenied: 1 } });
    // One request, two bundles: the audit has a line of each.
    expect(await folder.audit('decisions')).toMatchObject([
      { bundle: quiet.manifest.content, outcomes: { denied: 1, raw: 1 } },
      { bundle: base.manifest.content, outcomes: { raw: 2 } },
    ]);

    await folder.reopen();
    expect(folder.homes('rollout')).toEqual(first);
    await folder.read([first[0]!]);
    expect(folder.bundles.rollout.status!.stages[0]!.observed).toMatchObject({ decided: 4, total: { newlyDenied: 2 } });
    await folder.bundles.rollout.advance();
    expect(folder.homes('rollout')).toEqual(expect.arrayContaining([...first]));
    await folder.bundles.rollout.advance();
    expect(folder.homes('rest')).toEqual([]);
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    const status = await folder.bundles.rollout.advance();
    expect(status).toMatchObject({ state: 'completed', because: null, next: null });
    expect(folder.bundles.active().id).toBe(quiet.manifest.content);
    expect(folder.bundles.staged()).toBeNull();
    expect(folder.homes('rollout')).toEqual([]);
    expect(folder.records).toEqual(['1 built_in', '2 staged 1', '3 staged 2', '4 staged 3', '5 activated 3']);
    expect(status.stages[0]!.observed).toMatchObject({ decided: 4 });
    expect(await folder.writer.verify()).toMatchObject({ intact: true });
    await folder.reopen();
    expect(folder.bundles.active().id).toBe(quiet.manifest.content);
  });

  it('simulates before what then happens', async () => {
    const folder = await open();
    await folder.start({ stages: [50, 100], budget: lax });
    const cohort = folder.homes('rollout');
    await folder.read(cohort);
    await folder.read(cohort);
    const [stage] = folder.bundles.rollout.status!.stages;
    // One of a climate sensor's properties is the room's; each home is asked of by its own people alone.
    expect(stage!.predicted).toMatchObject({
      homes: cohort.length,
      people: { asked: cohort.length, known: cohort.length },
    });
    const told = stage!.compared.map(({ of, predicted, observed, agrees }) => [
      of.category,
      predicted!.newlyDenied,
      observed.newlyDenied,
      agrees,
    ]);
    expect(told).toEqual([
      ['behaviour', 0, 0, true],
      ['environment', 1, 1, true],
    ]);
  });

  it('goes back by itself, at once, when it breaks its budget, and stays so', async () => {
    const folder = await open();
    await folder.start({ stages: [50, 100], budget: { newly_denied: '90%', from_cells: 8, p99: null } });
    const cohort = folder.homes('rollout');
    const climate = cohort.slice(0, 8);
    await folder.read(climate, [READ[0]!]);
    expect(folder.bundles.staged()).toBeNull();
    expect(folder.homes('rollout')).toEqual([]);
    expect(folder.stopped).toMatchObject([{ code: 'policy:rollout.newly_denied' }]);
    expect((await folder.read([climate[0]!]))[0]).toMatchObject({ outcome: 'raw', bundle: base.manifest.content });
    await expect(folder.bundles.rollout.advance()).rejects.toMatchObject(refused('policy:rollout.none'));
    expect(folder.bundles.rollout.status).toMatchObject({
      state: 'stopped',
      because: 'policy:rollout.newly_denied',
      breaches: [{ measure: 'newly_denied', most: '90 %', found: '8 of 8 cells (100.00 %)' }],
    });
    expect(folder.records).toEqual(['1 built_in', '2 staged 1', '3 stopped 1']);
    expect(await folder.audit('activation')).toContainEqual(
      expect.objectContaining({ what: 'stopped', because: 'policy:rollout.newly_denied' }),
    );
    expect(folder.bundles.problems).toEqual([]);
    await folder.reopen();
    expect(folder.bundles.staged()).toBeNull();
    // What the staged bundle decided is found and evaluates again, as for an explanation.
    const denied = folder.kept.find(({ outcome }) => outcome === 'denied')!;
    const then = await folder.bundles.find(denied.bundle);
    expect(decideInput(denied.input, then!.at(Date.parse(denied.at)))).toMatchObject({
      outcome: 'denied',
      reasons: denied.reasons,
    });
    expect(await folder.writer.verify()).toMatchObject({ intact: true });
  });

  it('goes on by itself after a while, and waits for somebody when a stage is refused', async () => {
    const folder = await open();
    await folder.start({ stages: [25, 60, 100], budget: lax, wait: '1h' });
    folder.clock.advance(HOUR - 1);
    await settled(folder);
    expect(folder.records).toHaveLength(2);
    await folder.reopen();
    folder.clock.advance(1);
    await settled(folder);
    expect(folder.bundles.history.records.at(-1)).toMatchObject({ kind: 'staged', by: 'schedule' });
    folder.trust(trusted(ana));
    folder.clock.advance(HOUR);
    await settled(folder);
    expect(folder.bundles.rollout.status).toMatchObject({ state: 'running', next: null });
    expect(folder.bundles.rollout.status!.held).toContain('policy:bundle.key_foreign');
    expect(folder.records).toEqual(['1 built_in', '2 staged 1', '3 staged 2']);
    expect(await folder.audit('activation_refused')).toMatchObject([{ code: 'policy:bundle.key_foreign' }]);
    await folder.bundles.rollout.stop();
    expect(folder.bundles.rollout.status).toMatchObject({ state: 'stopped', because: null });
  });

  it('stops at a start that finds its bundle in doubt, and the active one decides', async () => {
    const folder = await open();
    await folder.start({ budget: lax });
    await folder.close();
    folder.trust(trusted(ana));
    folder.graph.rollOut(null);
    await folder.open();
    expect(folder.records).toEqual(['1 built_in', '2 staged 1', '3 stopped 1']);
    expect(folder.bundles.rollout.status).toMatchObject({ state: 'stopped', because: 'policy:bundle.key_foreign' });
    expect(folder.bundles.active().id).toBe(base.manifest.content);
    expect(folder.homes('rollout')).toEqual([]);
  });

  it('brings rules with the end of its last stage, and only when somebody says so', async () => {
    const folder = await open();
    await expect(folder.start({ budget: lax }, withRule)).rejects.toMatchObject(refused('policy:rollout.rules'));
    await folder.start({ stages: [100], budget: lax, rules: 'last' }, withRule);
    const titles = () => folder.rules.at(-1)!.map(({ rule }) => rule.title);
    expect(titles().some((title) => title.startsWith('Other: '))).toBe(false);
    await folder.bundles.rollout.advance();
    expect(titles().some((title) => title.startsWith('Other: '))).toBe(true);
  });
});

describe('what may not be rolled out', () => {
  it('is refused with a reason, which the audit has, and changes nothing', async () => {
    const folder = await open();
    const alone = formatBundle(signedBy(quiet, ana));
    await expect(folder.bundles.startRollout(alone, {})).rejects.toMatchObject(refused('policy:bundle.author_alone'));
    await expect(folder.start({ rules: 'last' }, ruleAlone)).rejects.toMatchObject(refused('policy:rollout.nothing'));
    await expect(folder.start({ stages: [1] })).rejects.toMatchObject(refused('policy:rollout.plan'));
    await expect(folder.start({ stages: [100] })).rejects.toMatchObject(refused('policy:rollout.over_budget'));
    expect((await folder.audit('activation_refused')).map((entry) => 'code' in entry && entry.code)).toEqual([
      'policy:bundle.author_alone',
      'policy:rollout.nothing',
      'policy:rollout.over_budget',
    ]);
    expect(folder.records).toEqual(['1 built_in']);
    expect(folder.bundles.rollout.status).toBeNull();
  });

  it('is anything else while one is under way', async () => {
    const folder = await open();
    await folder.start({ budget: lax });
    await expect(folder.start({ budget: lax })).rejects.toMatchObject(refused('policy:rollout.running'));
    await expect(folder.bundles.activate(bytes(quiet))).rejects.toMatchObject(refused('policy:rollout.running'));
    await expect(folder.bundles.rollBack('1')).rejects.toMatchObject(refused('policy:rollout.running'));
    await folder.bundles.rollout.stop();
    await folder.bundles.activate(bytes(quiet));
    expect(folder.records).toEqual(['1 built_in', '2 staged 1', '3 stopped 1', '4 activated']);
  });
});

/** Resolves when what came due has been dealt with: what is asked waits for its turn. */
async function settled({ bundles }: Folder): Promise<void> {
  await expect(bundles.cancel(0)).rejects.toMatchObject({ code: 'command:activation.not_scheduled' });
}
