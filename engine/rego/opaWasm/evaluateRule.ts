import type { Compiled } from '../Compiled.ts';
import { describeError, firstResult, instantiate } from './instantiate.ts';

/** Makes the evaluator of single rules, for tests: of an entry point, the value or what went wrong. */
export function evaluateRule(
  compiled: Compiled,
): (entrypoint: string, input?: unknown) => { value?: unknown; error?: string } {
  const module = new WebAssembly.Module(compiled.wasm);
  return (entrypoint, input) => {
    try {
      return { value: firstResult(instantiate(module).evaluate(input, entrypoint)) };
    } catch (error) {
      return { error: describeError(error) };
    }
  };
}
