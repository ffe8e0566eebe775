import type { Local, Operand, PlanBlock, PlanFunction, PlanStatement } from '../Plan.ts';
import { RegoSet, type RegoValue } from '../RegoValue.ts';
import { foldConstants } from './foldConstants.ts';
import { indexRules, type RuleIndex } from './indexRules.ts';
import { type ObjectLeaves, objectLeaves } from './objectLeaves.ts';
import type { VerifiedPlan } from './verifyPlan.ts';

/** JavaScript of a plan. Whatever a policy says is in the tables: the source names it by numbers. */
export type Translation = {
  readonly source: string;
  /** Values that rules build of constants alone, and the texts under which sets keep them. */
  readonly constants: readonly RegoValue[];
  /** Builtins in the order in which the source numbers them. */
  readonly builtins: readonly string[];
  /** The statements that the source marks in `C` when it runs them, by number; none unless coverage is asked. */
  readonly marked: readonly MarkedStatement[];
  /** For each query that makes an object of objects of rules, which rules those are. */
  readonly leaves: readonly (ObjectLeaves | undefined)[];
};

/** A statement that comes from a place in a policy. */
export type MarkedStatement = {
  readonly type: PlanStatement['type'];
  readonly file: string;
  readonly row: number;
  readonly col: number;
};

export type TranslateOptions = {
  /** Writes beside the code what it stands for and where that is; the code that runs has no such comments. */
  readonly comments?: boolean;
  /** Marks what is run, for who asks which lines of a policy its tests reach. */
  readonly coverage?: boolean;
};

/**
 * Writes a verified plan as JavaScript: a function for each function of the plan, whose blocks are labelled blocks and
 * whose locals are variables. The source is the body of a function of `S` (the plan's strings), `P` (the same as plain
 * keys), `K` (constants), `B` (builtins), `R` (the runtime) and `C` (what was run), and answers with the queries by their
 * order.
 */
export function translate(plan: VerifiedPlan, options: TranslateOptions = {}): Translation {
  return new Translator(plan, options).translate();
}

const INDENT = '  ';

class Translator {
  readonly #plan: VerifiedPlan;
  readonly #comments: boolean;
  readonly #coverage: boolean;
  readonly #marked: MarkedStatement[] = [];
  readonly #constants: RegoValue[] = [];
  readonly #strings = new Set<number>();
  readonly #keys = new Set<number>();
  readonly #builtins: readonly string[];
  readonly #functionIds: ReadonlyMap<string, number>;

  constructor(plan: VerifiedPlan, { comments = false, coverage = false }: TranslateOptions) {
    this.#plan = plan;
    this.#comments = comments;
    this.#coverage = coverage;
    this.#builtins = [...plan.builtins].sort();
    this.#functionIds = new Map(plan.functions.map(({ name }, id) => [name, id]));
  }

  translate(): Translation {
    const { functions, queries } = this.#plan;
    const leaves = queries.map(({ blocks }) => objectLeaves(this.#plan, blocks));
    const body = [
      ...functions.flatMap((one, id) => this.#function(one, id)),
      ...queries.flatMap(({ name, blocks }, id) => this.#query(name, blocks, id)),
      ...leaves.flatMap((one, id) => (one ? this.#leaves(one, id) : [])),
      ...this.#dynamic(),
    ];
    const head = [
      "'use strict';",
      'const { steps, RegoSet, RegoObject, memberOf, memberAt, equal, entriesOf, sortedEntriesOf } = R;',
      'const { isObject, isArray, sizeOf, upsert, mergeObjects, insertOnce, conflict } = R;',
      ...[...this.#strings].sort((a, b) => a - b).map((index) => `const s${index} = S[${index}];${this.#note(index)}`),
      ...[...this.#keys].sort((a, b) => a - b).map((index) => `const r${index} = P[${index}];`),
      ...this.#constants.map((_, index) => `const k${index} = K[${index}];`),
      ...this.#builtins.map((name, index) => `const x${index} = B[${index}];${this.#comment(name)}`),
      '// What rules were found to be holds for one input: a `with` and the next evaluation begin another generation.',
      'let generation = 0, last = 0;',
    ];
    const tail = [
      'function begin() { generation = ++last; }',
      `const queries = [${queries.map((_, id) => `q${id}`).join(', ')}];`,
      `const leaves = [${leaves.map((one, id) => (one ? `v${id}` : 'undefined')).join(', ')}];`,
      'return { begin, queries, leaves };',
    ];
    return {
      source: [...head, ...body, ...tail].join('\n'),
      constants: this.#constants,
      builtins: this.#builtins,
      marked: this.#marked,
      leaves,
    };
  }

  #function(one: PlanFunction, id: number): readonly string[] {
    const { name, params, return: result, blocks } = one;
    const code = new FunctionWriter(this);
    // Who asks what was run is told of rules that were tried as well.
    const index = this.#coverage ? undefined : indexRules(one, (string) => this.stringAt(string));
    // Only what depends on input and data alone is the same for the rest of the evaluation.
    const memo = params.length === 2;
    const body = index ? this.#indexed(one, id, index, code) : code.blocks(blocks, 1);
    const locals = code.locals.filter((local) => !params.includes(local));
    if (!locals.includes(result)) locals.push(result);
    return [
      ...(this.#comments ? ['', `//${this.#comment(name).slice(3)}`] : []),
      ...(index ? this.#rules(one, id, index) : []),
      ...(memo ? [`let m${id}, g${id} = 0;`] : []),
      `function f${id}(${params.map((param) => `l${param}`).join(', ')}) {`,
      ...(memo ? [`${INDENT}if (g${id} === generation) return m${id};`] : []),
      `${INDENT}if (--steps.left < 0) steps.end();`,
      `${INDENT}let ${locals.map((local) => `l${local}`).join(', ')};`,
      ...(memo ? this.#memoised(body, id) : body),
      '}',
    ];
  }

  /** The body of a function that looks up which of its rules to run. */
  #indexed({ params, blocks }: PlanFunction, id: number, index: RuleIndex, code: FunctionWriter): readonly string[] {
    const [head = 0, ...path] = index.path;
    const member = (of: string, key: number) =>
      `${of}?.[${this.plainKey(key)}] ?? memberOf(${of}, ${this.string(key)})`;
    const args = [...params, ...index.shared].map((local) => `l${local}`).join(', ');
    return [
      ...code.blocks(blocks.slice(0, index.start), 1),
      `${INDENT}let asked = ${member('l0', head)};`,
      ...path.map((key) => `${INDENT}asked = ${member('asked', key)};`),
      `${INDENT}const c = t${id}.get(asked) ?? o${id};`,
      `${INDENT}for (let at = 0; at < c.length; at += c[at + 1]) c[at](c, at, ${args});`,
      ...code.blocks(blocks.slice(index.end), 1),
    ];
  }

  /**
   * The rules of a function that are looked up, and the lists by which they are found. Rules that differ in their constants
   * alone are one function of these: however many there are, what runs is code that has become fast. A list has for each
   * rule its function, how many places it takes, and its constants: what is read together lies together.
   */
  #rules({ params, blocks }: PlanFunction, id: number, index: RuleIndex): readonly string[] {
    const given = [...params, ...index.shared];
    const forms = new Map<string, string>();
    const lines: string[] = [];
    const rules = blocks.slice(index.start, index.end).map(({ stmts }) => {
      const code = new FunctionWriter(this);
      const constants: string[] = [];
      const block = { stmts: stmts.filter((statement) => !index.asking.has(statement)) };
      const body = code.blocks([block], 1).map((line) => withoutConstants(line, constants));
      const form = body.map(withoutComment).join('\n');
      const name = forms.get(form) ?? `f${id}r${forms.size}`;
      if (!forms.has(form)) {
        const locals = code.locals.filter((local) => !given.includes(local)).map((local) => `l${local}`);
        forms.set(form, name);
        lines.push(
          `function ${name}(c, at, ${given.map((local) => `l${local}`).join(', ')}) {`,
          ...(locals.length > 0 ? [`${INDENT}let ${locals.join(', ')};`] : []),
          ...body,
          '}',
        );
      }
      return [name, constants.length + 2, ...constants].join(', ');
    });
    const list = (some: readonly number[]) => `[${some.map((rule) => rules[rule - index.start]).join(', ')}]`;
    return [
      ...lines,
      `const t${id} = new Map([`,
      ...[...index.byText].map(([text, some]) => `${INDENT}[${this.string(text)}, ${list(some)}],`),
      ']);',
      `const o${id} = ${list(index.otherwise)};`,
    ];
  }

  /** A rule's value is kept under the generation in which it was found; undefined as well. */
  #memoised(body: readonly string[], id: number): readonly string[] {
    return [
      ...body.map((line) => line.replace(/^(\s*)return (l\d+);$/, `$1g${id} = generation;\n$1return m${id} = $2;`)),
      `${INDENT}g${id} = generation;`,
      `${INDENT}return m${id} = undefined;`,
    ];
  }

  #query(name: string, blocks: readonly PlanBlock[], id: number): readonly string[] {
    const code = new FunctionWriter(this);
    const body = code.blocks(blocks, 1);
    const locals = code.locals.filter((local) => local > 1).map((local) => `l${local}`);
    return [
      ...(this.#comments ? ['', `//${this.#comment(name).slice(3)}`] : []),
      `function q${id}(l0, l1) {`,
      `${INDENT}let result${['', ...locals].join(', ')};`,
      ...body,
      `${INDENT}return result;`,
      '}',
    ];
  }

  /** What the rules of an object of objects say, each by its number, without the sets that are empty. */
  #leaves({ leaves }: ObjectLeaves, id: number): readonly string[] {
    return [
      `function v${id}(l0, l1) {`,
      `${INDENT}const found = [];`,
      `${INDENT}let value;`,
      ...leaves.flatMap(({ rule }, at) => [
        `${INDENT}if ((value = ${this.callee(rule)}(l0, l1)) === undefined) return undefined;`,
        `${INDENT}if (!(value instanceof RegoSet) || value.size > 0) found.push(${at}, value);`,
      ]),
      `${INDENT}return found;`,
      '}',
    ];
  }

  /** Rules by their path, for calls whose path is found while evaluating. */
  #dynamic(): readonly string[] {
    const paths = this.#plan.functions.flatMap(({ path, params }, id) =>
      path && path.length > 0 && params.length === 2 ? [[path, id] as const] : [],
    );
    const constant = this.constant(paths.map(([path]) => path));
    return [
      `const byPath = new Map();`,
      `[${paths.map(([, id]) => `f${id}`).join(', ')}].forEach((f, at) => byPath.set(JSON.stringify(k${constant}[at]), f));`,
    ];
  }

  string(index: number): string {
    this.#strings.add(index);
    return `s${index}`;
  }

  plainKey(index: number): string {
    this.#keys.add(index);
    return `r${index}`;
  }

  stringAt(index: number): string {
    return this.#plan.strings[index]!;
  }

  constant(value: RegoValue): number {
    return this.#constants.push(value) - 1;
  }

  /** The line that marks a statement as run, where that is asked and it comes from a policy. */
  mark({ type, stmt: { file, row, col } }: PlanStatement): readonly string[] {
    const name = this.#plan.files[file];
    if (!this.#coverage || row === 0 || name === undefined) return [];
    return [`C[${this.#marked.push({ type, file: name, row, col }) - 1}] = 1;`];
  }

  /** The name of what a call calls. */
  callee(name: string): string {
    const id = this.#functionIds.get(name);
    return id === undefined ? `x${this.#builtins.indexOf(name)}` : `f${id}`;
  }

  comment(text: string): string {
    return this.#comment(text);
  }

  place({ file, row }: { readonly file: number; readonly row: number }): string {
    return row === 0 ? '' : `${this.#plan.files[file] ?? ''}:${row}`;
  }

  #note(index: number): string {
    return this.#comment(JSON.stringify(this.stringAt(index)));
  }

  #comment(text: string): string {
    return this.#comments && text !== '' ? ` // ${inert(text)}` : '';
  }
}

/** A text that cannot be more than the rest of a line of comment: plain ASCII, anything else by its number. */
function inert(text: string): string {
  const line = text.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return line.length > 120 ? `${line.slice(0, 120)}...` : line;
}

/** A line of code with the constants that it names taken out into a list. */
function withoutConstants(line: string, constants: string[]): string {
  const [code, remark] = partsOf(line);
  const generic = code.replaceAll(/\b[sk]\d+\b/g, (name) => {
    if (!constants.includes(name)) constants.push(name);
    return `c[at + ${constants.indexOf(name) + 2}]`;
  });
  return generic + remark;
}

function withoutComment(line: string): string {
  return partsOf(line)[0];
}

/** Code and comment; no code that is written has two slashes in it. */
function partsOf(line: string): readonly [code: string, remark: string] {
  const at = line.indexOf(' //');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at)];
}

/** Writes the body of one function. */
class FunctionWriter {
  readonly #in: Translator;
  readonly #locals = new Set<Local>();
  /** The labels of the blocks around, the innermost last. */
  readonly #labels: string[] = [];
  /** Locals that hold sets of constants. */
  readonly #sets = new Set<Local>();
  #last = 0;
  #place = '';

  constructor(translator: Translator) {
    this.#in = translator;
  }

  /** All locals that the code names. */
  get locals(): Local[] {
    return [...this.#locals].sort((a, b) => a - b);
  }

  blocks(blocks: readonly PlanBlock[] | null, depth: number): string[] {
    return (blocks ?? []).flatMap((block) => this.#labelled(block, depth));
  }

  /** A block that is left by its label. */
  #labelled(block: PlanBlock, depth: number, after: readonly string[] = []): string[] {
    const label = this.#label('b');
    this.#labels.push(label);
    const lines = this.#statements(block.stmts, depth + 1);
    this.#labels.pop();
    const margin = INDENT.repeat(depth);
    return [`${margin}${label}: {`, ...lines, ...after.map((line) => INDENT.repeat(depth + 1) + line), `${margin}}`];
  }

  #statements(statements: readonly PlanStatement[], depth: number): string[] {
    const lines: string[] = [];
    for (let at = 0; at < statements.length; at++) {
      const folded = foldConstants(statements, at, (index) => this.#in.stringAt(index));
      const margin = INDENT.repeat(depth);
      lines.push(...this.#in.mark(statements[at]!).map((line) => margin + line));
      if (folded) {
        for (const [local, value] of folded.values) {
          lines.push(`${margin}${this.#local(local)} = ${this.#literal(value)};`);
          if (value instanceof RegoSet) this.#sets.add(local);
        }
        at += folded.count - 1;
        continue;
      }
      lines.push(...this.#statement(statements[at]!, depth));
      // What is a set of constants is known for the next statement only.
      this.#sets.clear();
    }
    return lines;
  }

  #literal(value: RegoValue): string {
    if (typeof value === 'object' && value !== null) return `k${this.#in.constant(value)}`;
    return `${value as number | boolean | null}`;
  }

  #statement(statement: PlanStatement, depth: number): string[] {
    const margin = INDENT.repeat(depth);
    const place = this.#in.place(statement.stmt);
    const remark = place === this.#place ? '' : this.#in.comment(place);
    this.#place = place;
    const lines = this.#code(statement, depth);
    return lines.map((line, at) => `${line.startsWith(' ') ? '' : margin}${line}${at === 0 ? remark : ''}`);
  }

  #code({ type, stmt }: PlanStatement, depth: number): string[] {
    const leave = `break ${this.#labels.at(-1)};`;
    switch (type) {
      case 'ReturnLocalStmt':
        return [`return ${this.#local(stmt.source)};`];
      case 'ResultSetAddStmt':
        return [`result ??= memberOf(${this.#local(stmt.value)}, 'result');`];
      case 'CallStmt': {
        const [value, collection] = stmt.args;
        if (stmt.func === 'internal.member_2' && collection?.type === 'local' && this.#sets.has(collection.value)) {
          return [`${this.#local(stmt.result)} = ${this.#operand(collection)}.has(${this.#operand(value!)});`];
        }
        const args = stmt.args.map((arg) => this.#operand(arg)).join(', ');
        return [`if ((${this.#local(stmt.result)} = ${this.#in.callee(stmt.func)}(${args})) === undefined) ${leave}`];
      }
      case 'CallDynamicStmt': {
        const found = this.#label('p');
        const path = stmt.path.map((segment) => this.#operand(segment)).join(', ');
        const args = stmt.args.map((arg) => this.#local(arg)).join(', ');
        return [
          `const ${found} = byPath.get(JSON.stringify([${path}]));`,
          `if (${found} === undefined) ${leave}`,
          `if ((${this.#local(stmt.result)} = ${found}(${args})) === undefined) break ${this.#labels.at(-4)};`,
        ];
      }
      case 'BlockStmt':
        return this.blocks(stmt.blocks, depth);
      case 'BreakStmt':
        return [`break ${this.#labels.at(-1 - stmt.index)};`];
      case 'DotStmt': {
        const [target, source, key] = [this.#local(stmt.target), this.#operand(stmt.source), this.#operand(stmt.key)];
        if (stmt.key.type !== 'string_index')
          return [`if ((${target} = memberAt(${source}, ${key})) === undefined) ${leave}`];
        const found = `(${target} = memberOf(${source}, ${key})) === undefined`;
        // Reading with a fixed key at each place is what engines make fastest; it finds all but what is no plain member.
        const read = `(${target} = ${source}?.[${this.#in.plainKey(stmt.key.value)}]) === undefined`;
        return [`if (${read} && ${found}) ${leave}`];
      }
      case 'LenStmt':
        return [`${this.#local(stmt.target)} = sizeOf(${this.#operand(stmt.source)});`];
      case 'ScanStmt':
        return this.#scan(stmt, depth);
      case 'NotStmt':
        // Who reaches the end of the inner block leaves the outer one.
        return this.#labelled(stmt.block, depth, [leave]);
      case 'WithStmt':
        return this.#with(stmt, depth, leave);
      case 'AssignIntStmt':
      case 'MakeNumberIntStmt':
        return [`${this.#local(stmt.target)} = ${stmt.value};`];
      case 'AssignVarStmt':
        return [`${this.#local(stmt.target)} = ${this.#operand(stmt.source)};`];
      case 'AssignVarOnceStmt': {
        const [target, value] = [this.#local(stmt.target), this.#operand(stmt.source)];
        const differs = stmt.source.type === 'local' ? `!equal(${target}, ${value})` : `${target} !== ${value}`;
        return [
          `if (${target} === undefined) ${target} = ${value};`,
          `else if (${differs}) conflict(${stmt.file}, ${stmt.row});`,
        ];
      }
      case 'ResetLocalStmt':
        return [`${this.#local(stmt.target)} = undefined;`];
      case 'MakeNullStmt':
        return [`${this.#local(stmt.target)} = null;`];
      case 'MakeNumberRefStmt':
        return [`${this.#local(stmt.target)} = ${Number(this.#in.stringAt(stmt.index))};`];
      case 'MakeArrayStmt':
        return [`${this.#local(stmt.target)} = [];`];
      case 'MakeObjectStmt':
        return [`${this.#local(stmt.target)} = new RegoObject();`];
      case 'MakeSetStmt':
        return [`${this.#local(stmt.target)} = new RegoSet();`];
      case 'EqualStmt':
        return [`if (!(${this.#equal(stmt.a, stmt.b)})) ${leave}`];
      case 'NotEqualStmt':
        return [`if (${this.#equal(stmt.a, stmt.b)}) ${leave}`];
      case 'IsArrayStmt':
        return [`if (!isArray(${this.#operand(stmt.source)})) ${leave}`];
      case 'IsObjectStmt':
        return [`if (!isObject(${this.#operand(stmt.source)})) ${leave}`];
      case 'IsSetStmt':
        return [`if (!(${this.#operand(stmt.source)} instanceof RegoSet)) ${leave}`];
      case 'IsDefinedStmt':
        return [`if (${this.#local(stmt.source)} === undefined) ${leave}`];
      case 'IsUndefinedStmt':
        return [`if (${this.#local(stmt.source)} !== undefined) ${leave}`];
      case 'ArrayAppendStmt':
        return [`${this.#local(stmt.array)}.push(${this.#operand(stmt.value)});`];
      case 'ObjectInsertStmt':
        return [`${this.#local(stmt.object)}.set(${this.#operand(stmt.key)}, ${this.#operand(stmt.value)});`];
      case 'ObjectInsertOnceStmt': {
        const [object, key, value] = [this.#local(stmt.object), this.#operand(stmt.key), this.#operand(stmt.value)];
        return [`insertOnce(${object}, ${key}, ${value}, ${stmt.file}, ${stmt.row});`];
      }
      case 'ObjectMergeStmt':
        return [`${this.#local(stmt.target)} = mergeObjects(${this.#local(stmt.a)}, ${this.#local(stmt.b)});`];
      case 'SetAddStmt':
        return [`${this.#local(stmt.set)}.add(${this.#operand(stmt.value)});`];
      case 'NopStmt':
        return [];
    }
  }

  /** Lists are gone through as they are; of objects and sets the order counts only where a list is made of them. */
  #scan({ source, key, value, block }: Extract<PlanStatement, { type: 'ScanStmt' }>['stmt'], depth: number): string[] {
    const loop = this.#label('j');
    const [items, at] = [this.#label('a'), this.#label('i')];
    const [from, k, v] = [this.#local(source), this.#local(key), this.#local(value)];
    const entries = appends(block) ? 'sortedEntriesOf' : 'entriesOf';
    this.#labels.push(loop);
    const turn = this.#labelled(block, depth + 1);
    this.#labels.pop();
    const inner = INDENT.repeat(depth + 1);
    return [
      `const ${items} = isArray(${from}) ? ${from} : ${entries}(${from});`,
      `${INDENT.repeat(depth)}${loop}: for (let ${at} = 0; ${at} < ${items}.length; ${at}++) {`,
      `${inner}if (--steps.left < 0) steps.end();`,
      `${inner}if (${items} === ${from}) ${k} = ${at}, ${v} = ${items}[${at}] ?? null;`,
      `${inner}else ${k} = ${items}[${at}][0], ${v} = ${items}[${at}][1];`,
      ...turn,
      `${INDENT.repeat(depth)}}`,
    ];
  }

  #with(
    { local, path, value, block }: Extract<PlanStatement, { type: 'WithStmt' }>['stmt'],
    depth: number,
    leave: string,
  ): string[] {
    const [saved, before, holds] = [this.#label('w'), this.#label('g'), this.#label('h')];
    const replaced = this.#local(local);
    const segments = (path ?? []).map((segment) => this.#in.string(segment)).join(', ');
    const put = segments === '' ? this.#operand(value) : `upsert(${replaced}, [${segments}], ${this.#operand(value)})`;
    return [
      `const ${saved} = ${replaced}, ${before}_ = generation;`,
      `let ${holds} = false;`,
      `${replaced} = ${put};`,
      'generation = ++last;',
      ...this.#labelled(block, depth, [`${holds} = true;`]),
      `${replaced} = ${saved};`,
      `generation = ${before}_;`,
      `if (!${holds}) ${leave}`,
    ];
  }

  #equal(a: Operand, b: Operand): string {
    const scalar = a.type !== 'local' || b.type !== 'local';
    return scalar ? `${this.#operand(a)} === ${this.#operand(b)}` : `equal(${this.#operand(a)}, ${this.#operand(b)})`;
  }

  #operand(operand: Operand): string {
    switch (operand.type) {
      case 'local':
        return this.#local(operand.value);
      case 'string_index':
        return this.#in.string(operand.value);
      case 'bool':
        return `${operand.value}`;
    }
  }

  #local(local: Local): string {
    this.#locals.add(local);
    return `l${local}`;
  }

  #label(kind: string): string {
    return `${kind}${++this.#last}`;
  }
}

/** Whether a block makes a list, whose order is that of the loop. */
function appends({ stmts }: PlanBlock): boolean {
  return stmts.some(({ type, stmt }) => {
    if (type === 'ArrayAppendStmt') return true;
    if (type === 'BlockStmt') return (stmt.blocks ?? []).some(appends);
    return 'block' in stmt && appends(stmt.block);
  });
}
