import type { Local, Operand, PlanStatement } from '../Plan.ts';
import { RegoObject, RegoSet, type RegoValue } from '../RegoValue.ts';

/** Statements that build values of constants alone, and the values. */
type Folded = {
  /** How many statements they are. */
  readonly count: number;
  /** What they leave in locals. */
  readonly values: ReadonlyMap<Local, RegoValue>;
};

/**
 * Looks whether values of constants alone are built from here on: then they need not be built at each evaluation. A value
 * to which a later statement still adds is none, and neither is an empty one: it is what something is about to be added to.
 */
export function foldConstants(
  statements: readonly PlanStatement[],
  start: number,
  stringAt: (index: number) => string,
): Folded | undefined {
  let limit = statements.length;
  for (;;) {
    const values = new Map<Local, RegoValue>();
    const inner = new Set<Local>();
    let end = start;
    let filled = 0;
    for (; end < limit; end++) {
      const change = step(statements[end]!, { values, inner, stringAt });
      if (change === undefined) break;
      filled += change;
    }
    if (filled === 0) return undefined;
    const rest = statements.slice(end);
    const growing = [...values.keys()].find((local) => isGrowing(local, values, inner, rest));
    if (growing === undefined) return { count: end - start, values };
    limit = start + statements.slice(start, end).findIndex((one) => makes(one, growing));
  }
}

type Building = {
  readonly values: Map<Local, RegoValue>;
  /** Locals whose values are members of others. */
  readonly inner: Set<Local>;
  readonly stringAt: (index: number) => string;
};

/** Builds on by a statement, and tells how many members that added; undefined where it is of another kind. */
function step({ type, stmt }: PlanStatement, { values, inner, stringAt }: Building): number | undefined {
  switch (type) {
    case 'MakeObjectStmt':
    case 'MakeArrayStmt':
    case 'MakeSetStmt':
      values.set(
        stmt.target,
        type === 'MakeArrayStmt' ? [] : type === 'MakeSetStmt' ? new RegoSet() : new RegoObject(),
      );
      return 0;
    case 'MakeNullStmt':
      values.set(stmt.target, null);
      return 0;
    case 'MakeNumberIntStmt':
      values.set(stmt.target, stmt.value);
      return 0;
    case 'MakeNumberRefStmt':
      values.set(stmt.target, Number(stringAt(stmt.index)));
      return 0;
    case 'ArrayAppendStmt': {
      const [list, value] = [values.get(stmt.array), known(stmt.value)];
      if (!Array.isArray(list) || value === undefined) return undefined;
      return list.push(value) && 1;
    }
    case 'SetAddStmt': {
      const [set, value] = [values.get(stmt.set), known(stmt.value)];
      if (!(set instanceof RegoSet) || value === undefined) return undefined;
      set.add(value);
      return 1;
    }
    case 'ObjectInsertStmt': {
      const [object, key, value] = [values.get(stmt.object), known(stmt.key), known(stmt.value)];
      if (!(object instanceof RegoObject) || key === undefined || value === undefined) return undefined;
      object.set(key, value);
      return 1;
    }
    default:
      return undefined;
  }

  function known(operand: Operand): RegoValue {
    if (operand.type === 'local') {
      inner.add(operand.value);
      return values.get(operand.value);
    }
    return operand.type === 'string_index' ? stringAt(operand.value) : operand.value;
  }
}

/** Whether a value is still to be added to: by what follows, or since it is empty and a member of nothing. */
function isGrowing(
  local: Local,
  values: ReadonlyMap<Local, RegoValue>,
  inner: ReadonlySet<Local>,
  rest: readonly PlanStatement[],
): boolean {
  const value = values.get(local);
  if (typeof value !== 'object' || value === null) return false;
  const size = Array.isArray(value) ? value.length : (value as RegoSet | RegoObject).size;
  return (size === 0 && !inner.has(local)) || rest.some((statement) => addsTo(statement, local));
}

function makes({ type, stmt }: PlanStatement, local: Local): boolean {
  return type.startsWith('Make') && 'target' in stmt && stmt.target === local;
}

function addsTo({ type, stmt }: PlanStatement, local: Local): boolean {
  switch (type) {
    case 'ArrayAppendStmt':
      return stmt.array === local;
    case 'SetAddStmt':
      return stmt.set === local;
    case 'ObjectInsertStmt':
    case 'ObjectInsertOnceStmt':
      return stmt.object === local;
    case 'BlockStmt':
      return (stmt.blocks ?? []).some(({ stmts }) => stmts.some((one) => addsTo(one, local)));
    default:
      return 'block' in stmt && stmt.block.stmts.some((one) => addsTo(one, local));
  }
}
