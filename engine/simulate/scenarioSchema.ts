import * as words from '../../twin/words.ts';
import { CHANNELS } from '../facts/PolicyInput.ts';
import { changeSchema } from './changeSchema.ts';
import { HIGHEST_SEED, MEASURES, MOST_HOMES, SCENARIO_VERSION } from './Scenario.ts';
import { closed, described, INSTANT, list, oneOf, type Schema, some, TEXT, when } from './schemaParts.ts';

const SEED = { type: 'integer', minimum: 0, maximum: HIGHEST_SEED, description: 'of a generated city' } as const;
const CHANGE: Schema = { $ref: '#/definitions/change' };
const HOMES = { type: 'integer', minimum: 1, maximum: MOST_HOMES } as const;

const objectOr = (other: Schema, object: Schema): Schema => when({ type: 'object' }, object, other);
const listOr = (other: Schema, items: Schema): Schema => when({ type: 'array' }, list(items), other);
/** One, or `each` of several. */
const eachOr = (schema: Schema): Schema => objectOr(schema, closed({ each: list(schema) }));

const roles = { type: 'array', uniqueItems: true, items: oneOf(words.ROLES) };
const requester = closed(
  {
    id: described('its name in the report; those of a pattern have behind it what they differ in', TEXT),
    tier: eachOr(oneOf(words.TIERS)),
    organisation: described(
      'an organisation by id; `local`: the one of a kind that serves the area in which a home stands; `each`: all of a kind, or these',
      objectOr(TEXT, {
        ...closed(
          {
            local: oneOf(words.ORGANISATION_KINDS),
            each: listOr(oneOf(words.ORGANISATION_KINDS), TEXT),
          },
          [],
        ),
        minProperties: 1,
        maxProperties: 1,
      }),
    ),
    person: TEXT,
    area: described(
      "the area of its platform: an area's id, or `own` for the organisation's; `each`: all areas of a level, or these",
      objectOr(TEXT, closed({ each: listOr(oneOf(words.AREA_LEVELS), TEXT) })),
    ),
    roles: eachOr(roles),
    assurance: eachOr(oneOf(words.ASSURANCES)),
    multi_factor: eachOr({ type: 'boolean' }),
    channel: eachOr(oneOf(CHANNELS)),
    actions: some(words.ACTIONS),
    purposes: some(words.PURPOSES),
  },
  ['id', 'tier'],
);

const known = {
  seed: SEED,
  homes: HOMES,
  at: described('the twin of the data folder as it was at an instant', INSTANT),
};
const live = oneOf(['live']);
const forkedHomes = closed({
  homes: described(
    'to which homes it happens; to all when it says nothing',
    closed(
      {
        area: TEXT,
        occupancy: some(words.OCCUPANCIES),
        flags: described('all of them', some(words.HOME_FLAGS)),
        lease: oneOf(words.LEASE_STATES),
        lives_there: oneOf(words.AGE_BANDS),
        share: described('so many of those of which all else is true', {
          type: 'number',
          exclusiveMinimum: 0,
          maximum: 1,
        }),
      },
      [],
    ),
  ),
  changes: described('with `$home` and the like for what each home has', {
    type: 'array',
    minItems: 1,
    items: CHANGE,
  }),
});
const fork = closed({
  of: objectOr(live, closed(known, [])),
  changes: {
    type: 'array',
    minItems: 1,
    items: when({ type: 'object', required: ['kind'] }, CHANGE, forkedHomes),
  },
});
const population = described(
  'a generated city; or the twin of the data folder, as it is (`live`) or as it was; or any of these with changes',
  objectOr(
    live,
    closed({ ...known, fork: described('another population with changes that happened to nobody', fork) }, []),
  ),
);

const policies: Schema = described(
  '`active`, `built_in`, a draft or a signed bundle',
  objectOr(TEXT, {
    ...closed(
      {
        draft: described('a draft by its name in policies/drafts, or a .rego file or folder', TEXT),
        bundle: {
          description: 'a signed bundle: a file, or the number of a record or the id of one that the data folder has',
          type: ['string', 'integer'],
        },
        base: described('what the draft or the edit is laid over; the baseline unless given', {
          $ref: '#/definitions/policies',
        }),
        replace: {
          description: 'policies by path, and the file that stands in their place',
          type: 'object',
          minProperties: 1,
          additionalProperties: TEXT,
        },
        remove: described('packages, or policies by path', list(TEXT)),
      },
      [],
    ),
    minProperties: 1,
  }),
);

const bound: Schema = {
  type: ['integer', 'object'],
  minimum: 0,
  additionalProperties: false,
  minProperties: 1,
  properties: { at_least: { type: 'integer', minimum: 0 }, at_most: { type: 'integer', minimum: 0 } },
};
const expected = described(
  'numbers of cells: just so many, or bounds',
  closed(Object.fromEntries(MEASURES.map((measure) => [measure, bound])), []),
);

/** The JSON Schema of scenarios, with all words that they may use; `docs/reference/scenario.schema.json` is it for editors. */
export const scenarioSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A scenario: who asks what of whom, for which purpose and when',
  ...closed(
    {
      version: described('the version of this language: `version: 1`', { const: SCENARIO_VERSION }),
      name: { type: 'string', pattern: '^[a-z][a-z0-9_]*$', description: "the file's name without its ending" },
      title: TEXT,
      question: described('what it is to answer, in the words of whoever asks', TEXT),
      at: described('the instant at which all is asked', INSTANT),
      from: described('the first instant of a period, in the place of `at`', INSTANT),
      until: described('the end of a period, left out of it', INSTANT),
      every: {
        type: 'string',
        pattern: '^P(?=.)(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$',
        description: 'the step of a period, such as `PT6H`; without one it is asked whenever access can have changed',
      },
      population,
      area: described('the area whose homes are asked about', TEXT),
      report_by: described('the level of the areas that the report tells apart', oneOf(words.AREA_LEVELS)),
      requesters: { type: 'array', minItems: 1, maxItems: 1000, items: requester },
      actions: some(words.ACTIONS),
      purposes: some(words.PURPOSES),
      categories: described('only properties of these categories', some(words.CATEGORIES)),
      grades: described('only properties of these grades', some(words.GRADES)),
      properties: described('only properties of these names, such as `temperature`', list(TEXT)),
      baseline: { $ref: '#/definitions/policies' },
      proposed: { $ref: '#/definitions/policies' },
      draft: described('short for `proposed: { draft: .. }`', TEXT),
      expect: expected,
    },
    ['version', 'name', 'title', 'question', 'population', 'area', 'requesters', 'actions', 'purposes'],
  ),
  definitions: { policies, change: changeSchema },
};
