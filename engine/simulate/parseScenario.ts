import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import { CodedError } from '../../twin/CodedError.ts';
import * as words from '../../twin/words.ts';
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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new CodedError('scenario:document.invalid', 'the scenario is no YAML', {
      place: { file, line, column: col },
      hint: broken.message.split('\n')[0]!,
    });
  }
  const value: unknown = document.toJS();
  validate ??= new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema());
  const problems = validate(value)
    ? furtherProblems(value as Scenario)
    : (validate.errors ?? []).map(({ instancePath, message, params }) => ({
        path: instancePath,
        message: `${message ?? 'is not allowed'}${detail(params)}`,
      }));
  if (problems.length === 0) return value as Scenario;
  const told = problems.map(({ path, message }) => `${file}${lineOf(path)} ${path || '/'} ${message}`);
  throw new CodedError('scenario:document.invalid', `the scenario has ${problems.length} problem(s)`, {
    place: { file },
    hint: told.join('\n'),
  });

  function lineOf(path: string): string {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node = document.getIn(keys, true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null) : null;
    return range ? `:${lines.linePos(range[0]!).line}` : '';
  }
}

let validate: ReturnType<Ajv['compile']> | undefined;

function schema(): object {
  const read = JSON.parse(readFileSync(new URL('./scenario.schema.json', import.meta.url), 'utf8')) as {
    readonly definitions: object;
  };
  const lists = Object.fromEntries(Object.entries(LISTS).map(([name, list]) => [name, { enum: list }]));
  return { ...read, definitions: { ...read.definitions, ...lists } };
}

type Found = { readonly path: string; readonly message: string };

/** What a schema cannot say. */
function furtherProblems({ requesters, at }: Scenario): readonly Found[] {
  const problems: Found[] = [];
  const ids = new Set<string>();
  for (const [index, { id, area, organisation }] of requesters.entries()) {
    if (ids.has(id)) problems.push({ path: `/requesters/${index}/id`, message: `\`${id}\` is there twice` });
    ids.add(id);
    if (area === 'own' && organisation === undefined) {
      problems.push({ path: `/requesters/${index}/area`, message: '`own` needs an organisation' });
    }
  }
  if (Number.isNaN(Date.parse(at))) problems.push({ path: '/at', message: `\`${at}\` is no instant` });
  return problems;
}

/** The words of a closed list, or the key that is too much. */
function detail(params: Readonly<Record<string, unknown>>): string {
  const { allowedValues, additionalProperty } = params as { allowedValues?: string[]; additionalProperty?: string };
  if (allowedValues) return `: ${allowedValues.join(', ')}`;
  return additionalProperty === undefined ? '' : `: \`${additionalProperty}\``;
}
