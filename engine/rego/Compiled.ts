import type { Plan } from './Plan.ts';

/** One Rego file: its name as reasons and problems show it, and its text. */
export type RegoModule = { readonly file: string; readonly source: string };

export type CompileOptions = {
  /** Paths of the rules to evaluate, such as `main/verdict`. */
  readonly entrypoints: readonly string[];
  /** Refuses unused imports and variables too; true unless said otherwise. */
  readonly strict?: boolean;
  /** JSON Schema of the input: a path that it does not know is a problem. */
  readonly inputSchema?: unknown;
};

/** What the compiler made of a set of modules; plain data, so it can be kept on disk. */
export type Compiled = {
  /** Digest of the modules, the options and the compiler, in hexadecimal. */
  readonly hash: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly plan: Plan;
  readonly packages: readonly RegoPackage[];
  readonly rules: readonly RegoRule[];
  /** Each file's text as OPA's formatter writes it. */
  readonly formatted: Readonly<Record<string, string>>;
};

/** A package as one file declares it. */
export type RegoPackage = {
  readonly package: string;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly metadata: RegoMetadata;
};

/** One rule of a file. */
export type RegoRule = {
  readonly package: string;
  readonly name: string;
  /** The constant `rule` of the object which the rule's head adds to a set: the name by which reasons call it. */
  readonly id?: string;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly endRow: number;
  readonly metadata: RegoMetadata;
  /** Whether the rule has a METADATA comment of its own. */
  readonly annotated: boolean;
};

/** The part of a METADATA comment that the product uses. */
export type RegoMetadata = {
  readonly title?: string;
  readonly description?: string;
  readonly entrypoint?: boolean;
  readonly custom?: Readonly<Record<string, unknown>>;
};

/** Something wrong with a policy, and where. Rows and columns count from 1. */
export type Problem = {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly row?: number;
  readonly col?: number;
  /** What to do about it, kept apart from what is wrong. */
  readonly hint?: string;
  readonly fix?: Fix;
};

/** What may stand in the place of so many characters from where a problem begins. */
export type Fix = { readonly length: number; readonly text: string };

/** Either the compiled policies or every problem that was found. */
export type CompileResult =
  | { readonly kind: 'compiled'; readonly compiled: Compiled }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[] };
