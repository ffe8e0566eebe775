import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { readPolicyCases } from './policyCases.ts';
import { randomInputs } from './randomInputs.ts';

const root = join(import.meta.dirname, '../../policies');
const schema = JSON.parse(readFileSync(join(root, 'input.schema.json'), 'utf8')) as object;
const examples = readPolicyCases(root).map(({ input }) => input);

describe('randomInputs', () => {
  it('draws inputs that the schema allows', () => {
    const allows = new Ajv({ strict: false }).compile(schema);
    for (const input of randomInputs(schema, { seed: 3, examples }).take(2_000)) {
      expect(allows(input), JSON.stringify(allows.errors)).toBe(true);
    }
    for (const input of randomInputs(schema, { seed: 3 }).take(500)) expect(allows(input)).toBe(true);
  });

  it('draws the same for a seed, and other inputs for another', () => {
    const draw = (seed: number) => JSON.stringify([...randomInputs(schema, { seed, examples }).take(50)]);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
  });

  it('hardly ever draws the same input twice', () => {
    const drawn = [...randomInputs(schema, { seed: 5, examples }).take(2_000)].map((input) => JSON.stringify(input));
    expect(new Set(drawn).size).toBeGreaterThan(1_800);
  });

  it('refuses a schema of which it does not know what it allows', () => {
    expect(() =>
      randomInputs({ type: 'object', required: ['a'], properties: { a: { $ref: '#/b' } } }, { seed: 1 }).next(),
    ).toThrow('no values can be drawn');
  });
});
