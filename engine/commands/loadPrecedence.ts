import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../twin/CodedError.ts';
import { ALARM_KINDS, CLAIMANTS, DEVICE_KINDS } from '../../twin/words.ts';
import { DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import { duration } from '../rules/duration.ts';
import { BUILT_IN_PRECEDENCE, type HoldRule, type Precedence, type PrecedenceException } from './Precedence.ts';

/** Where precedence is declared, from the root of the repository or of a bundle. */
export const PRECEDENCE_FILE = 'rules/precedence.yaml';

const closed = (properties: Readonly<Record<string, object>>, required: readonly string[]) => {
  return { type: 'object', additionalProperties: false, required, properties };
};
const listOf = (words: readonly string[]) => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { enum: words },
});
const everyClaimant = { ...listOf(CLAIMANTS), minItems: CLAIMANTS.length };
const length = { type: 'string', pattern: '^P' };
const hold = {
  anyOf: [
    length,
    closed({ until: { const: 'inspected' } }, ['until']),
    closed({ until: { const: 'alarm_reset' }, otherwise: length }, ['until', 'otherwise']),
  ],
};
const text = { type: 'string', minLength: 1 };
const exception = closed(
  {
    id: { ...text, pattern: '^[a-z][a-z0-9_]*$', not: { enum: ['order', 'newest', 'priority', 'id'] } },
    title: text,
    clauses: { type: 'array', items: text },
    kinds: listOf(DEVICE_KINDS),
    properties: { type: 'array', minItems: 1, items: text },
    claimants: listOf(CLAIMANTS),
    alarms: listOf(ALARM_KINDS),
    values: { type: 'array', minItems: 1 },
    hold,
    first: { const: true },
    order: everyClaimant,
  },
  ['id', 'title', 'clauses'],
);
const SCHEMA = closed(
  {
    order: everyClaimant,
    holds: closed(Object.fromEntries(CLAIMANTS.map((claimant) => [claimant, hold])), CLAIMANTS),
    resumes: { ...listOf(CLAIMANTS), minItems: 0 },
    exceptions: { type: 'array', items: exception },
  },
  ['order', 'holds', 'resumes', 'exceptions'],
);

type Said<Each> = Omit<Each, 'hold'> & { readonly hold?: SaidHold };
type SaidHold =
  | string
  | { readonly until: 'inspected' }
  | { readonly until: 'alarm_reset'; readonly otherwise: string };
type Document = Omit<Precedence, 'holds' | 'exceptions'> & {
  readonly holds: Readonly<Record<keyof Precedence['holds'], SaidHold>>;
  readonly exceptions: readonly Said<PrecedenceException>[];
};

/**
 * Who wins an actuator, as the folder of a repository or bundle declares it; what is built in where it declares nothing or
 * something that is wrong. It never throws: each problem stands under `problems` with its place.
 */
export function loadPrecedence(root: string): {
  readonly precedence: Precedence;
  readonly problems: readonly CodedError[];
} {
  if (!existsSync(join(root, PRECEDENCE_FILE))) return { precedence: BUILT_IN_PRECEDENCE, problems: [] };
  try {
    return parsePrecedence(readFileSync(join(root, PRECEDENCE_FILE), 'utf8'), PRECEDENCE_FILE);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { precedence: BUILT_IN_PRECEDENCE, problems: [error] };
  }
}

/** Reads a declaration of precedence; see `loadPrecedence`. Throws `rule:yaml.invalid` with the place. */
export function parsePrecedence(text: string, file: string): ReturnType<typeof loadPrecedence> {
  const source = new DataSource(file, text, 'rule');
  const fits = schemaCheck(SCHEMA);
  const problems = fits(source.value) ? problemsOf(source, source.value as Document) : schemaProblems(source, fits);
  if (problems.length > 0) return { precedence: BUILT_IN_PRECEDENCE, problems };
  const { order, holds, resumes, exceptions } = source.value as Document;
  return {
    precedence: {
      order,
      resumes,
      holds: Object.fromEntries(
        Object.entries(holds).map(([name, said]) => [name, holdRule(said)]),
      ) as Precedence['holds'],
      exceptions: exceptions.map(({ hold: said, ...each }) =>
        said === undefined ? each : { ...each, hold: holdRule(said) },
      ),
    },
    problems: [],
  };
}

function problemsOf(source: DataSource, { order, holds, exceptions }: Document): readonly CodedError[] {
  const wrong = (path: readonly (string | number)[], message: string, hint: string) =>
    new CodedError('rule:precedence.invalid', message, { place: source.place(path), hint });
  const problems: CodedError[] = [];
  const orders = [
    { path: ['order'], order },
    ...exceptions.map((each, index) => ({ path: ['exceptions', index, 'order'], order: each.order })),
  ];
  for (const each of orders) {
    if (each.order === undefined || each.order[0] === 'life_safety') continue;
    problems.push(
      wrong(
        each.path,
        `\`${each.order[0]}\` comes before life safety`,
        'write `life_safety` first: it is never refused',
      ),
    );
  }
  for (const [index, { id, order: other, first, claimants, alarms, values }] of exceptions.entries()) {
    const at = ['exceptions', index];
    if (exceptions.findIndex((each) => each.id === id) < index)
      problems.push(wrong([...at, 'id'], `\`${id}\` stands twice`, 'give each its own id'));
    if (other && (claimants ?? alarms ?? values ?? first) !== undefined) {
      problems.push(
        wrong([...at, 'order'], 'an order goes for a whole actuator', 'narrow it by `kinds` and `properties` alone'),
      );
    }
  }
  const said = [
    ...Object.entries(holds).map(([name, rule]) => ({ path: ['holds', name], rule })),
    ...exceptions.map(({ hold: rule }, index) => ({ path: ['exceptions', index, 'hold'], rule })),
  ];
  for (const { path, rule } of said) {
    const text = typeof rule === 'string' ? rule : rule?.until === 'alarm_reset' ? rule.otherwise : 'PT0S';
    try {
      duration(text);
    } catch (error) {
      const { message, hint = '' } = error as CodedError;
      problems.push(wrong(path, message, hint));
    }
  }
  return problems;
}

function holdRule(said: SaidHold): HoldRule {
  if (typeof said === 'string') return { until: 'for', ms: duration(said) };
  return said.until === 'inspected' ? said : { until: 'alarm_reset', otherwise: duration(said.otherwise) };
}
