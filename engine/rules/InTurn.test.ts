import { describe, expect, it } from 'vitest';
import { InTurn } from './InTurn.ts';

const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe('InTurn', () => {
  it('runs tasks of one key one after another and other keys meanwhile', async () => {
    const inTurn = new InTurn();
    const log: string[] = [];
    const task = (name: string) => async () => {
      log.push(`${name} begins`);
      await soon();
      log.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      inTurn.run('home 1', task('a')),
      inTurn.run('home 1', task('b')),
      inTurn.run('home 2', task('c')),
    ]);
    expect(results).toEqual(['a', 'b', 'c']);
    expect(log.indexOf('a ends')).toBeLessThan(log.indexOf('b begins'));
    expect(log.indexOf('c begins')).toBeLessThan(log.indexOf('a ends'));
  });

  it('goes on after a task that fails, whose failure is its own', async () => {
    const inTurn = new InTurn();
    const failing = inTurn.run('home', () => Promise.reject(new Error('broken')));
    const next = inTurn.run('home', async () => 'done');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });

  it('keeps nothing of keys whose tasks have ended', async () => {
    const inTurn = new InTurn();
    await Promise.all(['a', 'b', 'c'].map((key) => inTurn.run(key, soon)));
    await soon();
    expect(inTurn.waiting).toBe(0);
  });
});
