import type { Problem } from '../Compiled.ts';
import type { SchemaNode } from './InputSchema.ts';
import { type Checkable, type PolicyCheck, problemAt } from './PolicyCheck.ts';
import { type ProgramRule, partsOf } from './Program.ts';
import { type At, type Body, callOf, isEvery, isSome, type Term, termsIn, textOf } from './Syntax.ts';

/** Functions that look at a text letter by letter, with the position of the text and of the pattern. */
const TEXT_FUNCTIONS: Readonly<Record<string, { readonly text: number; readonly pattern: number }>> = {
  'regex.match': { pattern: 0, text: 1 },
  'regex.find_n': { pattern: 0, text: 1 },
  'regex.find_all_string_submatch_n': { pattern: 0, text: 1 },
  'regex.replace': { pattern: 1, text: 0 },
  'regex.split': { pattern: 0, text: 1 },
  'glob.match': { pattern: 0, text: 2 },
};

/**
 * Loops whose length nothing bounds: one over a list within another one, so that the work grows with the square of what the
 * input holds, `walk`, patterns over texts that are no words of a closed list, and lists of a length that is worked out.
 *
 * What the schema bounds is no such loop, nor is one over what belongs to the element that the outer one stands at: all of it
 * together is no longer than the input.
 */
export const unboundedLoops: PolicyCheck = (of) => {
  const looping = new Map<string, Looping>();
  return of.program.rules.flatMap((rule) => {
    const problems: Problem[] = [];
    const report = (at: At | undefined, message: string, hint: string) =>
      problems.push(problemAt(rule, at, { code: 'policy:loop.unbounded', message, hint }));
    for (const part of partsOf(rule)) {
      readBody(part.body, [], new Set());
      readTerms([part.head.key, part.head.value], [], new Set());
    }
    return problems;

    /** Reads a body from top to bottom; what it loops over holds for all that stands below. */
    function readBody(body: Body, outer: readonly Loop[], indexes: Set<string>): readonly Loop[] {
      let loops = outer;
      for (const { terms, with: modifiers } of body) {
        if (isSome(terms)) {
          for (const symbol of terms.symbols) {
            const call = callOf(symbol);
            const domain = call?.args.at(-1);
            if (!call || !domain) continue;
            readTerms([domain], loops, indexes);
            const names = call.args.slice(0, -1);
            if (!isQuestion(names)) loops = entered(domain, names, loops);
          }
        } else if (isEvery(terms)) {
          readTerms([terms.domain], loops, indexes);
          readBody(terms.body, entered(terms.domain, [terms.value], loops), indexes);
        } else loops = readTerms([terms, ...(modifiers ?? []).map(({ value }) => value)], loops, indexes);
      }
      return loops;
    }

    function readTerms(parts: readonly unknown[], outer: readonly Loop[], indexes: Set<string>): readonly Loop[] {
      let loops = outer;
      for (const part of parts) {
        const statement = Array.isArray(part) ? callOf(part as readonly Term[]) : null;
        if (statement) readCall(statement.operator, statement.args, loops);
        for (const term of outermost(part)) {
          if (term.type === 'arraycomprehension' || term.type === 'setcomprehension') {
            readTerms([term.value.term], readBody(term.value.body, loops, indexes), indexes);
          } else if (term.type === 'objectcomprehension') {
            readTerms([term.value.key, term.value.value], readBody(term.value.body, loops, indexes), indexes);
          } else if (term.type === 'call') {
            const call = callOf(term);
            if (call) readCall(call.operator, call.args, loops);
          } else if (term.type === 'ref') loops = readIndexes(term.value, term, loops, indexes);
        }
      }
      return loops;
    }

    /** `owners[i]` and `owners[_]` loop too, the first time that the index is met. */
    function readIndexes(
      parts: readonly Term[],
      term: Term,
      outer: readonly Loop[],
      indexes: Set<string>,
    ): readonly Loop[] {
      const at = parts.findIndex((part, index) => index > 0 && part.type === 'var' && !isBound(part));
      if (at < 0) return outer;
      for (const part of parts.slice(at)) if (part.type === 'var') indexes.add(part.value);
      const domain: Term = { type: 'ref', value: parts.slice(0, at), location: term.location ?? rule.at };
      return entered(domain, parts.slice(at), outer);

      function isBound(part: Term): boolean {
        const meaning = of.program.meaningOf(part, rule);
        if (meaning.kind !== 'name' || indexes.has(meaning.name)) return true;
        return (
          rule.locals.has(meaning.name) &&
          !meaning.name.startsWith('$') &&
          (of.shapes.ofTerm.get(part)?.nodes.size ?? 0) > 0
        );
      }
    }

    /** The loops in which one stands that has entered another one. */
    function entered(domain: Term, names: readonly Term[], outer: readonly Loop[]): readonly Loop[] {
      const list = unboundedIn(domain, rule, of);
      if (!list) return outer;
      if (list.kind !== 'list') {
        report(domain.location, `\`${list.path}\` is as long as whoever asks likes`, 'name the member that you need');
        return outer;
      }
      const root = rootOf(domain);
      const around = outer.find((loop) => !loop.names.has(root) && !outer.some((each) => each.names.has(root)));
      if (around) {
        report(
          domain.location,
          `a loop over \`${list.path}\` within one over \`${around.path}\`: the work grows with the product of both`,
          'ask for one of them in a helper rule without arguments, which is decided once',
        );
      }
      const own = [...termsIn(names)].flatMap((each) => (each.type === 'var' ? [each.value] : []));
      return [...outer, { path: list.path, names: new Set(own) }];
    }

    function readCall(operator: Term, args: readonly Term[], loops: readonly Loop[]): void {
      const name = textOf(operator);
      const meaning = of.program.meaningOf(operator, rule);
      if (meaning.kind === 'rule') {
        const [around] = loops;
        const inside = loopingOf(meaning.path, of, looping);
        const passed = args.find(
          (arg, index) => inside.params.has(index) && rootOf(arg) === 'input' && unboundedIn(arg, rule, of),
        );
        const path = inside.path ?? (passed && unboundedIn(passed, rule, of)?.path);
        if (around && path !== undefined && args.length > 0) {
          report(
            operator.location,
            `\`${name}\` loops over \`${path}\`, within a loop over \`${around.path}\`: the work grows with the product of both`,
            'call it outside of the loop',
          );
        }
      } else if (name === 'walk') {
        report(operator.location, '`walk` looks at everything that a value holds', 'name the members that you need');
      } else if (name === 'numbers.range' || name === 'numbers.range_step') {
        if (args.some(({ type }) => type !== 'number'))
          report(operator.location, 'the length of this list is worked out', 'give both ends as numbers');
      } else readPattern(name, operator, args);
    }

    function readPattern(name: string, operator: Term, args: readonly Term[]): void {
      const positions = TEXT_FUNCTIONS[name];
      const [text, pattern] = [args[positions?.text ?? -1], args[positions?.pattern ?? -1]];
      if (!text || !pattern) return;
      const hint = 'compare with the words of a closed list';
      if (pattern.type !== 'string') report(operator.location, `the pattern of \`${name}\` is no constant`, hint);
      else if (
        text.type !== 'string' &&
        ![...(of.shapes.ofTerm.get(text)?.nodes ?? [])].some(({ kind }) => kind === 'word')
      )
        report(operator.location, `\`${name}\` reads a text of any length`, hint);
    }
  });
};

/** Whether `some _ in list` asks only if there is one. */
function isQuestion(names: readonly Term[]): boolean {
  return names.every(({ value }) => /^\$|^_$/.test(String(value)));
}

type Loop = { readonly path: string; readonly names: ReadonlySet<string> };

/** What a function loops over: a list of the input, and which of its parameters. */
type Looping = { readonly path: string | undefined; readonly params: ReadonlySet<number> };

function loopingOf(path: string, of: Checkable, known: Map<string, Looping>): Looping {
  const found = known.get(path);
  if (found) return found;
  known.set(path, { path: undefined, params: new Set() });
  let list: string | undefined;
  const params = new Set<number>();
  for (const rule of of.program.byPath.get(path) ?? []) {
    const names = (rule.syntax.head.args ?? []).map(({ value }) => String(value));
    if (names.length === 0) break;
    for (const domain of domainsIn(rule.syntax)) {
      const node = unboundedIn(domain, rule, of);
      if (rootOf(domain) === 'input' && node) list ??= node.path;
      if (names.includes(rootOf(domain))) params.add(names.indexOf(rootOf(domain)));
    }
    for (const term of of.program.termsOf(rule)) {
      const meaning = term.type === 'ref' ? of.program.meaningOf(term, rule) : null;
      if (meaning?.kind === 'rule' && meaning.path !== path) list ??= loopingOf(meaning.path, of, known).path;
    }
  }
  const looping = { path: list, params };
  known.set(path, looping);
  return looping;
}

/** What `some`, `every` and variable indexes in a part of a file go through, but for questions whether there is one. */
function* domainsIn(node: unknown): Generator<Term> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node) && 'symbols' in node) {
    for (const symbol of node.symbols as readonly Term[]) {
      const args = callOf(symbol)?.args ?? [];
      const domain = args.at(-1);
      if (domain && !isQuestion(args.slice(0, -1))) yield domain;
    }
  }
  if (!Array.isArray(node) && 'domain' in node) yield node.domain as Term;
  for (const value of Array.isArray(node) ? node : Object.values(node)) yield* domainsIn(value);
}

/** The list, or the open object, that a value is and whose length nothing bounds. */
function unboundedIn(term: Term, rule: ProgramRule, { shapes, program, input }: Checkable): SchemaNode | null {
  const nodes = shapes.ofTerm.get(term)?.nodes ?? nodesOf(term, rule, program, input);
  return (
    [...nodes].find(({ kind, bounded, open }) =>
      kind === 'list' ? !bounded : kind === 'other' || (kind === 'object' && open),
    ) ?? null
  );
}

/** The part of the input that the beginning of a reference names. */
function nodesOf(
  term: Term,
  rule: ProgramRule,
  program: Checkable['program'],
  input: SchemaNode,
): readonly SchemaNode[] {
  const meaning = program.meaningOf(term, rule);
  if (meaning.kind !== 'input') return [];
  let node: SchemaNode | null | undefined = input;
  for (const part of meaning.rest) node = part.type === 'string' ? node?.members.get(part.value) : node?.element;
  return node ? [node] : [];
}

function rootOf(term: Term): string {
  const head = term.type === 'ref' ? term.value[0] : term;
  return head?.type === 'var' ? head.value : '';
}

/** The terms of a part that stand in no other comprehension of it: what is within those is read with them. */
function* outermost(node: unknown): Generator<Term> {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) yield* outermost(each);
    return;
  }
  if ('type' in node && 'value' in node) {
    yield node as Term;
    if (String(node.type).endsWith('comprehension')) return;
  }
  for (const [key, value] of Object.entries(node)) if (key !== 'location') yield* outermost(value);
}
