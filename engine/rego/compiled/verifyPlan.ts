import { CodedError } from '../../../twin/CodedError.ts';
import type { Local, Operand, Plan, PlanBlock, PlanFunction, PlanStatement } from '../Plan.ts';
import { isBuiltin } from './builtins/index.ts';

/** A plan of which every index, local, target and depth was looked at. */
export type VerifiedPlan = {
  readonly strings: readonly string[];
  readonly files: readonly string[];
  readonly functions: readonly PlanFunction[];
  readonly byName: ReadonlyMap<string, PlanFunction>;
  readonly queries: readonly { readonly name: string; readonly blocks: readonly PlanBlock[] }[];
  /** The names of the builtins that it calls. */
  readonly builtins: ReadonlySet<string>;
};

/** More locals than any function of a real policy has. */
const MAX_LOCAL = 100_000;
/** Deeper than any rule nests, and far from what the stack holds. */
const MAX_DEPTH = 500;
/** Builtins that write numbers as they are spelled. */
const SPELLING = new Set(['sprintf', 'internal.template_string', 'json.marshal', 'yaml.marshal']);

/**
 * Checks a plan before code is made of it: each statement is of a known type, each index of a string, a file or a local is
 * a whole number in its range, each break leaves a block that is there, each call names a function of the plan or a builtin
 * with as many arguments as it takes, and no function calls itself. What is checked is what the translator relies on.
 *
 * Throws `policy:plan.invalid` for a plan that no compiler of ours writes, `policy:plan.unsupported` with the name of what
 * the evaluator cannot do.
 */
export function verifyPlan(plan: Plan): VerifiedPlan {
  return new Verifier(plan).verify();
}

/** Where a statement stands: how many blocks a break may leave, and what it would leave on the way. */
type Scope = {
  /** The blocks around, the innermost last; one that a break must not leave is `closed`. */
  readonly blocks: readonly ('open' | 'closed')[];
  /** Whether a result may be returned, or added to the result of a query. */
  readonly of: 'function' | 'query';
};

class Verifier {
  readonly #plan: Plan;
  readonly #strings: readonly string[];
  readonly #files: readonly string[];
  readonly #byName = new Map<string, PlanFunction>();
  readonly #builtins = new Set<string>();
  readonly #declared: ReadonlyMap<string, number>;
  /** What each function calls. */
  readonly #calls = new Map<string, Set<string>>();
  readonly #wholeFloats = new Set<string>();
  #in = '';

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#strings = texts(plan.static?.strings, 'strings');
    this.#files = texts(plan.static?.files, 'files');
    this.#declared = new Map(
      list(plan.static?.builtin_funcs ?? [], 'the builtins').map(({ name, decl }) => [
        text(name, 'a builtin'),
        list(decl?.args ?? [], 'arguments').length,
      ]),
    );
  }

  verify(): VerifiedPlan {
    const functions = list(this.#plan.funcs?.funcs ?? [], 'the functions');
    const queries = list(this.#plan.plans?.plans ?? [], 'the queries');
    for (const one of functions) {
      const name = text(one.name, 'a function');
      if (this.#byName.has(name)) invalid(`the function \`${name}\` stands twice`);
      this.#byName.set(name, one);
    }
    for (const one of functions) this.#function(one);
    const names = new Set<string>();
    for (const { name, blocks } of queries) {
      if (names.has(text(name, 'a query'))) invalid(`the query \`${name}\` stands twice`);
      names.add(name);
      this.#in = name;
      this.#calls.set(name, new Set());
      this.#blocks(blocks, { blocks: [], of: 'query' });
    }
    this.#refuseRecursion();
    this.#refuseSpellings();
    return {
      strings: this.#strings,
      files: this.#files,
      functions,
      byName: this.#byName,
      queries,
      builtins: this.#builtins,
    };
  }

  #function({ name, params, return: result, blocks, path }: PlanFunction): void {
    this.#in = name;
    this.#calls.set(name, new Set());
    for (const param of list(params, 'parameters')) this.#local(param);
    if (params.length < 2) this.#invalid('has no parameters for input and data');
    if (new Set(params).size !== params.length) this.#invalid('has one local for two parameters');
    if (params.includes(result)) this.#invalid('returns a parameter');
    this.#local(result);
    for (const segment of list(path ?? [], 'a path')) text(segment, 'a path');
    this.#blocks(blocks, { blocks: [], of: 'function' });
  }

  #blocks(blocks: readonly PlanBlock[] | null, scope: Scope): void {
    for (const block of list(blocks ?? [], 'blocks'))
      this.#block(block, { ...scope, blocks: [...scope.blocks, 'open'] });
  }

  #block(block: PlanBlock, scope: Scope): void {
    if (scope.blocks.length > MAX_DEPTH) this.#invalid(`nests deeper than ${MAX_DEPTH} blocks`);
    for (const statement of list(block?.stmts, 'statements')) this.#statement(statement, scope);
  }

  #statement({ type, stmt }: PlanStatement, scope: Scope): void {
    const { file, row, col } = stmt;
    if (!whole(row, 0, Number.MAX_SAFE_INTEGER) || !whole(col, 0, Number.MAX_SAFE_INTEGER))
      this.#invalid('has no place');
    if (!whole(file, 0, this.#files.length - 1) && !(file === 0 && row === 0)) this.#invalid(`names the file ${file}`);
    switch (type) {
      case 'ReturnLocalStmt':
        this.#local(stmt.source);
        if (scope.of !== 'function') this.#invalid('returns from a query');
        if (scope.blocks.includes('closed')) this.#invalid('returns out of a `with`');
        break;
      case 'ResultSetAddStmt':
        this.#local(stmt.value);
        if (scope.of !== 'query') this.#invalid('adds to the result of a query');
        break;
      case 'CallStmt':
        this.#call(stmt.func, stmt.args);
        this.#target(stmt.result);
        break;
      case 'CallDynamicStmt':
        for (const arg of list(stmt.args, 'arguments')) this.#local(arg);
        if (stmt.args.length !== 2) this.#invalid('calls a rule with other than input and data');
        for (const segment of list(stmt.path, 'a path')) this.#operand(segment);
        if (scope.blocks.length < 4) this.#invalid('calls a rule by path outside of its blocks');
        this.#leave(3, scope);
        this.#target(stmt.result);
        break;
      case 'BlockStmt':
        this.#blocks(stmt.blocks, scope);
        break;
      case 'BreakStmt':
        this.#leave(stmt.index, scope);
        break;
      case 'DotStmt':
        this.#operand(stmt.source);
        this.#operand(stmt.key);
        this.#target(stmt.target);
        break;
      case 'LenStmt':
      case 'AssignVarStmt':
      case 'AssignVarOnceStmt':
        this.#operand(stmt.source);
        this.#target(stmt.target);
        break;
      case 'ScanStmt':
        this.#local(stmt.source);
        this.#target(stmt.key);
        this.#target(stmt.value);
        // A break leaves the turn first and then the loop.
        this.#block(stmt.block, { ...scope, blocks: [...scope.blocks, 'open', 'open'] });
        break;
      case 'NotStmt':
        this.#block(stmt.block, { ...scope, blocks: [...scope.blocks, 'open'] });
        break;
      case 'WithStmt':
        this.#local(stmt.local);
        for (const segment of list(stmt.path ?? [], 'a path')) this.#string(segment);
        this.#operand(stmt.value);
        this.#block(stmt.block, { ...scope, blocks: [...scope.blocks, 'closed'] });
        break;
      case 'AssignIntStmt':
      case 'MakeNumberIntStmt':
        if (!Number.isSafeInteger(stmt.value)) {
          unsupported(`the number ${stmt.value}`, 'whole numbers are exact up to 2^53');
        }
        this.#target(stmt.target);
        break;
      case 'MakeNumberRefStmt':
        this.#number(this.#string(stmt.index));
        this.#target(stmt.target);
        break;
      case 'MakeArrayStmt':
      case 'MakeNullStmt':
      case 'MakeObjectStmt':
      case 'MakeSetStmt':
      case 'ResetLocalStmt':
        this.#target(stmt.target);
        break;
      case 'EqualStmt':
      case 'NotEqualStmt':
        this.#operand(stmt.a);
        this.#operand(stmt.b);
        break;
      case 'IsArrayStmt':
      case 'IsObjectStmt':
      case 'IsSetStmt':
        this.#operand(stmt.source);
        break;
      case 'IsDefinedStmt':
      case 'IsUndefinedStmt':
        this.#local(stmt.source);
        break;
      case 'ArrayAppendStmt':
        this.#operand(stmt.value);
        this.#local(stmt.array);
        break;
      case 'ObjectInsertStmt':
      case 'ObjectInsertOnceStmt':
        this.#operand(stmt.key);
        this.#operand(stmt.value);
        this.#local(stmt.object);
        break;
      case 'ObjectMergeStmt':
        this.#local(stmt.a);
        this.#local(stmt.b);
        this.#target(stmt.target);
        break;
      case 'SetAddStmt':
        this.#operand(stmt.value);
        this.#local(stmt.set);
        break;
      case 'NopStmt':
        break;
      default:
        unsupported(`the statement \`${String(type satisfies never)}\``, 'it is none of OPA 1.22');
    }
  }

  #call(name: string, args: readonly Operand[]): void {
    for (const arg of list(args, 'arguments')) this.#operand(arg);
    const called = this.#byName.get(text(name, 'a call'));
    if (called) {
      this.#calls.get(this.#in)!.add(name);
      if (called.params.length !== args.length) this.#invalid(`calls \`${name}\` with ${args.length} arguments`);
      return;
    }
    const arity = this.#declared.get(name);
    if (arity === undefined) this.#invalid(`calls \`${name}\`, which is nowhere`);
    if (!isBuiltin(name)) unsupported(`the builtin \`${name}\``, 'use one that the compiled evaluator has');
    if (arity !== args.length) this.#invalid(`calls \`${name}\` with ${args.length} arguments`);
    this.#builtins.add(name);
  }

  #leave(index: number, { blocks }: Scope): void {
    if (!whole(index, 0, blocks.length - 1)) this.#invalid(`leaves ${index} blocks of ${blocks.length}`);
    // Leaving the innermost block is where a `with` ends anyway; leaving more would not give back what it replaced.
    if (index > 0 && blocks.slice(-index).includes('closed')) this.#invalid('breaks out of a `with`');
  }

  #operand(operand: Operand): void {
    switch (operand?.type) {
      case 'local':
        this.#local(operand.value);
        break;
      case 'string_index':
        this.#string(operand.value);
        break;
      case 'bool':
        if (typeof operand.value !== 'boolean') this.#invalid('has a boolean that is none');
        break;
      default:
        this.#invalid('has an operand of no known type');
    }
  }

  #local(local: Local): void {
    if (!whole(local, 0, MAX_LOCAL)) this.#invalid(`has the local ${local}`);
  }

  /** A local that is assigned: input and data never are, but by `with`. */
  #target(local: Local): void {
    this.#local(local);
    if (local < 2) this.#invalid('assigns the input or the data');
  }

  #string(index: number): string {
    if (!whole(index, 0, this.#strings.length - 1)) this.#invalid(`has the string ${index}`);
    return this.#strings[index]!;
  }

  #number(written: string): void {
    if (!/^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(written)) this.#invalid('has a number that is none');
    const value = Number(written);
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      unsupported(`the number ${written}`, 'whole numbers are exact up to 2^53');
    }
    if (value === 0 && /[1-9]/.test(written.replace(/[eE].*/, ''))) {
      unsupported(`the number ${written}`, 'it is too small to be told from 0');
    }
    if (Number.isInteger(value) && !/^-?\d+$/.test(written)) this.#wholeFloats.add(written);
  }

  /** JavaScript has one 1 for 1 and 1.0, which texts tell apart. */
  #refuseSpellings(): void {
    const [written] = this.#wholeFloats;
    const builtin = [...this.#builtins].find((name) => SPELLING.has(name));
    if (written === undefined || builtin === undefined) return;
    unsupported(`the number ${written} beside \`${builtin}\``, `write it as ${Number(written)}`);
  }

  /** Without recursion and with loops over what there is only, every evaluation ends. */
  #refuseRecursion(): void {
    const done = new Set<string>();
    const path = new Set<string>();
    const visit = (name: string): void => {
      if (done.has(name)) return;
      if (path.has(name)) invalid(`the function \`${name}\` calls itself`);
      path.add(name);
      for (const called of this.#calls.get(name) ?? []) visit(called);
      path.delete(name);
      done.add(name);
    };
    for (const name of this.#calls.keys()) visit(name);
  }

  #invalid(problem: string): never {
    invalid(`\`${this.#in}\` ${problem}`);
  }
}

function texts(values: readonly { readonly value: string }[] | undefined, what: string): readonly string[] {
  return list(values ?? [], what).map((one) => text(one?.value, what));
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') invalid(`${what} is no text`);
  return value;
}

function list<Item>(value: readonly Item[] | undefined, what: string): readonly Item[] {
  if (!Array.isArray(value)) invalid(`${what} are no list`);
  return value;
}

function whole(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

function invalid(problem: string): never {
  throw new CodedError('policy:plan.invalid', `the plan cannot be right: ${problem}`, {
    hint: 'compile the policies again',
  });
}

function unsupported(what: string, hint: string): never {
  throw new CodedError('policy:plan.unsupported', `the compiled evaluator cannot do ${what}`, { hint });
}
