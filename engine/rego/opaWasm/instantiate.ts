import * as opaWasm from '@open-policy-agent/opa-wasm';
import { conflictError, type EvaluationError } from '../Verdict.ts';

// The package has all its functions on its default export only, of which its types know nothing.
const { loadPolicySync } = (opaWasm as unknown as { readonly default: typeof opaWasm }).default;

/**
 * Pages of 64 KB that an instance starts with. Its default of 5 makes OPA's allocator grow the memory again and again; 64
 * hold any input of ours many times over, and the system hands them out only when they are touched.
 */
const INITIAL_PAGES = 64;

const PAGE = 65_536;
/** What a document takes in OPA's memory, by its size as text. */
const GROWTH = 10;

/** A fresh instance of a compiled policy, with room for base documents of this size. */
export function instantiate(module: WebAssembly.Module, dataBytes = 0): opaWasm.LoadedPolicy {
  return loadPolicySync(module, { initial: INITIAL_PAGES + Math.ceil((dataBytes * GROWTH) / PAGE) });
}

/** The value of the queried rule: the result set binds `result` once, or is empty where the rule is undefined. */
export function firstResult(results: unknown): unknown {
  return Array.isArray(results) ? (results[0] as { readonly result?: unknown } | undefined)?.result : undefined;
}

/** What an evaluation threw, as an error of a verdict: the package throws strings and plain objects as well as errors. */
export function toError(error: unknown): EvaluationError {
  const message = describe(error);
  const conflict = /^(?:(.+:\d+):\d+: )?(?:var assignment|object insert) conflict$/.exec(message);
  if (conflict) return conflictError(conflict[1]);
  return { code: 'policy:evaluation.failed', message: `the policies could not be evaluated: ${message}` };
}

function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
