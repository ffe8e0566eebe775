import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { GeoPlace } from '../../../twin/changes.ts';
import { duration } from '../duration.ts';
import type { Effect } from '../Effect.ts';
import { ruleGrammar } from '../loadRules.ts';
import { RehearsedHome } from '../RehearsedHome.ts';
import { ruleBook } from '../RuleBook.ts';
import { importHomeAssistant } from './importHomeAssistant.ts';
import { readHomes } from './testdata/readHomes.ts';

type Line = { readonly t: string; readonly topic: string; readonly payload: string };
/** What an automation does at an instant: `give` is by how much it may be off. */
type Doing = { readonly at: string; readonly give?: string; readonly by: string; readonly does: readonly object[] };
type Cases = {
  readonly home: GeoPlace & { readonly timeZone: string };
  readonly automations: readonly string[];
  readonly effects: readonly Doing[];
};
type Done = { readonly at: number; readonly by: string; readonly does: object[] };

const testdata = join(import.meta.dirname, 'testdata');
const cases = parse(readFileSync(join(testdata, 'replay.cases.yaml'), 'utf8')) as Cases;
const lines = readFileSync(join(testdata, 'replay.recording.jsonl'), 'utf8').trimEnd().split('\n');
const STEP = 5 * 60_000;
let done: readonly Done[];
let failures: readonly string[];

beforeAll(async () => {
  const grammar = ruleGrammar(join(import.meta.dirname, '../../..'));
  const { automations } = importHomeAssistant({ files: readHomes(), grammar });
  const chosen = automations.flatMap((each) => {
    const name = `${each.automation.file}:${each.automation.line}`;
    return cases.automations.includes(name) ? [{ ...each, name }] : [];
  });
  expect(chosen.map(({ outcome }) => outcome)).toEqual(cases.automations.map(() => 'whole'));
  const nameOf = new Map(chosen.flatMap(({ rules, name }) => rules.map(({ id }) => [id, name] as const)));
  ({ done, failures } = await replay(
    chosen.flatMap(({ rules }) => rules.map((rule) => ({ rule, file: rule.id }))),
    nameOf,
  ));
}, 60_000);

/** Plays the recording, minute by minute, and tells what was done in the order of its instants. */
async function replay(
  rules: ConstructorParameters<typeof RehearsedHome>[0]['rules'],
  nameOf: ReadonlyMap<string, string>,
) {
  const acted: Done[] = [];
  const note = (effect: Effect) => {
    const [at, by] = [home.now, nameOf.get(effect.rule) ?? effect.rule];
    const last = acted.find((each) => each.at === at && each.by === by);
    if (last) last.does.push(plain(effect));
    else acted.push({ at, by, does: [plain(effect)] });
  };
  const home = new RehearsedHome({
    rules,
    book: ruleBook(rules),
    decideEffect: async (effect) => {
      note(effect);
      return { outcome: 'raw', decisionId: 'replay' };
    },
  });
  home.apply([{ kind: 'home_placed', home: home.home, place: cases.home }]);
  for (const line of lines) {
    const { t, topic, payload } = JSON.parse(line) as Line;
    const receivedAt = Date.parse(t);
    while (home.now > 0 && receivedAt - home.now > STEP) await home.wait(home.now + STEP);
    await home.receive({ topic, payload: Buffer.from(payload), receivedAt });
  }
  return { done: acted.sort((a, b) => a.at - b.at), failures: home.failures };
}

/** An effect as the cases write it. */
function plain(effect: Effect): object {
  if (effect.kind === 'notice') return { notice: effect.text };
  if (effect.kind !== 'command') return { kind: effect.kind };
  return { tell: effect.device.replace(/^[^:]*:/, ''), [effect.property]: effect.value };
}

const instantOf = ({ at }: Doing) => Date.parse(`2026-03-${at}+01:00`);
const textOf = ({ by, does }: Pick<Doing, 'by' | 'does'>) => ({ by, does });

describe('automations on two days of messages', () => {
  it('do what reading them says, in its order, and nothing else', () => {
    expect(done.map(({ at, ...each }) => ({ at: new Date(at).toISOString(), ...each }))).toEqual(
      cases.effects.map((each, index) => ({
        // Where an almanac may differ, the time of it is held against below.
        at: new Date(each.give === undefined ? instantOf(each) : (done[index]?.at ?? 0)).toISOString(),
        ...textOf(each),
      })),
    );
  });

  it('do it at sunrise and sunset as an almanac has them', () => {
    for (const [index, each] of cases.effects.entries()) {
      if (each.give === undefined) continue;
      expect(Math.abs((done[index]?.at ?? 0) - instantOf(each)), each.at).toBeLessThanOrEqual(duration(each.give));
    }
  });

  it('are each heard of, and none fails', () => {
    expect(new Set(cases.effects.map(({ by }) => by))).toEqual(new Set(cases.automations));
    expect(failures).toEqual([]);
  });
});
