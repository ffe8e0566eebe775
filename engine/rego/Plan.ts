/**
 * OPA's intermediate representation of a policy, as its planner writes it (v1/ir of OPA 1.22).
 *
 * A function's first two parameters are the input and the data, in locals 0 and 1.
 */
export type Plan = {
  readonly static?: {
    readonly strings?: readonly { readonly value: string }[];
    readonly builtin_funcs?: readonly {
      readonly name: string;
      readonly decl?: { readonly args?: readonly unknown[] | null };
    }[];
    readonly files?: readonly { readonly value: string }[];
  };
  readonly plans?: { readonly plans: readonly PlanQuery[] };
  readonly funcs?: { readonly funcs: readonly PlanFunction[] };
};

type PlanQuery = { readonly name: string; readonly blocks: readonly PlanBlock[] };

export type PlanFunction = {
  readonly name: string;
  readonly params: readonly Local[];
  readonly return: Local;
  readonly blocks: readonly PlanBlock[];
  readonly path?: readonly string[];
};

export type PlanBlock = { readonly stmts: readonly PlanStatement[] };

/** The number of a local variable. */
export type Local = number;

export type Operand =
  | { readonly type: 'local'; readonly value: Local }
  | { readonly type: 'string_index'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean };

/** Where in the source a statement comes from; `file` indexes the plan's files. */
type PlanLocation = { readonly file: number; readonly row: number; readonly col: number };

type Statement<Type extends string, Fields> = { readonly type: Type; readonly stmt: Fields & PlanLocation };
type Source = { readonly source: Operand };
type Target = { readonly target: Local };

export type PlanStatement =
  | Statement<'ReturnLocalStmt', { readonly source: Local }>
  | Statement<'CallStmt', { readonly func: string; readonly args: readonly Operand[]; readonly result: Local }>
  | Statement<
      'CallDynamicStmt',
      { readonly args: readonly Local[]; readonly result: Local; readonly path: readonly Operand[] }
    >
  | Statement<'BlockStmt', { readonly blocks: readonly PlanBlock[] | null }>
  | Statement<'BreakStmt', { readonly index: number }>
  | Statement<'DotStmt', Source & Target & { readonly key: Operand }>
  | Statement<'LenStmt', Source & Target>
  | Statement<
      'ScanStmt',
      { readonly source: Local; readonly key: Local; readonly value: Local; readonly block: PlanBlock }
    >
  | Statement<'NotStmt', { readonly block: PlanBlock }>
  | Statement<'AssignIntStmt', Target & { readonly value: number }>
  | Statement<'AssignVarStmt', Source & Target>
  | Statement<'AssignVarOnceStmt', Source & Target>
  | Statement<'ResetLocalStmt', Target>
  | Statement<'MakeNullStmt', Target>
  | Statement<'MakeNumberIntStmt', Target & { readonly value: number }>
  | Statement<'MakeNumberRefStmt', Target & { readonly index: number }>
  | Statement<'MakeArrayStmt', Target & { readonly capacity: number }>
  | Statement<'MakeObjectStmt', Target>
  | Statement<'MakeSetStmt', Target>
  | Statement<'EqualStmt', { readonly a: Operand; readonly b: Operand }>
  | Statement<'NotEqualStmt', { readonly a: Operand; readonly b: Operand }>
  | Statement<'IsArrayStmt', Source>
  | Statement<'IsObjectStmt', Source>
  | Statement<'IsSetStmt', Source>
  | Statement<'IsDefinedStmt', { readonly source: Local }>
  | Statement<'IsUndefinedStmt', { readonly source: Local }>
  | Statement<'ArrayAppendStmt', { readonly value: Operand; readonly array: Local }>
  | Statement<'ObjectInsertStmt', { readonly key: Operand; readonly value: Operand; readonly object: Local }>
  | Statement<'ObjectInsertOnceStmt', { readonly key: Operand; readonly value: Operand; readonly object: Local }>
  | Statement<'ObjectMergeStmt', Target & { readonly a: Local; readonly b: Local }>
  | Statement<'SetAddStmt', { readonly value: Operand; readonly set: Local }>
  | Statement<
      'WithStmt',
      {
        readonly local: Local;
        readonly path: readonly number[] | null;
        readonly value: Operand;
        readonly block: PlanBlock;
      }
    >
  | Statement<'NopStmt', object>
  | Statement<'ResultSetAddStmt', { readonly value: Local }>;
