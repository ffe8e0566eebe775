/** Compares what a fact said with what a condition wants. It may throw, as JavaScript does. */
export type Operator = (factValue: unknown, jsonValue: unknown) => boolean;

/**
 * The operators of json-rules-engine, with JavaScript's own comparisons: `indexOf` and not `includes`, because NaN is found by
 * none, and a text may be searched too; texts that are both numbers compare as texts. Names of parameters are those of the
 * npm engine, since JavaScript's messages tell them.
 */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', (a, b) => a === b],
  ['notEqual', (a, b) => a !== b],
  ['in', (a, b) => (b as readonly unknown[]).indexOf(a) > -1],
  ['notIn', (a, b) => (b as readonly unknown[]).indexOf(a) === -1],
  ['contains', (a, b) => Array.isArray(a) && a.indexOf(b) > -1],
  ['doesNotContain', (a, b) => Array.isArray(a) && a.indexOf(b) === -1],
  ['lessThan', (a, b) => isNumeric(a) && (a as number) < (b as number)],
  ['lessThanInclusive', (a, b) => isNumeric(a) && (a as number) <= (b as number)],
  ['greaterThan', (a, b) => isNumeric(a) && (a as number) > (b as number)],
  ['greaterThanInclusive', (a, b) => isNumeric(a) && (a as number) >= (b as number)],
]);

/** Its operator decorators: `everyFact:lessThan` wants every item of a list to be less. */
const DECORATORS: ReadonlyMap<string, (next: Operator) => Operator> = new Map<string, (next: Operator) => Operator>([
  ['someFact', (next) => (all, jsonValue) => Array.isArray(all) && all.some((one) => next(one, jsonValue))],
  ['everyFact', (next) => (all, jsonValue) => Array.isArray(all) && all.every((one) => next(one, jsonValue))],
  [
    'someValue',
    (next) => (factValue, jsonValue) => (jsonValue as readonly unknown[]).some((jv) => next(factValue, jv)),
  ],
  [
    'everyValue',
    (next) => (factValue, jsonValue) => (jsonValue as readonly unknown[]).every((jv) => next(factValue, jv)),
  ],
  ['swap', (next) => (factValue, jsonValue) => next(jsonValue, factValue)],
  ['not', (next) => (factValue, jsonValue) => !next(factValue, jsonValue)],
]);

/** The operator of a name, with its decorators; undefined when a part of the name means nothing. */
export function operatorOf(name: string): Operator | undefined {
  const plain = OPERATORS.get(name);
  if (plain) return plain;
  const colon = name.indexOf(':');
  const decorate = DECORATORS.get(name.slice(0, Math.max(0, colon)));
  const next = decorate && operatorOf(name.slice(colon + 1));
  return next && decorate(next);
}

/** What is no number, or begins with none, is neither less nor greater than anything. */
function isNumeric(value: unknown): boolean {
  return typeof value === 'number' ? !Number.isNaN(value) : !Number.isNaN(Number.parseFloat(value as string));
}
