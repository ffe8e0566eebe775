import * as opaWasm from '@open-policy-agent/opa-wasm';
import type { PolicyInput } from '../../facts/PolicyInput.ts';
import type { Compiled } from '../Compiled.ts';
import type { PolicyEvaluator } from '../PolicyEvaluator.ts';
import type { RuleSource } from '../RuleSource.ts';
import { readSetOf } from '../readSet.ts';
import type { Verdict } from '../Verdict.ts';
import { failed, verdictReader } from '../verdictReader.ts';

// The package has all its functions on its default export only, of which its types know nothing.
const { loadPolicySync } = (opaWasm as unknown as { readonly default: typeof opaWasm }).default;

/**
 * Pages of 64 KB that an instance starts with. Its default of 5 makes OPA's allocator grow the memory again and again; 64
 * hold any input of ours many times over, and the system hands them out only when they are touched.
 */
const INITIAL_PAGES = 64;

/** Which rules of a compilation to ask. */
export type Entrypoints = {
  /** The path of the rule that yields the verdict. */
  readonly verdict?: string;
  /** The paths of those that yield the verdict of a single policy, sorted by policy. */
  readonly policies?: readonly string[];
};

/** The reference evaluator: the Wasm that OPA's compiler makes, run by OPA's npm package. */
export function opaWasmEvaluator(
  compiled: Compiled,
  rules: readonly RuleSource[],
  { verdict = 'main/verdict', policies = [] }: Entrypoints = {},
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
      single ??= policies.map(asking);
      return single;
    },
  };

  function asking(entrypoint: string): PolicyEvaluator {
    return {
      readSet: readSetOf(compiled.plan, entrypoint),
      evaluate(input: PolicyInput): Verdict {
        try {
          // Bytes rather than the object: the package takes every falsy input for none.
          const bytes = encoder.encode(JSON.stringify(input));
          const results: unknown = policy.evaluate(ownBuffer(bytes), entrypoint);
          return toVerdict(firstResult(results));
        } catch (error) {
          // An abort leaves the instance's memory as it was when it stopped.
          policy = instantiate(module);
          return failed('policy:evaluation.failed', `the policies could not be evaluated: ${describe(error)}`);
        }
      },
    };
  }
}

function instantiate(module: WebAssembly.Module): opaWasm.LoadedPolicy {
  return loadPolicySync(module, { initial: INITIAL_PAGES });
}

/** The result set of a query without variables: one binding of `result`, or none where the rule is undefined. */
function firstResult(results: unknown): unknown {
  return Array.isArray(results) ? (results[0] as { result?: unknown } | undefined)?.result : undefined;
}

function ownBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
}

// The package throws strings and plain objects as well as errors.
function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
