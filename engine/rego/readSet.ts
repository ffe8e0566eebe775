import { invariant } from '../../twin/CodedError.ts';
import type { Local, Operand, Plan, PlanBlock, PlanFunction, PlanStatement } from './Plan.ts';

/** A path of the input; `*` stands for any key of an object or any item of a list. */
export type InputPath = readonly string[];

/**
 * The paths of the input that a bundle can read, sorted. A path stands for everything under it. Two inputs have the same
 * verdict when they agree on these paths, where the containers on the way count by being there and by their kind: a list by
 * its length, `null` as different from an object.
 */
export type ReadSet = readonly InputPath[];

/**
 * The read set of an entry point: an abstract interpretation of its plan that follows which locals hold which parts of the
 * input. It is conservative: a part that is compared, passed to a builtin or stored in a new value is read whole.
 */
export function readSetOf(plan: Plan, entrypoint: string): ReadSet {
  const query = plan.plans?.plans.find(({ name }) => name === entrypoint);
  invariant(query, `the plan has the entry point ${entrypoint}`);
  const reader = new Reader(plan);
  reader.runQuery(query.blocks);
  return widest(reader.paths());
}

/** Every path that one of the read sets names. */
export function union(...readSets: readonly ReadSet[]): ReadSet {
  return widest(readSets.flat());
}

const ANY = '*';
const INPUT: Local = 0;
const DATA: Local = 1;

/** The parts of the input that a local may hold: keys of `Reader.#parts`. Empty for values made otherwise. */
type Parts = ReadonlySet<number>;
const NONE: Parts = new Set();

type Part = { readonly path: InputPath; readonly under: Map<string, number>; read: boolean };

/** Values of locals, with all that were assigned since a block began. */
type Frame = { values: Map<Local, Parts>; readonly assigned: Map<Local, Parts>[]; result: Parts };

class Reader {
  readonly #strings: readonly string[];
  readonly #functions: ReadonlyMap<string, PlanFunction>;
  readonly #parts: Part[] = [{ path: [], under: new Map(), read: false }];
  readonly #results = new Map<string, Parts>();

  constructor(plan: Plan) {
    this.#strings = plan.static?.strings?.map(({ value }) => value) ?? [];
    this.#functions = new Map(plan.funcs?.funcs.map((one) => [one.name, one]));
  }

  /** What was read whole, and what was only looked up: there, its being there is what was read. */
  paths(): readonly InputPath[] {
    return this.#parts
      .filter(({ path, under, read }) => read || (under.size === 0 && path.length > 0))
      .map(({ path }) => path);
  }

  runQuery(blocks: readonly PlanBlock[]): void {
    this.#blocks(blocks, { values: new Map([[INPUT, new Set([0])]]), assigned: [], result: NONE });
  }

  #call(name: string, args: readonly Parts[]): Parts {
    const called = this.#functions.get(name);
    if (!called) {
      for (const arg of args) this.#readAll(arg);
      return NONE;
    }
    const key = `${name} ${args.map((arg) => [...arg].sort().join(',')).join(' ')}`;
    const known = this.#results.get(key);
    if (known) return known;
    const frame: Frame = { values: new Map(), assigned: [], result: NONE };
    called.params.forEach((param, index) => {
      frame.values.set(param, args[index] ?? NONE);
    });
    this.#blocks(called.blocks, frame);
    this.#results.set(key, frame.result);
    return frame.result;
  }

  /** Runs blocks that may be left at any statement: afterwards a local holds what it held, or any value it got inside. */
  #blocks(blocks: readonly PlanBlock[] | null, frame: Frame): void {
    for (const block of blocks ?? []) {
      const before = new Map(frame.values);
      const assigned = new Map<Local, Parts>();
      frame.assigned.push(assigned);
      for (const statement of block.stmts) this.#statement(statement, frame);
      frame.assigned.pop();
      frame.values = before;
      for (const [local, parts] of assigned) this.#assign(frame, local, both(before.get(local) ?? NONE, parts));
    }
  }

  #statement({ type, stmt }: PlanStatement, frame: Frame): void {
    switch (type) {
      case 'DotStmt':
        this.#assign(frame, stmt.target, this.#dot(stmt.source, stmt.key, frame));
        break;
      case 'ScanStmt':
        this.#scan(stmt, frame);
        break;
      case 'AssignVarStmt':
        this.#assign(frame, stmt.target, operand(stmt.source, frame));
        break;
      case 'AssignVarOnceStmt':
        this.#assign(frame, stmt.target, both(value(stmt.target, frame), operand(stmt.source, frame)));
        break;
      case 'CallStmt': {
        const args = stmt.args.map((arg) => operand(arg, frame));
        this.#assign(frame, stmt.result, this.#call(stmt.func, args));
        break;
      }
      case 'CallDynamicStmt':
        // Which function is called is not known, so it may read anything.
        this.#readAll(new Set([0]));
        for (const local of stmt.args) this.#readAll(value(local, frame));
        this.#assign(frame, stmt.result, NONE);
        break;
      case 'ReturnLocalStmt':
        frame.result = both(frame.result, value(stmt.source, frame));
        break;
      case 'BlockStmt':
        this.#blocks(stmt.blocks, frame);
        break;
      case 'NotStmt':
        this.#blocks([stmt.block], frame);
        break;
      case 'WithStmt':
        this.#readOperand(stmt.value, frame);
        this.#blocks([stmt.block], frame);
        break;
      case 'EqualStmt':
      case 'NotEqualStmt':
        this.#readOperand(stmt.a, frame);
        this.#readOperand(stmt.b, frame);
        break;
      case 'LenStmt':
        this.#readOperand(stmt.source, frame);
        this.#assign(frame, stmt.target, NONE);
        break;
      case 'ArrayAppendStmt':
        this.#readOperand(stmt.value, frame);
        break;
      case 'ObjectInsertStmt':
      case 'ObjectInsertOnceStmt':
        this.#readOperand(stmt.key, frame);
        this.#readOperand(stmt.value, frame);
        break;
      case 'SetAddStmt':
        this.#readOperand(stmt.value, frame);
        break;
      case 'ObjectMergeStmt':
        this.#readAll(value(stmt.a, frame));
        this.#readAll(value(stmt.b, frame));
        this.#assign(frame, stmt.target, NONE);
        break;
      case 'ResultSetAddStmt':
        this.#readAll(value(stmt.value, frame));
        break;
      case 'AssignIntStmt':
      case 'ResetLocalStmt':
      case 'MakeNullStmt':
      case 'MakeNumberIntStmt':
      case 'MakeNumberRefStmt':
      case 'MakeArrayStmt':
      case 'MakeObjectStmt':
      case 'MakeSetStmt':
        this.#assign(frame, stmt.target, NONE);
        break;
      // What kind of container a part is and whether it is there belongs to every path through it.
      case 'IsArrayStmt':
      case 'IsObjectStmt':
      case 'IsSetStmt':
      case 'IsDefinedStmt':
      case 'IsUndefinedStmt':
      case 'BreakStmt':
      case 'NopStmt':
        break;
      default:
        throw new Error(
          `invariant broken: the plan holds a statement that is not known: ${type satisfies never as string}`,
        );
    }
  }

  #dot(source: Operand, key: Operand, frame: Frame): Parts {
    this.#readOperand(key, frame);
    const segment = key.type === 'string_index' ? this.#strings[key.value]! : ANY;
    return this.#step(operand(source, frame), segment);
  }

  // The body runs for each item; twice covers values that one turn leaves to the next.
  #scan({ source, key, value: item, block }: Extract<PlanStatement, { type: 'ScanStmt' }>['stmt'], frame: Frame): void {
    const items = this.#step(value(source, frame), ANY);
    for (let turn = 0; turn < 2; turn++) {
      this.#assign(frame, key, NONE);
      this.#assign(frame, item, items);
      this.#blocks([block], frame);
    }
  }

  #step(parts: Parts, segment: string): Parts {
    const next = new Set<number>();
    for (const id of parts) {
      const part = this.#parts[id]!;
      let child = part.under.get(segment);
      if (child === undefined) {
        child = this.#parts.push({ path: [...part.path, segment], under: new Map(), read: false }) - 1;
        part.under.set(segment, child);
      }
      next.add(child);
    }
    return next;
  }

  #assign(frame: Frame, local: Local, parts: Parts): void {
    // A plan replaces the input or the data only by `with`, whose value was read whole.
    invariant(local !== INPUT && local !== DATA, 'a plan does not assign the input');
    frame.values.set(local, parts);
    const assigned = frame.assigned.at(-1);
    assigned?.set(local, both(assigned.get(local) ?? NONE, parts));
  }

  #readOperand(one: Operand, frame: Frame): void {
    this.#readAll(operand(one, frame));
  }

  #readAll(parts: Parts): void {
    for (const id of parts) this.#parts[id]!.read = true;
  }
}

function value(local: Local, frame: Frame): Parts {
  return frame.values.get(local) ?? NONE;
}

function operand(one: Operand, frame: Frame): Parts {
  return one.type === 'local' ? value(one.value, frame) : NONE;
}

function both(a: Parts, b: Parts): Parts {
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);
}

/** Sorted, without paths that a shorter one covers. */
function widest(paths: readonly InputPath[]): ReadSet {
  const unique = [...new Map(paths.map((path) => [path.join('\u0000'), path])).values()];
  return unique
    .filter((path) => !unique.some((other) => other.length < path.length && covers(other, path)))
    .filter((path) => !unique.some((other) => other !== path && other.length === path.length && covers(other, path)))
    .sort((a, b) => (a.join('\u0000') < b.join('\u0000') ? -1 : 1));
}

function covers(wide: InputPath, narrow: InputPath): boolean {
  return wide.every((segment, index) => segment === ANY || segment === narrow[index]);
}
