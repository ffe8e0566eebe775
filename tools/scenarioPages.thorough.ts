import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { listScenarios } from '../cli/simulate/listScenarios.ts';
import { parseScenario } from '../engine/simulate/parseScenario.ts';
import { pageFile, scenarioIndex, scenarioPage } from './scenarioPages.ts';

const index = join(import.meta.dirname, '../docs/scenarios/README.md');

describe('the pages of the scenarios', () => {
  it.each(listScenarios())('tell what $name finds now: else run `node tools/scenarioPages.ts`', async ({ name }) => {
    expect(readFileSync(pageFile(name), 'utf8')).toBe(await scenarioPage(name));
  });

  it('are listed, and each says who asks, what the draft changes and what to conclude', () => {
    expect(readFileSync(index, 'utf8')).toBe(scenarioIndex());
    expect(listScenarios().length).toBeGreaterThanOrEqual(12);
    for (const { name } of listScenarios()) {
      const sections = readFileSync(pageFile(name), 'utf8').split(/^## .*$/m);
      expect(sections, name).toHaveLength(5);
      for (const section of sections) expect(section.trim(), name).not.toBe('');
    }
  });

  it('show how to write one by an example that holds', () => {
    const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(index, 'utf8'))!;
    expect(parseScenario(example!, 'README.md')).toMatchObject(parse(example!) as object);
  });
});
