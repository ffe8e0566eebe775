import { createHash } from 'node:crypto';
import { globSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../engine/canonicalJson.ts';
import { Columns } from '../../engine/census/Columns.ts';
import { readColumns, writeColumns } from '../../engine/census/columnFile.ts';
import type { Population } from '../../engine/census/Population.ts';
import { populationSource } from '../../engine/census/populationSource.ts';
import { questionsOf, type ScenarioQuestion } from '../../engine/simulate/questionsOf.ts';
import { requireHomes } from '../../engine/simulate/requireAsked.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import { repositoryRoot } from '../repositoryRoot.ts';

export type ReadOptions = {
  /** Where columns are kept. */
  readonly folder: string;
  /** How many homes make it worth while: fewer are read about as fast as a file. */
  readonly keptFrom?: number;
  readonly onProgress?: (homes: number) => void;
};

const KEPT_FROM = 20_000;
/** So many files are kept, those that were used last. */
const MOST_KEPT = 6;
/** What columns follow from beside the population: with other code they are read again. */
const CODE = ['simulators/populations', 'engine/facts', 'engine/census', 'engine/fork', 'twin'];

/**
 * The homes of a generated population in columns, ready for the questions of a scenario: read home by home the first time,
 * and from a file when the same was asked of the same homes before. Rejects as `questionsOf` and `requireHomes` do.
 */
export async function readGenerated(
  population: Population,
  scenario: Scenario,
  { folder, keptFrom = KEPT_FROM, onProgress }: ReadOptions,
): Promise<{ readonly columns: Columns; readonly questions: readonly ScenarioQuestion[] }> {
  const isKept = population.size >= keptFrom;
  const of = isKept ? nameOf(population, scenario) : '';
  const file = join(folder, createHash('sha256').update(of).digest('hex'));
  const kept = isKept ? readColumns(file, of) : null;
  const source = populationSource(population, kept?.opened);
  requireHomes(source);
  const questions = questionsOf(scenario, source.graph);
  if (kept) return { columns: Columns.fromSnapshot(kept.columns, source), questions };
  const columns = await Columns.build(source, { questions, ...(onProgress && { onProgress }) });
  if (isKept) {
    writeColumns(file, of, { columns: columns.snapshot(questions, false), opened: source.opened() });
    forgetOldest(folder);
  }
  return { columns, questions };
}

/** All that columns follow from: the homes, who asks, and the code that makes and reads them. */
function nameOf({ id, size }: Population, { requesters, actions, purposes }: Scenario): string {
  return canonicalJson({
    id,
    size,
    asked: { requesters, actions, purposes },
    node: process.versions.node,
    code: codeDigest(),
  });
}

function codeDigest(): string {
  const hash = createHash('sha256');
  for (const folder of CODE) {
    const files = globSync('**/*.ts', { cwd: join(repositoryRoot, folder) });
    for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(repositoryRoot, folder, file)));
  }
  return hash.digest('hex');
}

/** A folder that cannot be cleared keeps what it has. */
function forgetOldest(folder: string): void {
  try {
    const files = readdirSync(folder).map((name) => join(folder, name));
    const byUse = files.map((file) => ({ file, at: statSync(file).atimeMs })).sort((a, b) => b.at - a.at);
    for (const { file } of byUse.slice(MOST_KEPT)) rmSync(file, { force: true });
  } catch {
    return;
  }
}
