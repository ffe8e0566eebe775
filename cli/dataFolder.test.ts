import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { dataFolder } from './dataFolder.ts';

it('is `var` in the repository when no variable names another', () => {
  const inRepository = join(import.meta.dirname, '..', 'var');
  expect(dataFolder({})).toBe(inRepository);
  expect(dataFolder({ TWINWARD_DATA: '' })).toBe(inRepository);
});

it('is what TWINWARD_DATA names, relative to the working directory', () => {
  expect(dataFolder({ TWINWARD_DATA: 'city' })).toBe(resolve('city'));
  expect(dataFolder({ TWINWARD_DATA: '/srv/twin' })).toBe('/srv/twin');
});
