import type { Problem, RegoModule, RegoPackage, RegoRule } from './Compiled.ts';
import type { Syntax } from './checks/Syntax.ts';
import type { Plan } from './Plan.ts';

/** What the compiler's worker is asked (tools/rego-compiler/compile.go reads it). */
export type CompileRequest = {
  readonly modules: readonly RegoModule[];
  readonly entrypoints: readonly string[];
  readonly strict: boolean;
  readonly inputSchema?: unknown;
  /** Only parse and format. */
  readonly formatOnly?: boolean;
  /** Give the modules as they were parsed. */
  readonly syntax?: boolean;
  /** Give the functions that policies may call. */
  readonly builtins?: boolean;
};

/** What it answers; `wasm` and `plan` are there when there are no diagnostics and not only formatting was asked. */
export type CompileAnswer = {
  readonly wasm?: Uint8Array<ArrayBuffer>;
  readonly plan?: Plan;
  readonly formatted: Readonly<Record<string, string>>;
  readonly packages: readonly RegoPackage[];
  readonly rules: readonly RegoRule[];
  readonly syntax?: Readonly<Record<string, Syntax>>;
  readonly builtins?: readonly Builtin[];
  readonly diagnostics: readonly Diagnostic[];
};

/** An answer, and how many bytes of memory the compiler holds by now. */
export type CompileReply = { readonly answer: CompileAnswer; readonly memory: number };

/** What OPA says is wrong. Its parser adds the line, its checker of types what it found and wanted. */
export type Diagnostic = Problem & { readonly detail?: string };

/** A function that policies may call. */
export type Builtin = { readonly name: string; readonly signature: string; readonly description?: string };
