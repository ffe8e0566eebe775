import type { Compiled } from '../Compiled.ts';
import { describeError, firstResult, instantiate } from './instantiate.ts';

/** Makes the evaluator of single rules, for tests: of an entry point, the value or what went wrong. */
export function evaluateRule(
  compiled: Compiled,
): (entrypoint: string, input?: unknown, data?: unknown) => { value?: unknown; error?: string } {
  const module = new WebAssembly.Module(compiled.wasm);
  return (entrypoint, input, data) => {
    try {
      const policy = instantiate(module);
      if (data !== undefined) policy.setData(data as object);
      // Bytes rather than the value: the package takes every falsy input for none.
      const bytes = input === undefined ? undefined : Uint8Array.from(Buffer.from(JSON.stringify(input))).buffer;
      return { value: firstResult(policy.evaluate(bytes, entrypoint)) };
    } catch (error) {
      return { error: describeError(error) };
    }
  };
}
