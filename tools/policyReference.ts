/**
 * Writes the reference of what policies may ask and say, `docs/reference/policies.md`, and the same as JSON. It is made of
 * the records that the product itself goes by.
 *
 *     node tools/policyReference.ts            # write
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { obligationTypes } from '../engine/obligations/index.ts';
import { POLICY_PROBLEMS } from '../engine/rego/checks/codes.ts';
import { isBuiltin } from '../engine/rego/compiled/builtins/index.ts';
import { METADATA_KEYS } from '../engine/rego/metadataKeys.ts';
import { RULE_KINDS } from '../engine/rego/RuleSource.ts';
import { EVALUATION_ERRORS } from '../engine/rego/Verdict.ts';
import { OUTCOMES } from '../twin/words.ts';

/** A JSON Schema as far as the schemas of this repository go. */
type Schema = {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  /** The meaning of each value, as editors show them. */
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
};

type Member = {
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly values: readonly Value[];
};
type Value = { readonly value: unknown; readonly meaning?: string };
type Argument = { readonly name?: string; readonly type: string };
type BuiltinNote = {
  readonly name: string;
  readonly category: string;
  readonly infix?: string;
  readonly description: string;
  readonly arguments: readonly Argument[];
  readonly result: Argument;
};

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/reference');

/** The reference: as a page, and as JSON for programs. */
export function policyReference(): { readonly page: string; readonly json: string } {
  const reference = {
    input: members(readJson<Schema>('policies/input.schema.json'), ''),
    outcomes: outcomes(),
    rules: RULE_KINDS,
    obligations: obligationTypes,
    metadata: METADATA_KEYS,
    builtins: readJson<{ builtins: readonly BuiltinNote[] }>('engine/rego/generated/builtins.json').builtins.filter(
      ({ name }) => isBuiltin(name),
    ),
    problems: POLICY_PROBLEMS,
    errors: EVALUATION_ERRORS,
  };
  return { page: pageOf(reference), json: `${JSON.stringify(reference, null, 2)}\n` };
}

function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Content;
}

/** Every member of an input, depth first; `[]` stands for each item of a list. */
function members(schema: Schema, path: string): readonly Member[] {
  const { properties = {}, items, anyOf = [], description = '' } = schema;
  const choice = anyOf.find((each) => each.type !== 'null');
  const inner = choice ? { ...choice, description } : schema;
  const own =
    path === '' ? [] : [{ path, type: typeOf(schema), description: meaningOf(schema), values: valuesOf(inner) }];
  // What a list holds is told with the list, where it has no members of its own.
  const listed = items && !items.properties ? [] : items ? members(items, `${path}[]`).slice(1) : [];
  const children = choice ? members(choice, path).slice(1) : [];
  return [
    ...own,
    ...Object.entries(properties).flatMap(([key, each]) => members(each, path === '' ? key : `${path}.${key}`)),
    ...listed,
    ...children,
  ];
}

function meaningOf({ description = '', items }: Schema): string {
  return description === '' ? (items?.description ?? '') : description;
}

function typeOf({ type, anyOf, items, enum: values }: Schema): string {
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${items?.properties ? 'objects' : 'words'}`;
  return values && type === 'string' ? 'word' : (type ?? 'word');
}

function valuesOf({ enum: values, enumDescriptions, items }: Schema): readonly Value[] {
  if (!values) return items && !items.properties ? valuesOf(items) : [];
  return values.map((value, at) => {
    const meaning = enumDescriptions?.[at];
    return { value, ...(meaning !== undefined && { meaning }) };
  });
}

function outcomes(): readonly Value[] {
  const { properties: { want } = {} } = readJson<Schema>('policies/cases.schema.json').items ?? {};
  const told = valuesOf(want?.properties?.['outcome'] ?? {});
  return OUTCOMES.map((outcome) => told.find(({ value }) => value === outcome) ?? { value: outcome });
}

type Reference = {
  readonly input: readonly Member[];
  readonly outcomes: readonly Value[];
  readonly obligations: typeof obligationTypes;
  readonly metadata: typeof METADATA_KEYS;
  readonly builtins: readonly BuiltinNote[];
  readonly problems: typeof POLICY_PROBLEMS;
  readonly errors: typeof EVALUATION_ERRORS;
};

function pageOf({ input, outcomes: ladder, obligations, metadata, builtins, problems, errors }: Reference): string {
  return `# What policies ask and say

Made by \`node tools/policyReference.ts\` of the schemas and records that the product goes by; [policies.json](policies.json) holds the
same for programs. How to write a policy is told in [policies/README.md](../../policies/README.md).

## The input

What a policy knows of one request (\`policies/input.schema.json\`). A path that does not stand here does not compile. There are no
ids, dates or counts, so that homes with equal inputs can be counted as one.

${table(
  ['path', 'type', 'meaning', 'values'],
  input.map(({ path, type, description, values }) => [
    code(path),
    type,
    description,
    values.map(({ value }) => code(value)).join(' '),
  ]),
)}

${input
  .filter(({ values }) => values.some(({ meaning }) => meaning !== undefined))
  .map(wordsOf)
  .join('\n\n')}

## What a policy says

A policy is a package with sets named \`permit\`, \`cap\` or \`deny\`. The decision is the highest permit, lowered by every cap, unless denied.
Nothing permits by default; an error, and obligations that cannot be done together, deny.

${table(['set', 'member', 'required', 'meaning'], VERDICT_MEMBERS)}

### Outcomes, least first

${table(
  ['outcome', 'what may be had'],
  ladder.map(({ value, meaning = '' }) => [code(value), meaning]),
)}

### Obligations

What must be done with an allowed answer. The obligations of a decision are those of the permits at its outcome and of all caps; two of
one type merge to the stricter.

${obligations.map(obligationOf).join('\n\n')}

## METADATA

In the comment above a package or rule; all but \`title\` stand under \`custom\`.

${table(
  ['member', 'of', 'required', 'meaning'],
  metadata.map(({ key, of, required, description }) => [
    code(key),
    of === 'both' ? 'package, rule' : of,
    required ? 'yes' : 'no',
    description,
  ]),
)}

## Functions

Those of OPA that run wherever policies do, ${builtins.length} of them. Another one, such as \`time.now_ns\` or \`http.send\`, does not compile: time is an
input, and a decision depends on its input alone.

${[...Map.groupBy(builtins, ({ category }) => category)].sort(byFirst).map(functionsOf).join('\n\n')}

## Problems while checking

What \`npx twinward check\` finds, each with its place and a hint.

${table(
  ['code', 'meaning'],
  Object.entries(problems).map(([name, meaning]) => [code(name), meaning]),
)}

## Errors while deciding

Each denies, and stands among the errors of the decision.

${table(
  ['code', 'meaning'],
  Object.entries(errors).map(([name, meaning]) => [code(name), meaning]),
)}
`;
}

const GRANT = [
  ['`rule`', 'yes', 'The name of the rule in its package.'],
  ['`outcome`', 'yes', 'The most that may be had.'],
  ['`obligations`', 'no', 'What must be done with the answer; a list.'],
];
const OVERRIDES = [
  ['`clauses`', 'no', 'The clauses of this reason in the place of those of the METADATA.'],
  ['`message`', 'no', 'The sentence of this reason in the place of the title.'],
  [
    '`needs`',
    'no',
    'The path of the fact that is missing or too old, such as `resource.device.last_seen`: the answer tells it.',
  ],
];
const VERDICT_MEMBERS: readonly (readonly string[])[] = [
  ...[...GRANT, ...OVERRIDES].map((row) => ['`permit`, `cap`', ...row]),
  ...[GRANT[0]!, ...OVERRIDES].map((row) => ['`deny`', ...row]),
];

function wordsOf({ path, values }: Member): string {
  return `### ${code(path)}\n\n${table(
    ['value', 'meaning'],
    values.map(({ value, meaning = '' }) => [code(value), meaning]),
  )}`;
}

function obligationOf({ type, description, schema }: (typeof obligationTypes)[number]): string {
  const parameters = Object.entries(schema.properties as Readonly<Record<string, Schema>>).filter(
    ([name]) => name !== 'type',
  );
  const rows = parameters.map(([name, each]) => [code(name), valuesText(each), each.description ?? '']);
  const tables = rows.length > 0 ? `\n\n${table(['member', 'values', 'meaning'], rows)}` : '';
  return `#### ${code(type)}\n\n${description}${tables}`;
}

function valuesText({ enum: values, minimum, maximum }: Schema): string {
  return values ? values.map(code).join(' ') : `${minimum} to ${maximum}`;
}

function functionsOf([category, functions]: readonly [string, readonly BuiltinNote[]]): string {
  const rows = functions.map(({ name, infix, description, arguments: of, result }) => [
    code(
      infix === undefined
        ? `${name}(${of.map(({ name: each, type }) => each ?? type).join(', ')})`
        : `${of[0]?.name ?? 'x'} ${infix} ${of[1]?.name ?? 'y'}`,
    ),
    code(result.type),
    description,
  ]);
  return `### ${category}\n\n${table(['function', 'value', 'meaning'], rows)}`;
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  return [line(titles), line(titles.map(() => '---')), ...escaped.map(line)].join('\n');
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}

if (import.meta.main) {
  const { page, json } = policyReference();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'policies.md'), page);
  writeFileSync(join(folder, 'policies.json'), json);
}
