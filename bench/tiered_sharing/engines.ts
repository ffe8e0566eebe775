import { readFileSync } from 'node:fs';
import type { Compiled } from '../../engine/rego/Compiled.ts';
import { evaluateRule } from '../../engine/rego/compiled/evaluateRule.ts';
import { compileRego } from '../../engine/rego/compileRego.ts';
import { firstResult, instantiate } from '../../engine/rego/opaWasm/instantiate.ts';
import { casbinEngine } from './casbinEngine.ts';
import { cedarEngine } from './cedarEngine.ts';
import type { SharingRequest } from './SharingRequest.ts';

/** One of those that are measured beside each other. */
export type Engine = {
  readonly name: string;
  /** Answers with plain JSON. */
  readonly ask: (request: SharingRequest) => unknown;
  /** What the answer says, in the words of all. */
  readonly read: (answer: never) => { readonly allow: boolean; readonly rules?: readonly string[] };
};

type Decision = { readonly allow: boolean; readonly permit: readonly Named[]; readonly forbid: readonly Named[] };
type Named = { readonly rule: string };

/** The tiered sharing policy on every engine. */
export async function sharingEngines(): Promise<readonly Engine[]> {
  const file = 'tiered_sharing.rego';
  const policy = await compiledPolicy(
    readFileSync(new URL(file, import.meta.url), 'utf8'),
    'bench/tiered_sharing/decision',
  );
  const cedar = cedarEngine();
  const allowed = (allow: boolean) => ({ allow });
  return [
    { name: 'compiled', ask: policy.compiled, read: readDecision },
    { name: 'opa-wasm', ask: policy.opaWasm, read: readDecision },
    { name: 'cedar-wasm', ask: cedar, read: (answer: ReturnType<typeof cedar>) => answer },
    { name: 'casbin, one matcher', ask: await casbinEngine('matcher'), read: allowed },
    { name: 'casbin, a row for each rule', ask: await casbinEngine('rows'), read: allowed },
  ];
}

/** An entry point of a policy on both evaluators, each from a request to plain JSON. */
export async function compiledPolicy(source: string, entrypoint: string) {
  const result = await compileRego([{ file: 'bench.rego', source }], { entrypoints: [entrypoint] });
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  return { compiled: compiled(result.compiled, entrypoint), opaWasm: opaWasm(result.compiled, entrypoint) };
}

function compiled(policy: Compiled, entrypoint: string): (request: SharingRequest) => unknown {
  const evaluate = evaluateRule(policy);
  return (request) => {
    const { value, error } = evaluate(entrypoint, request);
    if (error !== undefined) throw new Error(error.message);
    return value;
  };
}

function opaWasm(policy: Compiled, entrypoint: string): (request: SharingRequest) => unknown {
  const instance = instantiate(new WebAssembly.Module(policy.wasm));
  const encoder = new TextEncoder();
  // It takes bytes faster than objects.
  return (request) => firstResult(instance.evaluate(encoder.encode(JSON.stringify(request)).buffer, entrypoint));
}

function readDecision({ allow, permit, forbid }: Decision) {
  return { allow, rules: (allow ? permit : forbid).map(({ rule }) => rule).sort() };
}
