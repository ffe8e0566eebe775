import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadRules, loadRulesOver } from '../engine/rules/loadRules.ts';
import { RehearsedHome } from '../engine/rules/RehearsedHome.ts';
import type { LoadedRule } from '../engine/rules/Rule.ts';
import { ruleBook } from '../engine/rules/RuleBook.ts';
import type { Run } from '../engine/runs/Run.ts';
import type { Benchmark, Figure } from './Benchmark.ts';
import { judge, type Raised } from './recordings/judge.ts';
import { cityTraffic, energyHouse, office, type Recording, zigbeeHome } from './recordings/Recording.ts';

const ROOT = join(import.meta.dirname, '..');
const MINUTE = 60_000;
/** What a careful family switches on. */
const PACKS = ['night', 'energy_saving', 'environment'];
/** Several words on one thing are one: a rule that raises again within this time tells nothing new. */
const AGAIN_MS = 3 * 3_600_000;

/**
 * What the rules of every home, and those of the place, raise on what real sensors said, judged by what people saw in it.
 * A smoke run plays the two days of a home alone.
 */
export const recordingsBenchmark: Benchmark = {
  name: 'recordings',
  title: 'what rules raise on recordings, judged by labels that they do not read',
  async run({ smoke }) {
    const recordings = smoke ? [zigbeeHome()] : [zigbeeHome(), energyHouse(), cityTraffic(), office()];
    const figures: Figure[] = [];
    for (const recording of recordings) figures.push(...(await figuresOf(recording)));
    return figures;
  },
};

async function figuresOf(recording: Recording): Promise<readonly Figure[]> {
  const raised = once(await play(recording));
  const { found, missed, right, wrong } = judge(raised, recording.incidents);
  const all = (count: number, of: number): string => `${count} of ${of}`;
  const { name, incidents } = recording;
  return [
    {
      what: `${name}: precision`,
      value: share(right.length, raised.length),
      unit: '%',
      note: [`${all(right.length, raised.length)} raised are right`, ...wrong.map(told)].join('; '),
    },
    {
      what: `${name}: recall`,
      value: share(found.length, incidents.length),
      unit: '%',
      note: [
        `${all(found.length, incidents.length)} incidents found`,
        ...missed.map(({ kind, devices, from }) => `missed: ${kind} at ${devices[0]}, ${iso(from)}`),
      ].join('; '),
    },
  ];
}

/** Plays a recording as a server would hear it, with the time of each minute passing. */
async function play({ name, heard, timeZone }: Recording): Promise<readonly Raised[]> {
  const rules = rulesOf(name);
  const home = new RehearsedHome({ rules, book: ruleBook(rules) });
  const by = { by: 'bench', at: new Date(heard[0]?.at ?? 0).toISOString() };
  for (const pack of PACKS)
    home.apply([{ kind: 'pack_switched', home: home.home, pack, on: true, parameters: {}, ...by }]);
  home.apply([{ kind: 'home_placed', home: home.home, place: { latitude: 0, longitude: 0, timeZone } }]);
  let now = heard[0]?.at ?? 0;
  for (const { topic, payload, at } of heard) {
    for (; now + MINUTE <= at; now += MINUTE) await home.wait(now + MINUTE);
    await home.receive({ topic, payload, receivedAt: at });
  }
  if (home.failures.length > 0) throw new Error(home.failures.join('\n'));
  if (home.graph.home(home.home).devices.size === 0) throw new Error(`no device of ${name} was heard`);
  return home.runs.filter(tellsPeople).map(({ rule, device, ranAt }) => ({
    rule,
    device: device === null ? 'the home' : home.graph.device(home.home, device).name,
    at: ranAt,
  }));
}

/** Whether somebody is told: by an alarm or a notice. */
function tellsPeople({ effects }: Run): boolean {
  return effects.some(
    ({ wanted, result }) => result === 'granted' && (wanted.kind === 'alarm' || wanted.kind === 'notice'),
  );
}

/** The rules of every home, with those that only the place needs. */
function rulesOf(name: string): readonly LoadedRule[] {
  const { rules, problems } = loadRules(ROOT);
  const own = join(ROOT, 'bench/recordings/rules', name);
  const all = existsSync(own) ? loadRulesOver(rules, ROOT, own) : { rules, problems };
  const problem = [...problems, ...all.problems][0];
  if (problem) throw problem;
  return all.rules;
}

function once(raised: readonly Raised[]): readonly Raised[] {
  const last = new Map<string, number>();
  return raised.filter(({ rule, device, at }) => {
    const key = `${rule} ${device}`;
    const isNew = at - (last.get(key) ?? Number.NEGATIVE_INFINITY) > AGAIN_MS;
    last.set(key, at);
    return isNew;
  });
}

function share(count: number, of: number): number {
  return of === 0 ? 100 : (100 * count) / of;
}

function told({ rule, device, at }: Raised): string {
  return `false: ${rule} at ${device}, ${iso(at)}`;
}

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
