/** One of OPA's published cases, in the words of its files (v1/test/cases/cases.go of OPA). */
export type PublishedCase = {
  /** Its name; where OPA has several of one name, they are numbered. */
  readonly note: string;
  readonly query: string;
  readonly modules?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
  /** The input as a term of Rego, in place of `input`. */
  readonly input_term?: string;
  /**
   * The bindings that the query is to yield, in any order. Where JSON.parse would round an integer, `{"integer": text}` stands
   * in its place, so that no rounded answer equals it.
   */
  readonly want_result?: readonly Bindings[];
  readonly want_error?: string;
  readonly want_error_code?: string;
  /** Whether the arrays that variables are bound to are compared in any order. */
  readonly sort_bindings?: boolean;
  /** Whether only an evaluator that stops at the errors of builtins meets the error; to others the query is undefined. */
  readonly strict_error?: boolean;
};

/** What one answer to a query binds its variables to. */
type Bindings = Readonly<Record<string, unknown>>;
