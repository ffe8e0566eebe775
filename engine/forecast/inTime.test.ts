import { expect, it } from 'vitest';
import { lifecycles } from '../../twin/lifecycles/index.ts';
import { LIFECYCLES_IN_TIME } from './inTime.ts';
import { RATE_NAMES } from './Rates.ts';

it('says of every lifecycle what time does to it', () => {
  expect(Object.keys(LIFECYCLES_IN_TIME).sort()).toEqual(Object.keys(lifecycles).sort());
  for (const [name, { dates, processes, left }] of Object.entries(LIFECYCLES_IN_TIME)) {
    expect(dates !== null || processes.length > 0, name).toBe(true);
    expect(left === undefined, `${name}: drawn, or why not`).toBe(processes.length > 0);
  }
});

it('draws every rate that there is, each in the lifecycle of its name', () => {
  const drawn = Object.entries(LIFECYCLES_IN_TIME).flatMap(([name, { processes }]) =>
    processes.map(({ rate }) => {
      expect(rate.split('.')[0]).toBe(name);
      return rate;
    }),
  );
  expect(drawn.sort()).toEqual([...RATE_NAMES].sort());
});
