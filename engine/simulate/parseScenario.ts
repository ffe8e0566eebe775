import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { CodedError } from '../../twin/CodedError.ts';
import * as words from '../../twin/words.ts';
import { type DataPath, DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import { CHANNELS } from '../facts/PolicyInput.ts';
import { MEASURES, type Scenario } from './Scenario.ts';

/** The closed lists that the schema names; they stand in code alone, so that they cannot drift. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  action: words.ACTIONS,
  area_level: words.AREA_LEVELS,
  assurance: words.ASSURANCES,
  category: words.CATEGORIES,
  channel: CHANNELS,
  measure: MEASURES,
  organisation_kind: words.ORGANISATION_KINDS,
  purpose: words.PURPOSES,
  role: words.ROLES,
  tier: words.TIERS,
};

/**
 * Reads a scenario, in YAML or JSON. Throws `scenario:document.invalid` with all problems, each with its place.
 *
 * @param file the name that problems show
 */
export function parseScenario(text: string, file: string): Scenario {
  const read = readScenario(text, file);
  if (read.scenario) return read.scenario;
  const [first] = read.problems;
  throw new CodedError('scenario:document.invalid', `the scenario has ${read.problems.length} problem(s)`, {
    place: first?.place ?? { file },
    hint: read.problems.map(toldWithPlace).join('\n'),
  });
}

/** A scenario, or what is wrong with it. */
export type ScenarioRead = { readonly scenario?: Scenario; readonly problems: readonly CodedError[] };

/** Reads a scenario, or tells all that is wrong with it. */
export function readScenario(text: string, file: string): ScenarioRead {
  try {
    const source = new DataSource(file, text, 'scenario');
    fits ??= schemaCheck(schema());
    const problems = fits(source.value)
      ? furtherProblems(source.value as Scenario, source)
      : schemaProblems(source, fits);
    return problems.length > 0 ? { problems } : { scenario: source.value as Scenario, problems };
  } catch (error) {
    if (error instanceof CodedError) return { problems: [error] };
    throw error;
  }
}

let fits: ValidateFunction | undefined;

function schema(): object {
  const read = JSON.parse(readFileSync(new URL('./scenario.schema.json', import.meta.url), 'utf8')) as {
    readonly definitions: object;
  };
  const lists = Object.fromEntries(Object.entries(LISTS).map(([name, list]) => [name, { enum: list }]));
  return { ...read, definitions: { ...read.definitions, ...lists } };
}

/** What a schema cannot say. */
function furtherProblems({ requesters, at }: Scenario, source: DataSource): readonly CodedError[] {
  const problems: CodedError[] = [];
  const report = (path: DataPath, message: string, hint: string) =>
    problems.push(new CodedError('scenario:schema.invalid', message, { place: source.place(path), hint }));
  const ids = new Set<string>();
  for (const [index, { id, area, organisation }] of requesters.entries()) {
    if (ids.has(id))
      report(['requesters', index, 'id'], `\`${id}\` is there twice`, 'each requester has an id of its own');
    ids.add(id);
    if (area === 'own' && organisation === undefined) {
      report(['requesters', index, 'area'], '`own` needs an organisation', 'name one under `organisation`');
    }
  }
  if (Number.isNaN(Date.parse(at)))
    report(['at'], `\`${at}\` is no instant`, 'write one such as `2027-07-20T12:00:00Z`');
  return problems;
}

/** `file:line:column path: message`, with the hint behind. */
function toldWithPlace({ place, message, hint }: CodedError): string {
  const where = [place?.file, place?.line, place?.column].filter((part) => part !== undefined).join(':');
  return `${where}${place?.path === undefined ? '' : ` ${place.path}`}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
