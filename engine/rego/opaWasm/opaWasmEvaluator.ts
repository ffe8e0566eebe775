import type { PolicyInput } from '../../facts/PolicyInput.ts';
import type { Compiled } from '../Compiled.ts';
import type { PolicyEvaluator } from '../PolicyEvaluator.ts';
import type { RuleSource } from '../RuleSource.ts';
import { readSetOf } from '../readSet.ts';
import { readTrace } from '../traceReads.ts';
import type { Verdict } from '../Verdict.ts';
import { failed, verdictReader } from '../verdictReader.ts';
import { describeError, firstResult, instantiate } from './instantiate.ts';

/** Which rules of a compilation to ask. */
export type Entrypoints = {
  /** The path of the rule that yields the verdict. */
  readonly verdict?: string;
  /** The paths of those that yield the verdict of a single policy, sorted by policy. */
  readonly policies?: readonly string[];
  /** The digests of single policies by the same paths. */
  readonly digests?: ReadonlyMap<string, string>;
};

/** The reference evaluator: the Wasm that OPA's compiler makes, run by OPA's npm package. */
export function opaWasmEvaluator(
  compiled: Compiled,
  rules: readonly RuleSource[],
  { verdict = 'main/verdict', policies = [], digests }: Entrypoints = {},
): PolicyEvaluator {
  const module = new WebAssembly.Module(compiled.wasm);
  const toVerdict = verdictReader(rules);
  const encoder = new TextEncoder();
  let policy = instantiate(module);
  let single: readonly PolicyEvaluator[] | undefined;

  return {
    ...asking(verdict),
    // Only a count of classes asks for them, and reading their read sets takes a while.
    get policies() {
      single ??= policies.map((path) => withDigest(asking(path), digests?.get(path)));
      return single;
    },
  };

  function asking(entrypoint: string): PolicyEvaluator {
    return {
      readSet: readSetOf(compiled.plan, entrypoint),
      trace: (paths) => readTrace(compiled.plan, entrypoint, paths),
      evaluate(input: PolicyInput): Verdict {
        try {
          // Bytes rather than the object: the package takes every falsy input for none.
          const text: string | undefined = JSON.stringify(input);
          if (text === undefined) return failed('policy:evaluation.failed', 'the input is no JSON');
          const results: unknown = policy.evaluate(ownBuffer(encoder.encode(text)), entrypoint);
          return toVerdict(firstResult(results));
        } catch (error) {
          // An abort leaves the instance's memory as it was when it stopped.
          policy = instantiate(module);
          return failed('policy:evaluation.failed', `the policies could not be evaluated: ${describeError(error)}`);
        }
      },
    };
  }
}

function ownBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}

function withDigest(policy: PolicyEvaluator, digest: string | undefined): PolicyEvaluator {
  return digest === undefined ? policy : { ...policy, digest };
}
