import type { ValidateFunction } from 'ajv';
import { CodedError, type Place } from '../../twin/CodedError.ts';
import { type DataPath, DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import { toldWithPlace } from '../documents/toldWithPlace.ts';
import { parseDate } from '../rego/policyDates.ts';
import { type PolicyChoice, SCENARIO_VERSION, type Scenario } from './Scenario.ts';
import { scenarioSchema } from './scenarioSchema.ts';

/**
 * Reads a scenario, in YAML or JSON. Throws `scenario:document.invalid` with all problems, each with its place, and
 * `scenario:version.other` for another version of the language.
 *
 * @param file the name that problems show
 */
export function parseScenario(text: string, file: string): Scenario {
  return parseScenarioDocument(text, file).scenario;
}

/** A scenario, and where its values stand: what is only found out with the homes at hand is told with its place too. */
export type ScenarioDocument = { readonly scenario: Scenario; readonly place: (path: string) => Place };

/** Reads a scenario as `parseScenario` does. */
export function parseScenarioDocument(text: string, file: string): ScenarioDocument {
  const read = readScenario(text, file);
  if (read.document) return read.document;
  const [first] = read.problems;
  if (read.problems.length === 1 && first?.code === 'scenario:version.other') throw first;
  throw new CodedError('scenario:document.invalid', `the scenario has ${read.problems.length} problem(s)`, {
    place: first?.place ?? { file },
    hint: read.problems.map(toldWithPlace).join('\n'),
  });
}

/** A scenario, or what is wrong with it. */
type ScenarioRead = { readonly document?: ScenarioDocument; readonly problems: readonly CodedError[] };

/** Reads a scenario, or tells all that is wrong with it. */
export function readScenario(text: string, file: string): ScenarioRead {
  try {
    const source = new DataSource(file, text, 'scenario');
    const other = otherVersion(source);
    if (other) return { problems: [other] };
    fits ??= schemaCheck(scenarioSchema);
    const problems = fits(source.value) ? furtherProblems(source) : schemaProblems(source, fits);
    if (problems.length > 0) return { problems };
    return { document: { scenario: scenarioOf(source.value as Document), place: placeIn(source) }, problems };
  } catch (error) {
    if (error instanceof CodedError) return { problems: [error] };
    throw error;
  }
}

let fits: ValidateFunction | undefined;

/** A scenario as it is written. */
type Document = Omit<Scenario, 'at'> & { readonly at?: string; readonly from?: string };

function scenarioOf({ at, from, ...rest }: Document): Scenario {
  return { ...rest, at: (from ?? at)! };
}

/** Of another version nothing else is told: it may mean other things by the same words. */
function otherVersion(source: DataSource): CodedError | null {
  const version = (source.value as { readonly version?: unknown } | null)?.version;
  if (typeof version !== 'number' || version === SCENARIO_VERSION) return null;
  const said = `the scenario is written in version ${version} of the language, and this program reads version ${SCENARIO_VERSION}`;
  const hint =
    version > SCENARIO_VERSION ? 'use a newer Twinward' : `write it anew, with \`version: ${SCENARIO_VERSION}\``;
  return new CodedError('scenario:version.other', said, { place: source.place(['version']), hint });
}

/** What a schema cannot say. */
function furtherProblems(source: DataSource): readonly CodedError[] {
  const scenario = source.value as Document;
  const problems: CodedError[] = [];
  const report = (path: DataPath, message: string, hint: string) =>
    problems.push(new CodedError('scenario:schema.invalid', message, { place: source.place(path), hint }));
  checkTimes(scenario, report);
  checkRequesters(scenario, report);
  checkPopulation(scenario.population as Members, ['population'], report);
  if (scenario.draft !== undefined && scenario.proposed !== undefined) {
    report(['draft'], '`draft` is short for `proposed`, which stands there too', 'leave one of them out');
  }
  for (const side of ['baseline', 'proposed'] as const) checkPolicies(scenario[side], [side], report);
  return problems;
}

/** Whether there is such an instant: there is no 30th of February. */
function isInstant(text: string): boolean {
  return parseDate(text.replace(/\.\d{3}/, '')) !== null;
}

type Report = (path: DataPath, message: string, hint: string) => void;

function checkTimes({ at, from, until, every }: Document, report: Report): void {
  const example = 'write one such as `2027-07-20T12:00:00Z`';
  for (const [name, text] of Object.entries({ at, from, until })) {
    if (text !== undefined && !isInstant(text)) report([name], `\`${text}\` is no instant`, example);
  }
  if (at === undefined && from === undefined)
    report([], '`at` is missing', `the instant at which all is asked: ${example}`);
  if (at !== undefined && from !== undefined) report(['from'], '`from` and `at` are the same', 'leave one of them out');
  const first = Date.parse(from ?? at ?? '');
  if (from !== undefined && until === undefined)
    report(['from'], 'the period has no end', 'say `until` when, or ask `at` an instant');
  if (until !== undefined && Date.parse(until) <= first)
    report(['until'], 'the period ends before it begins', 'let `until` be later');
  if (every !== undefined && until === undefined)
    report(['every'], '`every` belongs to a period', 'say `from` and `until` when');
  if (every !== undefined && !/[1-9]/.test(every)) report(['every'], `\`${every}\` is no step`, 'such as `PT6H`');
}

function checkRequesters({ requesters }: Document, report: Report): void {
  const ids = new Set<string>();
  for (const [index, { id, area, organisation }] of requesters.entries()) {
    if (ids.has(id))
      report(['requesters', index, 'id'], `\`${id}\` is there twice`, 'each requester has an id of its own');
    ids.add(id);
    if (area === 'own' && organisation === undefined) {
      report(['requesters', index, 'area'], '`own` needs an organisation', 'name one under `organisation`');
    }
  }
}

type Members = Readonly<Record<string, unknown>>;

function checkPopulation(population: Members | 'live', path: DataPath, report: Report): void {
  if (population === 'live') return;
  const generated = population['seed'] !== undefined || population['homes'] !== undefined;
  const forms = [generated, population['at'] !== undefined, population['fork'] !== undefined].filter(Boolean).length;
  const ways = 'one of `{ seed: 1, homes: 2000 }`, `live`, `{ at: .. }` and `{ fork: .. }`';
  if (forms !== 1) report(path, 'the population is not said in one way', ways);
  else if (generated && (population['seed'] === undefined || population['homes'] === undefined)) {
    report(path, 'a generated city needs `seed` and `homes`', 'such as `{ seed: 1, homes: 2000 }`');
  }
  const { at, fork } = population as { readonly at?: string; readonly fork?: { readonly of: Members | 'live' } };
  if (at !== undefined && !isInstant(at)) {
    report([...path, 'at'], `\`${at}\` is no instant`, 'write one such as `2027-07-20T12:00:00Z`');
  }
  if (fork !== undefined) checkPopulation(fork.of, [...path, 'fork', 'of'], report);
}

function checkPolicies(choice: PolicyChoice | undefined, path: DataPath, report: Report): void {
  if (typeof choice !== 'object') return;
  const { draft, bundle, base, replace, remove } = choice as Members;
  const isEdit = replace !== undefined || remove !== undefined;
  const ways = 'one of `{ draft: .. }`, `{ bundle: .. }`, and `{ replace: {..}, remove: [..] }`';
  if ([draft !== undefined, bundle !== undefined, isEdit].filter(Boolean).length !== 1) {
    report(path, 'the policies are not said in one way', ways);
  }
  if (bundle !== undefined && base !== undefined) report([...path, 'base'], 'a bundle is whole', 'leave `base` out');
  checkPolicies(base as PolicyChoice | undefined, [...path, 'base'], report);
}

/** Where a path such as `/requesters/0/area` leads in a document. */
function placeIn(source: DataSource): (path: string) => Place {
  return (path) => {
    return source.place(
      path
        .split('/')
        .slice(1)
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    );
  };
}
