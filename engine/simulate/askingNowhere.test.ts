import { expect, it } from 'vitest';
import type { Asking } from '../AccessRequest.ts';
import { NOBODY } from '../AccessRequest.ts';
import { askingNowhere } from './askingNowhere.ts';
import type { ScenarioQuestion } from './questionsOf.ts';

const asking: Asking = { subject: NOBODY, action: 'read', purpose: 'care', channel: 'api' };
const question = (requester: string, ...at: readonly string[]): ScenarioQuestion => ({
  requester,
  action: 'read',
  purpose: 'care',
  askingAt: (area) => (at.includes(area) ? asking : null),
});
const columns = { areas: ['b1', 'b2', 'b3'] };
const areas = { scope: 'c1', areaOf: [0, 0, -1] };

it('names who asks about no home of the scenario, and nobody who asks about one', () => {
  const questions = [question('a', 'b1'), question('b', 'b3'), question('c'), question('c', 'b2')];
  expect(askingNowhere(questions, columns, areas)).toEqual(['b']);
});

it('refuses a scenario in which nobody asks: its report would read as one of no change', () => {
  expect(() => askingNowhere([question('a', 'b3'), question('b')], columns, areas)).toThrow(
    expect.objectContaining({ code: 'scenario:requesters.none', place: { path: '/requesters' } }),
  );
});
