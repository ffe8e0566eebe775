import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodedError } from '../../../twin/CodedError.ts';
import type { Plan, PlanBlock, PlanStatement } from '../Plan.ts';
import { RegoCompiler } from '../RegoCompiler.ts';
import { verifyPlan } from './verifyPlan.ts';

const SOURCE = `package m

verdict contains x if {
	some x in input.list
	not x == input.other.y
	_two(x, input) with input.z as 1
}

_two(a, b) := 1.5 if {
	some k, v in b
	k == a
} else := [v | some v in b]
`;

describe('verifyPlan', () => {
  const compiler = new RegoCompiler();
  let plan: Plan;
  beforeAll(async () => {
    const result = await compiler.compile([{ file: 'm.rego', source: SOURCE }], {
      entrypoints: ['m/verdict'],
      strict: false,
    });
    if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
    plan = result.compiled.plan;
  });
  afterAll(() => compiler.close());

  it('takes a plan of the compiler', () => {
    expect(verifyPlan(plan).queries.map(({ name }) => name)).toEqual(['m/verdict']);
  });

  it('refuses a plan in which any number is another kind of value', () => {
    // Every number of the statements: locals, indexes of strings and files, depths, rows.
    const places = numbersIn(plan);
    expect(places.length).toBeGreaterThan(300);
    for (const place of places) {
      for (const wrong of ['0', -1, 0.5, 1e9, Number.NaN, null, 'l0; process.exit()']) {
        // Any row and any whole number of a policy may be as large.
        if (wrong === 1e9 && ['row', 'col'].includes(String(place.at(-1)))) continue;
        if (['end_row', 'end_col', 'capacity', 'Index'].includes(String(place.at(-1)))) continue;
        expect(codeOf(changed(plan, place, wrong)), `${place.join('.')} = ${wrong}`).toBe('policy:plan.invalid');
      }
    }
  });

  it.each<[string, PlanStatement | object, string]>([
    ['a statement of no known type', { type: 'EvalStmt', stmt: {} }, 'policy:plan.unsupported'],
    ['a builtin that is declared nowhere', call('http.send', 1), 'policy:plan.invalid'],
    ['a builtin that it does not have', call('time.now_ns', 0), 'policy:plan.unsupported'],
    ['a builtin with too few arguments', call('count', 0), 'policy:plan.invalid'],
    ['a function with too many arguments', call('g0.data.m.verdict', 3), 'policy:plan.invalid'],
    ['a break of more blocks than there are', { type: 'BreakStmt', stmt: { index: 1 } }, 'policy:plan.invalid'],
    ['an assignment to the input', { type: 'MakeNullStmt', stmt: { target: 0 } }, 'policy:plan.invalid'],
    [
      'an operand of no known type',
      { type: 'LenStmt', stmt: { source: { type: 'code', value: 'x' }, target: 5 } },
      'policy:plan.invalid',
    ],
    [
      'a number that is too small',
      { type: 'MakeNumberRefStmt', stmt: { index: 1, target: 5 } },
      'policy:plan.unsupported',
    ],
    [
      'a number beyond 2^53',
      { type: 'MakeNumberIntStmt', stmt: { value: 2 ** 60, target: 5 } },
      'policy:plan.unsupported',
    ],
    ['a number that is code', { type: 'MakeNumberRefStmt', stmt: { index: 0, target: 5 } }, 'policy:plan.invalid'],
    [
      'a break out of a `with`',
      withBlock([{ type: 'BreakStmt', stmt: { index: 1, ...PLACE() } } as PlanStatement]),
      'policy:plan.invalid',
    ],
    [
      'a return out of a `with`',
      withBlock([{ type: 'ReturnLocalStmt', stmt: { source: 5, ...PLACE() } } as PlanStatement]),
      'policy:plan.invalid',
    ],
  ])('refuses %s', (_what, statement, code) => {
    const { type, stmt } = statement as { type: string; stmt: object };
    expect(codeOf(planOf([{ type, stmt: { ...stmt, ...PLACE() } }]))).toBe(code);
  });

  it('refuses functions that call themselves or each other', () => {
    const calls = (name: string) => [{ stmts: [{ ...call(name, 2), stmt: { ...call(name, 2).stmt, ...PLACE() } }] }];
    const looping = (a: string, b: string) => ({
      ...planOf([]),
      funcs: {
        funcs: [
          { name: 'a', params: [0, 1], return: 2, blocks: calls(a) },
          { name: 'b', params: [0, 1], return: 2, blocks: calls(b) },
        ],
      },
    });
    expect(codeOf(looping('b', 'a') as Plan)).toBe('policy:plan.invalid');
    expect(codeOf(looping('a', 'a') as Plan)).toBe('policy:plan.invalid');
    expect(() => verifyPlan({ ...looping('b', 'count') } as Plan)).toThrow('count');
  });

  it('refuses blocks that nest without end in sight', () => {
    let stmts: PlanStatement[] = [];
    for (let depth = 0; depth < 600; depth++) {
      stmts = [{ type: 'NotStmt', stmt: { block: { stmts }, ...PLACE() } }];
    }
    expect(codeOf(planOf(stmts))).toBe('policy:plan.invalid');
  });
});

function PLACE() {
  return { file: 0, row: 1, col: 1 };
}

function call(func: string, args: number) {
  const local = { type: 'local', value: 0 } as const;
  return { type: 'CallStmt', stmt: { func, args: Array.from({ length: args }, () => local), result: 5 } };
}

function withBlock(stmts: readonly PlanStatement[]): object {
  const value = { type: 'bool', value: true } as const;
  return { type: 'WithStmt', stmt: { local: 0, path: [], value, block: { stmts } } };
}

function planOf(stmts: readonly object[]): Plan {
  const blocks = [{ stmts }] as readonly PlanBlock[];
  return {
    static: {
      strings: [{ value: 'x' }, { value: '1e-400' }],
      files: [{ value: 'm.rego' }],
      builtin_funcs: [
        { name: 'count', decl: { args: [{}] } },
        { name: 'time.now_ns', decl: { args: [] } },
      ],
    },
    plans: { plans: [] },
    funcs: { funcs: [{ name: 'g0.data.m.verdict', params: [0, 1], return: 2, blocks }] },
  };
}

function codeOf(plan: Plan): string {
  try {
    verifyPlan(plan);
    return 'verified';
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

type Path = readonly (string | number)[];

function numbersIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => numbersIn(member, [...path, key]));
}

function changed<Value>(value: Value, [head, ...rest]: Path, by: unknown): Value {
  if (head === undefined) return by as Value;
  const copy: unknown = Array.isArray(value) ? [...value] : { ...value };
  const members = copy as Record<string, unknown>;
  members[head] = changed(members[head], rest, by);
  return copy as Value;
}
