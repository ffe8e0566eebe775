import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backtest, Difference } from '../engine/backtest/Backtest.ts';
import type { PlaybackSide } from '../engine/backtest/Playback.ts';
import { type BacktestPorts, backtest } from '../engine/backtest.ts';
import type { Clock } from '../engine/Clock.ts';
import type { DecisionRecord } from '../engine/Decision.ts';
import { decide } from '../engine/decide.ts';
import { Intake } from '../engine/intake/Intake.ts';
import { LiveTwin } from '../engine/LiveTwin.ts';
import { loadPolicies, loadValidPolicies, type PolicyBundle } from '../engine/rego/loadPolicies.ts';
import { RegoCompiler } from '../engine/rego/RegoCompiler.ts';
import { loadRules, loadRulesOver } from '../engine/rules/loadRules.ts';
import { ruleBook } from '../engine/rules/RuleBook.ts';
import { TemporalState } from '../engine/rules/TemporalState.ts';
import { trialDecider } from '../engine/rules/trialDecider.ts';
import { withClosedFolder } from '../graphql/bundles/withClosedFolder.ts';
import { twinAt } from '../graphql/dataFolder/readTwin.ts';
import { Writer } from '../graphql/writer/Writer.ts';
import { SourceTimes } from '../simulators/replay/SourceTimes.ts';
import type { Change } from '../twin/changes.ts';
import { TwinGraph } from '../twin/graph/TwinGraph.ts';
import { EphemeralSealer } from '../twin/stores/EphemeralSealer.ts';
import { SqliteStore } from '../twin/stores/sqlite/SqliteStore.ts';
import type { TwinBatch } from '../twin/TwinStore.ts';
import { type RecordedMessage, readRecording } from '../twin/testdata/readRecording.ts';
import { repositoryRoot } from './repositoryRoot.ts';

const policies = join(repositoryRoot, 'policies');
const { rules } = loadRules(repositoryRoot);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const scratch = mkdtempSync(join(tmpdir(), 'twinward-backtest-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const WORLD: readonly Change[] = [
  { kind: 'area_added', area: { id: 'city', level: 'city', name: 'City', parent: null } },
  { kind: 'area_added', area: { id: 'building', level: 'building', name: 'Building', parent: 'city' } },
  { kind: 'person_added', person: { id: 'ana', ageBand: 'adult' } },
  { kind: 'home_added', home: { id: 'demo', area: 'building', name: 'demo', occupancy: 'owner_occupied' } },
  { kind: 'relation_added', subject: 'ana', relation: 'owner', object: 'demo' },
  { kind: 'relation_added', subject: 'ana', relation: 'resident', object: 'demo' },
  { kind: 'organisation_added', organisation: { id: 'office', kind: 'property_company', name: 'Office', area: null } },
  { kind: 'relation_added', subject: 'office', relation: 'manages', object: 'building' },
];

let active: PolicyBundle;
let silent: PolicyBundle;
const batches: TwinBatch[] = [];
const store = SqliteStore.open(':memory:', new EphemeralSealer());
const decisions: DecisionRecord[] = [];
/** The twin at the end of the recording. */
let atEnd: TwinGraph;
let from: number;
let until: number;

/** Two days of a real home, taken in as a server takes them in; its manager asks how warm it is, now and then. */
beforeAll(async () => {
  const compiler = new RegoCompiler();
  active = await loadValidPolicies(policies, { compiler });
  silent = await draft('mute', compiler, MUTE);
  compiler.close();
  const graph = new TwinGraph();
  let now = 0;
  const clock: Clock = { now: () => now, after: () => () => undefined };
  const ledger = {
    commit: ({ twin: batch = {} }: { readonly twin?: TwinBatch }) => {
      batches.push(batch);
      return store.commit(batch);
    },
  };
  const twin = new LiveTwin<null>({ graph, ledger, clock });
  const recording = inForce(readRecording().filter(({ topic }) => !topic.endsWith('/set')));
  now = recording[0]!.at - HOUR;
  await twin.commit({ changes: WORLD });
  const intake = new Intake<null>({
    graph,
    twin,
    clock,
    book: ruleBook(rules),
    temporal: new TemporalState(rules),
    decideEffect: trialDecider({ graph, bundle: active, clock }),
    auditOf: () => null,
    auditOfTime: () => [],
    onDeadLetter: () => undefined,
    onProblem: ({ cause }) => expect.unreachable(String(cause)),
  });
  let swept = recording[0]!.at;
  for (const message of recording) {
    for (; swept + MINUTE <= message.at; swept += MINUTE) {
      now = swept + MINUTE;
      await intake.sweep();
      if (now % (6 * HOUR) < MINUTE) await ask(graph, clock);
    }
    now = message.at;
    await intake.take({ ...message, home: 'demo', duplicate: false, receivedAt: message.at });
  }
  await twin.commit({ changes: [alarmOfDrill(now)] });
  atEnd = graph;
  from = recording[0]!.at + HOUR;
  until = recording.at(-1)!.at + MINUTE;
}, 300_000);

/** What people raise in a drill: no rule brings it about, and none is missed when it does not. */
function alarmOfDrill(at: number): Change {
  const raisedAt = new Date(at).toISOString();
  const alarm = {
    id: 'drill-a',
    home: 'demo',
    kind: 'smoke',
    device: null,
    rule: 'smoke',
    raisedAt,
    drill: 'd',
  } as const;
  return { kind: 'alarm_raised', alarm };
}

/** The recording as of a time in which the policies are in force. */
function inForce(recording: readonly RecordedMessage[]): readonly RecordedMessage[] {
  const [{ at: recordedStart }] = recording as [RecordedMessage];
  const times = new SourceTimes({ recordedStart, start: recordedStart + 240 * 24 * HOUR, speed: 1 });
  return recording.map(({ at, topic, payload, retain }) => {
    return { at: times.due(at), topic, payload: moved(times, topic, payload), retain };
  });
}

/** What is no JSON stays as it is: the recording has messages that were cut off. */
function moved(times: SourceTimes, topic: string, payload: Uint8Array): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(times.rewrite(topic, JSON.parse(Buffer.from(payload).toString()))));
  } catch {
    return payload;
  }
}

async function ask(graph: TwinGraph, clock: Clock): Promise<void> {
  const climate = [...graph.home('demo').devices.values()].find(({ name }) => name === 'bedroom/climate');
  if (!climate) return;
  const subject = {
    account: 'manager',
    person: null,
    organisation: { id: 'office', kind: 'property_company' },
    area: null,
    tier: 'property',
    roles: ['property_manager'],
    assurance: 'high',
    multiFactor: true,
  } as const;
  const resource = { type: 'property', home: 'demo', device: climate.device.id, property: 'temperature' } as const;
  const request = { subject, action: 'read', purpose: 'property_service', channel: 'api', resource } as const;
  const records = {
    append: async (appended: readonly DecisionRecord[]) => void decisions.push(...appended),
    find: async () => null,
  };
  await decide([request], { graph, bundle: active, records, clock, newId: () => `d${decisions.length}` });
}

/** A policy that shuts everybody out, also rules that want something done. */
const MUTE = `# METADATA
# title: Nothing is done and nothing is told
# custom:
#   clauses: []
#   owner: test
#   announced: "2026-01-01"
#   in_force: "2026-01-01"
package sharing.mute

# METADATA
# title: All is refused
# custom:
#   clauses: [DH-7.2.6]
deny contains {"rule": "all"}
`;

async function draft(name: string, compiler: RegoCompiler, source: string): Promise<PolicyBundle> {
  const file = join(scratch, `${name}.rego`);
  writeFileSync(file, source);
  const load = await loadPolicies(policies, { compiler, draft: file });
  if (load.kind === 'rejected') throw new Error(JSON.stringify(load.problems));
  return load.bundle;
}

/** A device on a battery is silent for too long after six hours, and not after twenty-five. */
const IMPATIENT = (text: string) => text.replaceAll('25H', '6H').replaceAll(':25}', ':6}');

/** A rule of the repository with something changed, as one would hand it in. */
function changedRule(id: string, change: (text: string) => string): string {
  const { file } = rules.find(({ rule }) => rule.id === id)!;
  const text = change(JSON.stringify(rules.find(({ rule }) => rule.id === id)!.rule));
  const path = join(mkdtempSync(join(scratch, 'rules-')), `${id}.json`);
  writeFileSync(path, text);
  expect(text, file).not.toBe(JSON.stringify(rules.find(({ rule }) => rule.id === id)!.rule));
  return path;
}

async function play(after: Partial<PlaybackSide & { bundle: PolicyBundle }> = {}, over: Partial<BacktestPorts> = {}) {
  const graph = await twinAt({ store }, { at: from });
  const before = { bundle: active, rules };
  return backtest({ from, until }, { graph, store, decisions, before, after: { ...before, ...after }, ...over });
}

function told({ differences }: Backtest, kind: Difference['kind']): string[] {
  return differences.flatMap((one) =>
    one.kind === kind ? [`${'what' in one ? one.what : one.purpose} ${one.before} -> ${one.after}`] : [],
  );
}

describe('a backtest of two days of a real home', () => {
  it('brings every recorded alarm about again, and nothing else, under what was active', async () => {
    const same = await play();
    expect(same.reproduced).toEqual({ alarms: 4, missing: 0, extra: 0 });
    expect(same.played.readings).toBeGreaterThan(4_000);
    expect(same.played.decisions).toBe(decisions.length);
    expect(decisions.length).toBeGreaterThan(4);
    expect(same.differences).toEqual([]);
    expect((await play()).digest).toBe(same.digest);
  });

  it('tells which alarms another threshold would have raised or not', async () => {
    const { rules: changed, problems } = loadRulesOver(rules, repositoryRoot, changedRule('device_silent', IMPATIENT));
    expect(problems).toEqual([]);
    const told = await play({ rules: changed });
    const silences = told.differences.flatMap((one) => (one.kind === 'decision' ? [] : [one]));
    expect(silences).toHaveLength(told.differences.length);
    const [more, fewer] = ['granted', 'none'].map((after) => silences.filter((one) => one.after === after));
    expect(more!.length).toBeGreaterThan(1);
    for (const { kind, what, before, rules: by } of more!) {
      expect([kind, what, before, by]).toEqual([
        'alarm',
        'device_silent',
        'none',
        { before: [], after: ['device_silent'] },
      ]);
    }
    // Who is told sooner is not told again.
    expect(fewer!.length).toBeGreaterThan(0);
    for (const { device, at } of fewer!) expect(more!.some((one) => one.device === device && one.at < at)).toBe(true);
  });

  it('tells which alarms other policies would have refused, and that those of life safety stand', async () => {
    const other = await play({ bundle: silent });
    expect(told(other, 'alarm').sort()).toEqual([
      'device_silent granted -> refused',
      'device_silent granted -> refused',
    ]);
    expect(other.effects.after.granted).toBeGreaterThan(0);
  });

  it('tells which recorded answers would have been other ones, by which rules', async () => {
    const other = await play({ bundle: silent });
    const answers = other.differences.filter((one) => one.kind === 'decision');
    expect(answers).toHaveLength(decisions.length);
    expect(answers[0]).toMatchObject({
      home: 'demo',
      account: 'manager',
      tier: 'property',
      before: 'raw',
      after: 'denied',
      rules: { before: ['sharing.tiered/property_care'], after: ['sharing.mute/all'] },
    });
  });

  it('counts what was erased, and leaves it out', async () => {
    const { played, erased } = await play({}, { decisions: [decisions[0]!, null, decisions[1]!] });
    expect([played.decisions, erased]).toEqual([2, 1]);
  });
});

describe('the data folder of those two days', () => {
  const folder = join(scratch, 'var');
  beforeAll(async () => {
    mkdirSync(folder);
    const writer = await Writer.open({ folder, demo: false });
    for (const batch of batches) await writer.commit(batch);
    await writer.close();
    await withClosedFolder({ root: repositoryRoot, folder }, async () => undefined);
  });
  const env = (): NodeJS.ProcessEnv => ({ ...process.env, TWINWARD_DATA: folder });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8', env: env() });

  it('is played again from the command line, twice to the same digest', () => {
    const rule = changedRule('device_silent', IMPATIENT);
    const period = ['--from', new Date(from).toISOString(), '--until', new Date(until).toISOString()];
    const play = (...args: string[]) => run('backtest', ...args);
    const [first, second] = [play('--rules', rule, ...period), play('--rules', rule, ...period)];
    expect(first.stderr).toBe('');
    expect(first.stdout).toContain('4 of 4 recorded alarms come about again');
    expect(first.stdout).toMatch(/alarm device_silent\s+none -> granted\s+none -> device_silent/);
    expect(second.stdout).toBe(first.stdout);

    const wrong = (...args: string[]) => {
      const { status, stderr } = play(...args);
      return [status, stderr];
    };
    expect(wrong(...period)).toEqual([2, expect.stringContaining('neither other policies nor other rules')]);
    expect(wrong('--rules', rule, '--from', '2026-11-09', '--until', '2026-11-08')).toEqual([
      2,
      expect.stringContaining('ends before it begins'),
    ]);
    writeFileSync(rule, '{"id": "device_silent"}');
    expect(wrong('--rules', rule, ...period)).toEqual([1, expect.stringContaining('device_silent.json')]);
  });

  it('is what the page on time asks about, and every command of it works', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/how-to/time.md'), 'utf8');
    const [, ...blocks] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
    const commands = blocks.flatMap((block) => block.trim().split('\n'));
    expect(commands).toHaveLength(5);
    const { id } = [...atEnd.home('demo').devices.values()].find(({ name }) => name === 'bedroom/climate')!.device;
    const words = {
      home: 'demo',
      device: id,
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
    };
    for (const command of commands) {
      // A smaller city and fewer days are as good for showing that the command works.
      const small = command.replace(/--homes \d+ --days \d+/, '--homes 100 --days 2');
      const line = small.replace('npx twinward', `'${process.execPath}' cli/main.ts`);
      const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
        cwd: repositoryRoot,
        encoding: 'utf8',
        env: { ...env(), ...words },
      });
      expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
      expect(stdout, command).toMatch(/DENIED: \d+ askings of \d+|Digest: [0-9a-f]{64}|"digest": "[0-9a-f]{64}"/);
    }
  });
});
