import type { Problem, RegoModule, RegoPackage, RegoRule } from './Compiled.ts';
import type { Plan } from './Plan.ts';

/** What the compiler's worker is asked (tools/rego-compiler/compile.go reads it). */
export type CompileRequest = {
  readonly modules: readonly RegoModule[];
  readonly entrypoints: readonly string[];
  readonly strict: boolean;
  readonly inputSchema?: unknown;
  /** Only parse and format. */
  readonly formatOnly?: boolean;
};

/** What it answers; `wasm` and `plan` are there when there are no diagnostics and not only formatting was asked. */
export type CompileAnswer = {
  readonly wasm?: Uint8Array<ArrayBuffer>;
  readonly plan?: Plan;
  readonly formatted: Readonly<Record<string, string>>;
  readonly packages: readonly RegoPackage[];
  readonly rules: readonly RegoRule[];
  readonly diagnostics: readonly Problem[];
};
