import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import { SCENARIOS } from './chooseScenario.ts';

/** A scenario as it is listed. */
export type ListedScenario = { readonly name: string; readonly title: string; readonly question: string };

/** The scenarios of the repository, by name. Throws as `parseScenario` does for one that is wrong. */
export function listScenarios(): readonly ListedScenario[] {
  return readdirSync(SCENARIOS.folder)
    .filter((file) => /\.(?:ya?ml|json)$/.test(file))
    .sort()
    .map((file) => {
      const path = join(SCENARIOS.folder, file);
      const { name, title, question } = parseScenario(readFileSync(path, 'utf8'), path);
      return { name, title, question: question.trim() };
    });
}
