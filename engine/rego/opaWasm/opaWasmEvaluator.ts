import type { Compiled } from '../Compiled.ts';
import { type Entrypoints, evaluatorOf } from '../evaluatorOf.ts';
import type { PolicyEvaluator } from '../PolicyEvaluator.ts';
import type { RuleSource } from '../RuleSource.ts';
import { failed, verdictReader } from '../verdictReader.ts';
import { firstResult, instantiate, toError } from './instantiate.ts';

/** The reference evaluator: the Wasm that OPA's compiler makes, run by OPA's npm package. */
export function opaWasmEvaluator(
  compiled: Compiled,
  rules: readonly RuleSource[],
  entrypoints: Entrypoints = {},
): PolicyEvaluator {
  const module = new WebAssembly.Module(compiled.wasm);
  const { read } = verdictReader(rules);
  const encoder = new TextEncoder();
  let policy = instantiate(module);

  return evaluatorOf(compiled, entrypoints, (entrypoint, input) => {
    try {
      // Bytes rather than the object: the package takes every falsy input for none.
      const text: string | undefined = JSON.stringify(input);
      if (text === undefined) return failed('policy:evaluation.failed', 'the input is no JSON');
      const results: unknown = policy.evaluate(ownBuffer(encoder.encode(text)), entrypoint);
      return read(firstResult(results));
    } catch (error) {
      // An abort leaves the instance's memory as it was when it stopped.
      policy = instantiate(module);
      const { code, message } = toError(error);
      return failed(code, message);
    }
  });
}

function ownBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}
