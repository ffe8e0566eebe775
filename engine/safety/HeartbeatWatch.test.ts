import { expect, it } from 'vitest';
import { TwinGraph } from '../../twin/graph/TwinGraph.ts';
import type { Rule } from '../rules/Rule.ts';
import { RulesInForce } from '../rules/RulesInForce.ts';
import { HeartbeatWatch } from './HeartbeatWatch.ts';

const START = Date.parse('2026-03-07T10:00:00.000Z');
const rule: Rule = {
  id: 'monitor_fault',
  title: 'It has stopped',
  severity: 'fault',
  clauses: [],
  on: { silence: 'PT45S', devices: { model: 'fire-monitor' } },
  conditions: { all: [{ fact: 'event', operator: 'equal', value: 'device_silent' }] },
  event: { type: 'raise_alarm', params: { alarm: 'fault' } },
};

function world(settled: Promise<void> = Promise.resolve()) {
  const graph = new TwinGraph();
  const device = { home: 'h', room: null, address: '1', vendor: 'any', trust: 'normal' } as const;
  graph.apply({ kind: 'home_added', home: { id: 'h', area: 'b', name: 'H', occupancy: 'vacant' } });
  graph.apply({
    kind: 'device_registered',
    device: { ...device, id: 'monitor', name: 'monitor', model: 'fire-monitor' },
  });
  graph.apply({ kind: 'device_registered', device: { ...device, id: 'other', name: 'other', model: 'fire-monitor' } });
  graph.apply({ kind: 'device_registered', device: { ...device, id: 'lamp', name: 'lamp', model: 'LED1623G12' } });
  const rules = new RulesInForce([{ rule, file: 'monitor_fault.json' }]);
  let seconds = 0;
  let offset = 0;
  let look: { readonly at: number; readonly callback: () => void } | null = null;
  const silences: [string, number][] = [];
  const watch = new HeartbeatWatch({
    graph,
    rules: () => rules,
    onChange: () => () => undefined,
    silent: ({ device: id }) => {
      silences.push([id, seconds]);
      return settled;
    },
    clock: {
      now: () => START + seconds * 1_000 + offset,
      after: (ms, callback) => {
        look = { at: seconds + ms / 1_000, callback };
        return () => {
          look = null;
        };
      },
    },
  });
  const beat = (id: string) => {
    const at = START + seconds * 1_000 + offset;
    const about = { home: 'h', device: id, at, receivedAt: at, tenancy: null, group: 'open', current: true } as const;
    rules.temporal.observe({ kind: 'state_reported', reading: { ...about, values: { heartbeat: seconds } } });
  };
  const run = async (until: number, beats = false) => {
    for (; seconds < until; seconds += 1) {
      if (beats && seconds % 20 === 0) beat('monitor');
      const due = look && look.at <= seconds ? look : null;
      if (due) look = null;
      due?.callback();
      for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
    }
  };
  return { watch, silences, beat, run, setClock: (ms: number) => (offset = ms) };
}

it('notices within a minute that a monitor has stopped, once, and says nothing of other devices [RA-6.2.2-c]', async () => {
  const { watch, silences, beat, run } = world();
  watch.start();
  beat('lamp');
  await run(101, true);
  expect(silences).toEqual([]);
  // Its last beat was at 100 s.
  await run(600);
  expect(silences).toHaveLength(1);
  const [id, at] = silences[0]!;
  expect(id).toBe('monitor');
  expect(at - 100).toBeGreaterThanOrEqual(45);
  expect(at - 100).toBeLessThan(60);
});

it('notices the next silence after the monitor came back', async () => {
  const { watch, silences, beat, run } = world();
  watch.start();
  beat('monitor');
  await run(80);
  beat('monitor');
  await run(200);
  expect(silences).toHaveLength(2);
});

it('takes no monitor for silent because a clock was set forward', async () => {
  const { watch, silences, run, setClock } = world();
  watch.start();
  await run(50, true);
  setClock(3_600_000);
  await run(120, true);
  expect(silences).toEqual([]);
});

it('notices others while what follows from one silence hangs', async () => {
  const { watch, silences, beat, run } = world(new Promise(() => undefined));
  watch.start();
  beat('monitor');
  await run(10);
  beat('other');
  await run(100);
  expect(silences.map(([id]) => id)).toEqual(['monitor', 'other']);
});

it('looks no more when it is closed', async () => {
  const { watch, silences, beat, run } = world();
  watch.start();
  beat('monitor');
  watch.close();
  await run(200);
  expect(silences).toEqual([]);
});
