import type { RegoValue } from '../../RegoValue.ts';

/** A builtin function: its value, or undefined where OPA has an error or no value. */
export type BuiltinFunction = (...args: readonly RegoValue[]) => RegoValue;

/** A builtin whose work is not told by the size of its arguments says itself how many steps it takes. */
export type Builtin =
  | BuiltinFunction
  | { readonly cost: (...args: readonly RegoValue[]) => number; readonly run: BuiltinFunction };

export type Builtins = Readonly<Record<string, Builtin>>;
