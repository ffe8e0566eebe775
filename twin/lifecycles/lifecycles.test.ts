import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lifecycles } from './index.ts';

it('lists every lifecycle of the folder, each as plain data that can be signed', async () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.includes('.test.'));
  const found: unknown[] = [];
  for (const file of files.filter((each) => each !== 'index.ts')) {
    const module = (await import(join(import.meta.dirname, file))) as Readonly<Record<string, unknown>>;
    found.push(...Object.entries(module).flatMap(([name, value]) => (name.endsWith('Lifecycle') ? [value] : [])));
  }
  expect(new Set(Object.values(lifecycles))).toEqual(new Set(found));
  for (const { machine } of Object.values(lifecycles)) {
    expect(JSON.parse(JSON.stringify(machine.config))).toEqual(machine.config);
  }
});
