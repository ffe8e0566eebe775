import * as opaWasm from '@open-policy-agent/opa-wasm';

// The package has all its functions on its default export only, of which its types know nothing.
const { loadPolicySync } = (opaWasm as unknown as { readonly default: typeof opaWasm }).default;

/**
 * Pages of 64 KB that an instance starts with. Its default of 5 makes OPA's allocator grow the memory again and again; 64
 * hold any input of ours many times over, and the system hands them out only when they are touched.
 */
const INITIAL_PAGES = 64;

/** A fresh instance of a compiled policy. */
export function instantiate(module: WebAssembly.Module): opaWasm.LoadedPolicy {
  return loadPolicySync(module, { initial: INITIAL_PAGES });
}

/** The value of the queried rule: the result set binds `result` once, or is empty where the rule is undefined. */
export function firstResult(results: unknown): unknown {
  return Array.isArray(results) ? (results[0] as { readonly result?: unknown } | undefined)?.result : undefined;
}

/** What an evaluation threw, in words: the package throws strings and plain objects as well as errors. */
export function describeError(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
