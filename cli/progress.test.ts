import { expect, it, onTestFinished, vi } from 'vitest';
import { startProgress, startWaiting } from './progress.ts';

it('draws nothing for what takes less than a second', () => {
  const { at, written, progress } = terminal(true);
  at(999);
  progress.update(50);
  progress.end();
  expect(written).toEqual([]);
});

it('draws a bar after a second, at most ten times a second, and takes it away', () => {
  const { at, written, progress } = terminal(true);
  for (const [instant, done] of [
    [1000, 25],
    [1050, 30],
    [1100, 50],
  ] as const) {
    at(instant);
    progress.update(done);
  }
  progress.end();
  expect(written).toEqual([
    '\r\x1b[Kcounting [######------------------] 25 %',
    '\r\x1b[Kcounting [############------------] 50 %',
    '\r\x1b[K',
  ]);
});

it('is silent where standard error is no terminal', () => {
  const { at, written, progress } = terminal(false);
  at(60_000);
  progress.update(50);
  progress.end();
  expect(written).toEqual([]);
});

it('tells for how long something goes on of which nobody knows the end, and takes that away', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  startWaiting('trying', { stream: { isTTY: true, columns: 80, write } })();
  const end = startWaiting('trying', { stream: { isTTY: true, columns: 80, write } });
  startWaiting('trying', { stream: { isTTY: false, columns: 80, write } });
  vi.advanceTimersByTime(999);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1_001);
  end();
  vi.advanceTimersByTime(5_000);
  expect(written).toEqual(['\r\x1b[Ktrying ... 1 s', '\r\x1b[Ktrying ... 2 s', '\r\x1b[K']);
});

function terminal(isTTY: boolean) {
  const written: string[] = [];
  let instant = 0;
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
  const progress = startProgress({ label: 'counting', total: 100, stream, now: () => instant });
  const at = (milliseconds: number): void => {
    instant = milliseconds;
  };
  return { written, progress, at };
}
