import type { CompileOptions, CompileResult, RegoModule } from './Compiled.ts';
import { RegoCompiler } from './RegoCompiler.ts';

/**
 * Compiles Rego with OPA's own compiler, in a worker that is ended afterwards. Every problem of the modules comes back as
 * a value with its place; an error thrown is a bug. Who compiles often keeps a `RegoCompiler` instead.
 *
 * @example
 * const result = await compileRego([{ file: 'a.rego', source }], { entrypoints: ['a/allow'] });
 * if (result.kind === 'rejected') for (const { file, row, message } of result.problems) console.error(file, row, message);
 */
export async function compileRego(modules: readonly RegoModule[], options: CompileOptions): Promise<CompileResult> {
  const compiler = new RegoCompiler();
  try {
    return await compiler.compile(modules, options);
  } finally {
    await compiler.close();
  }
}
