import type { Local, Operand, PlanBlock, PlanFunction, PlanStatement } from '../Plan.ts';

/**
 * Rules of one function that need not be tried in turn: those that ask for a text at one path of the input are found by
 * that text.
 */
export type RuleIndex = {
  /** The blocks of the function that it stands for: from `start`, up to `end`. */
  readonly start: number;
  readonly end: number;
  /** The path of the input, as indexes of strings. */
  readonly path: readonly number[];
  /** For each text, the blocks to run, in order: those that ask for it, and those that do not ask. */
  readonly byText: ReadonlyMap<number, readonly number[]>;
  /** The blocks to run for anything else. */
  readonly otherwise: readonly number[];
  /** The statements that ask for the text, which need not ask again. */
  readonly asking: ReadonlySet<PlanStatement>;
  /** The locals that the blocks share with the rest of the function; they add to what is in them. */
  readonly shared: readonly Local[];
};

/** Fewer rules are tried faster than they are looked up. */
const LEAST_RULES = 8;
/** Rules that ask for nothing stand in the list of each text: more of them in all than this would be a waste. */
const MOST_ENTRIES = 100_000;

/**
 * Finds the rules of a function that can be looked up, and the path of the input that tells most of them apart.
 *
 * A block can be left out where a text that it asks for is not there, since all it does before it asks is to read members;
 * and it can be run by itself when nothing but it needs the locals that it assigns.
 */
export function indexRules(one: PlanFunction, stringAt: (index: number) => string): RuleIndex | undefined {
  const { blocks } = one;
  if (blocks.length < LEAST_RULES) return undefined;
  const facts = blocks.map((block) => factsOf(block, stringAt));
  const needed = new Map<Local, number>();
  for (const { needs } of facts) for (const local of needs) needed.set(local, (needed.get(local) ?? 0) + 1);
  needed.set(one.return, Number.POSITIVE_INFINITY);
  const separable = facts.map(({ assigns, escapes }) => !escapes && ![...assigns].some((local) => needed.has(local)));
  const [start, end] = longestRun(separable);
  const rules = facts.slice(start, end);
  const path = tellingPath(rules);
  if (path === undefined) return undefined;
  return { start, end, ...grouped(rules, start, path), shared: sharedOf(rules, one.params) };
}

/** That a text stands at a path. */
type Asking = {
  readonly path: readonly number[];
  readonly text: string;
  /** The text's index. */
  readonly index: number;
  readonly statement: PlanStatement;
};

/** What one block asks for, needs and leaves. */
type Facts = {
  /** Texts that must stand in the input for the block to do anything, by the texts of their paths. */
  readonly asks: ReadonlyMap<string, Asking>;
  /** Locals that it reads and has not assigned before. */
  readonly needs: ReadonlySet<Local>;
  readonly assigns: ReadonlySet<Local>;
  /** Whether it may leave more than itself. */
  readonly escapes: boolean;
};

function factsOf(block: PlanBlock, stringAt: (index: number) => string): Facts {
  const use = new Use();
  use.block(block, new Set());
  return { asks: asksOf(block.stmts, stringAt), needs: use.needs, assigns: use.assigns, escapes: use.escapes };
}

function asksOf(statements: readonly PlanStatement[], stringAt: (index: number) => string): Facts['asks'] {
  const asks = new Map<string, Asking>();
  const paths = new Map<Local, readonly number[]>([[0, []]]);
  const pathOf = (operand: Operand) => (operand.type === 'local' ? paths.get(operand.value) : undefined);
  for (const statement of statements) {
    const { type, stmt } = statement;
    switch (type) {
      case 'ResetLocalStmt':
        paths.delete(stmt.target);
        break;
      case 'DotStmt': {
        if (stmt.key.type !== 'string_index') return asks;
        const source = pathOf(stmt.source);
        if (source) paths.set(stmt.target, [...source, stmt.key.value]);
        else paths.delete(stmt.target);
        break;
      }
      case 'AssignVarStmt': {
        const source = pathOf(stmt.source);
        if (source) paths.set(stmt.target, source);
        else paths.delete(stmt.target);
        break;
      }
      case 'EqualStmt': {
        const [text, other] = stmt.a.type === 'string_index' ? [stmt.a, stmt.b] : [stmt.b, stmt.a];
        const path = pathOf(other);
        if (text.type === 'string_index' && path && path.length > 0) {
          const key = JSON.stringify(path.map(stringAt));
          if (!asks.has(key)) {
            asks.set(key, { path, text: stringAt(text.value), index: text.value, statement });
          }
        }
        break;
      }
      case 'NotEqualStmt':
      case 'IsDefinedStmt':
      case 'NopStmt':
        break;
      default:
        // Anything else may fail, call, or leave something behind.
        return asks;
    }
  }
  return asks;
}

/** Which locals a block needs from outside, and which it assigns. */
class Use {
  readonly needs = new Set<Local>();
  readonly assigns = new Set<Local>();
  escapes = false;

  /** What is assigned within a block need not be when the next statement after it runs: the block may have been left. */
  block({ stmts }: PlanBlock, before: ReadonlySet<Local>): void {
    const known = new Set(before);
    for (const statement of stmts) this.#statement(statement, known);
  }

  #statement({ type, stmt }: PlanStatement, known: Set<Local>): void {
    const read = (...operands: readonly (Operand | Local)[]) => {
      for (const operand of operands) {
        const local = typeof operand === 'number' ? operand : operand.type === 'local' ? operand.value : undefined;
        if (local !== undefined && !known.has(local)) this.needs.add(local);
      }
    };
    const assign = (...locals: readonly Local[]) => {
      for (const local of locals) {
        this.assigns.add(local);
        known.add(local);
      }
    };
    switch (type) {
      case 'ReturnLocalStmt':
      case 'ResultSetAddStmt':
        this.escapes = true;
        break;
      case 'CallStmt':
        read(...stmt.args);
        assign(stmt.result);
        break;
      case 'CallDynamicStmt':
        read(...stmt.args, ...stmt.path);
        // It leaves four blocks.
        this.escapes = true;
        assign(stmt.result);
        break;
      case 'BlockStmt':
        for (const block of stmt.blocks ?? []) this.block(block, known);
        break;
      case 'NotStmt':
        this.block(stmt.block, known);
        break;
      case 'ScanStmt':
        read(stmt.source);
        this.assigns.add(stmt.key).add(stmt.value);
        this.block(stmt.block, new Set([...known, stmt.key, stmt.value]));
        break;
      case 'WithStmt':
        read(stmt.local, stmt.value);
        this.block(stmt.block, known);
        break;
      case 'DotStmt':
        read(stmt.source, stmt.key);
        assign(stmt.target);
        break;
      case 'LenStmt':
      case 'AssignVarStmt':
        read(stmt.source);
        assign(stmt.target);
        break;
      case 'AssignVarOnceStmt':
        read(stmt.source, stmt.target);
        assign(stmt.target);
        break;
      case 'ObjectMergeStmt':
        read(stmt.a, stmt.b);
        assign(stmt.target);
        break;
      case 'ArrayAppendStmt':
        read(stmt.value, stmt.array);
        break;
      case 'ObjectInsertStmt':
      case 'ObjectInsertOnceStmt':
        read(stmt.key, stmt.value, stmt.object);
        break;
      case 'SetAddStmt':
        read(stmt.value, stmt.set);
        break;
      case 'EqualStmt':
      case 'NotEqualStmt':
        read(stmt.a, stmt.b);
        break;
      case 'IsArrayStmt':
      case 'IsObjectStmt':
      case 'IsSetStmt':
      case 'IsDefinedStmt':
      case 'IsUndefinedStmt':
        read(stmt.source);
        break;
      case 'BreakStmt':
      case 'NopStmt':
        break;
      default:
        assign(stmt.target);
    }
  }
}

function longestRun(flags: readonly boolean[]): readonly [start: number, end: number] {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < flags.length; start++) {
    let end = start;
    while (flags[end]) end++;
    if (end - start > best[1] - best[0]) best = [start, end];
    start = end;
  }
  return best;
}

/** The path by which the fewest rules are left to try, if all texts are as likely; undefined where none is worth it. */
function tellingPath(rules: readonly Facts[]): string | undefined {
  const texts = new Map<string, Map<string, number>>();
  for (const { asks } of rules) {
    for (const [path, { text }] of asks) {
      const counts = texts.get(path) ?? new Map<string, number>();
      texts.set(path, counts.set(text, (counts.get(text) ?? 0) + 1));
    }
  }
  let best: { readonly path: string; readonly tried: number } | undefined;
  for (const [path, counts] of texts) {
    const asking = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const others = rules.length - asking;
    if (asking < LEAST_RULES || others * counts.size > MOST_ENTRIES) continue;
    const tried = others + asking / counts.size;
    if (best === undefined || tried < best.tried) best = { path, tried };
  }
  return best !== undefined && best.tried <= rules.length / 2 ? best.path : undefined;
}

function grouped(
  rules: readonly Facts[],
  start: number,
  key: string,
): Pick<RuleIndex, 'path' | 'byText' | 'otherwise' | 'asking'> {
  const indexes = new Map<string, number>();
  const textOf = new Map<number, number | undefined>();
  const asking = new Set<PlanStatement>();
  let path: readonly number[] = [];
  for (const [at, { asks }] of rules.entries()) {
    const asked = asks.get(key);
    if (asked) {
      path = asked.path;
      asking.add(asked.statement);
      if (!indexes.has(asked.text)) indexes.set(asked.text, asked.index);
    }
    textOf.set(start + at, asked && indexes.get(asked.text));
  }
  const otherwise = [...textOf].filter(([, text]) => text === undefined).map(([block]) => block);
  const byText = new Map([...indexes.values()].map((index) => [index, [] as number[]]));
  for (const [block, text] of textOf) if (text !== undefined) byText.get(text)!.push(block);
  for (const blocks of byText.values()) {
    if (otherwise.length > 0) blocks.push(...otherwise);
    blocks.sort((a, b) => a - b);
  }
  return { path, byText, otherwise, asking };
}

function sharedOf(rules: readonly Facts[], params: readonly Local[]): readonly Local[] {
  const shared = new Set(rules.flatMap(({ needs }) => [...needs]));
  for (const param of params) shared.delete(param);
  return [...shared].sort((a, b) => a - b);
}
