import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from '../documents/DataSource.ts';
import { schemaCheck, schemaProblems } from '../documents/schemaProblems.ts';
import { duration } from '../rules/duration.ts';
import { DELAY_NAMES, type Delay, type DelayName, RATE_NAMES, type Rate, type RateName, type Rates } from './Rates.ts';

const source = { type: 'string', minLength: 1 };
const rate = {
  type: 'object',
  required: ['yearly', 'source'],
  additionalProperties: false,
  properties: { yearly: { type: 'number', minimum: 0, maximum: 100_000 }, source },
};
const delay = {
  type: 'object',
  required: ['after', 'source'],
  additionalProperties: false,
  properties: { after: { type: 'string' }, source },
};
const each = (names: readonly string[], schema: object) => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(names.map((name) => [name, schema])),
});
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { rates: each(RATE_NAMES, rate), delays: each(DELAY_NAMES, delay) },
};

type Document = {
  readonly rates?: Partial<Readonly<Record<RateName, Rate>>>;
  readonly delays?: Partial<Readonly<Record<DelayName, Delay>>>;
};

/** How often things happen unless a file says otherwise; each says what it rests on. */
export const assumedRates: Rates = readAssumed();

/**
 * Reads how often things happen: a document such as `rates.yaml`, over what is assumed. Throws `scenario:schema.invalid`
 * and `rule:duration.invalid` with the place of the first thing that is wrong.
 */
export function parseRates(text: string, file: string): Rates {
  const { rates, delays } = read(text, file);
  return { rates: { ...assumedRates.rates, ...rates }, delays: { ...assumedRates.delays, ...delays } };
}

function read(text: string, file: string): Document {
  const document = new DataSource(file, text, 'scenario');
  const value = (document.value ?? {}) as Document;
  const fits = schemaCheck(SCHEMA);
  if (!fits(value)) throw schemaProblems(document, fits)[0]!;
  for (const { after } of Object.values(value.delays ?? {})) duration(after);
  return value;
}

function readAssumed(): Rates {
  const file = 'rates.yaml';
  return read(readFileSync(join(import.meta.dirname, file), 'utf8'), file) as Rates;
}
