import { expect, it } from 'vitest';
import type { Occasion } from '../rules/effects/EffectType.ts';
import { Outbox } from './Outbox.ts';
import { type PendingEffect, pendingEffect } from './PendingEffect.ts';

const START = Date.parse('2026-03-07T10:00:00.000Z');
const occasion: Occasion = {
  run: 'run-1',
  rule: 'r',
  severity: 'life_safety',
  event: { kind: 'mode_changed', home: 'h', mode: 'night', at: START },
  because: [],
};

function later(after: string, ms: number): PendingEffect {
  const wanted = { kind: 'notice', to: 'residents', text: 'x', after } as const;
  return pendingEffect({ id: after, home: 'h', dueAt: START + ms, wanted, occasion });
}

/** An outbox by a clock whose timers run by themselves, whatever it is set to; `done` tells after how many seconds. */
function outbox() {
  const done: [string, number][] = [];
  let ran = 0;
  let offset = 0;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  const box = new Outbox({
    clock: {
      now: () => START + ran + offset,
      after: (ms, callback) => {
        const timer = { at: ran + ms, callback };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
    },
    perform: async ({ id }) => void done.push([id, ran / 1_000]),
    expire: async () => undefined,
    onProblem: () => undefined,
  });
  const run = (seconds: number) => {
    for (const end = ran + seconds * 1_000; ran < end; ran += 1_000) {
      const due = timers.filter(({ at }) => at <= ran);
      timers = timers.filter(({ at }) => at > ran);
      for (const { callback } of due) callback();
    }
  };
  return { box, done, run, set: (ms: number) => (offset = ms) };
}

it('does each when it is due, and no later because a clock was set back', () => {
  const { box, done, run, set } = outbox();
  box.take([later('PT5M', 300_000), later('PT30S', 30_000)]);
  run(20);
  set(-3_600_000);
  run(400);
  expect(done).toEqual([
    ['PT30S', 30],
    ['PT5M', 300],
  ]);
  expect(box.waiting).toBe(0);
});

it('does soon what a clock that is set forward has made due', () => {
  const { box, done, run, set } = outbox();
  box.take([later('PT5M', 300_000)]);
  run(20);
  set(3_600_000);
  run(60);
  expect(done).toEqual([['PT5M', 60]]);
});

it('waits after a restart no longer than the rule says, though the clock was years ahead before', async () => {
  const { box, done, run } = outbox();
  await box.resume([later('PT5M', 4 * 365 * 86_400_000)]);
  run(301);
  expect(done).toEqual([['PT5M', 300]]);
});

it('does nothing more when it is closed, and each once though it is taken twice', () => {
  const { box, done, run } = outbox();
  box.take([later('PT5M', 300_000)]);
  box.take([later('PT5M', 300_000)]);
  run(301);
  expect(done).toHaveLength(1);
  box.take([later('PT5M', 600_000)]);
  box.close();
  run(600);
  expect(done).toHaveLength(1);
});
