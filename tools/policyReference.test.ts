import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseObligation } from '../engine/obligations/index.ts';
import { policyReference } from './policyReference.ts';

const root = join(import.meta.dirname, '..');
const { page, json } = policyReference();
const reference = JSON.parse(json) as {
  input: { path: string; values: { value: unknown; meaning?: string }[] }[];
  outcomes: { value: string; meaning?: string }[];
  obligations: {
    type: string;
    schema: { properties: Record<string, { enum?: string[]; minimum?: number; const?: string }> };
  }[];
  builtins: { name: string }[];
};

describe('the reference of policies', () => {
  it('is fresh: else run `node tools/policyReference.ts`', () => {
    expect(readFileSync(join(root, 'docs/reference/policies.md'), 'utf8')).toBe(page);
    expect(readFileSync(join(root, 'docs/reference/policies.json'), 'utf8')).toBe(json);
  });

  it('names every path of the default input', () => {
    const paths = new Set(reference.input.map(({ path }) => path));
    expect(paths).toContain('resource.owners[].basis[].type');
    expect(paths).toContain('resource.device.trust');
    expect(paths).toContain('subject.roles');
  });

  it('tells the meaning of all values of a list or of none', () => {
    for (const { path, values } of reference.input) {
      const told = values.filter(({ meaning }) => meaning).length;
      expect([0, values.length], path).toContain(told);
    }
    for (const path of ['relations', 'purpose', 'resource.label.category', 'resource.label.grade']) {
      const member = reference.input.find((each) => each.path === path);
      expect(
        member?.values.every(({ meaning }) => meaning),
        path,
      ).toBe(true);
    }
    expect(reference.outcomes.every(({ meaning }) => meaning)).toBe(true);
  });

  it('describes obligations as the engine accepts them', () => {
    for (const { type, schema } of reference.obligations) {
      const written = Object.entries(schema.properties).map(([name, each]) => [
        name,
        each.const ?? each.enum?.[0] ?? each.minimum,
      ]);
      expect(parseObligation(Object.fromEntries(written)), type).not.toBeNull();
    }
  });

  it('lists functions that run, and none that would make a decision depend on the hour', () => {
    const names = reference.builtins.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['count', 'startswith', 'object.get', 'regex.match']));
    expect(names.filter((name) => /^(?:time\.now|http\.|rand\.|opa\.runtime)/.test(name))).toEqual([]);
  });
});
