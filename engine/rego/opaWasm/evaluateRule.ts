import type { Compiled } from '../Compiled.ts';
import type { EvaluateRule } from '../EvaluateRule.ts';
import { firstResult, instantiate, toError } from './instantiate.ts';

/** Makes the evaluator of single rules, for tests; sets come as lists in an order of their own. */
export function evaluateRule({ wasm }: Pick<Compiled, 'wasm'>): EvaluateRule {
  const module = new WebAssembly.Module(wasm);
  const encoder = new TextEncoder();
  return (entrypoint, input, data) => {
    try {
      const documents = data === undefined ? undefined : encoder.encode(JSON.stringify(data)).buffer;
      const policy = instantiate(module, documents?.byteLength);
      if (documents) policy.setData(documents);
      // Bytes rather than the value: the package takes every falsy input for none.
      const given = input === undefined ? undefined : encoder.encode(JSON.stringify(input)).buffer;
      const value = firstResult(policy.evaluate(given, entrypoint));
      return value === undefined ? {} : { value };
    } catch (error) {
      return { error: toError(error) };
    }
  };
}
