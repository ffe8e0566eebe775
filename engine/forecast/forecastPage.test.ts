import { expect, it } from 'vitest';
import { expectWhole } from '../simulate/written/testdata/wholePage.ts';
import type { Forecast, MovedCells } from './Forecast.ts';
import { forecastPage } from './forecastPage.ts';
import { assumedRates } from './parseRates.ts';

const HOSTILE = '<script>alert(1)</script>';
const none: MovedCells = { gained: 0, lost: 0, other: 0 };
const forecast: Forecast = {
  scenario: 'small',
  population: { id: 'city-1-4', homes: 4 },
  from: '2027-01-01T00:00:00.000Z',
  until: '2027-01-03T00:00:00.000Z',
  seed: 1,
  rates: assumedRates,
  draft: { replaced: [], added: [], removed: [] },
  days: [
    { at: '2027-01-01T00:00:00.000Z', before: { denied: 4 }, after: { raw: 4 } },
    { at: '2027-01-02T00:00:00.000Z', before: { denied: 3, raw: 1 }, after: { raw: 4 } },
  ],
  accessChanges: Array.from({ length: 150 }, (_, hour) => ({
    at: `2027-01-01T00:00:00.${String(hour).padStart(3, '0')}Z`,
    cause: { lifecycle: 'lease', event: 'end' },
    home: hour === 0 ? null : HOSTILE,
    before: { ...none, lost: hour },
    after: none,
  })),
  causes: [{ lifecycle: 'lease', event: 'end', times: 1500, before: { ...none, lost: 7 }, after: none }],
  effects: { granted: 3, refused: 0, failed: 0 },
  digest: 'd',
};

it('is whole, and has no script whatever a home is called', () => {
  const page = forecastPage(forecast, { title: HOSTILE, question: HOSTILE });
  expectWhole(page);
  expect(page).not.toMatch(/<script/i);
  expect(page).toContain('<td class="number">1,500</td><td class="number">·</td><td class="number">7</td>');
});

it('shows the instants at which most cells change, in the order of time', () => {
  const page = forecastPage(forecast, { title: '', question: '' });
  expect(page).toContain('150 instants; these are the 100 at which most cells change');
  const shown = [...page.matchAll(/<th scope="row">2027-01-01T00:00:00\.(\d{3})Z/g)].map(([, at]) => Number(at));
  expect(shown.filter((at) => at >= 50)).toEqual(Array.from({ length: 100 }, (_, at) => at + 50));
});
