import { expect, it } from 'vitest';
import { obligationText } from './obligationText.ts';

it('says obligations in words', () => {
  expect(
    obligationText([
      { type: 'aggregate', k: 5, area: 'building', window: 'PT1H' },
      { type: 'audit' },
      { type: 'coarsen_space', level: 'district' },
      { type: 'coarsen_time', window: 'PT15M' },
      { type: 'mask', method: 'pseudonymise' },
      { type: 'notify', who: 'residents' },
      { type: 'retain_until', reference: 'basis.until' },
    ]),
  ).toBe(
    'statistics of an hour over at least 5 homes of the building, audited, no place finer than the district, ' +
      'means of 15 minutes, masked (pseudonymise), told to: residents, kept until basis.until',
  );
  expect(obligationText([])).toBe('none');
});
