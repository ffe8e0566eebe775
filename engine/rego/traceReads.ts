import { invariant } from '../../twin/CodedError.ts';
import type { Local, Operand, Plan, PlanBlock, PlanFunction, PlanStatement } from './Plan.ts';
import { entriesOf, equal, hasValue, lengthOf, memberOf, RegoObject, RegoSet, type RegoValue } from './RegoValue.ts';
import type { InputPath } from './readSet.ts';

/** Tells which of the given paths an evaluation of this input reads, by their numbers, in the order of the first reading. */
export type ReadTrace = (input: unknown) => readonly number[];

/**
 * Makes the trace of an entry point: it runs the plan only to see what is read, under the paths given, which must cover
 * all leaves of the input and none another. Inputs that agree on what one of them is seen to read, in order, have the
 * same verdict: an evaluation is determined by what it reads. Where it meets what it does not know, it says that
 * everything else is read then.
 */
export function readTrace(plan: Plan, entrypoint: string, paths: readonly InputPath[]): ReadTrace {
  const query = plan.plans?.plans.find(({ name }) => name === entrypoint);
  invariant(query, `the plan has the entry point ${entrypoint}`);
  const blocks = new Steps(plan).blocks(query.blocks);
  const all = paths.map((_, number) => number);
  const root = partOf(paths, all, 0);
  return (input) => {
    const reading = new Reading(root, input);
    try {
      blocks(reading, [input, {}]);
    } catch (end) {
      // All else may be read from here on.
      if (end === UNKNOWN) return [...new Set([...reading.read, ...all])];
      // A conflict ends the evaluation, and what was read until then is what led to it.
      if (end !== CONFLICT) throw end;
    }
    return [...reading.read];
  };
}

const UNKNOWN = Symbol('what the trace does not know');
const CONFLICT = Symbol('two values for one rule');

/** Values of locals; undefined where there is none. */
type Frame = RegoValue[];

/** Does something and tells how it ended: `ON` goes on, a number from 0 leaves so many blocks more than its own. */
type Step = (reading: Reading, frame: Frame) => number;
const ON = -1;
const RETURN = -2;

/** A part of the input: the numbers of the paths that end in it or under it, and the parts that those go on with. */
type Part = {
  readonly under: readonly number[];
  /** Whether one of the paths ends here, so that the part is looked at as a whole. */
  readonly isEnd: boolean;
  readonly members: ReadonlyMap<unknown, Part>;
};

function partOf(paths: readonly InputPath[], under: readonly number[], depth: number): Part {
  const longer = under.filter((number) => paths[number]!.length > depth);
  const byKey = Map.groupBy(longer, (number) => paths[number]![depth]!);
  const members = new Map([...byKey].map(([key, numbers]) => [key, partOf(paths, numbers, depth + 1)]));
  return { under, isEnd: longer.length < under.length, members };
}

/** What one evaluation has read. */
class Reading {
  readonly read = new Set<number>();
  /** Rules that depend on the input alone, by name. */
  readonly rules = new Map<string, RegoValue>();
  readonly input: unknown;
  returned: RegoValue;
  /** Parts that hold several of the paths. Whatever else there is of the input was read when it was reached. */
  readonly #containers = new Map<unknown, Part>();

  constructor(root: Part, input: unknown) {
    this.input = input;
    this.#reach(input, root);
  }

  /** What stands under a key. */
  member(source: RegoValue, key: RegoValue): RegoValue {
    const member = memberOf(source, key);
    const part = this.#containers.get(source)?.members.get(key);
    return part ? this.#reach(member, part) : member;
  }

  /** A value that is used whole: all that lies under it is read. */
  whole(value: RegoValue): RegoValue {
    if (typeof value !== 'object') return value;
    for (const number of this.#containers.get(value)?.under ?? []) this.read.add(number);
    return value;
  }

  /** Takes in a part of the input that was looked up: a path's end is read, what holds several is remembered. */
  #reach(value: RegoValue, part: Part): RegoValue {
    if (typeof value === 'object' && value !== null && !part.isEnd) this.#containers.set(value, part);
    else for (const number of part.under) this.read.add(number);
    return value;
  }
}

/** Makes steps of statements, those of a function when it is first called. */
class Steps {
  readonly #strings: readonly string[];
  readonly #functions: ReadonlyMap<string, PlanFunction>;
  readonly #made = new Map<string, Step>();

  constructor(plan: Plan) {
    this.#strings = plan.static?.strings?.map(({ value }) => value) ?? [];
    this.#functions = new Map(plan.funcs?.funcs.map((one) => [one.name, one]));
  }

  /** One block after the other. */
  blocks(blocks: readonly PlanBlock[] | null): Step {
    const made = (blocks ?? []).map((block) => this.#block(block));
    return (reading, frame) => {
      for (const block of made) {
        const end = block(reading, frame);
        if (end === RETURN) return RETURN;
        if (end > 0) return end - 1;
      }
      return ON;
    };
  }

  #block({ stmts }: PlanBlock): Step {
    const steps = hoistSets(stmts, this.#strings, (statement) => this.#statement(statement));
    return (reading, frame) => {
      for (let at = 0; at < steps.length; at++) {
        const end = steps[at]!(reading, frame);
        if (end !== ON) return end;
      }
      return ON;
    };
  }

  /** A block whose end is looked at: whoever leaves more than it does what plans of this compiler do not do. */
  #inner(block: PlanBlock): Step {
    const made = this.#block(block);
    return (reading, frame) => {
      const end = made(reading, frame);
      if (end > 0 || end === RETURN) throw UNKNOWN;
      return end;
    };
  }

  #statement({ type, stmt }: PlanStatement): Step {
    switch (type) {
      case 'DotStmt': {
        const [source, key] = [this.#raw(stmt.source), this.#whole(stmt.key)];
        return define(stmt.target, (reading, frame) => reading.member(source(reading, frame), key(reading, frame)));
      }
      case 'CallStmt':
        return define(stmt.result, this.#call(stmt.func, stmt.args));
      case 'ScanStmt':
        return this.#scan(stmt);
      case 'AssignVarStmt':
        return assign(stmt.target, this.#raw(stmt.source));
      case 'AssignVarOnceStmt':
        return this.#assignOnce(stmt.target, stmt.source);
      case 'ReturnLocalStmt':
        return (reading, frame) => {
          reading.returned = frame[stmt.source];
          return RETURN;
        };
      case 'BlockStmt':
        return this.blocks(stmt.blocks);
      case 'BreakStmt':
        return () => stmt.index;
      case 'NotStmt': {
        const inner = this.#inner(stmt.block);
        return test((reading, frame) => inner(reading, frame) !== ON);
      }
      case 'EqualStmt':
      case 'NotEqualStmt': {
        const [a, b] = [this.#whole(stmt.a), this.#whole(stmt.b)];
        const wanted = type === 'EqualStmt';
        return test((reading, frame) => equal(a(reading, frame), b(reading, frame)) === wanted);
      }
      case 'IsDefinedStmt':
        return test((_, frame) => frame[stmt.source] !== undefined);
      case 'IsUndefinedStmt':
        return test((_, frame) => frame[stmt.source] === undefined);
      case 'IsArrayStmt': {
        const source = this.#raw(stmt.source);
        return test((reading, frame) => Array.isArray(source(reading, frame)));
      }
      case 'IsObjectStmt': {
        const source = this.#raw(stmt.source);
        return test((reading, frame) => isObject(source(reading, frame)));
      }
      case 'IsSetStmt': {
        const source = this.#raw(stmt.source);
        return test((reading, frame) => source(reading, frame) instanceof RegoSet);
      }
      case 'LenStmt': {
        const source = this.#whole(stmt.source);
        return assign(stmt.target, (reading, frame) => lengthOf(source(reading, frame)) ?? 0);
      }
      case 'ResetLocalStmt':
        return assign(stmt.target, () => undefined);
      case 'MakeNullStmt':
        return assign(stmt.target, () => null);
      case 'MakeNumberIntStmt':
      case 'AssignIntStmt':
        return assign(stmt.target, () => stmt.value);
      case 'MakeNumberRefStmt': {
        const number = Number(this.#strings[stmt.index]);
        return assign(stmt.target, () => number);
      }
      case 'MakeArrayStmt':
        return assign(stmt.target, () => []);
      case 'MakeObjectStmt':
        return assign(stmt.target, () => new RegoObject());
      case 'MakeSetStmt':
        return assign(stmt.target, () => new RegoSet());
      case 'ArrayAppendStmt': {
        const value = this.#whole(stmt.value);
        return act((reading, frame) => (frame[stmt.array] as RegoValue[]).push(value(reading, frame)));
      }
      case 'SetAddStmt': {
        const value = this.#whole(stmt.value);
        return act((reading, frame) => (frame[stmt.set] as RegoSet).add(value(reading, frame)));
      }
      case 'ObjectInsertStmt':
        return this.#insert(stmt, () => undefined);
      case 'ObjectInsertOnceStmt':
        return this.#insert(stmt, (known, value) => {
          if (!equal(known, value)) throw CONFLICT;
        });
      case 'ResultSetAddStmt':
      case 'NopStmt':
        return () => ON;
      default:
        return () => {
          throw UNKNOWN;
        };
    }
  }

  #assignOnce(target: Local, source: Operand): Step {
    const value = this.#raw(source);
    return (reading, frame) => {
      const known = frame[target];
      const next = value(reading, frame);
      if (known !== undefined && !equal(reading.whole(known), reading.whole(next))) throw CONFLICT;
      frame[target] = next;
      return ON;
    };
  }

  #insert(
    stmt: { readonly key: Operand; readonly value: Operand; readonly object: Local },
    onKnown: (known: RegoValue, value: RegoValue) => void,
  ): Step {
    const [key, value] = [this.#whole(stmt.key), this.#whole(stmt.value)];
    return act((reading, frame) => {
      const object = frame[stmt.object] as RegoObject;
      const [name, member] = [key(reading, frame), value(reading, frame)];
      const known = object.get(name);
      if (known !== undefined) onKnown(known, member);
      object.set(name, member);
    });
  }

  #scan({ source, key, value, block }: Extract<PlanStatement, { type: 'ScanStmt' }>['stmt']): Step {
    const inner = this.#inner(block);
    return act((reading, frame) => {
      for (const [at, member] of entriesOf(reading.whole(frame[source]))) {
        frame[key] = at;
        frame[value] = member;
        inner(reading, frame);
      }
    });
  }

  #call(name: string, args: readonly Operand[]): Value {
    const called = this.#functions.get(name);
    if (!called) return this.#builtin(name, args);
    const values = args.map((arg) => this.#raw(arg));
    const { params } = called;
    return (reading, frame) => {
      const isRule = values.length === 2 && values[0]!(reading, frame) === reading.input;
      if (isRule && reading.rules.has(name)) return reading.rules.get(name);
      const inner: Frame = [];
      for (let at = 0; at < params.length; at++) inner[params[at]!] = values[at]!(reading, frame);
      const result = this.#function(called)(reading, inner) === RETURN ? reading.returned : undefined;
      if (isRule) reading.rules.set(name, result);
      return result;
    };
  }

  #function(called: PlanFunction): Step {
    const made = this.#made.get(called.name) ?? this.blocks(called.blocks);
    this.#made.set(called.name, made);
    return made;
  }

  #builtin(name: string, args: readonly Operand[]): Value {
    const [one, other] = args.map((arg) => this.#whole(arg));
    const of = (apply: (a: RegoValue, b: RegoValue) => RegoValue): Value => {
      return (reading, frame) => apply(one?.(reading, frame), other?.(reading, frame));
    };
    switch (name) {
      case 'internal.member_2':
        return of((a, b) => hasValue(b, a));
      case 'equal':
        return of(equal);
      case 'neq':
        return of((a, b) => !equal(a, b));
      case 'array.concat':
        return of((a, b) => (Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : undefined));
      case 'count':
        return of(lengthOf);
      default:
        return () => {
          throw UNKNOWN;
        };
    }
  }

  /** A value that is passed on, not looked into. */
  #raw(operand: Operand): Value {
    if (operand.type === 'local') return (_, frame) => frame[operand.value];
    const constant = operand.type === 'string_index' ? this.#strings[operand.value] : operand.value;
    return () => constant;
  }

  /** A value that is used whole. */
  #whole(operand: Operand): Value {
    const raw = this.#raw(operand);
    return operand.type === 'local' ? (reading, frame) => reading.whole(raw(reading, frame)) : raw;
  }
}

/** Makes steps of statements; a set of constants alone is made once rather than each time. */
function hoistSets(
  statements: readonly PlanStatement[],
  strings: readonly string[],
  toStep: (statement: PlanStatement) => Step,
): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < statements.length; at++) {
    const { type, stmt } = statements[at]!;
    const added = type === 'MakeSetStmt' ? statements.slice(at + 1).filter((one) => addsTo(one, stmt.target)) : [];
    const follow = added.every((one, index) => one === statements[at + 1 + index]);
    if (type !== 'MakeSetStmt' || added.length === 0 || !follow) {
      steps.push(toStep(statements[at]!));
      continue;
    }
    const members = added.map(({ stmt }) => (stmt as { readonly value: Operand }).value);
    if (members.some((member) => member.type === 'local')) {
      steps.push(toStep(statements[at]!));
      continue;
    }
    const set = new RegoSet();
    for (const member of members) set.add(member.type === 'string_index' ? strings[member.value] : member.value);
    steps.push(assign(stmt.target, () => set));
    at += added.length;
  }
  return steps;
}

function addsTo({ type, stmt }: PlanStatement, set: Local): boolean {
  return type === 'SetAddStmt' && stmt.set === set;
}

type Value = (reading: Reading, frame: Frame) => RegoValue;

function assign(target: Local, value: Value): Step {
  return (reading, frame) => {
    frame[target] = value(reading, frame);
    return ON;
  };
}

/** Assigns what is there, and leaves the block where nothing is. */
function define(target: Local, value: Value): Step {
  return (reading, frame) => {
    const found = value(reading, frame);
    if (found === undefined) return 0;
    frame[target] = found;
    return ON;
  };
}

/** Leaves the block unless something holds. */
function test(holds: (reading: Reading, frame: Frame) => boolean): Step {
  return (reading, frame) => (holds(reading, frame) ? ON : 0);
}

function act(does: (reading: Reading, frame: Frame) => unknown): Step {
  return (reading, frame) => {
    does(reading, frame);
    return ON;
  };
}

function isObject(value: RegoValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegoSet);
}
