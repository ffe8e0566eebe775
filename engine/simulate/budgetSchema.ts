import { CATEGORIES } from '../../twin/words.ts';
import { MEASURES } from './Scenario.ts';
import { closed, described, oneOf, type Schema, TEXT } from './schemaParts.ts';

const NUMBER: Schema = { type: 'integer', minimum: 0 };
const SHARE: Schema = { type: 'number', minimum: 0, maximum: 1 };

const limit = closed(
  {
    measure: described('which cells it counts', oneOf(MEASURES)),
    at_most: described('all of these must hold; a share is one of the cells or homes that the limit is about', {
      ...closed({ cells: NUMBER, homes: NUMBER, share_of_cells: SHARE, share_of_homes: SHARE }, []),
      minProperties: 1,
    }),
    area: described('only homes of this area, by its id', TEXT),
    category: described('only properties of this category', oneOf(CATEGORIES)),
    requester: described('only what this requester of the scenario asks', TEXT),
  },
  ['measure', 'at_most'],
);

/** The JSON Schema of budgets; `docs/reference/budget.schema.json` is it for editors. */
export const budgetSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A budget: how much a change of policies may do at most',
  ...closed({ limits: { type: 'array', minItems: 1, maxItems: 200, items: limit } }),
};
