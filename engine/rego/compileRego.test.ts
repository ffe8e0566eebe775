import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { CompileOptions, Problem, RegoModule } from './Compiled.ts';
import { compileRego } from './compileRego.ts';
import { RegoCompiler } from './RegoCompiler.ts';

const compiler = new RegoCompiler();
afterAll(() => compiler.close());

const A = { file: 'a.rego', source: 'package a\n\nallow if input.x == 1\n' };
const OPTIONS = { entrypoints: ['a/allow'] };

describe('compileRego', () => {
  it('gives Wasm, plan and formatted text, the same each time', async () => {
    const [first, second] = [await compileRego([A], OPTIONS), await compiler.compile([A], OPTIONS)];
    expect(second).toEqual(first);
    if (first.kind === 'rejected') throw new Error('rejected');
    expect(WebAssembly.validate(first.compiled.wasm)).toBe(true);
    expect(first.compiled.plan.plans?.plans.map(({ name }) => name)).toEqual(['a/allow']);
    expect(first.compiled.formatted).toEqual({ 'a.rego': A.source });
  });

  it('tells where rules stand, by which id reasons name them, and what METADATA says', async () => {
    const source = `package b

# METADATA
# title: Two
# custom:
#   clauses: [X-1]
deny contains {"rule": "two"} if input.x
`;
    const result = await compiler.compile([A, { file: 'b.rego', source }], OPTIONS);
    if (result.kind === 'rejected') throw new Error('rejected');
    expect(result.compiled.rules.filter(({ file }) => file === 'b.rego')).toEqual([
      {
        package: 'b',
        name: 'deny',
        id: 'two',
        file: 'b.rego',
        row: 7,
        col: 1,
        endRow: 7,
        annotated: true,
        metadata: { title: 'Two', custom: { clauses: ['X-1'] } },
      },
    ]);
  });

  it('reports the problems of all files that do not parse', async () => {
    const problems = await rejected([
      A,
      { file: 'b.rego', source: 'package b\n\nx := {\n' },
      { file: 'c.rego', source: 'package c\n\ny {\n' },
    ]);
    expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(['b.rego', 'c.rego']));
    expect(problems.every(({ row, col }) => row !== undefined && col !== undefined)).toBe(true);
  });

  it('reports every problem of a stage at once', async () => {
    const source = 'package b\n\nx if {\n\tunknown_one(1)\n\tunknown_two(1)\n}\n';
    const problems = await rejected([A, { file: 'b.rego', source }]);
    expect(problems.map(({ file, row }) => [file, row])).toEqual([
      ['b.rego', 4],
      ['b.rego', 5],
    ]);
  });

  it.each([
    'time.now_ns()',
    'http.send({})',
    'rand.intn("x", 3)',
    'uuid.rfc4122("x")',
    'opa.runtime()',
    'io.jwt.decode("x")',
  ])('refuses %s, which no evaluator of ours runs', async (call) => {
    const [problem] = await rejected([A, { file: 'b.rego', source: `package b\n\nx if ${call}\n` }]);
    expect(problem).toMatchObject({ code: 'rego_type_error', file: 'b.rego', row: 3 });
  });

  it('refuses what is never used', async () => {
    const [problem] = await rejected([A, { file: 'b.rego', source: 'package b\n\nimport data.a\n\nx := 1\n' }]);
    expect(problem).toMatchObject({ code: 'rego_compile_error', file: 'b.rego', row: 3 });
  });

  it('refuses a path that the schema of the input does not know', async () => {
    const inputSchema = { type: 'object', additionalProperties: false, properties: { y: { type: 'string' } } };
    const [problem] = await rejected([A], { ...OPTIONS, inputSchema });
    expect(problem).toMatchObject({
      code: 'rego_type_error',
      message: expect.stringContaining('undefined ref: input.x'),
      file: 'a.rego',
      row: 3,
    });
  });

  it('refuses an entry point that is no rule', async () => {
    const [problem] = await rejected([A], { entrypoints: ['a/deny'] });
    expect(problem?.message).toContain('a/deny');
  });

  it('answers many requests in the order in which they came', async () => {
    const sources = ['1', '2', '3'].map((value) => ({ file: 'a.rego', source: `package a\n\nallow := ${value}\n` }));
    const results = await Promise.all(sources.map((module) => compiler.compile([module], OPTIONS)));
    expect(results.map((result) => result.kind === 'compiled' && result.compiled.formatted['a.rego'])).toEqual(
      sources.map(({ source }) => source),
    );
  });

  it('tells of a module that is too deep for it, and goes on with the next', async () => {
    const source = `package a\n\np := ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`;
    expect(await compiler.format({ file: 'deep.rego', source })).toEqual({
      problems: [
        { code: 'rego_compiler_gave_up', message: expect.stringMatching(/stack/), file: 'deep.rego', row: 1, col: 1 },
      ],
    });
    expect(await compiler.format(A)).toEqual({ text: A.source });
  });

  it('starts anew when it holds more memory than it may', async () => {
    let started = 0;
    const count = () => started++;
    process.on('worker', count);
    const small = new RegoCompiler({ mostMemory: 1 });
    expect([await small.format(A), await small.format(A)]).toEqual([{ text: A.source }, { text: A.source }]);
    await small.close();
    process.off('worker', count);
    expect(started).toBe(3);
  });

  it('lets the process end while a compiler idles', () => {
    const script = `import { RegoCompiler } from ${JSON.stringify(join(import.meta.dirname, 'RegoCompiler.ts'))};
      await new RegoCompiler().format({ file: 'a.rego', source: 'package a' });`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 });
  });

  it('is the compiler that its note describes', () => {
    const folder = join(import.meta.dirname, 'generated');
    const module = brotliDecompressSync(readFileSync(join(folder, 'opaCompiler.wasm.br')));
    expect(readFileSync(join(folder, 'opaCompiler.txt'), 'utf8')).toContain(
      createHash('sha256').update(module).digest('hex'),
    );
  });
});

async function rejected(
  modules: readonly RegoModule[],
  options: CompileOptions = OPTIONS,
): Promise<readonly Problem[]> {
  const result = await compiler.compile(modules, options);
  if (result.kind === 'compiled') throw new Error('compiled');
  return result.problems;
}
