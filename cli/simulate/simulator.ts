import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { RegoModule } from '../../engine/rego/Compiled.ts';
import { findDraft } from '../../engine/rego/policyFiles.ts';
import { parseScenario } from '../../engine/simulate/parseScenario.ts';
import type { Scenario } from '../../engine/simulate/Scenario.ts';
import type {
  DraftSource,
  PreparedSimulation,
  ScenarioSource,
  Simulator,
} from '../../graphql/simulations/Simulator.ts';
import { CodedError } from '../../twin/CodedError.ts';
import { DRAFTS, findNamed } from '../findNamed.ts';
import { repositoryRoot } from '../repositoryRoot.ts';
import { SCENARIOS } from './chooseScenario.ts';
import { generatedSource } from './generatedSource.ts';
import { runInWorker } from './runInWorker.ts';

/** Where the files of a draft that was sent lie while it is played. */
const SENT = 'policies/drafts/sent';
const MOST_FILES = 200;
const FILE_NAME = /^(?:[A-Za-z0-9_-]+\/){0,8}[A-Za-z0-9_-]+\.rego$/;

/** Plays scenarios of this repository, or such as are sent, in a thread of its own. */
export const simulator: Simulator = {
  prepare({ scenario, draft }) {
    const read = readScenario(scenario);
    if (generatedSource(read.population) === null) throw noTwin();
    return { scenario: read, draft: readDraft(draft ?? draftOf(read)) };
  },
  run: runInWorker,
};

function readScenario(source: ScenarioSource): Scenario {
  if (source.kind === 'text') return parseScenario(source.text, 'scenarioText');
  const file = findNamed(source.name, SCENARIOS, false);
  return parseScenario(readFileSync(file, 'utf8'), relative(repositoryRoot, file));
}

function draftOf({ proposed, draft }: Scenario): DraftSource {
  const name = typeof proposed === 'object' && 'draft' in proposed ? proposed.draft : proposed;
  if (draft !== undefined) return { kind: 'name', name: draft };
  if (typeof name === 'string') return { kind: 'name', name };
  throw new CodedError('policy:draft.not_found', 'no draft is given, and the scenario names none', {
    hint: 'give `draft` or `draftFiles`',
  });
}

function noTwin(): CodedError {
  return new CodedError('scenario:population.not_generated', 'here scenarios are played on generated cities', {
    place: { path: '/population' },
    hint: 'such as `{ seed: 1, homes: 2000 }`',
  });
}

function readDraft(source: DraftSource): PreparedSimulation['draft'] {
  if (source.kind === 'files') return { name: 'sent', path: SENT, files: source.files.map(sentFile(source.files)) };
  const found = findNamed(source.name, DRAFTS, false);
  const path = relative(repositoryRoot, found).split(sep).join('/');
  return { name: source.name, path, files: findDraft(join(repositoryRoot, 'policies'), found) };
}

function sentFile(all: readonly RegoModule[]): (module: RegoModule) => RegoModule {
  if (all.length === 0 || all.length > MOST_FILES) throw wrongFiles(`a draft has 1 to ${MOST_FILES} files`);
  if (new Set(all.map(({ file }) => file)).size < all.length) throw wrongFiles('two files of the draft have one path');
  return ({ file, source }) => {
    if (!FILE_NAME.test(file)) throw wrongFiles(`\`${file.slice(0, 100)}\` is no path of a Rego file`);
    return { file: `${SENT}/${file}`, source };
  };
}

function wrongFiles(message: string): CodedError {
  return new CodedError('policy:draft.invalid', message, { hint: 'such as `my_draft/heat.rego`' });
}
