import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CodedError } from '../../twin/CodedError.ts';
import { CLAUSE_SOURCES, clause, loadClauses, partsOf, suggestClauses } from './ClauseRegister.ts';

const root = join(import.meta.dirname, '..', '..');
const register = loadClauses(root);

it('holds 1,221 clauses, each standard with its own number', () => {
  const counts = CLAUSE_SOURCES.map((source) => register.clauses.filter((each) => each.source === source).length);
  expect(counts).toEqual([355, 233, 191, 118, 324]);
  expect(register.clauses).toHaveLength(1221);
});

it('has unique ids that open with their source', () => {
  expect(register.byId.size).toBe(1221);
  expect(register.clauses.filter((each) => !each.id.startsWith(`${each.source}-`))).toEqual([]);
});

it('describes 385 systems, and every clause speaks of one of its own source', () => {
  const systems = new Set(register.systems.map((system) => `${system.source}:${system.id}`));
  expect(systems.size).toBe(385);
  expect(register.clauses.filter((each) => !systems.has(`${each.source}:${each.system}`))).toEqual([]);
});

it('names only clauses that exist in systems, resolutions and the evaluation index', () => {
  const named = [
    ...register.systems.flatMap((system) => system.clauses),
    ...register.resolutions.flatMap((resolution) => resolution.clauses),
    ...register.clauses.flatMap((each) => each.aggregates ?? []),
  ];
  expect(named.filter((id) => !register.byId.has(id))).toEqual([]);
});

it('gives every clause a text, an evidence and a level', () => {
  const bad = register.clauses.filter(
    (each) => !each.title_zh || !each.requirement || !each.evidence || !['must', 'should', 'may'].includes(each.level),
  );
  expect(bad).toEqual([]);
});

it('numbers 35 resolutions without a gap', () => {
  const numbers = Array.from({ length: 35 }, (_, index) => `R-${String(index + 1).padStart(2, '0')}`);
  expect(register.resolutions.map((resolution) => resolution.number)).toEqual(numbers);
});

it('finds a clause by its id', () => {
  expect(clause(register, 'DH-5.4.6-s3').requirement).toBe('Public data marked not shared is not shared.');
});

it('suggests the id that a mistyped one may have meant', () => {
  expect(suggestClauses(register, 'dh-5.4.6-s3')).toContain('DH-5.4.6-s3');
  expect(() => clause(register, 'DH-5.4.6s3')).toThrow(CodedError);
  expect(() => clause(register, 'DH-5.4.6s3')).toThrow(
    expect.objectContaining({
      code: 'engine:clause.not_found',
      hint: expect.stringContaining('`DH-5.4.6-s3`'),
    }),
  );
});

it('explains what ids look like when nothing is near', () => {
  expect(() => clause(register, 'nonsense')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('ids look like') }),
  );
});

it('lists the parts of a clause', () => {
  expect(partsOf(register, 'DH-5.4.6').map((each) => each.id)).toEqual(['DH-5.4.6-s1', 'DH-5.4.6-s2', 'DH-5.4.6-s3']);
});

it('says where the register is missing', () => {
  expect(() => loadClauses('/nowhere')).toThrow(
    expect.objectContaining({
      code: 'engine:register.unreadable',
      place: { file: '/nowhere/policies/clauses/DH.json' },
    }),
  );
});
