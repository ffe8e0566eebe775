import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Clock } from '../engine/Clock.ts';
import { CommandDelivery } from '../engine/commands/CommandDelivery.ts';
import { BUILT_IN_PRECEDENCE } from '../engine/commands/Precedence.ts';
import { Intake } from '../engine/intake/Intake.ts';
import { LiveTwin } from '../engine/LiveTwin.ts';
import type { LoadedRule, RuleEffect, Severity } from '../engine/rules/Rule.ts';
import { ruleBook } from '../engine/rules/RuleBook.ts';
import { restoreTemporal } from '../engine/rules/restoreTemporal.ts';
import { TemporalState } from '../engine/rules/TemporalState.ts';
import type { EffectResult, Run } from '../engine/runs/Run.ts';
import type { AuditEntry } from '../trust/audit/AuditEntry.ts';
import type { Change } from '../twin/changes.ts';
import { foldGraph } from '../twin/graph/foldGraph.ts';
import { effectEntry } from './effectEntry.ts';
import { pendingEffects } from './pendingEffects.ts';
import { Writer } from './writer/Writer.ts';

const root = mkdtempSync(join(tmpdir(), 'twinward-once-'));
afterAll(() => rmSync(root, { recursive: true }));

const START = Date.parse('2026-03-06T00:00:00.000Z');
const MINUTE = 60_000;
const NOW_AND_LATER: RuleEffect[] = [
  { kind: 'command', device: 'hall/plug', property: 'state', value: 'ON' },
  { kind: 'notice', to: 'residents', text: 'Somebody came' },
  { kind: 'command', device: 'hall/plug', property: 'state', value: 'OFF', after: 'PT5M' },
];

/** Where a life of the program ends: what had not happened by then never does. */
type Ends = 'before the commit' | 'before it sends' | 'after it sent';

/** A data folder on which one life of the program follows another, its clock held. */
class Folder {
  readonly #folder = mkdtempSync(join(root, 'f'));
  readonly sent: string[] = [];
  readonly #rules: readonly LoadedRule[];
  now = START;
  #writer!: Writer;
  #delivery!: CommandDelivery<AuditEntry>;
  #intake!: Intake<AuditEntry>;
  #timers: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(effects: readonly RuleEffect[], severity: Severity = 'comfort') {
    this.#rules = [ruleOf(effects, severity)];
  }

  /** Starts the program as `main` does. */
  async live(ends: Ends = 'after it sent'): Promise<this> {
    const clock: Clock = {
      now: () => this.now,
      after: (ms, callback) => {
        const timer = { at: this.now + ms, callback };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((each) => each !== timer);
        };
      },
    };
    const writer = await Writer.open({ folder: this.#folder, demo: false });
    this.#writer = writer;
    const graph = await foldGraph(writer);
    const cut = () => ends === 'before the commit' && graph.homes.has('h');
    const twin = new LiveTwin<AuditEntry>({
      graph,
      clock,
      ledger: {
        commit: ({ twin: batch = {}, audit = [], ...rest }) =>
          // A process that ends hears of nothing any more, neither of success nor of failure.
          cut() && (batch.readings?.length ?? 0) > 0
            ? new Promise(() => undefined)
            : writer.commit({
                ...batch,
                ...rest,
                audit: audit.map((entry) => ({ at: new Date(this.now).toISOString(), entry })),
              }),
      },
    });
    if (graph.revision === 0) await twin.commit({ changes: WORLD });
    this.#delivery = new CommandDelivery<AuditEntry>({
      graph,
      clock,
      precedence: () => BUILT_IN_PRECEDENCE,
      onChange: (listener) => (ends === 'before it sends' ? () => {} : twin.onChange(listener)),
      commit: (changes, audit) => twin.commit({ changes, audit }),
      send: async (_home, device, values) => {
        this.sent.push(`${device} ${JSON.stringify(values)}`);
      },
      onProblem: ({ what, cause }) => {
        throw new Error(what, { cause });
      },
    });
    const temporal = new TemporalState(this.#rules);
    await restoreTemporal(temporal, { graph, store: writer, now: this.now });
    this.#intake = new Intake<AuditEntry>({
      graph,
      twin,
      clock,
      temporal,
      book: ruleBook(this.#rules),
      decideEffect: async () => ({
        outcome: 'raw',
        decisionId: 'd',
        deliveries: [{ to: 'ana', decision: 'd', outcome: 'raw', obligations: [], shown: null, at: null }],
      }),
      knownRun: (id) => writer.hasReaction(id),
      auditOf: effectEntry,
      auditOfTime: () => [],
      onDeadLetter: () => undefined,
      onProblem: ({ what, cause }) => {
        throw new Error(what, { cause });
      },
    });
    if (ends === 'after it sent') this.#delivery.start();
    await this.#intake.resume(await pendingEffects(writer));
    return this;
  }

  /** Somebody comes, at the instant that the source says: told again, it is the same message. */
  async tell(at = START): Promise<void> {
    const payload = Buffer.from(JSON.stringify({ occupancy: true, last_seen: at }));
    const message = { home: 'h', topic: 'zigbee2mqtt/hall/motion', payload, retain: false, duplicate: false };
    const taken = this.#intake.take({ ...message, receivedAt: this.now });
    await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, 150))]);
    await this.#settled();
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    const due = this.#timers.filter(({ at }) => at <= this.now);
    this.#timers = this.#timers.filter(({ at }) => at > this.now);
    for (const { callback } of due) callback();
    await this.#settled();
  }

  /** The end of this life. What is durable is so already; nothing else is written. */
  async end(): Promise<this> {
    this.#timers = [];
    this.#intake.close();
    this.#delivery.close();
    await this.#writer.close();
    return this;
  }

  async kept() {
    const of = async (kind: 'run' | 'notice' | 'pending' | 'result') =>
      (await this.#writer.reactions({ kind, home: 'h', first: 99 })).map(({ body }) => body);
    return {
      runs: (await of('run')) as Run[],
      notices: (await of('notice')) as { text: string }[],
      results: (await of('result')) as EffectResult[],
      pending: (await of('pending')).length,
    };
  }

  /** What is under way is over: commands sent, what came of them durable. */
  async #settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await this.#delivery.settled();
      await this.#writer.commit({});
    }
  }
}

function ruleOf(effects: readonly RuleEffect[], severity: Severity): LoadedRule {
  const conditions = {
    all: [{ fact: 'property', params: { name: 'occupancy' }, operator: 'equal', value: true }],
  } as const;
  const about = { id: 'somebody_comes', title: 'Somebody comes', severity, clauses: [] };
  return {
    file: 'of the test',
    rule: { ...about, on: { properties: ['occupancy'] }, conditions, event: { type: 'act', params: { effects } } },
  };
}

const DEVICES = { motion: 'RTCGQ11LM', plug: 'TS011F_plug_1' };
const WORLD: readonly Change[] = [
  { kind: 'area_added', area: { id: 'b', level: 'building', name: 'B', parent: null } },
  { kind: 'person_added', person: { id: 'ana', ageBand: 'adult' } },
  { kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'owner_occupied' } },
  { kind: 'relation_added', subject: 'ana', relation: 'resident', object: 'h' },
  ...Object.entries(DEVICES).map(([id, model]): Change => {
    const device = {
      id,
      home: 'h',
      room: null,
      address: id,
      name: `hall/${id}`,
      vendor: 'v',
      model,
      trust: 'normal',
    } as const;
    return { kind: 'device_registered', device };
  }),
];

const ON = 'plug {"state":"ON"}';
const OFF = 'plug {"state":"OFF"}';

describe('an event that is told again after the program ended', () => {
  const ends: readonly Ends[] = ['before the commit', 'before it sends', 'after it sent'];
  it.each(ends)('%s is acted on once', async (point) => {
    const folder = await new Folder(NOW_AND_LATER).live(point);
    await folder.tell();
    await (await folder.end()).live();
    await folder.tell();
    await folder.tell();
    expect(folder.sent).toEqual([ON]);
    const { runs, notices, pending } = await folder.kept();
    expect([runs.length, notices.length, pending]).toEqual([1, 1, 1]);
    await folder.pass(5 * MINUTE);
    await (await folder.end()).live();
    await folder.tell();
    expect(folder.sent).toEqual([ON, OFF]);
    expect(await folder.kept()).toMatchObject({ pending: 0, results: [{ result: 'done' }] });
    await folder.end();
  });
});

describe('an effect that is due later', () => {
  it('is done once when it is due, though the program ended before', async () => {
    const folder = await new Folder(NOW_AND_LATER).live();
    await folder.tell();
    await folder.end();
    folder.now += 3 * MINUTE;
    await folder.live();
    expect(folder.sent).toEqual([ON]);
    await folder.pass(2 * MINUTE);
    expect(folder.sent).toEqual([ON, OFF]);
    const { runs, results } = await folder.kept();
    expect(runs[0]!.effects.at(-1)).toMatchObject({ result: 'later', due: START + 5 * MINUTE });
    expect(results).toMatchObject([
      { run: runs[0]!.id, at: START + 5 * MINUTE, result: 'done', effects: [{ result: 'granted', decision: 'd' }] },
    ]);
    await folder.end();
  });

  it('is done at the start when it was due a little before, and has expired when that is long ago', async () => {
    for (const [away, sent, result] of [
      [10 * MINUTE, [ON, OFF], 'done'],
      [60 * MINUTE, [ON], 'expired'],
    ] as const) {
      const folder = await new Folder(NOW_AND_LATER).live();
      await folder.tell();
      await folder.end();
      folder.now += away;
      await folder.live();
      await folder.pass(0);
      expect(folder.sent).toEqual(sent);
      expect(await folder.kept()).toMatchObject({ pending: 0, results: [{ result }] });
      await (await folder.end()).live();
      await folder.pass(5 * MINUTE);
      expect(folder.sent).toEqual(sent);
      await folder.end();
    }
  });

  it('never expires where lives are at stake', async () => {
    const folder = await new Folder(NOW_AND_LATER, 'life_safety').live();
    await folder.tell();
    await folder.end();
    folder.now += 60 * MINUTE;
    await folder.live();
    await folder.pass(0);
    expect(folder.sent).toContain(OFF);
    await folder.end();
  });
});

it('what was not kept is not done, and is done when it is told again', async () => {
  const folder = await new Folder(NOW_AND_LATER).live('before the commit');
  await folder.tell();
  expect(folder.sent).toEqual([]);
  await (await folder.end()).live();
  expect(await folder.kept()).toMatchObject({ runs: [], pending: 0 });
  await folder.tell();
  expect(folder.sent).toEqual([ON]);
  await folder.end();
});
