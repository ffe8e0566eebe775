import * as words from '../../twin/words.ts';
import { obligationTypes } from '../obligations/index.ts';
import { RULE_KINDS } from '../rego/RuleSource.ts';
import { IMPACT_REPORT_VERSION } from './ImpactReport.ts';
import { LIMIT_UNITS } from './Limit.ts';
import { MEASURES } from './Scenario.ts';
import { closed, described, oneOf, type Schema, TEXT } from './schemaParts.ts';

const NUMBER: Schema = { type: 'integer', minimum: 0 };
const DIGEST: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const TRUTH: Schema = { type: 'boolean' };
const TEXTS = listOf(TEXT);

const outcome = oneOf(words.OUTCOMES);
const reported = described('an aggregate that too few homes stand behind is `withheld`', {
  $ref: '#/definitions/reported',
});
const counts = { cells: NUMBER, homes: NUMBER, people: NUMBER, minors: NUMBER, elders: NUMBER };
const obligations = { $ref: '#/definitions/obligations' };
const way = { from: reported, to: reported };
const category = oneOf(words.CATEGORIES);
const level = oneOf(words.AREA_LEVELS);
const sum = closed({ cells: NUMBER, homes: NUMBER });

const definitions: Readonly<Record<string, Schema>> = {
  reported: oneOf(['withheld', ...words.OUTCOMES]),
  obligation: { anyOf: obligationTypes.map(({ schema }) => schema) },
  obligations: closed({
    kind: oneOf(['unchanged', 'changed']),
    before: listOf({ $ref: '#/definitions/obligation' }),
    after: listOf({ $ref: '#/definitions/obligation' }),
  }),
  reason: closed(
    {
      code: TEXT,
      policy: TEXT,
      rule: TEXT,
      file: TEXT,
      line: NUMBER,
      clauses: TEXTS,
      message: { type: 'string' },
      needs: TEXT,
    },
    ['code', 'policy', 'rule', 'file', 'line', 'clauses', 'message'],
  ),
  idleRule: closed(
    {
      policy: TEXT,
      rule: TEXT,
      kind: oneOf(RULE_KINDS),
      file: TEXT,
      line: NUMBER,
      clauses: TEXTS,
      inForce: described('there when the policy is not in force at the instant of the scenario', { const: false }),
    },
    ['policy', 'rule', 'kind', 'file', 'line', 'clauses'],
  ),
};

const reasons = listOf({ $ref: '#/definitions/reason' });
const idleRules = closed({
  before: listOf({ $ref: '#/definitions/idleRule' }),
  after: listOf({ $ref: '#/definitions/idleRule' }),
});
const witness = closed({
  requester: TEXT,
  action: oneOf(words.ACTIONS),
  purpose: oneOf(words.PURPOSES),
  home: TEXT,
  device: TEXT,
  property: TEXT,
  input: described('what the policies were told, as `policies/input.schema.json` has it', { type: 'object' }),
  before: outcome,
  after: outcome,
});
const smallestChange: Schema = {
  anyOf: [
    closed({
      kind: { const: 'flips' },
      path: TEXT,
      from: {},
      to: {},
      condition: TEXT,
      outcome,
      obligations: listOf({ $ref: '#/definitions/obligation' }),
      restores: TRUTH,
    }),
    closed({ kind: { const: 'none' }, tried: NUMBER, reason: TEXT }),
  ],
};
const bound: Schema = {
  anyOf: [NUMBER, closed({ at_least: NUMBER, at_most: NUMBER }, [])],
};
const limit = closed(
  {
    measure: oneOf(MEASURES),
    at_most: closed(Object.fromEntries(LIMIT_UNITS.map((unit) => [unit, { type: 'number', minimum: 0 }])), []),
    area: TEXT,
    category,
    requester: TEXT,
    ...{ cells: NUMBER, homes: NUMBER, of: sum, met: TRUTH },
    changes: described('the change classes that it counts, by their places in `changes`, from 0', listOf(NUMBER)),
  },
  ['measure', 'at_most', 'cells', 'homes', 'of', 'met', 'changes'],
);
const changedPackage = { package: TEXT, files: TEXTS };
const draft = closed({
  replaced: listOf(closed({ ...changedPackage, by: TEXTS })),
  added: listOf(closed(changedPackage)),
  removed: listOf(closed({ package: TEXT, rule: TEXT })),
});

/** The JSON Schema of impact reports; `docs/reference/impact-report.schema.json` is it for whoever reads them. */
export const impactReportSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'An impact report: what a change of policies would change, counted cell by cell',
  ...closed(
    {
      version: described('the version of this form', { const: IMPACT_REPORT_VERSION }),
      scenario: TEXT,
      revision: described('how many changes made the twin that was counted', NUMBER),
      population: closed({ id: TEXT, homes: NUMBER, erased: NUMBER }, ['id', 'homes']),
      inputs: closed({
        scenario: DIGEST,
        baseline: TEXT,
        proposed: TEXT,
        population: { type: ['string', 'null'] },
        engine: { type: ['string', 'null'] },
      }),
      ...counts,
      matrix: listOf(closed({ ...way, obligations, ...counts })),
      changes: described(
        'cells that change in the same way for the same reasons',
        listOf(
          closed({
            ...way,
            obligations,
            reasons: closed({ before: reasons, after: reasons }),
            ...counts,
            requesters: listOf(closed({ id: TEXT, cells: NUMBER })),
            witness,
            smallestChange,
          }),
        ),
      ),
      areas: listOf(closed({ area: TEXT, category, ...way, cells: NUMBER, homes: NUMBER })),
      areaTotals: listOf(closed({ area: TEXT, level, cells: NUMBER, homes: NUMBER, changed: sum })),
      slices: listOf(
        closed({
          ...{ area: TEXT, level, category, grade: oneOf(words.GRADES), requester: TEXT, ...way },
          obligations: oneOf(['unchanged', 'changed']),
          cells: NUMBER,
          homes: NUMBER,
        }),
      ),
      neverReached: idleRules,
      neverDecide: idleRules,
      expectations: listOf(closed({ measure: oneOf(MEASURES), expected: bound, cells: NUMBER, met: TRUTH })),
      limits: listOf(limit),
      draft,
      notInForce: listOf(closed({ package: TEXT, from: TEXT, until: { type: ['string', 'null'] } })),
      omitted: TEXTS,
      exact: { const: true },
    },
    [
      ...['version', 'scenario', 'revision', 'population', 'inputs', ...Object.keys(counts)],
      ...['matrix', 'changes', 'areas', 'areaTotals', 'slices', 'neverReached', 'neverDecide', 'expectations'],
      ...['draft', 'omitted', 'exact'],
    ],
  ),
  definitions,
};

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}
