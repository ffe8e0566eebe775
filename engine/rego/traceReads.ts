import { invariant } from '../../twin/CodedError.ts';
import type { Local, Operand, Plan, PlanBlock, PlanFunction, PlanStatement } from './Plan.ts';
import { entriesOf, equal, memberOf, RegoObject, RegoSet, type RegoValue, textOf } from './RegoValue.ts';
import type { InputPath } from './readSet.ts';

/** Tells which of the given paths an evaluation of this input reads, by their numbers, in the order of the first reading. */
export type ReadTrace = (input: unknown) => readonly number[];

/**
 * Makes the trace of an entry point: it runs the plan only to see what is read, under the paths given, which must cover
 * all leaves of the input and none another. Inputs that agree on what one of them is seen to read, in order, have the
 * same verdict: an evaluation is determined by what it reads. Where it meets what it does not know, it says that
 * everything is read.
 */
export function readTrace(plan: Plan, entrypoint: string, paths: readonly InputPath[]): ReadTrace {
  const query = plan.plans?.plans.find(({ name }) => name === entrypoint);
  invariant(query, `the plan has the entry point ${entrypoint}`);
  const functions = new Map(plan.funcs?.funcs.map((one) => [one.name, one]));
  const strings = plan.static?.strings?.map(({ value }) => value) ?? [];
  const all = paths.map((_, number) => number);
  return (input) => {
    const run = new Run(functions, strings, paths, input);
    try {
      run.blocks(query.blocks, [input, {}]);
    } catch (end) {
      if (end === UNKNOWN) return all;
      // A conflict ends the evaluation, and what was read until then is what led to it.
      if (end !== CONFLICT) throw end;
    }
    return [...run.read];
  };
}

const UNKNOWN = Symbol('what the trace does not know');
const CONFLICT = Symbol('two values for one rule');

/** How a block was left: 0 or more levels are still to be left; `DONE` at its end; a value returned is kept in the frame. */
const DONE = -1;
const RETURN = -2;

type Frame = RegoValue[];

/** The numbers of the paths under a part of the input that holds several, and their next keys. */
type Container = { readonly under: readonly number[]; readonly depth: number };

class Run {
  readonly read = new Set<number>();
  readonly #functions: ReadonlyMap<string, PlanFunction>;
  readonly #strings: readonly string[];
  readonly #paths: readonly InputPath[];
  /** The parts of the input that hold several paths. Whatever else there is of the input was read when it was reached. */
  readonly #containers = new Map<object, Container>();
  readonly #rules = new Map<string, RegoValue>();
  readonly #input: unknown;
  #returned: RegoValue;

  constructor(
    functions: ReadonlyMap<string, PlanFunction>,
    strings: readonly string[],
    paths: readonly InputPath[],
    input: unknown,
  ) {
    this.#functions = functions;
    this.#strings = strings;
    this.#paths = paths;
    this.#input = input;
    this.#reach(input, { under: paths.map((_, number) => number), depth: 0 });
  }

  blocks(blocks: readonly PlanBlock[] | null, frame: Frame): number {
    for (const block of blocks ?? []) {
      const left = this.#block(block, frame);
      if (left === RETURN) return RETURN;
      if (left > 0) return left - 1;
    }
    return DONE;
  }

  /** Runs a block. 0 says that it was left, a number above that blocks around it are left too. */
  #block({ stmts }: PlanBlock, frame: Frame): number {
    for (const statement of stmts) {
      const left = this.#statement(statement, frame);
      if (left !== DONE) return left;
    }
    return DONE;
  }

  #statement({ type, stmt }: PlanStatement, frame: Frame): number {
    switch (type) {
      case 'DotStmt':
        return this.#define(frame, stmt.target, this.#dot(this.#raw(stmt.source, frame), this.#use(stmt.key, frame)));
      case 'CallStmt':
        return this.#define(frame, stmt.result, this.#call(stmt.func, stmt.args, frame));
      case 'ScanStmt':
        return this.#scan(stmt, frame);
      case 'AssignVarStmt':
        frame[stmt.target] = this.#raw(stmt.source, frame);
        return DONE;
      case 'AssignVarOnceStmt': {
        const value = this.#raw(stmt.source, frame);
        const known = frame[stmt.target];
        if (known !== undefined && !equal(this.#used(known), this.#used(value))) throw CONFLICT;
        frame[stmt.target] = value;
        return DONE;
      }
      case 'ReturnLocalStmt':
        this.#returned = frame[stmt.source];
        return RETURN;
      case 'BlockStmt':
        return this.blocks(stmt.blocks, frame);
      case 'BreakStmt':
        return stmt.index;
      case 'NotStmt':
        return this.#inner(stmt.block, frame) === DONE ? 0 : DONE;
      case 'EqualStmt':
        return equal(this.#use(stmt.a, frame), this.#use(stmt.b, frame)) ? DONE : 0;
      case 'NotEqualStmt':
        return equal(this.#use(stmt.a, frame), this.#use(stmt.b, frame)) ? 0 : DONE;
      case 'IsDefinedStmt':
        return frame[stmt.source] === undefined ? 0 : DONE;
      case 'IsUndefinedStmt':
        return frame[stmt.source] === undefined ? DONE : 0;
      case 'IsArrayStmt':
        return Array.isArray(this.#raw(stmt.source, frame)) ? DONE : 0;
      case 'IsObjectStmt':
        return isObject(this.#raw(stmt.source, frame)) ? DONE : 0;
      case 'IsSetStmt':
        return this.#raw(stmt.source, frame) instanceof RegoSet ? DONE : 0;
      case 'LenStmt':
        frame[stmt.target] = lengthOf(this.#use(stmt.source, frame));
        return DONE;
      case 'ResetLocalStmt':
        frame[stmt.target] = undefined;
        return DONE;
      case 'MakeNullStmt':
        frame[stmt.target] = null;
        return DONE;
      case 'MakeNumberIntStmt':
      case 'AssignIntStmt':
        frame[stmt.target] = stmt.value;
        return DONE;
      case 'MakeNumberRefStmt':
        frame[stmt.target] = Number(this.#strings[stmt.index]);
        return DONE;
      case 'MakeArrayStmt':
        frame[stmt.target] = [];
        return DONE;
      case 'MakeObjectStmt':
        frame[stmt.target] = new RegoObject();
        return DONE;
      case 'MakeSetStmt':
        frame[stmt.target] = new RegoSet();
        return DONE;
      case 'ArrayAppendStmt':
        (frame[stmt.array] as RegoValue[]).push(this.#use(stmt.value, frame));
        return DONE;
      case 'SetAddStmt': {
        const value = this.#use(stmt.value, frame);
        (frame[stmt.set] as RegoSet).members.set(textOf(value), value);
        return DONE;
      }
      case 'ObjectInsertStmt':
      case 'ObjectInsertOnceStmt': {
        const [key, value] = [this.#use(stmt.key, frame), this.#use(stmt.value, frame)];
        const { members } = frame[stmt.object] as RegoObject;
        const known = members.get(textOf(key));
        if (type === 'ObjectInsertOnceStmt' && known && !equal(known[1], value)) throw CONFLICT;
        members.set(textOf(key), [key, value]);
        return DONE;
      }
      case 'ResultSetAddStmt':
      case 'NopStmt':
        return DONE;
      default:
        throw UNKNOWN;
    }
  }

  #define(frame: Frame, target: Local, value: RegoValue): number {
    if (value === undefined) return 0;
    frame[target] = value;
    return DONE;
  }

  /** A block of its own: whoever leaves more than it does what plans of this compiler do not do. */
  #inner(block: PlanBlock, frame: Frame): number {
    const left = this.#block(block, frame);
    if (left > 0 || left === RETURN) throw UNKNOWN;
    return left;
  }

  #scan({ source, key, value, block }: Extract<PlanStatement, { type: 'ScanStmt' }>['stmt'], frame: Frame): number {
    for (const [at, member] of entriesOf(this.#used(frame[source]))) {
      frame[key] = at;
      frame[value] = member;
      this.#inner(block, frame);
    }
    return DONE;
  }

  #dot(source: RegoValue, key: RegoValue): RegoValue {
    const container = typeof source === 'object' && source !== null ? this.#containers.get(source) : undefined;
    const member = memberOf(source, key);
    if (!container) return member;
    const under = container.under.filter((number) => this.#paths[number]![container.depth] === key);
    return this.#reach(member, { under, depth: container.depth + 1 });
  }

  /** Takes in a part of the input that was looked up: a path's end is read, what holds several is remembered. */
  #reach(part: RegoValue, container: Container): RegoValue {
    const inside = typeof part === 'object' && part !== null;
    const ends = container.under.some((number) => this.#paths[number]!.length === container.depth);
    if (inside && !ends) this.#containers.set(part, container);
    else for (const number of container.under) this.read.add(number);
    return part;
  }

  #raw(operand: Operand, frame: Frame): RegoValue {
    if (operand.type === 'string_index') return this.#strings[operand.value];
    return operand.type === 'local' ? frame[operand.value] : operand.value;
  }

  #use(operand: Operand, frame: Frame): RegoValue {
    return this.#used(this.#raw(operand, frame));
  }

  /** A value that is used whole: all that lies under it is read. */
  #used(value: RegoValue): RegoValue {
    const container = typeof value === 'object' && value !== null ? this.#containers.get(value) : undefined;
    for (const number of container?.under ?? []) this.read.add(number);
    return value;
  }

  #call(name: string, args: readonly Operand[], frame: Frame): RegoValue {
    const called = this.#functions.get(name);
    if (!called)
      return this.#builtin(
        name,
        args.map((arg) => this.#use(arg, frame)),
      );
    const values = args.map((arg) => this.#raw(arg, frame));
    const isRule = values.length === 2 && values[0] === this.#input;
    if (isRule && this.#rules.has(name)) return this.#rules.get(name);
    const inner: Frame = [];
    called.params.forEach((param, at) => {
      inner[param] = values[at];
    });
    this.#returned = undefined;
    const left = this.blocks(called.blocks, inner);
    const result = left === RETURN ? this.#returned : undefined;
    if (isRule) this.#rules.set(name, result);
    return result;
  }

  #builtin(name: string, args: readonly RegoValue[]): RegoValue {
    const [a, b] = args;
    switch (name) {
      case 'internal.member_2':
        return entriesOf(b).some(([, member]) => equal(member, a));
      case 'equal':
        return equal(a, b);
      case 'neq':
        return !equal(a, b);
      case 'array.concat':
        return Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : undefined;
      case 'count':
        return lengthOf(a);
      default:
        throw UNKNOWN;
    }
  }
}

function isObject(value: RegoValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegoSet);
}

function lengthOf(value: RegoValue): number {
  if (typeof value === 'string') return [...value].length;
  return entriesOf(value).length;
}
