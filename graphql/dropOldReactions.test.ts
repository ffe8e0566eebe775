import { expect, it } from 'vitest';
import { dropOldReactions } from './dropOldReactions.ts';

it('goes on for as long as something is old, and drops nothing where nothing can be written', async () => {
  let left = 5;
  const writer = { ready: true, dropReactions: async () => (left > 0 ? left-- : 0) };
  await dropOldReactions(writer, 0);
  expect(left).toBe(0);
  left = 5;
  await dropOldReactions({ ...writer, ready: false }, 0);
  expect(left).toBe(5);
  let times = 0;
  await dropOldReactions({ ready: true, dropReactions: async () => (times += 1) }, 0);
  expect(times).toBe(200);
});
