import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setup } from 'xstate';
import { lifecycles } from '../../twin/lifecycles/index.ts';
import type { Lifecycle } from '../../twin/lifecycles/step.ts';
import { checkLifecycles } from './checkLifecycles.ts';

const root = join(import.meta.dirname, '../..');

it('finds nothing wrong with the lifecycles of this program', () => {
  expect(checkLifecycles(lifecycles, root)).toEqual([]);
});

it('tells of a state that no move leads to, and of an event that only such a state takes', () => {
  const machine = setup({ types: { events: {} as { type: 'start' | 'end' } } }).createMachine({
    id: 'lease',
    initial: 'signed',
    states: { signed: { on: { end: 'ended' } }, active: { on: { start: 'ended' } }, ended: {} },
  });
  const lease: Lifecycle<string, string> = {
    machine,
    states: ['signed', 'active', 'ended'],
    events: ['start', 'end'],
  };
  expect(checkLifecycles({ lease }, root)).toEqual([
    expect.objectContaining({
      code: 'twin:lifecycle.state_unreachable',
      message: 'no move of `lease` leads to the state `active`',
      place: { file: 'twin/lifecycles/lease.ts', line: expect.any(Number) },
    }),
    expect.objectContaining({
      code: 'twin:lifecycle.event_unused',
      message: 'no state of `lease` that is reached takes the event `start`',
    }),
  ]);
});
